"""The program `afs-engine`, also called `afs`: its top-level commands and its exit codes.

Every error that a person can cause ends here as one line on stderr. Imports no engine module before
a command is chosen.
"""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType

import click

from afs_engine.cli.lazy import LazyGroup

_COMMANDS = {
    "init": ("afs_engine.cli.init", "Write a workspace: a commented recipe and small sample data."),
    "plan": ("afs_engine.cli.plan", "Show what a run of a recipe would do, and what is cached."),
    "run": ("afs_engine.cli.run", "Run a recipe from raw sources to a registered adapter."),
    "jobs": ("afs_engine.cli.jobs", "List, watch, pause, stop and resume runs and trainings."),
    "training": ("afs_engine.cli.training", "Export, mix, split, convert, train, evaluate, register."),
    "discriminator": ("afs_engine.cli.discriminator", "Score samples and filter by score."),
    "cloud": ("afs_engine.cli.cloud", "Rent a GPU under a budget that holds: offers, up, status, down."),
    "context": ("afs_engine.cli.context", "Find chat logs, notes and history on this machine."),
    "status": ("afs_engine.cli.status", "Show the workspace: runs, registry, sources on this machine."),
    "doctor": ("afs_engine.cli.doctor", "Show which optional parts are there, and how to add the others."),
}

cli = LazyGroup(
    name="afs-engine",
    table=_COMMANDS,
    help="From your own chats, notes and code to a trained, evaluated, registered adapter.\n\n"
    "New here? `afs-engine init demo` writes a workspace, `afs-engine run demo/recipe.toml` runs it.",
)
cli.params.append(
    click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        help="Show the version.",
        callback=lambda ctx, _param, value: _show_version(ctx) if value else None,
    )
)


def _show_version(ctx: click.Context) -> None:
    from afs_engine import __version__

    click.echo(f"afs-engine {__version__}")
    ctx.exit()


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command and exits with its code: 0 ok, 1 failed, 2 usage, 130 interrupted."""
    _open_what_is_closed()
    _stop_politely()
    # No command does algebra with numpy; its threads, one a core, would only cost time to start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(_run(arguments))


def _open_what_is_closed() -> None:
    """What a caller closed of stdin, stdout and stderr is /dev/null, and not the next file that is opened."""
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:  # the lowest free one comes first
        pass
    os.close(descriptor)
    sys.stdin = sys.stdin or open(0, encoding="utf-8")  # noqa: SIM115 - they stay open
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8")  # noqa: SIM115


def _stop_politely() -> None:
    """A polite kill or a closed terminal ends a command as Ctrl-C does: nothing half-made is left behind.

    A command whose work outlives its terminal says so itself. What `nohup` ignores stays ignored.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader has gone; nothing can be told to it, and the interpreter must not try at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if error.filename is not None:
            _say(f"{os.fsdecode(error.filename)}: {error.strerror} (check the path and its permissions)")
            return 1
        _say(f"can't write the result: {error.strerror}")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _invoke(arguments: Sequence[str] | None) -> int:
    from afs_engine.errors import EXIT_FAILED, EXIT_INTERRUPTED, AfsError

    try:
        result = cli.main(args=arguments, prog_name=_program_name(), standalone_mode=False)
    except click.ClickException as error:
        _say(_in_one_line(error))
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        _say("stopped")
        return EXIT_INTERRUPTED
    except AfsError as error:
        _say(str(error))
        return error.exit_code
    except (BrokenPipeError, OSError):
        raise
    except Exception as error:
        if os.environ.get("AFS_DEBUG"):
            raise
        _say(f"{type(error).__name__}: {error} (a defect of AFS; AFS_DEBUG=1 shows where, please report it)")
        return EXIT_FAILED
    return result if isinstance(result, int) else 0


def _in_one_line(error: click.ClickException) -> str:
    """A usage error, with where to read on."""
    context = getattr(error, "ctx", None)
    hint = f"; see '{context.command_path} --help'" if context else ""
    return error.format_message().rstrip(".") + hint


def _program_name() -> str:
    name = os.path.basename(sys.argv[0])  # noqa: PTH119 - pathlib would cost its import at start
    return name if name in ("afs", "afs-engine") else "afs-engine"


def _say(text: str) -> None:
    from afs_engine.data.display import clean_text

    one_line = text.replace("\n", "\\n")  # a file name may hold a line end
    with suppress(OSError):  # where nobody can hear it, the exit code still tells
        click.echo(f"error: {clean_text(one_line)}", err=True)
