"""A workspace with many small samples in ten domains, exported and scored by the engine itself."""

import json
import random
from pathlib import Path

from tests.program import call_well

_WORDS = (
    "load store link room sprite table flag byte bank loop",
    "reset timer map door key boss item frame and then it",
)
_CHOICES = " ".join(_WORDS).split()


def make_workspace(folder: Path, rows: int) -> Path:
    """The recipe's path; made once, then found."""
    recipe = folder / "recipe.toml"
    if not recipe.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write_rows(folder / "rows.jsonl", rows)
        recipe.write_text(
            '[run]\nname = "bench"\n\n[[sources]]\nname = "rows"\nkind = "jsonl"\npath = "rows.jsonl"\n\n'
            "[redact]\nenabled = false\n\n[score]\nmin_quality_score = 0.5\n\n"
            "[balance]\nweights = { d0 = 0.3, d1 = 0.3, d2 = 0.4 }\n",
            encoding="utf-8",
        )
    call_well("run", "recipe.toml", "--until", "score", cwd=folder)
    return recipe


def _write_rows(path: Path, rows: int) -> None:
    rng = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            words = " ".join(rng.choices(_CHOICES, k=rng.randint(4, 60)))
            row = {"instruction": f"Explain sample {number}", "output": words, "domain": f"d{number % 10}"}
            file.write(json.dumps(row) + "\n")
