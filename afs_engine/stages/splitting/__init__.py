"""Deciding the side of a group, once and for life, and proving that nothing leaks."""
