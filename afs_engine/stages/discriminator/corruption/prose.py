"""Corruptions of prose that a model makes: out of order, cut off, in a loop, off the topic.

Each function gives the corrupted text, or None where there is nothing to corrupt. `other` is a real
text from another file.
"""

import re
from random import Random

# Not after a digit: "1. Talk to the harbor master" is one sentence.
_SENTENCE_END = re.compile(r"""((?<=[^\W\d][.!?;])\s+|(?<=[)\]"'`*][.!?;])\s+|\n+)""")


def split_sentences(text: str) -> list[str]:
    """Sentences and list items, without the blanks between them."""
    return _SENTENCE_END.split(text)[::2]


def shuffle_sentences(text: str, _other: str, rng: Random) -> str | None:
    """The sentences of the text in another order."""
    sentences = split_sentences(text)
    if len(sentences) < 3:
        return None
    return _join_like(text, _reorder(sentences, rng))


def shuffle_words(text: str, _other: str, rng: Random) -> str | None:
    """The words of one sentence in another order."""
    sentences = split_sentences(text)
    long = [number for number, sentence in enumerate(sentences) if len(sentence.split()) >= 6]
    if not long:
        return None
    number = rng.choice(long)
    sentences[number] = " ".join(_reorder(sentences[number].split(), rng))
    return _join_like(text, sentences)


def _reorder(parts: list[str], rng: Random) -> list[str]:
    """The parts in another order; the first goes last where chance has left all in place."""
    drawn = rng.sample(parts, len(parts))
    return drawn if drawn != parts else [*parts[1:], parts[0]]


def truncate_text(text: str, _other: str, rng: Random) -> str | None:
    """The text, cut off in the middle of a word or a sentence."""
    return text[: rng.randint(len(text) // 3, len(text) * 4 // 5)].rstrip(" \n.!?:;,") or None


def repeat_text(text: str, _other: str, rng: Random) -> str | None:
    """A model in a loop: one sentence, or a part of it, again and again."""
    sentences = split_sentences(text)
    number = rng.randrange(len(sentences))
    looped = sentences[number]
    words = looped.split()
    if len(words) >= 8 and rng.random() < 0.5:
        looped = " ".join(words[: rng.randint(4, len(words) - 2)])
    sentences[number : number + 1] = [looped] * rng.randint(2, 4)
    return _join_like(text, sentences)


def leave_topic(text: str, other: str, rng: Random) -> str | None:
    """Goes on, from some sentence, with the answer to another question."""
    mine, foreign = split_sentences(text), split_sentences(other)
    if len(mine) < 2 or len(foreign) < 2:
        return None
    kept = rng.randint(1, len(mine) - 1)
    start = rng.randrange(len(foreign))
    return _join_like(text, [*mine[:kept], *foreign[start : start + len(mine) - kept]])


def _join_like(text: str, sentences: list[str]) -> str:
    """Joined by the blanks of `text` in their order, so that the layout gives nothing away."""
    blanks = _SENTENCE_END.split(text)[1::2] or [" "]
    parts = [sentences[0]]
    for number, sentence in enumerate(sentences[1:]):
        parts += [blanks[min(number, len(blanks) - 1)], sentence]
    return "".join(parts)
