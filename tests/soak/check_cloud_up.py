"""Long check: the whole command line against the stand-in, at its real pace (about four minutes).

    AFS_TEST_SSHD=/usr/sbin/sshd python -m tests.soak.check_cloud_up

Runs `cloud offers`, `estimate`, `up`, `status`, `costs`, `down` and `sweep` as a person does, with a
real sshd as the rented machine, and prints cost against invoice.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from afs_engine.api import edit_recipe_text
from afs_engine.stages.cloud.double.http_server import serving
from afs_engine.stages.cloud.double.rest import RestDouble
from afs_engine.stages.cloud.double.world import World
from tests.cloud.rented_machine import Machines, find_sshd
from tests.program import PROGRAM, environment

KEY = "canary-7f3a9c1e5b2d4860-key"


def main() -> int:
    sshd = find_sshd()
    if sshd is None:
        print("no sshd here: install openssh-server, or name one in AFS_TEST_SSHD")
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        world = World(time.time, seconds_to_load=(5.0, 10.0), offers=60)
        double = RestDouble(world, key=KEY)
        machines = Machines(double, folder, sshd)
        world.on_start, world.on_destroy = machines.start, machines.stop
        foreign = world.add(next(iter(world.offers.values())), "\x1b[31msomebody else", 10.0)
        try:
            with serving(double) as url:
                _walk(folder, url)
        finally:
            machines.stop_all()
        return _judge(world, foreign.instance_id)


def _walk(folder: Path, url: str) -> None:
    def call(*arguments: str) -> None:
        print(f"$ afs {' '.join(arguments)}", flush=True)
        begun = time.monotonic()
        known = environment(folder) | {"VAST_URL": url, "VAST_API_KEY": KEY}
        done = subprocess.run([*PROGRAM, *arguments], cwd=folder, env=known, check=False)
        print(f"-> exit {done.returncode}, {time.monotonic() - begun:.0f} s", flush=True)

    call("init", "m")
    recipe = folder / "m/recipe.toml"
    need = {"gpu_ram_gb": 20, "disk_gb": 40, "hours": 0.2, "min_reliability": 0.9}
    changes = {("cloud", name): value for name, value in need.items()}
    recipe.write_text(edit_recipe_text(recipe.read_text(), changes))
    call("cloud", "offers", "--recipe", "m/recipe.toml", "--limit", "4")
    call("cloud", "estimate", "--recipe", "m/recipe.toml", "--budget", "50")
    call("cloud", "up", "--budget", "50", "--model", "majora", "--recipe", "m/recipe.toml")
    call("cloud", "status")
    call("cloud", "costs")
    call("cloud", "logs", "--tail", "12")
    call("cloud", "down")
    call("cloud", "sweep", "--yes")


def _judge(world: World, foreign: int) -> int:
    ours = [each for each in world.machines.values() if each.instance_id != foreign]
    invoice = sum(each.invoice_usd for each in ours)
    alive = [each.instance_id for each in ours if each.destroyed_at is None]
    touched = world.machines[foreign].destroyed_at is not None
    print(json.dumps({"machines": len(ours), "invoice_usd": invoice, "alive": alive, "touched": touched}))
    return 1 if alive or touched or not ours else 0


if __name__ == "__main__":
    sys.exit(main())
