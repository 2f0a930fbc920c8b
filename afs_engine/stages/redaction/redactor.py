"""Redaction of texts, JSON values and samples, with one numbering of placeholders for a run.

A text is scanned, its secrets replaced, and the result scanned again until nothing is found; so a
redacted text is clean by construction. Secrets found anywhere in a sample are replaced wherever
else they stand in it. Reads and writes no file, and never lets a value out.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, chain
from typing import Any

from afs_engine.data.sample import TrainingSample, content_digest
from afs_engine.stages.redaction.findings import Candidate, FieldFinding, RedactedText, RedactionReport
from afs_engine.stages.redaction.json_texts import list_findings, list_texts, rebuild
from afs_engine.stages.redaction.placeholders import Placeholders
from afs_engine.stages.redaction.probe import PLACEHOLDER
from afs_engine.stages.redaction.scanner import LabelledText, Scanner
from afs_engine.stages.redaction.text_edits import TextEdits
from afs_engine.stages.redaction.user_rules import RedactionRules

_REPEATED_WORDS = frozenset(
    {"API_KEY", "TOKEN", "SECRET", "PASSWORD", "JWT", "SESSION", "WEBHOOK", "SIGNATURE"}
)
_SHORTEST_REPEATED = 8
_FIELDS = (
    "instruction",
    "input",
    "output",
    "thinking",
    "source",
    "group",
    "kg_entities",
    "provenance",
    "metadata",
)


Edits = dict[int, TextEdits]
"""The changed texts of a group, by their place in it."""
_Target = tuple[Edits, int, str, str]
"""A text to look at: the edits of its group, its place, the text as it was, its label."""


_SHORT_TEXT = 500
_LINES_READ, _CHARACTERS_READ = 1, 64
# Key blocks, continued command lines, signed requests and .netrc.
_FAR_READ = ("PRIVATE KEY", "PuTTY-User", "\\\n", "AWS4-HMAC", "login")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.]+\Z")


class Redactor:
    """Redacts with the built-in rules and those of `rules`. One object serves one run, in one order."""

    def __init__(self, rules: RedactionRules | None = None, placeholders: Placeholders | None = None) -> None:
        self._scanner = Scanner(rules or RedactionRules())
        self._placeholders = placeholders if placeholders is not None else Placeholders()
        self._counts: Counter[str] = Counter()
        self._texts_scanned = 0
        self._texts_changed = 0

    def learn_user_names(self, text: str) -> None:
        """Remembers the user names in `text` before anything is redacted, for a first pass over a file."""
        self._scanner.learn(text)

    def redact_text(self, text: str) -> RedactedText:
        """The text with placeholders; findings count characters of the text as given."""
        edits = self._redact_groups([[(text, "")]])[0].get(0)
        return RedactedText(edits.current, edits.findings()) if edits else RedactedText(text, ())

    def check_text(self, text: str) -> RedactedText:
        """Like `redact_text`, but gives the text back as it was: only the findings are new."""
        return RedactedText(text, self.redact_text(text).findings)

    def redact_value(self, value: Any) -> tuple[Any, list[FieldFinding]]:
        """A JSON value of any depth with the secrets of all its texts and keys replaced.

        A text below a key is judged with that key (`{"password": "x"}`). The value is not changed
        in place. Numbers stay, unless their key makes them a secret: then they become placeholders.
        """
        return self.redact_values([value])[0]

    def redact_values(self, values: Sequence[Any]) -> list[tuple[Any, list[FieldFinding]]]:
        """`redact_value` of each, at a fraction of the cost where they are small."""
        changes = self._redact_groups([list_texts(value) for value in values])
        return [
            (rebuild(value, edits), list_findings(value, edits)) if edits else (value, [])
            for value, edits in zip(values, changes, strict=True)
        ]

    def redact_sample(self, sample: TrainingSample) -> tuple[TrainingSample, list[FieldFinding]]:
        """The sample with all its texts redacted, `kg_entities`, `provenance` and `metadata` included.

        A sample id that is the content's id follows the content; any other id stays.
        """
        texts: list[LabelledText] = []
        firsts: dict[str, int] = {}
        for name in _FIELDS:
            firsts[name] = len(texts)
            texts += list_texts(getattr(sample, name))
        edits = self._redact_groups([texts])[0]
        if not edits:
            return sample, []
        findings: list[FieldFinding] = []
        redacted: dict[str, Any] = {"sample_id": "" if _is_content_id(sample) else sample.sample_id}
        for name, first in firsts.items():
            redacted[name] = rebuild(getattr(sample, name), edits, first)
            findings += list_findings(getattr(sample, name), edits, name, first)
        return replace(sample, **redacted), findings

    def check_sample(self, sample: TrainingSample) -> list[FieldFinding]:
        """The findings of `redact_sample` without a redacted sample."""
        return self.redact_sample(sample)[1]

    def report(self) -> RedactionReport:
        """What was found since this redactor was made, by kind."""
        return RedactionReport(
            texts_scanned=self._texts_scanned,
            texts_changed=self._texts_changed,
            distinct_values=len(self._placeholders),
            counts=dict(sorted(self._counts.items())),
        )

    def _redact_groups(self, groups: Sequence[Sequence[LabelledText]]) -> list[Edits]:
        """Redacts groups of texts that belong together: what is secret in one is secret in all.

        Gives per group the edits of the texts that were changed, by their place; most have none.
        """
        for text in [text for text, _ in chain.from_iterable(groups) if "<" in text]:
            self._placeholders.reserve(text)
        changes: list[Edits] = [{} for _ in groups]
        names = self._scanner.names()
        self._redact_each(groups, changes)
        while added := self._scanner.names()[len(names) :]:
            names += added
            self._redact_each(groups, changes, added)
        for texts, edits in zip(groups, changes, strict=True):
            if edits:
                self._redact_repeats(texts, edits)
                self._texts_changed += len(edits)
                for each in edits.values():
                    for found in each.findings():
                        self._counts[found.kind] += 1
        self._texts_scanned += sum(map(len, groups))
        return changes

    def _redact_each(
        self, groups: Sequence[Sequence[LabelledText]], changes: list[Edits], names: Sequence[str] = ()
    ) -> None:
        """Redacts every text by itself, as it reads by now; given `names`, those with one of them."""
        texts = list(chain.from_iterable(groups))
        firsts = list(accumulate(map(len, groups), initial=0))
        for first, edits in zip(firsts, changes, strict=False):
            for place, each in edits.items():
                texts[first + place] = each.current, texts[first + place][1]
        targets: list[_Target] = []
        for at, found in self._scan_those_with(names, texts).items():
            group = bisect_right(firsts, at) - 1
            place = at - firsts[group]
            targets.append((changes[group], place, *groups[group][place]))
            self._replace(targets[-1], found)
        self._redact_until_clean(targets)

    def _scan_those_with(
        self, names: Sequence[str], texts: Sequence[LabelledText]
    ) -> dict[int, list[Candidate]]:
        """What the scanner finds, by place; given `names`, in the texts that may hold one of them."""
        if not names:
            return self._scanner.scan(texts)
        looked_at = [at for at, (text, _) in enumerate(texts) if _may_hold(text, names)]
        found = self._scanner.scan([texts[at] for at in looked_at])
        return {looked_at[number]: candidates for number, candidates in found.items()}

    def _redact_until_clean(self, targets: list[_Target]) -> None:
        """Scans changed texts again where they were changed, until nothing is found in them."""
        while targets:
            pieces = [(at, *part) for at, target in enumerate(targets) for part in _changed_parts(target)]
            found: dict[int, list[Candidate]] = {}
            for piece, candidates in self._scanner.scan(
                [(text, label) for *_, text, label in pieces]
            ).items():
                at, start = pieces[piece][:2]
                found.setdefault(at, []).extend(each.shifted(start) for each in candidates)
            targets = [targets[at] for at in found]
            for target, each in zip(targets, found.values(), strict=True):
                self._replace(target, each)

    def _replace(self, target: _Target, found: list[Candidate]) -> None:
        edits, place, text, _ = target
        edits.setdefault(place, TextEdits(text)).replace(found, self._name)

    def _redact_repeats(self, texts: Sequence[LabelledText], edits: dict[int, TextEdits]) -> None:
        """Replaces the found secrets where they stand again without the words that gave them away."""
        secrets = {
            value: found
            for _, each in sorted(edits.items())
            for found, value in each.values()
            if _can_repeat(found, value)
        }
        for place, (text, label) in enumerate(texts if secrets else ()):
            each = edits.get(place)
            repeats = _find_repeats(each.current if each else text, secrets)
            if repeats:
                each = edits.setdefault(place, each or TextEdits(text))
                each.replace(repeats, self._name)
                self._redact_until_clean([(edits, place, text, label)])

    def _name(self, found: Candidate, secret: str) -> str:
        return self._placeholders.give(secret, found.placeholder)


def _may_hold(text: str, names: Sequence[str]) -> bool:
    """True unless none of the names stands there; one with odd characters may be written in several ways."""
    return any(name in text or _PLAIN_NAME.match(name) is None for name in names)


def _changed_parts(target: _Target) -> Iterator[tuple[int, str, str]]:
    """What a second look must see of a changed text: (where it begins, the part, its label).

    Rules read no further than some lines, but for a few; a text with one of those is seen whole.
    """
    edits, place, _, label = target
    text = edits[place].current
    if len(text) <= _SHORT_TEXT or any(mark in text for mark in _FAR_READ):
        yield 0, text, label
        return
    for start, end in edits[place].surroundings(_LINES_READ, _CHARACTERS_READ):
        yield start, text[start:end], "" if start else label


def _can_repeat(found: Candidate, value: str) -> bool:
    """Long enough and no word, so that its other appearances can't be chance."""
    return (
        found.placeholder in _REPEATED_WORDS
        and len(value) >= _SHORTEST_REPEATED
        and not value.isalpha()
        and not value.isdigit()
    )


def _find_repeats(text: str, secrets: dict[str, Candidate]) -> list[Candidate]:
    """Appearances of known secrets outside placeholders, the longest secret first where they overlap."""
    present = [secret for secret in secrets if secret in text]
    if not present:
        return []
    longest_first = sorted(present, key=lambda secret: (-len(secret), secret))
    pattern = re.compile("|".join([PLACEHOLDER.pattern, *map(re.escape, longest_first)]))
    matches = [match for match in pattern.finditer(text) if match.group() in secrets]
    return [
        Candidate(match.start(), match.end(), secrets[match.group()].kind, secrets[match.group()].placeholder)
        for match in matches
    ]


def _is_content_id(sample: TrainingSample) -> bool:
    """True when the sample's id is that of its content, which redaction changes."""
    digest = content_digest(sample.instruction, sample.input, sample.output, sample.thinking)
    return sample.sample_id == digest.hex()
