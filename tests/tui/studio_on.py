"""The studio on a workspace, driven by a pilot: how screens are tested."""

import asyncio
import atexit
from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from afs_engine.api import EngineReader
from afs_tui.app import StudioApp
from afs_tui.studio import Options

Drive = Callable[[StudioApp, Pilot[Any]], Coroutine[Any, Any, None]]


def drive_studio(
    drive: Drive, path: Path | None, *, size: tuple[int, int] = (120, 40), is_readonly: bool = False
) -> StudioApp:
    """Runs `drive` in a studio that has `path` open; returns the app after it ended.

    All studios of a test session ask one reading process, which takes a while to start.
    """
    app = StudioApp(Options(path=path, is_readonly=is_readonly))
    drive_app(drive, app, size=size)
    return app


def drive_app(drive: Drive, app: StudioApp, *, size: tuple[int, int] = (120, 40)) -> None:
    """Runs `drive` in this studio."""
    app.studio.reader = _shared_reader()

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await drive(app, pilot)

    asyncio.run(run())


class _KeptReader(EngineReader):
    """A reader that a closing studio does not end."""

    def close(self) -> None:
        return


@cache
def _shared_reader() -> EngineReader:
    reader = _KeptReader()
    atexit.register(EngineReader.close, reader)
    return reader
