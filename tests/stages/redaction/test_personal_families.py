"""Personal data: what reaches a person goes, what reaches nobody or is a mere number stays."""

import pytest

from afs_engine.stages.redaction.families.account_numbers import passes_luhn, passes_mod_97
from afs_engine.stages.redaction.families.network import is_public_ipv4
from afs_engine.stages.redaction.redactor import Redactor


def redact(text: str) -> str:
    return Redactor().redact_text(text).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jürgen <jürgen.k@firma.de>", "Jürgen <<EMAIL_1>>"),
        (r"x\nanna@firma.de\n", r"x\n<EMAIL_1>\n"),
        ("?email=anna%40firma.de&x=1", "?email=<EMAIL_1>&x=1"),
        ("a@b.de, A@B.de, a@b.de", "<EMAIL_1>, <EMAIL_2>, <EMAIL_1>"),
        ("tel:+14155552671", "tel:<PHONE_1>"),
        ("Fon: 0171 2345678", "Fon: <PHONE_1>"),
        ("call 415 555 2671 now", "call <PHONE_1> now"),
        ("4111-1111-1111-1111 exp 12/29", "<CARD_1> exp 12/29"),
        ("DE89 3704 0044 0532 0130 00 THEN", "<IBAN_1> THEN"),
        ("de89370400440532013000", "<IBAN_1>"),
        ("078-05-1120 (SSN)", "<SSN_1> (SSN)"),
        ("from 93.184.216.34:443", "from <IP_1>:443"),
        ("ec2-52-95-110-1.compute.amazonaws.com", "ec2-<IP_1>.compute.amazonaws.com"),
        ("[2a02:1210:4a00::7]:22", "[<IP_1>]:22"),
    ],
)
def test_personal_data_goes(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "no-reply@firma.de, user@example.org, git@gitlab.firma.de:a/b.git, logo@2x.png, getty@tty1.service",
        "@dataclass a@b x@y.T matrix@other.sum_",
        "2026-01-10 12:34:56 and 10.01.2026, ISBN 978-3-16-148410-0",
        "00 10 22 33 44 55 66 77 and 0010 0020 0030 0040",
        "123-45-6789 is a part number",
        "id=4111111111111111 and 0.4111111111111111",
        "DE00 3704 0044 0532 0130 00",
        "v1.2.3.4, 10.1.2.3, 192.168.0.1, 127.0.0.1, 172.16.4.4, 100.64.0.1, 198.51.100.7",
        "pkg-93.184.216.34.tgz",
        "Chrome/120.0.0.0 and OID 1.3.6.1.4.1.311.21.20",
        "::1 fe80::1 2001:db8::7 std::map 12:34:56 aa:bb:cc:dd:ee:ff",
    ],
)
def test_what_reaches_nobody_stays(text: str) -> None:
    assert redact(text) == text


def test_the_checks_of_card_and_bank_numbers() -> None:
    assert passes_luhn("4111111111111111") and not passes_luhn("4111111111111112")
    assert passes_mod_97("GB29NWBK60161331926819") and not passes_mod_97("GB29NWBK60161331926818")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("172.32.0.1", True),
        ("172.31.0.1", False),
        ("256.1.1.1", False),
        ("01.2.3.4", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public_ipv4(address) is public


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/home/kleeman/src", "/home/<USER_1>/src"),
        ("C:\\Users\\Anna Kern\\x C:\\Users\\bo\\y", "C:\\Users\\<USER_1>\\x C:\\Users\\<USER_2>\\y"),
        (r"C:\\Users\\kleeman\\x", r"C:\\Users\\<USER_1>\\x"),
        ("file:///Users/kleeman/x /mnt/c/Users/kleeman", "file:///Users/<USER_1>/x /mnt/c/Users/<USER_1>"),
        ("~/.claude/projects/-home-kleeman-src/a", "~/.claude/projects/-home-<USER_1>-src/a"),
        ("kleeman@box:~/src$ ls", "<USER_1>@box:~/src$ ls"),
        (
            "/home/kleeman\n-rw-r--r-- 1 kleeman kleeman 5 x\nssh kleeman@box /var/mail/kleeman USER=kleeman",
            "/home/<USER_1>\n-rw-r--r-- 1 <USER_1> <USER_1> 5 x\n"
            "ssh <USER_1>@box /var/mail/<USER_1> USER=<USER_1>",
        ),
    ],
)
def test_user_names_go_and_paths_stay_paths(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "/home/ubuntu /home/user/x /Users/Shared /root/x root@box:~# /home/$USER /home/<name>/",
        "https://firma.de/home/news and GET /users/anna",
        "/home/src/x then /usr/src/linux and src@v2",
    ],
)
def test_roles_and_pages_stay(text: str) -> None:
    assert redact(text).replace("<USER_1>", "src") == text


def test_a_known_name_stays_where_it_is_a_word() -> None:
    said = ": link the sprite, linked.link, Link"
    assert redact("/home/link/x" + said) == "/home/<USER_1>/x" + said


def test_a_known_user_name_that_is_a_whole_value_goes() -> None:
    row = {"cwd": "/home/katyam/src", "author": "katyam", "text": "katyam is a name; katyamera is none"}
    clean, _ = Redactor().redact_value(row)
    assert clean["cwd"] == "/home/<USER_1>/src"
    assert clean["author"] == "<USER_1>"
    assert redact("chown katyam:katyam /home/katyam") == "chown <USER_1>:<USER_1> /home/<USER_1>"
