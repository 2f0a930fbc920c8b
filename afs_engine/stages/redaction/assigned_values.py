"""Reading the value that stands after a name: `= "x"`, `: x`, `=> 'x'`, `": "x"`, `</key> x`.

Owns the many ways in which chats, code, configuration, shells and JSON inside JSON put a value
beside a name. Says where the value stands and how it was written; judges neither name nor value.
"""

import re

from msgspec import Struct

from afs_engine.data.compiled_words import NameRule

_CLOSE = r"(?:\\{0,7}[\"'`]|\\+u0022|\*\*|&quot;)?[\])]?(?:\*\*)?"
_PROMPT_DEFAULT = r"(?:[ \t]*\[[^\]\n]{0,24}\])?"
_EQUALS = r"(?:=>|:=|\?=|(?:\|\||\?\?)=|={1,3}|:(?!:)|%3[Dd]|%3[Aa]|\\+u003[Dd]|\\+x3[Dd])"
_TOLD = r"(?:[ \t]+(?:generated|created|received|issued|found|string|value))?"
_TYPE = r":?[ \t]*(?:[&*]|'static |mut |Optional\[)*[A-Za-z_][\w.]{0,24}[\w ,|.<>\[\]]{0,24}"
_ASSIGNED = re.compile(
    rf"{_CLOSE}{_PROMPT_DEFAULT}{_TOLD}[ \t]*"
    rf"(?:(?=[^=\n]{{1,120}}=[ \t\"']){_TYPE}[ \t]+=(?=[ \t\"'])|{_EQUALS}|\[?\][ \t]*=|\|)(?:\*\*)?[ \t]*"
)
_BELOW = re.compile(r"(?:[ \t]*\r?\n(?:[ \t]*```\w*\r?\n)?){1,2}[ \t]*")
_LISTED = re.compile(r"\\{0,7}[\"'`]\]?[ \t]*,[ \t]*(?=\\{0,7}[\"'`])")
_VALUE_FIELD = re.compile(
    r"\\{0,7}[\"']?,?(?:\s|\\+[nrt]){0,40}(?:-[ \t]+)?\\{0,7}[\"']?(?i:value)\\{0,7}[\"']?[ \t]*[:=][ \t]*"
)
_ELEMENT = re.compile(r"[\"']?(?:[ \t][^<>\n]{0,80})?>[ \t]*(?=[^<\s][^<\n]{0,200}</)")
_ARGUMENT = re.compile(r"\([ \t]*(?=\\{0,7}[\"'`])")
_VERB = r"(?:is|was|are|to|will be|equals|contains)"
_OF_WHAT = r"(?:for|of|on|at|to)[ \t][\w.@' \-]{1,40}"
_SPOKEN = re.compile(rf"(?: {_OF_WHAT}?)?[ \t]+{_VERB}[ \t]*:?[ \t]+|[ \t]{_OF_WHAT}?[ \t]*[:=][ \t]+")
_SPACE = re.compile(r"\\{0,7}[\"']?[ \t]+")

# What must follow a name at the least, in linear syntax: a mark, a type, or what no prose has there.
# Brackets, commas and quotes alone close what a program does with a name; only what follows joins a value.
_JOINED = r"(?:\*\*)?[ \t]*[:=?|%\\\[A-Za-z_&*']"
_THEN_VALUE = r"(?:\s|\\+[nrt])*(?:-[ \t]+)?\\*[\"']?(?i:value)"
LINK_PATTERN = (
    rf"(?:\\|[\"'`](?:\]?[ \t]*[,>]|[ \t]|[\])]?{_JOINED}|{_THEN_VALUE})|[\])]{_JOINED}|[:=|]|%3|&quot;|\*\*"
    rf"|>[ \t]*[^<\s]|,{_THEN_VALUE}"
    r"|[ \t]*(?:[:=|(\[>]|[?:]=)|[ \t]+[&*\w.\[\]]+[ \t]*[:=]"
    rf"|(?:[ \t]+(?:{_OF_WHAT}[ \t])?{_VERB}[ \t]*:?|[ \t]{_OF_WHAT}[ \t]*[:=])[ \t]+"
    r"(?:[\"'`]|[^\s\"'`]*[0-9!@#$%^])|[ \t]+(?:[\"'`]|[^\s\"']{12})|\s+(?i:value)[\"']?[ \t]*[:=])"
)
# The same for the compiled core, which takes some more (is_joined in core_words.c): one of `joins` stands
# right behind a name; behind blanks there is one of `opens_value`, a run of twelve characters, or a word that
# may join them and then one of `marks`. `bare` and `typed` are what _BARE and _TYPE hold.
LINK_RULE = NameRule(
    group=0,
    name=r"[A-Za-z0-9_.-]",
    joins=r"[\\\"'`\])=:|%&*>,(\[?]",
    opens_value=r"[:=|(\[>?\"'`]",
    marks=r"[:=|(\[>?\"'`0-9!@#$%^]",
    bare=r"[^\s\"'`<>\\&;,|)\]}]",
    typed=r"[A-Za-z0-9_ \t,|.<>\[\]&*']",
)
FLAG_PATTERN = r"--?[\w\-]*(?i:pass|pwd|secret|token|key|auth)[\w\-]*"
ARGUMENT_PATTERN = r"[ \t]+[^\s\-]"
_OPENING = re.compile(r"(?:[bBrRfFuUL@$]{0,2})(?P<quote>\\{0,7}(?:\"\"\"|[\"'`]|u0022)|&quot;|\*\*)")
_SCHEME = re.compile(r"(?:Bearer|Basic|Token|ApiKey)[ \t]+", re.IGNORECASE)
_LONE_BACKSLASH = r"\\(?![nrtu\"'\\/])"
_BARE = re.compile(rf"(?:[^\s\"'`<>\\&;,|)\]}}]+|{_LONE_BACKSLASH})+")
_WHOLE_WORD = re.compile(rf"(?:[^\s\"'`<>\\]+|{_LONE_BACKSLASH})+")
_EQUALS_AT_ONCE = (":", "=")
_QUOTES, _SENTENCE_ENDS = "\"'`", ".,:;*"
_LINE_END = re.compile(r"[ \t]*(?:\r?\n|\Z)")
_LONGEST_QUOTED, _LONGEST_BARE = 4096, 2048


class Value(Struct, frozen=True, gc=False):
    """Where a value stands, and how: `link` is what joins it to its name.

    `is_line` where it is all that the line below its name holds.
    """

    start: int
    end: int
    quoted: bool
    link: str
    is_line: bool = False


def read_value(text: str, name_start: int, name_end: int) -> Value | None:
    """The value that follows the name at `name_start:name_end`, or None where none is joined to it."""
    link, start = _read_link(text, name_start, name_end)
    if not link:
        return None
    scheme = _SCHEME.match(text, start)
    start = scheme.end() if scheme else start
    if link == "assigned" and text[name_end : name_end + 1] == "=":
        link = _name_equals_link(text, name_start, name_end)
    return _read_quoted(text, start, link) or _read_bare(text, start, link)


def read_plain_value(text: str, start: int, end: int, name_start: int, name_end: int) -> Value:
    """The value at `start:end`, which the compiled core found; what ends a sentence is none of it."""
    if text[start - 1] in _QUOTES:
        return Value(start, end, True, _plain_link(text, name_start, name_end))
    link = _plain_link(text, name_start, name_end)
    if text[end - 1] in _SENTENCE_ENDS:
        end = start + len(_trim_bare(text[start:end], link))
    return Value(start, end, False, link)


def _plain_link(text: str, name_start: int, name_end: int) -> str:
    return _name_equals_link(text, name_start, name_end) if text[name_end] == "=" else "assigned"


def _read_link(text: str, name_start: int, name_end: int) -> tuple[str, int]:
    """How the name is joined to what follows, and where that begins; ("", 0) for not at all."""
    if text[name_end : name_end + 1] not in _EQUALS_AT_ONCE and (match := _VALUE_FIELD.match(text, name_end)):
        return "assigned", match.end()
    if text[name_start - 1 : name_start] in ("<", '"', "'") and (match := _ELEMENT.match(text, name_end)):
        return "element", match.end()
    if match := _ASSIGNED.match(text, name_end):
        below = _BELOW.match(text, match.end())
        return ("below", below.end()) if below else ("assigned", match.end())
    for link, pattern in (
        ("listed", _LISTED),
        ("argument", _ARGUMENT),
        ("spoken", _SPOKEN),
        ("space", _SPACE),
    ):
        if match := pattern.match(text, name_end):
            return link, match.end()
    return "", 0


def _name_equals_link(text: str, name_start: int, name_end: int) -> str:
    """What `name=` is: a form's or URL's query, a shell's or .env file's capitals, or any assignment."""
    if text[name_start - 1 : name_start] in ("?", "&"):
        return "query"
    return "shell" if text[name_start:name_end].isupper() else "assigned"


def _read_quoted(text: str, start: int, link: str) -> Value | None:
    opening = _OPENING.match(text, start)
    if not opening:
        return None
    quote, begin = opening["quote"], opening.end()
    end = _find_closing(text, begin, quote)
    if end <= begin:
        return None
    return Value(begin, end, True, link)


def _find_closing(text: str, begin: int, quote: str) -> int:
    """Where the same quote, with the same backslashes before it, stands again on the line; -1 if nowhere."""
    line_end = text.find("\n", begin, begin + _LONGEST_QUOTED)
    limit = line_end if line_end >= 0 else begin + _LONGEST_QUOTED
    at = text.find(quote, begin, limit)
    while at > begin and text[at - 1] == "\\":
        at = text.find(quote, at + 1, limit)
    return at


def _read_bare(text: str, start: int, link: str) -> Value | None:
    """A value without quotes; a quote that is never closed on its line is stepped over."""
    opening = _OPENING.match(text, start)
    begin = opening.end() if opening else start
    word = _WHOLE_WORD if link == "shell" else _BARE
    match = word.match(text, begin, begin + _LONGEST_BARE)
    if not match or match.end() == begin + _LONGEST_BARE:
        return None
    end = begin + len(_trim_bare(match.group(), link))
    is_line = link == "below" and _LINE_END.match(text, match.end()) is not None
    return Value(begin, end, opening is not None, link, is_line) if end > begin else None


def _trim_bare(value: str, link: str) -> str:
    """Without what a sentence or a bold word ends with."""
    return value.rstrip(",;") if link == "shell" else value.rstrip(".,:;").removesuffix("**").rstrip(".,:;")
