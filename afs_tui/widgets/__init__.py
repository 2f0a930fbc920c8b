"""Widgets, one a file. They draw what they are given; arithmetic and file access live elsewhere."""
