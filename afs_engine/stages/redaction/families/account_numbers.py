"""Numbers that carry their own check: payment cards (Luhn), IBAN (mod 97), US social security numbers.

The check digits keep ids and checksums out; a social security number has none and needs a word
beside it. Knows nothing of phones.
"""

import re
from collections.abc import Iterator

from afs_engine.data.compiled_words import AFTER_NO_WORD, AT_WORD_START
from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.linear_search import Finder, any_of
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.vocabulary import IBAN_LENGTHS
from afs_engine.stages.redaction.word_search import Word, WordGroup

_CARD = (
    r"[4-6][0-9]{11,18}|[2-6][0-9]{3}[ \-]?[0-9]{4}[ \-]?[0-9]{4}[ \-]?[0-9]{4}(?:[ \-]?[0-9]{3})?"
    r"|3[47][0-9]{2}[ \-]?[0-9]{6}[ \-]?[0-9]{5}|3[068][0-9]{2}[ \-]?[0-9]{6}[ \-]?[0-9]{4}"
)
CARDS = WordGroup(
    tuple(Word(digit, r"[0-9 \-]", 11) for digit in "23456"),
    AT_WORD_START,
)
_CARD_PATTERN = re.compile(_CARD)
_DOUBLED = str.maketrans("0123456789", "0246813579")  # with the two digits of 10 to 18 added up
# Visa, Mastercard, American Express, Discover, JCB, Diners Club, UnionPay, Maestro: first digits and length.
_ISSUERS = re.compile(
    r"4[0-9]{15}\Z|5[1-5][0-9]{14}\Z|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}\Z"
    r"|3[47][0-9]{13}\Z|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}\Z|35(?:2[89]|[3-8][0-9])[0-9]{12}\Z"
    r"|3(?:0[0-5]|[68][0-9])[0-9]{11}\Z|62[0-9]{14,17}\Z|(?:50|5[6-9]|6[0-9])[0-9]{14}\Z"
)
# Visa and Maestro of other lengths: ids look like that too, so a word must announce them.
_RARE_ISSUERS = re.compile(r"4(?:[0-9]{12}|[0-9]{18})\Z|(?:50|5[6-9]|6[0-9])[0-9]{10,17}\Z")
_CARD_WORD = re.compile(r"(?i)card|\bpan\b|visa|maestro|credit|debit|\bpay|\bcc\b")
_IS_AN_ID = re.compile(
    r"(?i)(?:id|ids|timestamp|seed|offset|serial|build|nonce|hash|size|bytes)[\"']?\s{0,3}[:=#]?\s{0,3}[\"'\[]?\Z"
)

IBANS = WordGroup(
    tuple(Word(country.lower(), "[0-9]", 2) for country in sorted(IBAN_LENGTHS)), AFTER_NO_WORD, any_case=True
)
_IBAN_OPENING = re.compile(r"[A-Za-z]{2}[0-9]{2}[ \-]?[A-Za-z0-9]{4}")
_IBAN_PATTERN = re.compile(r"[A-Za-z]{2}[0-9]{2}(?:[ \-]?[A-Za-z0-9]){11,30}")

_SSN = r"[0-9]{3}[ \-]?[0-9]{2}[ \-]?[0-9]{4}"
_SSN_WORD = r"(?i:\bssns?\b|social[ _-]?sec(?:urity)?|taxpayer[ _-]?id|tax[ _-]?id|\bitin\b)"
SSNS = Finder(any_of([_SSN_WORD + r"[^0-9\n]{0,40}" + _SSN, r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b"]))
_SSN_PATTERN = re.compile(rf"(?:{_SSN_WORD}[^0-9\n]{{0,40}})?({_SSN})")
_SSN_CONTEXT = re.compile(_SSN_WORD)
_CONTEXT_BEFORE, _CONTEXT_AFTER = 60, 30


def find_account_numbers(probe: Probe) -> Iterator[Candidate]:
    """Cards, IBANs and social security numbers."""
    yield from _find_cards(probe)
    yield from _find_ibans(probe)
    yield from _find_ssns(probe)


def passes_luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812-1: every second digit from the right doubled, the sum divisible by 10."""
    return (sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2].translate(_DOUBLED)))) % 10 == 0


def passes_mod_97(iban: str) -> bool:
    """The check of ISO 13616: first four characters moved behind, letters as 10..35, remainder 1."""
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1


def _find_cards(probe: Probe) -> Iterator[Candidate]:
    for match in probe.matches(CARDS, _CARD_PATTERN):
        if _is_card(probe, match) and _stands_alone(probe, *match.span()):
            yield Candidate(*match.span(), "credit_card", "CARD")


def _is_card(probe: Probe, match: re.Match[str]) -> bool:
    digits = re.sub(r"[ -]", "", match.group())
    if not passes_luhn(digits) or len(set(digits)) < 2:
        return False
    if not _ISSUERS.match(digits) and not _is_rare_card(probe, match.start(), digits):
        return False
    return len(digits) < len(match.group()) or not _IS_AN_ID.search(probe.before(match.start(), 20))


def _is_rare_card(probe: Probe, start: int, digits: str) -> bool:
    announced = _CARD_WORD.search(probe.before(start, _CONTEXT_BEFORE))
    return bool(announced) and _RARE_ISSUERS.match(digits) is not None


def _stands_alone(probe: Probe, start: int, end: int) -> bool:
    """No digit, letter, dot or sign that would make it a part of a longer thing."""
    before, after = probe.before(start, 2), probe.text[end : end + 2]
    if before.endswith(("-", "_", "$", "#")) or (before.endswith(".") and before[:1].isdigit()):
        return False
    grows = after[:1] in ("-", ".") and after[1:].isalnum()
    return probe.starts_word(start) and probe.ends_word(end) and not grows and after[:1] != "_"


def _find_ibans(probe: Probe) -> Iterator[Candidate]:
    for opening in probe.matches(IBANS, _IBAN_OPENING):
        start = opening.start()
        length = IBAN_LENGTHS.get(probe.text[start : start + 2].upper())
        match = _IBAN_PATTERN.match(probe.text, start) if length else None
        end = _cut_to_length(match.group(), length) if match and length else 0
        if end and _stands_alone(probe, start, start + end):
            iban = re.sub(r"[ -]", "", probe.text[start : start + end]).upper()
            if passes_mod_97(iban):
                yield Candidate(start, start + end, "iban", "IBAN")


def _cut_to_length(run: str, length: int) -> int:
    """Where the `length`-th letter or digit of `run` ends; 0 when it has fewer."""
    seen = 0
    for place, character in enumerate(run, 1):
        seen += character.isalnum()
        if seen == length:
            return place
    return 0


def _find_ssns(probe: Probe) -> Iterator[Candidate]:
    for start, _ in probe.spans(SSNS):
        match = _SSN_PATTERN.match(probe.text, start)
        if (
            match
            and _is_ssn(match[1])
            and _is_announced(probe, match)
            and _stands_alone(probe, *match.span(1))
        ):
            yield Candidate(*match.span(1), "us_ssn", "SSN")


def is_ssn_label(label: str) -> bool:
    """True for JSON keys such as `ssn` and `tax_id`."""
    return _SSN_CONTEXT.search(label) is not None


def find_labelled_ssn(folded: str, label: str) -> Iterator[Candidate]:
    """The whole text of a JSON value whose key is a word for a social security number."""
    if is_ssn_label(label) and (match := re.fullmatch(rf"\s*({_SSN})\s*", folded)):
        yield Candidate(*match.span(1), "us_ssn", "SSN")


def _is_announced(probe: Probe, match: re.Match[str]) -> bool:
    """A word for such numbers stands near: the number alone could be any id."""
    after = probe.after(match.end(), _CONTEXT_AFTER)
    return bool(_SSN_CONTEXT.search(probe.before(match.start(1), _CONTEXT_BEFORE) + " " + after))


def _is_ssn(number: str) -> bool:
    digits = re.sub(r"[ -]", "", number)
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000"
