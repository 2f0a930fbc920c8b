"""The assembly half of the oracle source: routines, definitions, macros. Knows no Markdown."""
