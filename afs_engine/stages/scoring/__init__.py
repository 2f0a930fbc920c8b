"""How good a sample is, measured where it can be. Knows texts, not files or recipes."""
