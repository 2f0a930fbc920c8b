"""`cloud up` in the background, for a face: `python -m afs_engine.runs.cloud.background`.

The run is a job of the workspace like any other, found by its journal. The request and the key come
by stdin: neither is in an argument or an environment.
"""

import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from afs_engine.errors import AfsError
from afs_engine.runs.cloud.session import CloudSession, open_session
from afs_engine.runs.cloud.terms import CloudWish
from afs_engine.runs.cloud.up import check_before_up, run_recipe_rented
from afs_engine.worker.launch import engine_environment


@dataclass(frozen=True)
class _Request:
    recipe: str
    name: str
    wish: CloudWish
    key: str
    server_url: str


def start_rented_run(session: CloudSession, recipe: Path, name: str, wish: CloudWish) -> Path:
    """Starts the run and returns at once; gives the file of what its process prints.

    What is missing (key, budget, packages) is raised here, before anything starts.
    """
    check_before_up(session, recipe, name, wish)
    request = _Request(str(recipe.absolute()), name, wish, session.key().reveal(), session.server_url)
    session.home.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = session.home.state / f"up-{time.time_ns()}.log"
    with log.open("xb") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "afs_engine.runs.cloud.background"],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=engine_environment(),
            start_new_session=True,
        )
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(request))
    process.stdin.close()
    return log


def main() -> int:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=_Request)
    session = open_session()
    given = {"VAST_API_KEY": request.key, "VAST_URL": request.server_url}
    session = replace(session, environment={**session.environment, **given})
    try:
        run_recipe_rented(session, Path(request.recipe), request.name, request.wish, [])
    except AfsError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code
    except Exception:  # noqa: BLE001 - the border: the traceback belongs to the log
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
