"""Removing what should not be learned twice. Knows texts and row numbers, not source files or recipes.

Start at `near` (which rows to remove), `across` (leaks between sides) or `clusters` (what stays together);
`exact` is for copies by id. Below them, in the order the data flows: `words`, `shingles`, `commonness`,
`postings`, `nodes`, `links`, `candidates`, `sets`. `threshold`, `ragged` and `scratch` are arithmetic and
room on disk.
"""
