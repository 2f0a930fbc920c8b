"""The steps of a run: for each stage its key, its inputs from the steps before, and its stored files."""
