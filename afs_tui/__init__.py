"""The terminal studio over `afs_engine.api`. Its screens are not built yet; see __main__."""
