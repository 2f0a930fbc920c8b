"""Copies of what was trained, somewhere else, verified by hash."""
