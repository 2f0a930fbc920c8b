"""Removing what should not be learned twice. Knows texts and row numbers, not files or recipes."""
