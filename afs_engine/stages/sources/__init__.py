"""Where samples come from: one file or folder per kind of source. Knows nothing of later stages."""
