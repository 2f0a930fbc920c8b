"""Renting for a person: what they asked for, the controller's process, and what they see of it."""
