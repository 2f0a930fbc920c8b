"""Corruptions that a language model makes and that the assembler or a reader can tell."""
