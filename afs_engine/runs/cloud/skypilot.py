"""A task file for SkyPilot, for people with other clouds; this very program goes along as a zip.

The file itself says what it can't do: SkyPilot has no cap in dollars.
"""

import json
import shlex
from dataclasses import dataclass
from pathlib import Path

from afs_engine.data.atomic import write_atomic
from afs_engine.runs.recipe_file import load_recipe
from afs_engine.stages.cloud.instance.package import pin_packages, zip_program

_TASK = """\
# Runs an AFS recipe on any cloud that SkyPilot knows: sky launch {file}
# SkyPilot has no cap in dollars. Here the work ends after {minutes} minutes, and the machine is taken
# down 10 minutes after it has nothing to do. Look at `sky status` until it is gone.
name: {name}
workdir: {workdir}
file_mounts:
  ~/afs-code.zip: {program}
resources:
  accelerators: {gpu}
  disk_size: {disk}
  use_spot: {spot}
  autostop:
    idle_minutes: 10
    down: true
setup: |
  python3 -m zipfile -e ~/afs-code.zip ~/afs-code
  python3 -m venv ~/afs-venv
  ~/afs-venv/bin/pip install {pins}
run: |
  export PYTHONPATH=~/afs-code
  timeout {minutes}m ~/afs-venv/bin/python -c 'from afs_engine.cli.main import main; main()' run {recipe}
"""


@dataclass(frozen=True)
class ExportedTask:
    """The task file and the program that goes with it."""

    task: str
    program: str


def export_task(recipe_path: Path, name: str | None, output: Path) -> ExportedTask:
    """Writes the task and the program beside it. Raises RecipeError, MissingPartError."""
    recipe = load_recipe(recipe_path)
    cloud = recipe.cloud
    pins = " ".join(pin_packages().decode().split())
    gpu = cloud.gpu.replace(" ", "") or "L4"
    program = output.with_suffix(".zip")
    text = _TASK.format(
        file=output.name,
        name=json.dumps(name or recipe.run.name),
        workdir=json.dumps(str(recipe_path.absolute().parent)),
        program=json.dumps(str(program.absolute())),
        gpu=json.dumps(f"{gpu}:1"),
        disk=int(max(cloud.disk_gb, 50)),
        spot=str(cloud.interruptible).lower(),
        minutes=int(cloud.max_hours * 60),
        pins=pins,
        recipe=shlex.quote(recipe_path.name),
    )
    write_atomic(program, zip_program())
    write_atomic(output, text.encode())
    return ExportedTask(str(output), str(program))
