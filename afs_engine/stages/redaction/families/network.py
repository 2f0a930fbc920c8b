"""Public IP addresses. Private, loopback, link-local and documentation ranges and version numbers stay."""

import ipaddress
import re
import string
from collections.abc import Iterator

from afs_engine.data.compiled_words import AFTER_NO_WORD, AT_WORD_START
from afs_engine.stages.redaction.findings import Candidate
from afs_engine.stages.redaction.probe import Probe
from afs_engine.stages.redaction.word_search import Word, WordGroup

IPV4 = WordGroup(tuple(Word(digit, "[0-9.]", 6) for digit in string.digits), AT_WORD_START)
_IPV4_PATTERN = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}")
# Ranges that IANA's special-purpose registry keeps from the public internet, and multicast.
_NOT_PUBLIC = re.compile(
    r"(?:0|10|127|22[4-9]|2[3-5][0-9])\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2[0-9]|3[01])\."
    r"|100\.(?:6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|192\.0\.[02]\.|198\.(?:1[89]|51\.100)\.|203\.0\.113\."
)
_OCTETS = re.compile(r"(?:(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])(?:\.|\Z)){4}\Z")
_CLOUD_NAMES = ("ec2", "ip", "host", "static", "dsl", "pool", "vps")
CLOUD_HOSTS = WordGroup(tuple(Word(name + "-", "[0-9]", 1) for name in _CLOUD_NAMES), AFTER_NO_WORD)
_CLOUD_HOST = re.compile(r"[a-z0-9]+-[0-9]{1,3}-[0-9]{1,3}-[0-9]{1,3}-[0-9]{1,3}\b")
IPV6 = WordGroup(tuple(Word(digit, "[0-9A-Fa-f]", 3, then=":") for digit in "23"), AT_WORD_START)
_IPV6_OPENING = re.compile(
    r"[23][0-9A-Fa-f]{3}:(?:[0-9A-Fa-f]{1,4}:){2,6}[0-9A-Fa-f:]|[23][0-9A-Fa-f]{3}:(?:[0-9A-Fa-f]{1,4}:){0,5}:"
)
_IPV6_PATTERN = re.compile(r"[0-9A-Fa-f:]{6,39}")
_VERSION_BEFORE = re.compile(
    r"(?i)(?:\bv|ver\.?|version|release|build|firmware|driver|[=~^<>]=|@|[a-z_)]/|[a-z]-)[\"':= (]{0,4}\Z"
)
_NETWORK_BEFORE = re.compile(
    r"(?i)(?:\bip|ipv4|\bhost|addr(?:ess)?|server|\bfrom|\bto|ssh|ping|scp|rsync|nslookup|dig|telnet|nc|peer|client"
    r"|remote|forwarded-for|x-real-ip|listen|connect(?:ed|ing)?(?: to)?|://|@)[^\n\d]{0,12}\Z"
)
_LARGEST_VERSION_PART = 30


def find_ip_addresses(probe: Probe) -> Iterator[Candidate]:
    """IPv4 and IPv6 addresses that the internet routes."""
    for match in probe.matches(IPV4, _IPV4_PATTERN):
        start, end = match.span()
        stands_alone = is_public_ipv4(match.group()) and _stands_alone(probe, start, end)
        if stands_alone and not _is_version(probe, start, end):
            yield Candidate(start, end, "ipv4", "IP")
    for match in probe.matches(CLOUD_HOSTS, _CLOUD_HOST):
        start, end = probe.text.index("-", match.start()) + 1, match.end()
        if is_public_ipv4(probe.text[start:end].replace("-", ".")):
            yield Candidate(start, end, "ipv4", "IP")
    for match in probe.matches(IPV6, _IPV6_OPENING):
        start = match.start()
        run = _IPV6_PATTERN.match(probe.text, start)
        if run and probe.starts_word(start) and probe.before(start, 1) not in (":", ".", "-"):
            yield from _public_ipv6(run)


def is_public_ipv4(address: str) -> bool:
    """True for four numbers without leading zeros that form an address the internet routes."""
    return not _NOT_PUBLIC.match(address) and _OCTETS.match(address) is not None


def _stands_alone(probe: Probe, start: int, end: int) -> bool:
    """Not a part of a longer dotted number or of a name."""
    before, after = probe.before(start, 1), probe.text[end : end + 2]
    if before in tuple("._$#-") or not probe.starts_word(start) or not probe.ends_word(end):
        return False
    return not (after[:1] in ("_", "-", ".") and after[1:].isalnum())


def _is_version(probe: Probe, start: int, end: int) -> bool:
    """Four small parts, `x.0.0.0`, or a word before it that announces a version."""
    before = probe.before(start, 24)
    if _NETWORK_BEFORE.search(before):
        return False
    if _VERSION_BEFORE.search(before):
        return probe.text[end : end + 1] != ":"
    parts = [int(part) for part in probe.text[start:end].split(".")]
    return max(parts) <= _LARGEST_VERSION_PART or parts[1:] == [0, 0, 0]


def _public_ipv6(run: re.Match[str]) -> Iterator[Candidate]:
    text = run.group().rstrip(":") if not run.group().endswith("::") else run.group()
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return
    if address.is_global:
        yield Candidate(run.start(), run.start() + len(text), "ipv6", "IP")
