"""Routines as question and answer: the author's comments and the code.

Owns what counts as documented. Says nothing that the comments and the code do not say.
"""

from collections.abc import Iterator

from afs_engine.stages.sources.oracle.asm.listing import Listing
from afs_engine.stages.sources.oracle.asm.pieces import Piece, pieces
from afs_engine.stages.sources.oracle.draft import MAX_ANSWER_CHARS, Draft, Record, split_parts
from afs_engine.stages.sources.oracle.wording import choose, part_note

_MIN_HEADER_WORDS = 2
_FULL_HEADER_WORDS = 3
_MIN_LONE_NOTE_WORDS = 3
_MIN_CODE_CHARS = 600

_ROUTINE = (
    "What does the routine `{name}` in `{path}` do?",
    "Explain the 65816 routine `{name}` (`{path}`).",
    "How does `{name}` work? It is defined in `{path}`.",
    "Show `{name}` from `{path}` and explain it.",
    "Walk me through the assembly of `{name}` in `{path}`.",
)
_ROUTINE_PART = (
    "What does `{part}` do within `{name}` in `{path}`?",
    "Explain the part `{part}` of the 65816 routine `{name}` (`{path}`).",
    "In `{name}` (`{path}`), how does `{part}` work?",
    "Show `{part}` of `{name}` from `{path}` and explain it.",
)
_DATA = (
    "What data does the label `{name}` in `{path}` hold?",
    "Show the data at `{name}` from `{path}` with its comments.",
    "What is stored at the label `{name}` (`{path}`)?",
)
_DATA_PART = (
    "What data does `{part}` within `{name}` in `{path}` hold?",
    "Show the data at `{part}` of `{name}` from `{path}` with its comments.",
)


def routine_records(listing: Listing) -> Iterator[Record]:
    """One record for each routine and each part of one; the other names of a routine count with it."""
    for piece in pieces(listing):
        size = 1 + piece.aliases
        reason = _why_useless(piece)
        yield (
            Record(skipped=reason, size=size)
            if reason
            else Record(tuple(_drafts(listing.path, piece)), size=size)
        )


def _why_useless(piece: Piece) -> str:
    """The reason why a piece gives no sample, or ""."""
    if not piece.shape:
        return "label without code or data"
    if not is_documented(piece):
        return "no comments"
    if piece.shape == "data" and sum(len(row) + 1 for row in piece.code) > MAX_ANSWER_CHARS:
        return "large data table"
    return ""


def is_documented(piece: Piece) -> bool:
    """A comment block of two words or more above, two notes inside, or in code one that is a phrase."""
    if len(piece.header.split()) >= _MIN_HEADER_WORDS or len(piece.notes) >= 2:
        return True
    return piece.shape == "code" and any(
        len(note.rpartition("`: ")[2].split()) >= _MIN_LONE_NOTE_WORDS for note in piece.notes
    )


def _drafts(path: str, piece: Piece) -> Iterator[Draft]:
    """The piece as one sample, or as several where its code is long."""
    lead = _lead(path, piece)
    room = max(MAX_ANSWER_CHARS - len(lead), _MIN_CODE_CHARS)
    codes = split_parts(_code_blocks(piece.code, room), room, "\n")
    for number, code in enumerate(codes, start=1):
        fence = f"```asm\n{code.strip(chr(10))}\n```"
        yield Draft(
            kind="routine" if piece.shape == "code" else "data",
            domain="asm",
            instruction=_question(path, piece) + part_note(number, len(codes)),
            output=f"{lead}\n\n{fence}" if number == 1 else f"{_subject(path, piece)}, continued:\n\n{fence}",
            source=path,
            group=f"{path}#{piece.name}",
            line=piece.line,
            name=piece.name,
            extra=_extra(piece, number, len(codes)),
        )


def _extra(piece: Piece, number: int, count: int) -> dict[str, object]:
    extra: dict[str, object] = {}
    if piece.part:
        extra |= {"inner_label": piece.part, "inner_line": piece.part_line}
    if count > 1:
        extra |= {"part": number, "parts": count}
    return extra


def _question(path: str, piece: Piece) -> str:
    templates = {
        ("code", False): _ROUTINE,
        ("code", True): _ROUTINE_PART,
        ("data", False): _DATA,
        ("data", True): _DATA_PART,
    }[piece.shape, bool(piece.part)]
    return choose(f"{path}\n{piece.name}\n{piece.part}", templates).format(
        name=piece.name, part=piece.part, path=path
    )


def _subject(path: str, piece: Piece) -> str:
    """`Name` (`file.asm`), or the part with the routine it belongs to."""
    inner = f"`{piece.part}` in " if piece.part else ""
    return f"{inner}`{piece.name}` (`{path}`)"


def _lead(path: str, piece: Piece) -> str:
    """What comes before the code: the comment block above it, else the notes in it, and what it calls."""
    subject = _subject(path, piece)
    lead = f"{subject}:\n\n{piece.header}" if piece.header else f"{subject}."
    if piece.notes and len(piece.header.split()) < _FULL_HEADER_WORDS:
        notes = "\n".join(f"- {note}" for note in piece.notes)
        lead += (
            f"\n\nIts comments, in order:\n\n{notes}"
            if piece.header
            else f" Its comments, in order:\n\n{notes}"
        )
    if piece.calls:
        lead += f"\n\nIt calls {', '.join(f'`{target}`' for target in piece.calls)}."
    return lead


def _code_blocks(rows: tuple[str, ...], limit: int) -> list[str]:
    """The code cut at blank lines; a stretch longer than `limit` is cut between lines."""
    blocks: list[str] = []
    stretch: list[str] = []
    for row in (*rows, ""):
        stretch.append(row)
        if not row.strip():
            whole = "\n".join(stretch)
            blocks += [whole] if len(whole) <= limit else split_parts(stretch, limit, "\n")
            stretch = []
    return blocks
