"""The one error tree of the engine.

Every error that a person can cause or meet is an `AfsError`: what happened, where, and what to do
next. This file knows nothing of terminals, exit handling or any stage; the command line turns an
`AfsError` into one line on stderr and its `exit_code`.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


@dataclass(frozen=True)
class Where:
    """A place a person can open: a file, and the 1-based line where one is known."""

    path: Path
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else str(self.path)


class AfsError(Exception):
    """What happened (`what`), where, and what to do next (`hint`)."""

    exit_code = EXIT_FAILED

    def __init__(self, what: str, *, where: Where | Path | None = None, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = Where(where) if isinstance(where, Path) else where
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.what}{hint}"


class UsageError(AfsError):
    """The command or its arguments can't be taken as written."""

    exit_code = EXIT_USAGE


class RecipeError(UsageError):
    """The recipe does not say what it should: unknown key, wrong type, impossible value."""


class InputError(AfsError):
    """An input is missing, unreadable, or not what its name says."""


class EmptyResultError(AfsError):
    """A stage had input and would give nothing."""


class LedgerError(AfsError):
    """Rows in and rows out do not add up: a defect of ours, never hidden."""


class StorageError(AfsError):
    """The disk refused: full, read-only, or failing."""


class MissingPartError(AfsError):
    """An optional part (a package, a model, a tool) is not there."""


class WorkerError(AfsError):
    """A worker process failed, was killed, or answered nonsense."""


class BudgetError(AfsError):
    """The money allowed does not cover what was asked for, or is not said."""


class CloudError(AfsError):
    """The service that rents out machines, or a rented machine, refused, failed or can't be reached."""


class InterruptedRunError(AfsError):
    """The person stopped the run; what was finished is kept."""

    exit_code = EXIT_INTERRUPTED


def nearest_hint(word: str, known: list[str]) -> str:
    """A hint that names the nearest of `known`, or lists them where none is near."""
    close = get_close_matches(word, known, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    shown = ", ".join(sorted(known)[:12])
    return f"known: {shown}" if shown else "there are none"
