"""Read-models for faces: what a screen shows, as frozen dataclasses, and the process that reads it.

`<topic>_view.py` holds the data and imports nothing heavy; `read_<topic>.py` reads it and may.
A face asks through `EngineReader` (reader.py), which keeps the heavy part in a process of its own
(`python -m afs_engine.runs.views`).
"""
