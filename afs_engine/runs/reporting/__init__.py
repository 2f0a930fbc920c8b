"""Telling other experiment trackers of a registered run: trackio, MLflow."""
