"""Claude Code session logs: `<root>/projects/<slug>/<session>.jsonl`, a tree of records per file."""
