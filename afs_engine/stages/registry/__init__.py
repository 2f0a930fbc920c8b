"""The registry of experiments: what was trained, from what, and how it did."""
