"""The program `afs-tui [PATH]`: reads its flags and starts the studio.

Owns the flags and what is refused before the screen is taken. Imports the app only then.
"""

import argparse
import os
import sys
from pathlib import Path

_EPILOG = "PATH is a recipe.toml or its folder; without it the folder you stand in."


def main() -> None:
    """Runs the studio; exits 0, 1 (failed) or 2 (usage), 128 + n on signal n."""
    flags = _parse(sys.argv[1:])
    if flags.path is not None and not flags.path.exists():
        _refuse(f"{flags.path}: there is nothing here; `afs-engine init DIR` writes a new workspace")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        _refuse("the studio needs a terminal; `afs-engine run recipe.toml` works without one")
    if os.environ.get("TERM", "") in ("", "dumb"):
        _refuse("this terminal can't draw a screen (TERM is dumb or not set); use `afs-engine`")
    from afs_tui.app import StudioApp
    from afs_tui.studio import Options

    options = Options(
        path=flags.path,
        is_readonly=flags.readonly,
        is_ascii=flags.ascii or not _can_draw_unicode(),
        theme=flags.theme or "",
    )
    app = StudioApp(options)
    app.run()
    sys.exit(app.return_code or 0)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="afs-tui", description="The terminal studio for a recipe.", epilog=_EPILOG
    )
    parser.add_argument("path", nargs="?", type=Path, metavar="PATH", help="recipe.toml or its folder")
    parser.add_argument("--readonly", action="store_true", help="look, but change and start nothing")
    parser.add_argument("--ascii", action="store_true", help="draw in ASCII and 16 colours")
    parser.add_argument("--theme", help="afs-dark, afs-light, afs-colour-blind, ansi-dark, ansi-light")
    return parser.parse_args(arguments)


def _can_draw_unicode() -> bool:
    return "utf" in (sys.stdout.encoding or "").lower()


def _refuse(why: str) -> None:
    sys.stderr.write(f"afs-tui: {why}\n")
    sys.exit(2)


if __name__ == "__main__":
    main()
