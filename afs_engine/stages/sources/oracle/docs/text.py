"""Markdown text made fit for a question or an answer: links, emphasis, comments, long texts in parts.

Knows nothing of sections or samples.
"""

import re
from collections.abc import Sequence

_CODE_OR_LINK = re.compile(
    r"(?P<code>`++[^`]+`+)|!?\[(?P<text>[^\[\]]{0,300})\]\((?P<target>[^()\s]{0,500})(?:\s+\"[^\"]*\")?\)"
)
_EMPHASIS = re.compile(r"(?P<mark>\*\*|__)(?=\S)(?P<text>.+?)(?<=\S)(?P=mark)")
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])(?P<text>[^*]+?)(?<=[^\s*])\*(?![\w*])")
_CODE = re.compile(r"(`++[^`]+`+)")
_HTML_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ANCHOR = re.compile(r"\s*\{#[\w-]+\}\s*$")
_SYMBOLS = re.compile("[\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]+")
_LIST_NUMBER = re.compile(r"^(?:\d+(?:\.\d+)*[.)]|\d+(?:\.\d+)+)\s+(?=\S)")


def plain(text: str) -> str:
    """A heading as it is said: no emphasis, link targets, code marks, pictures or list number."""
    text = _ANCHOR.sub("", unlink(text))
    text = _ITALIC.sub(r"\g<text>", _EMPHASIS.sub(r"\g<text>", text)).replace("`", "")
    text = " ".join(_SYMBOLS.sub(" ", text).split()).strip(" :*")
    return _LIST_NUMBER.sub("", text)


def plain_cell(text: str) -> str:
    """A table cell or list step in one line: code marks stay, emphasis and link targets go."""
    text = re.sub(r"<br\s*/?>", "; ", unlink(text))
    spans = iter(_CODE.findall(text))
    held = _CODE.sub("\0", text)
    plain_text = _ITALIC.sub(r"\g<text>", _EMPHASIS.sub(r"\g<text>", held))
    return " ".join(re.sub("\0", lambda _: next(spans), plain_text).split())


def unlink(text: str) -> str:
    """Links to the web stay; those to neighbour files keep their text only, since no reader can follow."""
    return _CODE_OR_LINK.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    """What stays of a code span (all of it) or a link."""
    if match["code"]:
        return match["code"]
    is_web = match["target"].startswith(("http://", "https://")) and not match[0].startswith("!")
    return match[0] if is_web else match["text"]


def clean_lines(lines: Sequence[str], fenced: Sequence[bool]) -> list[str]:
    """Body lines for an answer: outside of fences, links are loosened, rules and HTML comments taken out."""
    out: list[str] = []
    commented = False
    for line, inside in zip(lines, fenced, strict=True):
        text = line.rstrip()
        if not inside:
            text = _HTML_COMMENT.sub("", text)
            commented, text = _uncomment(text, commented)
            text = "" if re.fullmatch(r" {0,3}([-*_])(?:[ \t]*\1){2,}", text) else unlink(text)
        if text or inside or (out and out[-1]):
            out.append(text)
    while out and not out[-1]:
        out.pop()
    return out


def _uncomment(text: str, commented: bool) -> tuple[bool, str]:
    """Takes an HTML comment over several lines out; (still inside, text)."""
    if commented:
        before, closed, after = text.partition("-->")
        return (False, after) if closed else (True, "")
    before, opened, _ = text.partition("<!--")
    return bool(opened), before.rstrip() if opened else text
