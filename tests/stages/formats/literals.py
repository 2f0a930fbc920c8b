"""Texts as JSON string literals, written in every way that JSON allows."""

import json

from hypothesis import strategies as st

TOKENS = ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "[INST]", "</s>"]
TRICKY = [
    '"',
    "\\",
    "\\n",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\x1b[31m",
    "\u2028",
    "é",
    "😀",
    "</",
    "\ufeff",
    "{}",
    *TOKENS,
]
TEXTS = st.lists(st.sampled_from(TRICKY) | st.text(max_size=8), min_size=1, max_size=6).map("".join)
ASKED = TEXTS.filter(str.strip)  # what a sound row has as question and answer


def escaped(character: str) -> str:
    r"""As \uXXXX, in a surrogate pair beyond the first plane."""
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def literal(text: str, choices: str) -> str:
    """The text as a literal; `choices`, used in turn, say which characters are written as escapes."""
    parts = []
    for number, character in enumerate(text):
        plain = json.dumps(character, ensure_ascii=False)[1:-1]
        choice = choices[number % len(choices)]
        if choice == "u":
            parts.append(escaped(character))
        else:
            parts.append("\\/" if choice == "s" and character == "/" else plain)
    return '"' + "".join(parts) + '"'


CHOICES = st.text("rus", min_size=1, max_size=7)


def line_of(choices: str, **texts: str) -> bytes:
    """A canonical line of these fields."""
    return ("{" + ",".join(f'"{key}":{literal(text, choices)}' for key, text in texts.items()) + "}").encode()
