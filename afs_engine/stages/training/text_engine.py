"""Text runs as token ids: the tokenizer's own engine, and a faster one that gives the same ids.

Owns the choice between them and the rule for "which tokens hold the text of a turn". It must not know
chats, rows or masks.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import groupby
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

TokenIds = npt.NDArray[np.int32]

# What tokenizers' ByteLevel splits by when it splits: the GPT-2 pattern, in that package's words.
_BYTE_LEVEL_PATTERN = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


@dataclass(frozen=True, slots=True)
class EncodedRun:
    """A run's ids; tokens `first` up to, not including, `last` hold the turn's text."""

    ids: TokenIds
    first: int
    last: int


class TextEngine(Protocol):
    """Encodes text as text: no control token arises, whatever it says."""

    def encode(self, before: str, text: str, after: str) -> EncodedRun:
        """The ids of `before + text + after`, and which of them hold any of `text`."""


class ReferenceEngine:
    """The tokenizer's own engine, without its post-processor, which would trim the offsets."""

    def __init__(self, spec: dict[str, Any]) -> None:
        from tokenizers import Tokenizer

        plain = spec | {"post_processor": None, "truncation": None, "padding": None}
        self._engine = Tokenizer.from_str(json.dumps(plain))
        self._engine.encode_special_tokens = True

    def encode(self, before: str, text: str, after: str) -> EncodedRun:
        encoding = self._engine.encode(before + text + after, add_special_tokens=False)
        ids = np.array(encoding.ids, np.int32)
        return EncodedRun(ids, *_char_span(encoding.offsets, len(before), len(before) + len(text)))


class FastEngine:
    """tiktoken over the same byte-level BPE; texts that it may read otherwise go to the reference."""

    def __init__(self, reference: ReferenceEngine, spec: "_FastSpec") -> None:
        from tiktoken import Encoding

        self._reference = reference
        self._engine = Encoding("afs", pat_str=spec.pattern, mergeable_ranks=spec.ranks, special_tokens={})
        self._ids = np.array(spec.ids, np.int32)
        self._lengths = [len(token) for token in spec.ranks]  # bytes, by rank
        self._normalises = spec.normalises
        self._added = re.compile("|".join(map(re.escape, spec.added))) if spec.added else None

    def encode(self, before: str, text: str, after: str) -> EncodedRun:
        whole = before + text + after
        if not self._is_plain(whole):
            return self._reference.encode(before, text, after)
        ranks = self._engine.encode_to_numpy(whole, disallowed_special=())
        span = self._byte_span(ranks, len(before.encode()), len(after.encode()))
        return EncodedRun(self._ids[ranks], *span)

    def _is_plain(self, text: str) -> bool:
        """Whether no normaliser and no added token (such as <tool_call>) has a say in the text."""
        if self._added is not None and self._added.search(text):
            return False
        return text.isascii() or not self._normalises or unicodedata.is_normalized("NFC", text)

    def _byte_span(self, ranks: npt.NDArray[np.uint32], before: int, after: int) -> tuple[int, int]:
        """The tokens that hold bytes behind the first `before` and ahead of the last `after`."""
        first, end = 0, 0
        while first < len(ranks) and (end := end + self._lengths[ranks[first]]) <= before:
            first += 1
        last, begin = len(ranks), 0
        while last > first and (begin := begin + self._lengths[ranks[last - 1]]) <= after:
            last -= 1
        return first, last


def _char_span(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The tokens that hold any of the characters from `start` up to `end`."""
    first = next((i for i, (_, stop) in enumerate(offsets) if stop > start), len(offsets))
    last = next((i for i in range(len(offsets), first, -1) if offsets[i - 1][0] < end), first)
    return first, last


def make_engines(tokenizer: Any) -> tuple[ReferenceEngine, FastEngine | None]:
    """The tokenizer's engine, and the fast one where its kind of tokenizer has one.

    The fast one must still be compared with the reference on the texts at hand.
    """
    spec: dict[str, Any] = json.loads(tokenizer.backend_tokenizer.to_str())
    reference = ReferenceEngine(spec)
    if find_spec("tiktoken") is None:  # not in every environment that trains
        return reference, None
    with suppress(_NoFastEngineError):
        return reference, FastEngine(reference, _fast_spec(spec))
    return reference, None


class _NoFastEngineError(Exception):
    """This kind of tokenizer is not one that tiktoken can stand in for."""


@dataclass(frozen=True, slots=True)
class _FastSpec:
    """`ranks`: each token's bytes to its place in the order of merges; `ids`: its id, by that rank."""

    pattern: str
    ranks: dict[bytes, int]
    ids: list[int]
    normalises: bool
    added: list[str]


def _fast_spec(spec: dict[str, Any]) -> _FastSpec:
    model, normalizer = spec["model"], spec["normalizer"]
    odd = ("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback")
    _require(model["type"] == "BPE" and not any(model.get(key) for key in odd))
    _require(normalizer is None or normalizer["type"] == "NFC")
    ranks, ids = _merge_order(model, {token["content"] for token in spec["added_tokens"]})
    return _FastSpec(
        pattern=_split_pattern(spec["pre_tokenizer"]),
        ranks=ranks,
        ids=ids,
        normalises=normalizer is not None,
        added=[token["content"] for token in spec["added_tokens"] if not token["special"]],
    )


def _require(condition: bool) -> None:
    if not condition:
        raise _NoFastEngineError


def _split_pattern(pre_tokenizer: dict[str, Any] | None) -> str:
    """The regex by which text is split before merging."""
    steps = (pre_tokenizer or {}).get("pretokenizers") or [pre_tokenizer or {"type": ""}]
    byte_level = steps[-1]
    _require(byte_level["type"] == "ByteLevel" and not byte_level["add_prefix_space"])
    if len(steps) == 1:
        _require(byte_level["use_regex"])
        return _BYTE_LEVEL_PATTERN
    split = steps[0]
    _require(len(steps) == 2 and not byte_level["use_regex"] and split["type"] == "Split")
    _require(split["behavior"] == "Isolated" and not split["invert"] and "Regex" in split["pattern"])
    return str(split["pattern"]["Regex"])


def _merge_order(model: dict[str, Any], added: set[str]) -> tuple[dict[bytes, int], list[int]]:
    """Bytes of every token to its rank (single bytes first, then merges in order), and ids by rank.

    Llama 3 lists each way to make a token, side by side, and takes whole words before merging.
    """
    to_byte = dict(_byte_letters())
    vocabulary: dict[str, int] = model["vocab"]
    pairs = (pair if isinstance(pair, list) else pair.split(" ") for pair in model["merges"])
    tokens = [*to_byte, *(token for token, _ in groupby("".join(pair) for pair in pairs))]
    _require(len(set(tokens)) == len(tokens) and vocabulary.keys() >= set(tokens))
    _require(not model.get("ignore_merges") or vocabulary.keys() <= {*tokens, *added})
    ranks = {bytes(to_byte[letter] for letter in token): rank for rank, token in enumerate(tokens)}
    return ranks, [vocabulary[token] for token in tokens]


def _byte_letters() -> Iterator[tuple[str, int]]:
    """The letter that byte-level BPE writes for each byte (GPT-2's `bytes_to_unicode`)."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    yield from ((chr(byte), byte) for byte in printable)
    yield from ((chr(256 + place), byte) for place, byte in enumerate(others))
