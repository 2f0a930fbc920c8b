"""The Markdown half of the oracle source: sections, tables, memory maps, quests. Knows no assembly."""
