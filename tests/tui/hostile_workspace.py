"""A workspace whose data wants to act on the terminal: texts, domains, file names, bad lines, logs, hosts."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from afs_engine.events import LogLine, MetricPoint, RunStarted, StageStarted
from afs_engine.runs.claim import claim_run
from afs_engine.runs.jobs.recording import record_run
from afs_engine.runs.journal import Journal
from afs_engine.stages.cloud.double.rest import RestDouble
from afs_engine.stages.cloud.double.world import World

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


def write_huge_lines(folder: Path) -> None:
    """Adds a row of 100 MB, which is over the limit, and one of 10 MB, which is not."""
    with (folder / FOLDER / "rows.jsonl").open("a", encoding="utf-8") as file:
        for name, size in (("TOOLARGE", 100_000_000), ("HUGEROW", 10_000_000)):
            row = {"instruction": f"{name} asks", "output": ATTACKS[0] + " word" * (size // 5), "domain": "d"}
            file.write(json.dumps(row) + "\n")


@contextmanager
def hostile_job(recipe: Path) -> Iterator[None]:
    """A run at work whose log holds every attack and a line of a megabyte."""
    claimed = claim_run(recipe, "train")
    with Journal(claimed.folder.journal, [], locked=claimed.journal) as journal:
        record_run(claimed.folder, recipe, "train")
        journal.record(RunStarted(name="hostile", run_dir=str(claimed.folder.path), recipe=str(recipe)))
        journal.record(StageStarted(stage="train"))
        journal.record(MetricPoint(name="train_loss", step=1, value=2.5))
        for text in (*ATTACKS, "HUGELOG " + "x" * 1_000_000, ATTACKS[0]):
            journal.record(LogLine(text=text))
        yield


def hostile_provider(clock: Callable[[], float], key: str) -> RestDouble:
    """A provider whose hosts put attacks into every text that they may choose."""
    world = World(clock)
    for number, offer in enumerate(world.offers.values()):
        attack = ATTACKS[number % len(ATTACKS)]
        offer |= {"gpu_name": attack, "geolocation": attack, "verification": "verified"}
    world.add(next(iter(world.offers.values())), ATTACKS[0] + ATTACKS[6], 10.0)
    return RestDouble(world, key=key)
