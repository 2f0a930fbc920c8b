"""One look at texts: all families asked, overlaps settled, the allow list obeyed.

Secrets go before personal data (a password that looks like an e-mail address is a password); among
equals the longer wins. Gives candidates and replaces nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from afs_engine.stages.redaction.families import (
    account_numbers,
    assignments,
    command_lines,
    contacts,
    headers,
    home_paths,
    network,
    private_keys,
    provider_keys,
    table_columns,
    token_shapes,
    urls,
)
from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.linear_search import Finder, Gate
from afs_engine.stages.redaction.probe import PLACEHOLDER, Probe, join_texts, label_before, make_probe
from afs_engine.stages.redaction.secret_names import judge_name
from afs_engine.stages.redaction.text_groups import LabelledText
from afs_engine.stages.redaction.user_rules import RedactionRules
from afs_engine.stages.redaction.word_search import WordGroup, WordSearch

Family = Callable[[Probe], Iterator[Candidate]]
LabelledFamily = Callable[[str, str], Iterator[Candidate]]
"""Judges a whole text, given how its label reads before it."""
# Each family with the finders that it goes by: where none of them finds anything, it is not asked.
_Families = dict[Family, frozenset[Finder | WordGroup]]
_SECRETS: _Families = {
    private_keys.find_private_keys: frozenset({private_keys.KEY_MARKS}),
    provider_keys.find_provider_keys: frozenset({provider_keys.KEYS}),
    token_shapes.find_shaped_tokens: frozenset({token_shapes.TOKENS, token_shapes.MARKS}),
    urls.find_url_secrets: frozenset({urls.AUTHORITIES, urls.PGPASS, urls.WEBHOOKS}),
    headers.find_header_secrets: frozenset({headers.HEADERS}),
    command_lines.find_command_secrets: frozenset({command_lines.COMMANDS}),
    assignments.find_assigned_secrets: frozenset({assignments.NAMES}),
    table_columns.find_column_secrets: frozenset({table_columns.HEADS}),
}
_PERSONAL: _Families = {
    contacts.find_emails: frozenset({contacts.AT_SIGNS}),
    contacts.find_phones: frozenset({contacts.PHONES, contacts.WORDED_PHONES}),
    account_numbers.find_account_numbers: frozenset(
        {account_numbers.CARDS, account_numbers.IBANS, account_numbers.SSNS}
    ),
    network.find_ip_addresses: frozenset({network.IPV4, network.IPV6, network.CLOUD_HOSTS}),
}
_USER_WORDS = (home_paths.HOMES, home_paths.MARKED_HOMES, contacts.AT_SIGNS)
_USERS: _Families = {home_paths.find_user_names: frozenset(_USER_WORDS)}
_WORDS = WordSearch(
    (
        assignments.NAMES,
        provider_keys.KEYS,
        token_shapes.TOKENS,
        token_shapes.MARKS,
        table_columns.HEADS,
        headers.HEADERS,
        urls.AUTHORITIES,
        urls.WEBHOOKS,
        private_keys.KEY_MARKS,
        contacts.PHONES,
        account_numbers.CARDS,
        account_numbers.IBANS,
        network.IPV4,
        network.IPV6,
        network.CLOUD_HOSTS,
        *_USER_WORDS,
    )
)
_USER_SEARCH = WordSearch(_USER_WORDS)
# What no few words open: shapes that only a pattern tells.
GATES = (Gate((urls.PGPASS, command_lines.COMMANDS, contacts.WORDED_PHONES, account_numbers.SSNS)),)
_LONGEST_REMEMBERED, _MOST_REMEMBERED = 100, 20_000
_SHEET_CHARACTERS = 8192


class Scanner:
    """Scans texts by the built-in rules, those of a person, and the user names learned so far."""

    def __init__(self, rules: RedactionRules) -> None:
        self._rules = rules
        self._names = home_paths.UserNames()
        self._clean: set[LabelledText] = set()  # short texts

    def names(self) -> list[str]:
        """The user names that are looked for, as they were learned: earlier texts may hold the last."""
        return self._names.in_order()

    def learn(self, text: str) -> None:
        """Remembers the user names that a text shows in home paths and prompts."""
        self._find_users(make_probe(text, (), _USER_SEARCH))

    def scan(self, texts: Sequence[LabelledText]) -> dict[int, list[Candidate]]:
        """By place, for each text that has any: its findings in order, none overlapping another."""
        clean = self._clean
        firsts: dict[LabelledText, int] = {}
        twins: list[tuple[int, int]] = []
        for at, labelled in enumerate(texts):
            if labelled not in clean and (first := firsts.setdefault(labelled, at)) != at:
                twins.append((at, first))
        found: dict[int, list[Candidate]] = {}
        for sheet in _lay_out(list(firsts)):
            for labelled, chosen in self._scan_sheet(sheet).items():
                found[firsts[labelled]] = chosen
        found |= {at: found[first] for at, first in twins if first in found}
        return dict(sorted(found.items()))

    def _scan_sheet(self, labelled: Sequence[LabelledText]) -> dict[LabelledText, list[Candidate]]:
        texts, labels = zip(*labelled, strict=True)
        sheet, starts = join_texts(texts)
        probe = make_probe(sheet, GATES, _WORDS, starts, labels)
        tiers = self._search_tiers(probe, texts)
        found: dict[LabelledText, list[Candidate]] = {}
        for each in self._settle(sheet, tiers) if any(tiers) else ():
            place = bisect_right(starts, each.start) - 1
            found.setdefault(labelled[place], []).append(each.shifted(-starts[place]))
        self._remember_clean([each for each in labelled if each not in found] if found else labelled)
        return found

    def _settle(self, sheet: str, tiers: Iterable[list[Candidate]]) -> list[Candidate]:
        """The candidates that get their place: earlier tiers first, none on an existing placeholder."""
        taken = _Spans([match.span() for match in PLACEHOLDER.finditer(sheet)] if "<" in sheet else [])
        chosen: list[Candidate] = []
        for tier in tiers:
            if self._rules.allow:
                tier = [found for found in tier if not self._rules.allows(sheet[found.start : found.end])]
            chosen += taken.claim(tier)
        return sorted(chosen, key=lambda found: found.start)

    def _search_tiers(self, probe: Probe, texts: Sequence[str]) -> tuple[list[Candidate], ...]:
        """What a person's rules, the rules for secrets and those for personal data find."""
        secret_families, personal_families, _ = _families_for(probe.openings.union(probe.words))
        own: list[Candidate] = []
        secrets = _search(secret_families, probe)
        personal = _search(personal_families, probe)
        for text, start in zip(texts, probe.starts, strict=True) if self._rules.rules else ():
            own += [found.shifted(start) for rule in self._rules.rules for found in rule.find(text)]
        for start, label in _told(probe):
            text, shown = probe.text[slice(*probe.bounds(start))], label_before(label)
            for tier, finders in zip((secrets, personal), _told_by(label), strict=True):
                tier += [each.shifted(start) for find in finders for each in find(text, shown)]
        return own, secrets, [*personal, *self._find_users(probe), *self._names.find(probe)]

    def _find_users(self, probe: Probe) -> list[Candidate]:
        """The user names in home paths and prompts; they are remembered."""
        users = _search(_families_for(probe.openings.union(probe.words))[2], probe)
        if not users:
            return users
        known = len(self._names)
        for user in users:
            self._names.remember(probe.text[user.start : user.end])
        if len(self._names) > known:
            self._clean.clear()
        return users

    def _remember_clean(self, texts: Iterable[LabelledText]) -> None:
        """Short texts (keys, roles, numbers) come again and again; each is scanned once."""
        if len(self._clean) >= _MOST_REMEMBERED:
            self._clean.clear()
        self._clean.update([each for each in texts if len(each[0]) <= _LONGEST_REMEMBERED])


def _lay_out(labelled: Sequence[LabelledText]) -> Iterator[Sequence[LabelledText]]:
    """The texts by the sheet that they go on."""
    ends = list(accumulate([len(text) for text, _ in labelled]))
    first = 0
    while first < len(labelled):
        room = _SHEET_CHARACTERS + (ends[first - 1] if first else 0)
        end = max(first + 1, bisect_right(ends, room))
        yield labelled[first:end]
        first = end


def _told(probe: Probe) -> list[tuple[int, str]]:
    """Where texts begin whose label says what they are, and the label."""
    telling = {label for label in set(probe.labels) if label and any(_told_by(label))}
    starts = zip(probe.starts, probe.labels, strict=True)
    return [(start, label) for start, label in starts if label in telling] if telling else []


def _search(families: tuple[Family, ...], probe: Probe) -> list[Candidate]:
    return [found for family in families for found in family(probe)] if families else []


@lru_cache(maxsize=4096)
def _families_for(openings: frozenset[Finder | WordGroup]) -> tuple[tuple[Family, ...], ...]:
    """The families for secrets, personal data and user names that have something to look at."""
    return tuple(
        tuple(family for family, finders in families.items() if not finders.isdisjoint(openings))
        for families in (_SECRETS, _PERSONAL, _USERS)
    )


@lru_cache(maxsize=4096)
def _told_by(label: str) -> tuple[tuple[LabelledFamily, ...], ...]:
    """What to look for in a value whose JSON key says by itself what it is: secrets, personal data."""
    secrets = (assignments.find_labelled_secret,) if judge_name(label) else ()
    phones = (contacts.find_labelled_phone,) if contacts.is_phone_label(label) else ()
    return secrets, phones + (
        (account_numbers.find_labelled_ssn,) if account_numbers.is_ssn_label(label) else ()
    )


class _Spans:
    """The parts of a text that are spoken for: disjoint, in order."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def claim(self, wanted: list[Candidate]) -> list[Candidate]:
        """Those of `wanted` that get their place: longest first, then leftmost."""
        ordered = sorted(wanted, key=lambda each: (-each.length, each.start))
        return [found for found in ordered if self._take(found)]

    def _take(self, found: Candidate) -> bool:
        place = bisect_left(self._starts, found.end)
        if place and self._ends[place - 1] > found.start:
            return False
        self._starts.insert(place, found.start)
        self._ends.insert(place, found.end)
        return True
