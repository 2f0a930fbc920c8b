"""The terminal studio over `afs_engine.api`: screens, widgets and what binds them to the engine."""
