"""Prose as units: one sentence or list item each, with what stands before and after it.

Owns the marks that tell a sentence in its place: its words and their neighbours, how it begins and
ends, whether it was there before, and how much it shares with the rest. Knows no weights.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from afs_engine.stages.discriminator.corruption.prose import split_sentences
from afs_engine.stages.discriminator.ngram.units import (
    Features,
    Units,
    find_ngrams,
    gather_units,
    hash_word,
    mix,
)

_TOKEN = re.compile(r"\w+|[^\w\s]")
_LOWER = re.compile(r"[^\W\d_A-Z]+")
_UPPER = re.compile(r"[A-Z]")
_DIGITS = re.compile(r"\d+")
_LIST_NUMBER = re.compile(r"(\d{1,6})[.)]")
_START, _END = "\x02", "\x03"
_LONGEST_TOKEN = 40
_TOPIC_LETTERS = 4  # shorter words say nothing of the topic
_REPEATED_WORDS = 4
_SHARE_STEPS = 8


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    words: list[str]
    forms: list[str]
    topic: frozenset[str]


def read_prose(texts: Sequence[str]) -> Units:
    """The units of many texts; one without a letter has none."""
    read = [[_read(part) for part in split_sentences(text) if _TOKEN.search(part)] for text in texts]
    sentences = [sentence for text in read for sentence in text]
    features = [*_list_ngrams([each.words for each in sentences], (1, 2), salt=30, skips=True)]
    features += _list_ngrams([each.forms for each in sentences], (3,), salt=31, skips=False)
    features.append(_list_places(read))
    return gather_units(features, [hash_word(each.text) for each in sentences], read)


def _read(text: str) -> _Sentence:
    tokens = [token[:_LONGEST_TOKEN] for token in _TOKEN.findall(text)]
    words = [token.lower() for token in tokens]
    forms = [_UPPER.sub("A", _LOWER.sub("a", _DIGITS.sub("0", token))) for token in tokens]
    topic = frozenset(word for word in words if len(word) >= _TOPIC_LETTERS)
    return _Sentence(text.strip(), words, forms, topic)


def _list_ngrams(
    rows: Sequence[list[str]], sizes: Sequence[int], *, salt: int, skips: bool
) -> list[Features]:
    """n-grams of tokens with a mark at either end; with `skips` also pairs around a third token."""
    tokens = np.array([hash_word(token) for row in rows for token in (_START, *row, _END)], np.uint64)
    owners = np.repeat(np.arange(len(rows)), [len(row) + 2 for row in rows])
    found = [(mix(salt, grams), units) for grams, units in find_ngrams(tokens, owners, sizes)]
    if skips:
        within = owners[:-2] == owners[2:]
        found.append((mix(salt + 10, tokens[:-2], tokens[2:])[within], owners[:-2][within]))
    return found


def _list_places(texts: Sequence[list[_Sentence]]) -> Features:
    marks: list[int] = []
    owners: list[int] = []
    unit = 0
    for sentences in texts:
        repeated = _find_repeated(sentences)
        for number in range(len(sentences)):
            found = _mark_place(sentences, number) + _mark_topic(sentences, number)
            found.append(_mark_repetition(sentences, number, repeated))
            marks += map(hash_word, found)
            owners += [unit] * len(found)
            unit += 1
    return np.array(marks, np.uint64), np.array(owners, np.int64)


def _mark_place(sentences: list[_Sentence], number: int) -> list[str]:
    """How the sentence begins and ends, where it stands, and what its neighbours do there."""
    sentence = sentences[number]
    before = sentences[number - 1] if number else None
    is_last = number == len(sentences) - 1
    words = sentence.words
    marks = [
        f"end {is_last} {_ending(sentence)}",
        f"end3 {is_last} {sentence.text[-3:]}",
        f"last word {is_last} {words[-1]}",
        f"ends {is_last} {_ending(sentence)} {_ending(sentences[0])}",
        f"first {not number} {words[0]}",
        f"first2 {not number} {' '.join(words[:2])}",
        f"firsts {before.words[0] if before else ''} {words[0]}",
    ]
    here = _LIST_NUMBER.match(sentence.text)
    if here:
        there = _LIST_NUMBER.match(before.text) if before else None
        marks.append(f"counts {int(here[1]) - (int(there[1]) if there else 0) == 1}")
    return marks


def _ending(sentence: _Sentence) -> str:
    last = sentence.text[-1]
    return "letter" if last.isalnum() else last


def _mark_topic(sentences: list[_Sentence], number: int) -> list[str]:
    """How much of the sentence's vocabulary stands in the one before, in all before, in all after."""
    topic = sentences[number].topic
    size = min(len(topic) // 4, 3)
    parts = {
        "previous": sentences[max(number - 1, 0) : number],
        "before": sentences[:number],
        "after": sentences[number + 1 :],
    }
    marks = []
    for name, part in parts.items():
        other = frozenset[str]().union(*(sentence.topic for sentence in part))
        share = len(topic & other) / max(1, min(len(topic), len(other)))
        marks.append(f"{name} {int(share * _SHARE_STEPS) if part else 'none'} {size}")
    return marks


def _find_repeated(sentences: list[_Sentence]) -> set[tuple[str, ...]]:
    """The runs of four words that occur twice or more."""
    seen: set[tuple[str, ...]] = set()
    repeated: set[tuple[str, ...]] = set()
    for sentence in sentences:
        for run in _runs(sentence):
            (repeated if run in seen else seen).add(run)
    return repeated


def _runs(sentence: _Sentence) -> list[tuple[str, ...]]:
    words = sentence.words
    return [tuple(words[at : at + _REPEATED_WORDS]) for at in range(len(words) - _REPEATED_WORDS + 1)]


def _mark_repetition(sentences: list[_Sentence], number: int, repeated: set[tuple[str, ...]]) -> str:
    runs = _runs(sentences[number])
    share = sum(run in repeated for run in runs) / max(1, len(runs))
    times = sum(sentence.text == sentences[number].text for sentence in sentences[:number])
    return f"repeated {int(share * 4)} {min(times, 3)}"
