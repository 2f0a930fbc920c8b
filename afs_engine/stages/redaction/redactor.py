"""Redaction of texts, JSON values and samples, with one numbering of placeholders for a run.

A text is scanned, its secrets replaced, and the result scanned again until nothing is found; so a
redacted text is clean by construction. Secrets found anywhere in a sample are replaced wherever
else they stand in it. Reads and writes no file, and never lets a value out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from operator import attrgetter
from typing import Any

from afs_engine.data.sample import TrainingSample, content_digest
from afs_engine.stages.redaction.findings import Candidate, FieldFinding, RedactedText, RedactionReport
from afs_engine.stages.redaction.json_texts import add_texts, list_findings, rebuild
from afs_engine.stages.redaction.placeholders import Placeholders
from afs_engine.stages.redaction.probe import PLACEHOLDER
from afs_engine.stages.redaction.scanner import Scanner
from afs_engine.stages.redaction.text_edits import Edits, TextEdits
from afs_engine.stages.redaction.text_groups import LabelledText, TextGroups
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
_FIELDS_OF = attrgetter(*_FIELDS)
Parts = tuple[Any, ...]
"""JSON values that belong together."""
Redacted = tuple[list[Any], list[FieldFinding]]
"""Parts with placeholders, and what was found in them."""
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

    def learn_user_names(self, text: str) -> None:
        """Remembers the user names in `text` before anything is redacted, for a first pass over a file."""
        self._scanner.learn(text)

    def redact_text(self, text: str) -> RedactedText:
        """The text with placeholders; findings count characters of the text as given."""
        edits = self._redact_texts(TextGroups([(text, "")], [0]))
        self._count(edits)
        return RedactedText(edits[0].current, edits[0].findings()) if edits else RedactedText(text, ())

    def redact_value(self, value: Any) -> tuple[Any, list[FieldFinding]]:
        """A JSON value of any depth with the secrets of all its texts and keys replaced.

        A text below a key is judged with that key (`{"password": "x"}`). The value is not changed
        in place. Numbers stay, unless their key makes them a secret: then they become placeholders.
        """
        return self.redact_values([value]).get(0, (value, []))

    def redact_values(self, values: Sequence[Any]) -> dict[int, tuple[Any, list[FieldFinding]]]:
        """`redact_value` of each that it changes, by its place, at a fraction of the cost."""
        changed = self._redact_groups([(value,) for value in values], ("",))
        return {place: (parts[0], findings) for place, (parts, findings) in changed.items()}

    def redact_sample(self, sample: TrainingSample) -> tuple[TrainingSample, list[FieldFinding]]:
        """The sample with all its texts redacted, `kg_entities`, `provenance` and `metadata` included.

        A sample id that is the content's id follows the content; any other id stays.
        """
        return self.redact_samples([sample]).get(0, (sample, []))

    def redact_samples(
        self, samples: Sequence[TrainingSample]
    ) -> dict[int, tuple[TrainingSample, list[FieldFinding]]]:
        """`redact_sample` of each that it changes, by its place, at a fraction of the cost."""
        changed = self._redact_groups([_FIELDS_OF(sample) for sample in samples], _FIELDS)
        return {
            place: (_with_fields(samples[place], parts), findings)
            for place, (parts, findings) in changed.items()
        }

    def report(self) -> RedactionReport:
        """What was found since this redactor was made, by kind."""
        return RedactionReport(counts=dict(sorted(self._counts.items())))

    def _count(self, edits: Edits) -> None:
        self._counts.update(found.kind for each in edits.values() for found in each.findings())

    def _redact_groups(self, members: Sequence[Parts], paths: Sequence[str]) -> dict[int, Redacted]:
        """The redacted parts and the findings of each member that holds a secret, by its place.

        The parts of a member belong together; `paths` says where they stand in it. Its keys are looked at
        as its texts are only where some key holds a secret, which is rare.
        """
        groups = _group(members)
        edits = self._redact_texts(groups)
        if self._are_touched(groups.keys, edits):
            groups = _group(members, with_keys=True)
            edits = self._redact_texts(groups)
        self._count(edits)
        return {at: _rebuild_member(members[at], paths, groups, at, edits) for at in groups.groups_at(edits)}

    def _are_touched(self, keys: set[str], edits: Edits) -> bool:
        """Whether anything is found in the keys, be it a secret that was found in a text."""
        if self._scanner.scan([(key, "") for key in sorted(keys)]):
            return True
        together = "\n".join(keys)
        secrets = (secret for each in edits.values() for secret in each.values())
        return any(value in together and _can_repeat(found, value) for found, value in secrets)

    def _redact_texts(self, groups: TextGroups) -> Edits:
        """Gives the edits of the texts that were changed; most are not."""
        for text in [text for text, _ in groups.texts if "<" in text] + [*groups.keys]:
            self._placeholders.reserve(text)
        edits: Edits = {}
        names = self._scanner.names()
        self._redact_each(groups, edits)
        while added := self._scanner.names()[len(names) :]:
            names += added
            self._redact_each(groups, edits, added)
        for group in groups.groups_at(edits):
            self._redact_repeats(groups, groups.places_of(group), edits)
        return edits

    def _redact_each(self, groups: TextGroups, edits: Edits, names: Sequence[str] = ()) -> None:
        """Redacts every text by itself, as it reads by now; given `names`, those with one of them."""
        texts = groups.texts
        if edits:
            texts = list(texts)
            for place, edited in edits.items():
                texts[place] = edited.current, texts[place][1]
        found = self._scan_those_with(names, texts)
        for place, each in found.items():
            self._replace(groups, edits, place, each)
        self._redact_until_clean(groups, edits, list(found))

    def _scan_those_with(
        self, names: Sequence[str], texts: Sequence[LabelledText]
    ) -> dict[int, list[Candidate]]:
        """What the scanner finds, by place; given `names`, in the texts that may hold one of them."""
        if not names:
            return self._scanner.scan(texts)
        looked_at = [at for at, (text, _) in enumerate(texts) if _may_hold(text, names)]
        found = self._scanner.scan([texts[at] for at in looked_at])
        return {looked_at[number]: candidates for number, candidates in found.items()}

    def _redact_until_clean(self, groups: TextGroups, edits: Edits, places: list[int]) -> None:
        """Scans changed texts again where they were changed, until nothing is found in them."""
        while places:
            pieces = [(place, *part) for place in places for part in _changed_parts(edits[place])]
            looked_at = [(text, "" if start else groups.texts[place][1]) for place, start, text in pieces]
            found: dict[int, list[Candidate]] = {}
            for piece, candidates in self._scanner.scan(looked_at).items():
                place, start, _ = pieces[piece]
                found.setdefault(place, []).extend(each.shifted(start) for each in candidates)
            for place, each in found.items():
                self._replace(groups, edits, place, each)
            places = list(found)

    def _replace(self, groups: TextGroups, edits: Edits, place: int, found: list[Candidate]) -> None:
        edits.setdefault(place, TextEdits(groups.texts[place][0])).replace(found, self._name)

    def _redact_repeats(self, groups: TextGroups, places: range, edits: Edits) -> None:
        """Replaces the found secrets where they stand again without the words that gave them away."""
        secrets = _repeatable([edits[place] for place in places if place in edits])
        for place in places if secrets else ():
            each = edits.get(place)
            repeats = _find_repeats(each.current if each else groups.texts[place][0], secrets)
            if repeats:
                self._replace(groups, edits, place, repeats)
                self._redact_until_clean(groups, edits, [place])

    def _name(self, found: Candidate, secret: str) -> str:
        return self._placeholders.give(secret, found.placeholder)


def _may_hold(text: str, names: Sequence[str]) -> bool:
    """True unless none of the names stands there; one with odd characters may be written in several ways."""
    return any(name in text or _PLAIN_NAME.match(name) is None for name in names)


def _changed_parts(edits: TextEdits) -> Iterator[tuple[int, str]]:
    """What a second look must see of a changed text: where it begins, and the part.

    Rules read no further than some lines, but for a few; a text with one of those is seen whole.
    """
    text = edits.current
    if len(text) <= _SHORT_TEXT or any(mark in text for mark in _FAR_READ):
        yield 0, text
        return
    for start, end in edits.surroundings(_LINES_READ, _CHARACTERS_READ):
        yield start, text[start:end]


def _group(members: Sequence[Parts], *, with_keys: bool = False) -> TextGroups:
    """Each member's texts are a group."""
    groups = TextGroups()
    for parts in members:
        groups.begin_group()
        for part in parts:
            add_texts(part, groups.texts, groups.keys)
        if with_keys:
            groups.add_keys()
    return groups


def _rebuild_member(
    parts: Parts, paths: Sequence[str], groups: TextGroups, group: int, edits: Edits
) -> Redacted:
    """The parts of a changed group as they read now, and its findings."""
    keys = {key: edits[place] for key, place in groups.keys_of(group).items() if place in edits}
    places, places_again = count(groups.firsts[group]), count(groups.firsts[group])
    rebuilt, findings = [], []
    for part, path in zip(parts, paths, strict=True):
        rebuilt.append(rebuild(part, edits, places, keys))
        findings += list_findings(part, path, edits, places_again, keys)
    return rebuilt, findings


def _with_fields(sample: TrainingSample, parts: Sequence[Any]) -> TrainingSample:
    fields: dict[str, Any] = dict(zip(_FIELDS, parts, strict=True))
    if _is_content_id(sample):
        fields["sample_id"] = ""  # that of the new content
    return replace(sample, **fields)


def _repeatable(edits: Iterable[TextEdits]) -> dict[str, Candidate]:
    """The secrets of changed texts that are looked for elsewhere."""
    return {value: found for each in edits for found, value in each.values() if _can_repeat(found, value)}


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
