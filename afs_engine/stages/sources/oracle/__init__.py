"""The `oracle` source: a ROM hack's tree (65816 assembly for asar, Markdown docs) as training samples.

Owns the reading of such a tree and the wording of the questions. Knows nothing of recipes, scores or
later stages. Start in `generator.py`; `docs/` reads Markdown, `asm/` reads assembly.
"""
