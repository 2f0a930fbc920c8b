"""Gemini CLI logs: `<root>/tmp/<project>/chats/session-*.json` (one object) and `.jsonl` (a journal)."""
