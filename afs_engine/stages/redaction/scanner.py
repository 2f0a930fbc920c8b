"""One look at one text: all families asked, overlaps settled, the allow list obeyed.

Secrets go before personal data (a password that looks like an e-mail address is a password); among
equals the longer wins. Gives candidates and replaces nothing.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

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
from afs_engine.stages.redaction.linear_search import Gate
from afs_engine.stages.redaction.probe import PLACEHOLDER, Probe, make_probe
from afs_engine.stages.redaction.secret_names import judge_name
from afs_engine.stages.redaction.user_rules import RedactionRules

Family = Callable[[Probe], Iterator[Candidate]]
_SECRETS: tuple[Family, ...] = (
    private_keys.find_private_keys,
    provider_keys.find_provider_keys,
    token_shapes.find_shaped_tokens,
    urls.find_url_secrets,
    headers.find_header_secrets,
    command_lines.find_command_secrets,
    assignments.find_assigned_secrets,
)
_PERSONAL: tuple[Family, ...] = (
    contacts.find_emails,
    contacts.find_phones,
    account_numbers.find_account_numbers,
    network.find_ip_addresses,
)
# Three gates, because patterns over words, keys and digits slow each other down in one automaton.
GATES = (
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
        self._find_users(make_probe(text, "", GATES))

    def scan(self, text: str, label: str = "") -> list[Candidate]:
        """Findings in order, none overlapping another or an existing placeholder.

        `label` is the JSON key that the text stands under, if any.
        """
        short = len(text) <= _LONGEST_REMEMBERED
        if short and (text, label) in self._clean:
            return []
        tiers = self._search_tiers(text, label)
        chosen = self._settle(text, tiers) if any(tiers) else []
        if short and not chosen:
            self._remember_clean(text, label)
        return chosen

    def _settle(self, text: str, tiers: Iterable[list[Candidate]]) -> list[Candidate]:
        """The candidates that get their place: earlier tiers first, none on an existing placeholder."""
        taken = _Spans([match.span() for match in PLACEHOLDER.finditer(text)] if "<" in text else [])
        chosen: list[Candidate] = []
        for tier in tiers:
            if self._rules.allow:
                tier = [found for found in tier if not self._rules.allows(text[found.start : found.end])]
            chosen += taken.claim(tier)
        return sorted(chosen, key=lambda found: found.start)

    def _search_tiers(self, text: str, label: str) -> tuple[list[Candidate], ...]:
        """What a person's rules, the rules for secrets and those for personal data find."""
        probe = make_probe(text, f"{label}: " if label else "", GATES)
        own = [found for rule in self._rules.rules for found in rule.find(text)]
        secrets = _search(_SECRETS, probe)
        personal = _search(_PERSONAL, probe)
        if label and _is_telling(label):
            secrets += assignments.find_labelled_secret(probe)
            personal += [*contacts.find_labelled_phone(probe), *account_numbers.find_labelled_ssn(probe)]
        return own, secrets, personal + self._find_users(probe) + list(self._names.find(probe))

    def _find_users(self, probe: Probe) -> list[Candidate]:
        """The user names in home paths and prompts; they are remembered."""
        known = len(self._names)
        users = _search((home_paths.find_user_names,), probe)
        for user in users:
            self._names.remember(probe.text[user.start : user.end])
        if len(self._names) > known:
            self._clean.clear()
        return users

    def _remember_clean(self, text: str, label: str) -> None:
        """Short texts (keys, roles, numbers) come again and again; each is scanned once."""
        if len(self._clean) >= _MOST_REMEMBERED:
            self._clean.clear()
        self._clean.add((text, label))


def _search(families: tuple[Family, ...], probe: Probe) -> list[Candidate]:
    return [found for family in families for found in family(probe)] if probe.openings else []


@lru_cache(maxsize=4096)
def _is_telling(label: str) -> bool:
    """True when a JSON key could say by itself what kind of secret its value is."""
    return bool(judge_name(label)) or contacts.is_phone_label(label) or account_numbers.is_ssn_label(label)


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
