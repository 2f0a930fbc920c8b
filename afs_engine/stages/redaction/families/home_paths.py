"""User names in home paths, and the same names where they stand as a path part or before a host.

Learns names from `/home/NAME`, `/Users/NAME` and `C:\\Users\\NAME` and remembers them for the run.
Only the name is replaced, so that the path stays a path. Names of roles (root, ubuntu, runner)
belong to nobody and stay.
"""

import re
import string
from collections.abc import Iterator

from afs_engine.stages.redaction.families.contacts import AT_SIGNS
from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.linear_search import Finder, any_of
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.vocabulary import FOLDER_NAMES, ROLE_NAMES
from afs_engine.stages.redaction.word_search import Word, WordGroup

_LETTER = re.compile(r"[A-Za-z\x7f]")
_KIND, _PLACEHOLDER = "user_name", "USER"
HOMES = WordGroup(tuple(map(Word, ("/home/", "/Users/", "-home-", "-Users-"))))
MARKED_HOMES = WordGroup(
    tuple(map(Word, (":/users/", "\\users\\", "%2fhome%2f", "%2fusers%2f"))), any_case=True
)
_DRIVE, _BACKSLASHES = 0, 1  # the places of those that need a second look
_MORE_BACKSLASHES = re.compile(r"\\{1,8}")
_NAME = re.compile(r"[A-Za-z0-9_\x7f][A-Za-z0-9_.\x7f-]{0,63}")
_DASHED_NAME = re.compile(r"[A-Za-z0-9_\x7f][A-Za-z0-9_\x7f]{0,31}")
_WINDOWS_NAME = re.compile(r"[^\\/:*?\"<>|\r\n\t'`]{1,64}(?=\\)|[A-Za-z0-9_\x7f][A-Za-z0-9_.\x7f-]{0,63}")
_PATH_MARKS = string.ascii_letters + string.digits + "_./-"
_FLAG = re.compile(r"-[A-Za-z]")  # as in `-I/home/name/include`
_PROMPT_NAME = re.compile(r"\b[a-z_][a-z0-9_\-]{1,31}\Z")
_PROMPT_HOST = re.compile(r"@[A-Za-z0-9][A-Za-z0-9.\-]*:[~/]")
_LONGEST_PROMPT_NAME = 32
_OWNED_BEFORE = re.compile(
    r"(?:(?i:\b(?:user(?:_?name)?|login|logname|owner|author|committer|assignee|account|chown|su|sudo -u)\b"
    r"[\"']?\s{0,2}[:= ]\s{0,2}-?[\"']?)"
    r"|[r-][w-][xsStT-][.+@]?\s{1,4}\d{1,5}\s(?:\S{1,32}\s{1,8})?"  # the owner columns of `ls -l`
    r"|\b[ug]id=\d{1,7}\(|\bwhoami\r?\n|\b(?:chown|install)[ \t](?:-\S{1,9}[ \t])*[\w.<>\x7f-]{1,40}:)\Z"
)
_SHORTEST_LEARNED, _MOST_LEARNED = 3, 1000


class UserNames:
    """The user names seen in a run, and the search for them."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}
        self._finder: Finder | None = None

    def remember(self, name: str) -> None:
        """Looks for `name` from now on, unless it is too short or also a common folder."""
        unfit = len(name) < _SHORTEST_LEARNED or name.lower() in FOLDER_NAMES
        if not unfit and name not in self._names and len(self._names) < _MOST_LEARNED:
            self._names[name] = None
            self._finder = None

    def __len__(self) -> int:
        return len(self._names)

    def in_order(self) -> list[str]:
        """All of them, as they came."""
        return [*self._names]

    def find(self, probe: Probe) -> list[Candidate]:
        """Known names as a path part, before a host, or as the owner of something."""
        if not self._names:
            return []
        if self._finder is None:
            longest_first = sorted(self._names, key=lambda name: (-len(name), name))
            self._finder = Finder(any_of(map(re.escape, longest_first)))
        return [
            Candidate(start, end, _KIND, _PLACEHOLDER)
            for start, end in self._finder.spans(probe.data)
            if _stands_as_user(probe, start, end)
        ]


def find_user_names(probe: Probe) -> Iterator[Candidate]:
    """The names in home paths, prompts and remote paths."""
    yield from _find_home_users(probe)
    yield from _find_prompt_users(probe)


def _find_home_users(probe: Probe) -> Iterator[Candidate]:
    """The name part of every home path."""
    for start, end, *_ in probe.hits(HOMES):
        if _opens_home(probe, start, probe.text[start:end]):
            yield from _home_user(probe, end, _DASHED_NAME if probe.text[start] == "-" else _NAME)
    for start, end, place, *_ in probe.hits(MARKED_HOMES):
        if place == _BACKSLASHES:
            rest = _MORE_BACKSLASHES.match(probe.text, end - 1)
            yield from _home_user(probe, rest.end() if rest else end, _WINDOWS_NAME)
        elif place != _DRIVE or probe.before(start, 1).isalpha():
            yield from _home_user(probe, end, _NAME)


def _home_user(probe: Probe, start: int, pattern: re.Pattern[str]) -> Iterator[Candidate]:
    match = pattern.match(probe.text, start)
    name = match.group().rstrip(".-") if match else ""
    if name and not _is_nobody(name):
        yield Candidate(start, start + len(name), _KIND, _PLACEHOLDER)


def _find_prompt_users(probe: Probe) -> Iterator[Candidate]:
    """The name in `name@host:~/path$` and `name@host:/path`, as prompts and scp write it."""
    for host in probe.matches(AT_SIGNS, _PROMPT_HOST):
        end = host.start()
        match = _PROMPT_NAME.search(probe.text, max(0, end - _LONGEST_PROMPT_NAME), end)
        if match is None:
            continue
        start = match.start()
        start += bool(start and probe.text[start - 1] == "\\" and probe.text[start] in "nrt")
        name = probe.text[start:end]
        if name and probe.before(start, 1) not in ("/", ".", "-", "+") and not _is_nobody(name):
            yield Candidate(start, end, _KIND, _PLACEHOLDER)


def _opens_home(probe: Probe, start: int, opening: str) -> bool:
    if opening.startswith("-"):
        return probe.before(start, 12).endswith(("projects/", "projects\\", "projects/-", "tmp/"))
    window = probe.before(start, 64)
    lead = window[len(window.rstrip(_PATH_MARKS)) :]
    if not lead or window.endswith("file:" + lead) or probe.starts_word(start):
        return True
    in_path = lead.startswith("/") and not lead.startswith("//")
    return in_path or _FLAG.fullmatch(lead) is not None


def _is_nobody(name: str) -> bool:
    return name.lower() in ROLE_NAMES or _LETTER.search(name) is None


def _stands_as_user(probe: Probe, start: int, end: int) -> bool:
    first, last = probe.bounds(start)
    if end - start == len(probe.text[first:last].strip()):
        return True
    before, after = probe.before(start, 1), probe.text[end : end + 1]
    if (after.isalnum() or after == "_") or not (probe.starts_word(start) and before != "_"):
        return False
    if (before in ("/", "\\") and after != ".") or (after == "@" and probe.text[end + 1 : end + 2].isalnum()):
        return True
    window = probe.before(start, 48)
    return window.endswith(("-home-", "-Users-")) or _OWNED_BEFORE.search(window) is not None
