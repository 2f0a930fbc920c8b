"""One look at one text: all families asked, overlaps settled, the allow list obeyed.

Secrets go before personal data (a password that looks like an e-mail address is a password); among
equals the longer wins. Gives candidates and replaces nothing.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

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
    token_shapes,
    urls,
)
from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.linear_search import Finder, Gate
from afs_engine.stages.redaction.probe import PLACEHOLDER, Probe, make_probe
from afs_engine.stages.redaction.user_rules import RedactionRules


@dataclass(frozen=True)
class Family:
    """A family's search, and the finders of which at least one must find something before it can."""

    find: Callable[[Probe], Iterator[Candidate]]
    openings: frozenset[Finder]


def _family(find: Callable[[Probe], Iterator[Candidate]], *openings: Finder) -> Family:
    return Family(find, frozenset(openings))


_SECRETS = (
    _family(private_keys.find_private_keys, private_keys.KEY_MARKS),
    _family(provider_keys.find_provider_keys, provider_keys.KEYS),
    _family(token_shapes.find_shaped_tokens, token_shapes.TOKENS),
    _family(urls.find_url_secrets, urls.AUTHORITIES, urls.WEBHOOKS),
    _family(headers.find_header_secrets, headers.HEADERS),
    _family(command_lines.find_command_secrets, command_lines.COMMANDS),
    _family(assignments.find_assigned_secrets, assignments.STEMS),
)
_PERSONAL = (
    _family(contacts.find_emails, contacts.EMAILS),
    _family(contacts.find_phones, contacts.PHONES, contacts.WORDED_PHONES),
    _family(
        account_numbers.find_account_numbers,
        account_numbers.CARDS,
        account_numbers.IBANS,
        account_numbers.SSNS,
    ),
    _family(network.find_ip_addresses, network.IPV4, network.CLOUD_HOSTS, network.IPV6),
)
_USERS = _family(home_paths.find_user_names, home_paths.HOMES, home_paths.PROMPTS)
# Three gates, because patterns over words, keys and digits slow each other down in one automaton.
_GATES = (
    Gate((contacts.PHONES, account_numbers.CARDS, account_numbers.IBANS, network.IPV4, network.IPV6)),
    Gate((provider_keys.KEYS, token_shapes.TOKENS)),
    Gate(
        (
            private_keys.KEY_MARKS,
            urls.AUTHORITIES,
            urls.WEBHOOKS,
            headers.HEADERS,
            command_lines.COMMANDS,
            assignments.STEMS,
            contacts.EMAILS,
            contacts.WORDED_PHONES,
            account_numbers.SSNS,
            network.CLOUD_HOSTS,
            home_paths.HOMES,
            home_paths.PROMPTS,
        )
    ),
)


_LONGEST_REMEMBERED, _MOST_REMEMBERED = 40, 20_000


class Scanner:
    """Scans texts by the built-in rules, those of a person, and the user names learned so far."""

    def __init__(self, rules: RedactionRules) -> None:
        self._rules = rules
        self._names = home_paths.UserNames()
        self._clean: set[tuple[str, str]] = set()

    @property
    def names_known(self) -> int:
        """How many user names are looked for; when it grows, earlier texts may hold more."""
        return len(self._names)

    def learn(self, text: str) -> None:
        """Remembers the user names that a text shows in home paths and prompts."""
        probe = make_probe(text)
        self._remember(probe, _search((_USERS,), probe, _open_to(probe)))

    def scan(self, text: str, label: str = "") -> list[Candidate]:
        """Findings in order, none overlapping another or an existing placeholder.

        `label` is the JSON key that the text stands under, if any.
        """
        if (text, label) in self._clean:
            return []
        chosen = self._settle(text, self._search_tiers(text, label))
        if not chosen and len(text) <= _LONGEST_REMEMBERED:
            self._remember_clean(text, label)
        return chosen

    def _settle(self, text: str, tiers: Iterable[list[Candidate]]) -> list[Candidate]:
        """The candidates that get their place: earlier tiers first, none on an existing placeholder."""
        taken = _Spans([match.span() for match in PLACEHOLDER.finditer(text)] if "<" in text else [])
        chosen: list[Candidate] = []
        for tier in tiers:
            wanted = [found for found in tier if not self._rules.allows(text[found.start : found.end])]
            chosen += taken.claim(wanted)
        return sorted(chosen, key=lambda found: found.start)

    def _search_tiers(self, text: str, label: str) -> tuple[list[Candidate], ...]:
        """What a person's rules, the rules for secrets and those for personal data find."""
        probe = make_probe(text, f"{label}: " if label else "")
        openings = _open_to(probe)
        own = [found for rule in self._rules.rules for found in rule.find(text)]
        secrets = _search(_SECRETS, probe, openings)
        personal = _search(_PERSONAL, probe, openings)
        if label:
            secrets += assignments.find_labelled_secret(probe)
            personal += [*contacts.find_labelled_phone(probe), *account_numbers.find_labelled_ssn(probe)]
        users = _search((_USERS,), probe, openings)
        self._remember(probe, users)
        return own, secrets, personal + users + list(self._names.find(probe))

    def _remember(self, probe: Probe, users: list[Candidate]) -> None:
        known = len(self._names)
        for user in users:
            self._names.remember(probe.text[user.start : user.end])
        if len(self._names) > known:
            self._clean.clear()

    def _remember_clean(self, text: str, label: str) -> None:
        """Short texts (keys, roles, numbers) come again and again; each is scanned once."""
        if len(self._clean) >= _MOST_REMEMBERED:
            self._clean.clear()
        self._clean.add((text, label))


def _open_to(probe: Probe) -> set[Finder]:
    return set().union(*(gate.open_to(probe.data) for gate in _GATES))


def _search(families: Iterable[Family], probe: Probe, openings: set[Finder]) -> list[Candidate]:
    return [
        found
        for family in families
        if not family.openings.isdisjoint(openings)
        for found in family.find(probe)
    ]


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
