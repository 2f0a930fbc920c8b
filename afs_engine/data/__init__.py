"""Data at rest: samples, JSONL in and out, the content store, ledgers. Knows no stage."""
