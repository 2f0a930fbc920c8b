"""Models measured on the same rows: how much better one is, and how sure that is."""
