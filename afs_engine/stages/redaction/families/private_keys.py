"""Private keys in PEM and PuTTY form, redacted whole.

Handles real line ends and `\\n` written out inside JSON, line numbers and diff marks before the
lines, blocks without their END line, and blocks whose BEGIN line was cut away.
"""

import re
from collections.abc import Iterator

from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.word_search import Word, WordGroup

_KIND, _PLACEHOLDER = "private_key", "PRIVATE_KEY"
KEY_MARKS = WordGroup((Word("PRIVATE KEY"), Word("PuTTY-User-Key-File")))
_BEGIN = re.compile(r"-{4,5} ?BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_END = re.compile(r"-{4,5} ?END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_BREAK = r"(?:\s|\\+[nrt]|[\"'+,>|#*\x7f-]|[0-9]{1,5}[\x7f:|])"
_LAST_LINE = rf"(?:{_BREAK}{{1,8}}[A-Za-z0-9+/]{{1,15}}=*(?![A-Za-z0-9]))?"
_BODY_LINES = re.compile(
    rf"(?:{_BREAK}{{0,40}}(?:[A-Za-z-]{{4,20}}: [^\n\\]{{1,80}}|[A-Za-z0-9+/=]{{16,}}))+{_LAST_LINE}"
)
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/=]{16,}")
_WORD = re.compile(r"[^\s\\]+")
_BASE64_WORD = re.compile(r"[A-Za-z0-9+/]+=*\Z")
_PUTTY = re.compile(
    r"PuTTY-User-Key-File-\d:.{0,4000}?Private-Lines: \d+\s+"
    r"([A-Za-z0-9+/=]{4,}(?:\s+[A-Za-z0-9+/=]{4,})*)\s*^Private-MAC",
    re.DOTALL | re.MULTILINE,
)
_LONGEST_BLOCK = 20_000
_LEAST_BEFORE_END = 40


def find_private_keys(probe: Probe) -> Iterator[Candidate]:
    """Every private key block, from its BEGIN to its END, or as far as it goes."""
    done = -1
    for mark, *_ in probe.hits(KEY_MARKS):
        first, last = probe.bounds(mark)
        if first > done:
            done = first
            yield from (found.shifted(first) for found in _find_in_text(probe.text[first:last]))


def _find_in_text(text: str) -> Iterator[Candidate]:
    covered = 0
    for begin in _BEGIN.finditer(text):
        if begin.start() >= covered and (end := _block_end(text, begin)):
            covered = end
            yield Candidate(begin.start(), end, _KIND, _PLACEHOLDER)
    for closing in _END.finditer(text):
        start = _body_start(text, closing.start())
        if start < closing.start():
            yield Candidate(start, closing.end(), _KIND, _PLACEHOLDER)
    for match in _PUTTY.finditer(text):
        yield Candidate(match.start(1), match.end(1), _KIND, _PLACEHOLDER)


def _block_end(text: str, begin: re.Match[str]) -> int:
    """The end of the block that `begin` opens; 0 where no key material follows."""
    limit = begin.end() + _LONGEST_BLOCK
    other = _BEGIN.search(text, begin.end(), limit)
    end = _END.search(text, begin.end(), other.start() if other else limit)
    if end:
        return end.end() if _BASE64_RUN.search(text, begin.end(), end.start()) else 0
    lines = _BODY_LINES.match(text, begin.end())
    return lines.end() if lines else 0


def _body_start(text: str, end: int) -> int:
    """Where the base64 lines right before an END line begin, when their BEGIN line was cut away."""
    above = max(0, end - _LONGEST_BLOCK, text.rfind("---", 0, end))
    words = list(_WORD.finditer(text, above, end))
    start = end
    for word in reversed(words):
        whole_line = len(word.group()) >= _LEAST_BEFORE_END
        if not _BASE64_WORD.match(word.group()) or not (whole_line or start == end):
            break
        start = word.start() + (text[word.start() - 1 : word.start()] == "\\")
    return start if end - start > _LEAST_BEFORE_END else end
