"""Codex CLI session logs ("rollouts"): `<root>/sessions/YYYY/MM/DD/rollout-<time>-<id>.jsonl`."""
