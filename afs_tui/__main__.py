"""The program `afs-tui [PATH]`: reads its flags and starts the studio.

Owns the flags and what is refused before the screen is taken. Imports the app only then.
"""

import argparse
import os
import shlex
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from afs_tui.studio import Options

_THEMES = ("afs-dark", "afs-light", "afs-colour-blind", "ansi-dark", "ansi-light")
_EPILOG = "PATH is a recipe.toml or its folder; without it the folder you stand in."


def main() -> None:
    """Runs the studio; exits 0, 1 (failed) or 2 (usage), 128 + n on signal n."""
    flags = _parse(sys.argv[1:])
    if flags.path is not None and not flags.path.exists():
        _refuse(f"{flags.path}: there is nothing here; `afs-engine init DIR` writes a new workspace")
    if flags.serve:
        _serve([word for word in sys.argv[1:] if word != "--serve"])
        return
    if flags.shots is None and not (sys.stdin.isatty() and sys.stdout.isatty()):
        _refuse("the studio needs a terminal; `afs-engine run recipe.toml` works without one")
    if flags.shots is None and os.environ.get("TERM", "") in ("", "dumb"):
        _refuse("this terminal can't draw a screen (TERM is dumb or not set); use `afs-engine`")
    from afs_tui.app import StudioApp
    from afs_tui.garbage import keep_out_of_the_way
    from afs_tui.studio import Options

    with ExitStack() as opened:
        path = _write_demo(opened) if flags.demo else flags.path
        options = Options(
            path=path,
            is_readonly=flags.readonly,
            is_ascii=flags.ascii or not _can_draw_unicode(),
            is_demo=flags.demo,
            theme=flags.theme or "",
        )
        if flags.shots:
            _draw(options, flags.shots)
            return
        app = StudioApp(options)
        keep_out_of_the_way()
        app.run()
    sys.exit(app.return_code or 0)


def _write_demo(opened: ExitStack) -> Path:
    """A workspace with the sample and recorded runs, for as long as the studio is open."""
    from afs_engine.api import write_demo

    folder = opened.enter_context(TemporaryDirectory(prefix="afs-demo-", ignore_cleanup_errors=True))
    return write_demo(Path(folder) / "my-model")


def _draw(options: "Options", folder: Path) -> None:
    from afs_tui.pictures import draw_pictures

    drawn = draw_pictures(options, folder, lambda text: print(text, file=sys.stderr))  # noqa: T201
    print(f"{len(drawn)} pictures in {folder}")  # noqa: T201 - the program's result


def _serve(arguments: list[str]) -> None:
    """The same studio in a browser on this machine."""
    try:
        from textual_serve.server import Server
    except ModuleNotFoundError:
        _refuse("serving needs textual-serve; pip install 'afs[serve]'")
    Server(shlex.join([sys.executable, "-m", "afs_tui", *arguments])).serve()


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="afs-tui", description="The terminal studio for a recipe.", epilog=_EPILOG
    )
    parser.add_argument("path", nargs="?", type=Path, metavar="PATH", help="recipe.toml or its folder")
    parser.add_argument("--readonly", action="store_true", help="look, but change and start nothing")
    parser.add_argument("--ascii", action="store_true", help="draw in ASCII and 16 colours")
    parser.add_argument("--theme", choices=_THEMES, help="colours to start with; F2 changes them")
    parser.add_argument("--demo", action="store_true", help="built-in data, recorded runs, a pretended cloud")
    parser.add_argument("--serve", action="store_true", help="show it in a browser (needs afs[serve])")
    parser.add_argument("--shots", type=Path, metavar="DIR", help="draw every screen into DIR and end")
    return parser.parse_args(arguments)


def _can_draw_unicode() -> bool:
    return "utf" in (sys.stdout.encoding or "").lower()


def _refuse(why: str) -> NoReturn:
    sys.stderr.write(f"afs-tui: {why}\n")
    sys.exit(2)


if __name__ == "__main__":
    main()
