"""A workspace whose data wants to act on the terminal: in texts, domains, file names and bad lines."""

import json
from pathlib import Path

# Each has something that a terminal, a markup parser or a shell would act on.
ATTACKS = (
    "\x1b]52;c;QUZTRVZJTA==\x07clip",
    "\x1b]0;AFSEVIL\x07title",
    "\x1b[31;5mAFSRED\x1b[2Jclear",
    "\x9b31mAFSC1 c1",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "[red]AFSMARK[/] [TODO] [/] [@click=app.quit]quit[/]",
    "\u202eAFSBIDI\u2066 bidi",
    "nul\x00byte\x08\x08back",
    "$(touch AFSSHELL) `id` ; rm -rf",
)
SENT = (  # none of these bytes may ever reach the terminal
    b"\x1b]52",
    b"\x1b]0;",
    b"\x1b]8;;https",
    b"\x1b[31;5m",
    "\x9b".encode(),
    "\u202e".encode(),
    "\u2066".encode(),
    b"\x00",
    b"\x07",
    b"\x08",
)
FOLDER = "evil \x1b]0;AFSNAME\x07 [red]\u202e"


def write_hostile_workspace(folder: Path) -> Path:
    """Writes rows with every attack in every field that is shown, and a recipe; returns the recipe's path."""
    data = folder / FOLDER
    data.mkdir(parents=True)
    rows = [
        {
            "instruction": f"{attack} in row {number}",
            "output": f"{attack} is what the routine at $7E0010 does, and then it returns. "
            * (number % 5 + 1),
            "domain": f"d{number % len(ATTACKS)} {attack}",
        }
        for number in range(60)
        for attack in [ATTACKS[number % len(ATTACKS)]]
    ]
    lines = [json.dumps(row) for row in rows] + ['{"instruction": "' + ATTACKS[0][1:] + '", broken']
    (data / "rows.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path = json.dumps(f"{FOLDER}/rows.jsonl")
    (folder / "recipe.toml").write_text(
        '[run]\nname = "hostile"\n\n'
        f'[[sources]]\nname = "rows"\nkind = "jsonl"\npath = {path}\n\n'
        "[score]\nmin_quality_score = 0.2\n\n[dedup]\nnear = false\n",
        encoding="utf-8",
    )
    return folder / "recipe.toml"
