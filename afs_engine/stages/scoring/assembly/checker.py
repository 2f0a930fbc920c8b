"""The assembly check of many answers: asar where it is, the built-in check where it is not.

Owns the choice (shared library, then command line tool, then built-in) and the order of the work.
Every verdict says who answered it. The parts themselves are in the files beside this one.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, Self

from afs_engine.errors import WorkerError
from afs_engine.stages.scoring.assembly.asar_binary import AsarBinary
from afs_engine.stages.scoring.assembly.asar_find import SETTING, FoundAsar, find_asar
from afs_engine.stages.scoring.assembly.asar_messages import AsarReply
from afs_engine.stages.scoring.assembly.asar_process import AsarProcess
from afs_engine.stages.scoring.assembly.verdict import AssemblyVerdict, CheckedBy

_RULES = "rules 2"  # raise it with any change of a verdict: it makes kept scores stale
TIME_LIMIT_SECONDS = 2.0
"""For one snippet. asar needs well under a millisecond; hostile input never ends."""


class Assembler(Protocol):
    """asar in one of its two forms."""

    version: str

    def start(self) -> None:
        """Makes ready. Raises WorkerError where this asar does not work."""

    def assemble(self, source: str) -> AsarReply:
        """asar's errors for a source."""

    def close(self) -> None:
        """Ends what runs."""


class AssemblyChecker:
    """Checks answers for assembly that can't assemble. Use it in a `with` block, or call `close`.

    `asar`: library, program or folder, before any search; see `find_asar` for the rest and the error.
    `time_limit_seconds`: for one snippet; one that takes longer counts as a fault ("timed out").
    """

    def __init__(self, asar: Path | None = None, *, time_limit_seconds: float = TIME_LIMIT_SECONDS) -> None:
        self._found = find_asar(asar)
        self._time_limit_seconds = time_limit_seconds
        self._assembler: Assembler | None = None
        self._what_failed: list[str] = []
        self._chosen = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends asar's worker, where one was started; a later check starts it again."""
        if self._assembler is not None:
            self._assembler.close()

    def check_many(self, texts: Sequence[str]) -> list[AssemblyVerdict]:
        """One verdict for each answer, in their order. Raises WorkerError when asar can't be restarted."""
        from afs_engine.stages.scoring.assembly.syntax import check_syntax  # its rules take a while to load

        assembler = self._choose()
        if assembler is None:
            return [check_syntax(text) for text in texts]
        return [_check_with(assembler, text) for text in texts]

    @property
    def checked_by(self) -> CheckedBy:
        """Who answers."""
        return "built-in" if self._choose() is None else "asar"

    @property
    def version(self) -> str:
        """What a verdict depends on besides the text: the rules here, and asar's version."""
        assembler = self._choose()
        return f"{_RULES} {self.checked_by}" + (f" {assembler.version}" if assembler else "")

    def describe(self) -> str:
        """One line for `doctor`: who answers, and what was tried in vain."""
        assembler = self._choose()
        failed = f" ({'; '.join(self._what_failed)})" if self._what_failed else ""
        if assembler is None:
            return (
                f"no asar: the built-in 65816 syntax check answers; name asar in {SETTING} to use it{failed}"
            )
        part = self._found.library if isinstance(assembler, AsarProcess) else self._found.program
        return f"asar {assembler.version} at {part}{failed}"

    def _choose(self) -> Assembler | None:
        if not self._chosen:
            self._assembler = self._start_first(_list_assemblers(self._found, self._time_limit_seconds))
            self._chosen = True
        return self._assembler

    def _start_first(self, assemblers: Sequence[Assembler]) -> Assembler | None:
        for assembler in assemblers:
            try:
                assembler.start()
            except WorkerError as error:
                self._what_failed.append(str(error))
            else:
                return assembler
        return None


def _list_assemblers(found: FoundAsar, time_limit_seconds: float) -> list[Assembler]:
    """The forms of asar that were found, best first."""
    assemblers: list[Assembler] = []
    if found.library is not None:
        assemblers.append(AsarProcess(found.library, time_limit_seconds))
    if found.program is not None:
        assemblers.append(AsarBinary(found.program, time_limit_seconds))
    return assemblers


def _check_with(assembler: Assembler, text: str) -> AssemblyVerdict:
    """asar is asked only where the built-in check found something that assembles."""
    from afs_engine.stages.scoring.assembly.asar_source import judge_reply, write_source
    from afs_engine.stages.scoring.assembly.extraction import find_code
    from afs_engine.stages.scoring.assembly.syntax import check_code

    lines = find_code(text)
    verdict = check_code(lines)
    if verdict.score is None:
        return verdict
    reply = assembler.assemble(write_source(lines))
    return verdict if reply.outcome == "no answer" else judge_reply(lines, reply)
