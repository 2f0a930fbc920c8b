"""How a person is reached: e-mail addresses and phone numbers.

Conservative: addresses that reach nobody (noreply, example domains, git remotes) stay, and digits
count as a phone number only in a shape or beside a word that numbers, dates and hex dumps lack.
"""

import re
import string
from collections.abc import Iterator

from afs_engine.data.compiled_words import AT_WORD_START
from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.linear_search import Finder, any_of
from afs_engine.stages.redaction.probe import OTHER, Probe
from afs_engine.stages.redaction.vocabulary import FILE_ENDINGS
from afs_engine.stages.redaction.word_search import Word, WordGroup

_LOCAL_MARKS = string.ascii_letters + string.digits + "._%+-" + OTHER
_LONGEST_LOCAL = 1024
AT_SIGNS = WordGroup(tuple(Word(sign, r"[A-Za-z0-9\-\x7f]", 1) for sign in ("@", "%40")))
_DOMAIN = re.compile(r"(?:@|%40)[A-Za-z0-9\-\x7f]+(?:\.[A-Za-z0-9\-\x7f]+)*\.[A-Za-z]{2,24}")
_NOBODY = re.compile(
    r"(?i)(?:no-?reply|do-?not-?reply|donotreply|mailer-daemon|postmaster|git|hg|svn)(?:@|%40)"
)
_NOBODYS_DOMAIN = re.compile(
    r"(?i)(?:@|%40|\.)(?:example(?:\.(?:com|org|net|edu))?|(?:your)?(?:domain|company|email)\.com|(?<=@)test\.com"
    r"|test|invalid|localhost|local|localdomain|users\.noreply\.github\.com)\Z"
)
_ESCAPED_LETTER = re.compile(r"\\+[nrtbf]\Z")

_PHONE_SHAPES = (
    r"\+1[ .\-]?\(?[2-9][0-9]{2}\)?[ .\-]?[0-9]{3}[ .\-]?[0-9]{4}",
    r"\+[2-9][0-9]{0,2}(?:[ .\-/]?\(?[0-9]{1,5}\)?){2,6}",
    r"(?:1[ .\-])?\([2-9][0-9]{2}\)[ .\-]?[0-9]{3}[ .\-][0-9]{4}",
    r"(?:1-)?[1-9][0-9]{2}-[0-9]{3}-[0-9]{4}",
    r"(?:1\.)?[2-9][0-9]{2}\.[0-9]{3}\.[0-9]{4}",
    r"07[0-9]{3}[ \-][0-9]{3}[ \-]?[0-9]{3}",
    r"\(?020\)?[ \-][0-9]{4}[ \-][0-9]{4}",
    r"\(0[1-9][0-9]{1,4}\) ?[0-9]{3,4}[ \-]?[0-9]{3,4}",
    r"0[1-9](?:\.[0-9]{2}){4}",
)
_PHONE_PATTERNS = tuple(re.compile(shape) for shape in _PHONE_SHAPES)
_ANY_PHONE = re.compile(any_of(_PHONE_SHAPES))
PHONES = WordGroup(
    (
        Word("+", r"[0-9 .\-/()]", 7),
        Word("(", r"[0-9) .\-]", 9),
        *(Word(digit, r"[0-9.\-]", 11) for digit in string.digits),
        *(Word(opening, r"[0-9) .\-]", 9) for opening in ("1 (", "1.(", "1-(", "07", "020")),
    ),
    AT_WORD_START,
)
_PHONE_WORD = (
    r"(?i:phone|\btel|mobil|\bcell|\bcall|\bfax|whatsapp|\bsms|\btext|handy|\bfon|contact|dial|signal)"
    r"(?i:[a-z]{0,6})"
    r"(?i:\s?(?:number|no\.?|nr\.?|me|him|her|us|them))?"
)
_PHONE_DIGITS = r"\+?\(?[0-9][0-9 ().\-/]{5,18}[0-9]"
WORDED_PHONES = Finder(_PHONE_WORD + r"[^0-9\n+(]{0,12}" + _PHONE_DIGITS)
_WORDED_PHONE = re.compile(_PHONE_WORD + r"[^0-9\n+(]{0,12}(" + _PHONE_DIGITS + ")")
_PHONE_LABEL = re.compile(r"(?i)phone|telephone|mobile|\btel\b|fax|whatsapp")
_WHOLE_PHONE = re.compile(r"\s*(" + _PHONE_DIGITS + r")\s*\Z")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
_NO_PHONE = re.compile(  # dates and addresses
    r"(?:\d{1,3}\.){3}\d{1,3}\Z|(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d"
)


def find_emails(probe: Probe) -> Iterator[Candidate]:
    """E-mail addresses of people."""
    done = 0
    for domain in probe.matches(AT_SIGNS, _DOMAIN):
        before = probe.text[max(done, domain.start() - _LONGEST_LOCAL) : domain.start()]
        local = before[len(before.rstrip(_LOCAL_MARKS)) :]
        if not local:
            continue
        done = end = domain.end()
        start = _trim_start(probe.text, domain.start() - len(local))
        address = probe.text[start:end]
        if _reaches_someone(address) and probe.text[end : end + 1] not in ("_", "("):
            yield Candidate(start, end, "email", "EMAIL")


def _trim_start(text: str, start: int) -> int:
    """Past the letter of an escape (`\\nbob@...`) and past dots and other marks of the sentence."""
    if _ESCAPED_LETTER.search(text[max(0, start - 8) : start + 1]):
        start += 1
    while text[start] in ".%-+" + OTHER and text[start] != "@":
        start += 1
    return start


def _reaches_someone(address: str) -> bool:
    if address.startswith(("@", "%40")) or _NOBODY.match(address) or _NOBODYS_DOMAIN.search(address):
        return False
    return address.rpartition(".")[2].lower() not in FILE_ENDINGS


def find_phones(probe: Probe) -> Iterator[Candidate]:
    """Phone numbers in an unmistakable shape, or beside a word or JSON key that announces one."""
    for shaped in probe.matches(PHONES, _ANY_PHONE):
        for pattern in _PHONE_PATTERNS:
            match = pattern.match(probe.text, shaped.start())
            if match and _is_phone(probe, match.start(), match.end()):
                yield Candidate(match.start(), match.end(), "phone", "PHONE")
                break
    for start, _ in probe.spans(WORDED_PHONES):
        match = _WORDED_PHONE.match(probe.text, start)
        if match and _is_phone(probe, *match.span(1)):
            yield Candidate(*match.span(1), "phone", "PHONE")


def is_phone_label(label: str) -> bool:
    """True for JSON keys such as `phone` and `mobileNumber`."""
    return _PHONE_LABEL.search(label) is not None


def find_labelled_phone(folded: str, label: str) -> Iterator[Candidate]:
    """The whole text of a JSON value whose key is a word for a phone number."""
    if is_phone_label(label) and (match := _WHOLE_PHONE.match(folded)):
        yield Candidate(*match.span(1), "phone", "PHONE")


def _is_phone(probe: Probe, start: int, end: int) -> bool:
    number = probe.text[start:end]
    digits = sum(character.isdigit() for character in number)
    if not _FEWEST_DIGITS <= digits <= _MOST_DIGITS or _NO_PHONE.match(number):
        return False
    before, after = probe.before(start, 1), probe.text[end : end + 2]
    if before and (before in "-.+$#_" or (before == "/" and number[0] != "+")):
        return False
    joined = bool(after) and (after[0].isalnum() or (after[0] in "-./" and after[1:].isdigit()))
    return probe.starts_word(start) and not joined
