"""Secrets in the forms that tools and people write them, and what looks like them and is none."""

from random import Random

import pytest

from afs_engine.stages.redaction.redactor import Redactor
from tests.stages.redaction.planted_secrets import PREFIXED, chars, hexes

_RNG = Random(5)
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def redact(text: str) -> str:
    return Redactor().redact_text(text).text


def kinds(text: str) -> list[str]:
    return [each.kind for each in Redactor().redact_text(text).findings]


def pem(label: str = "RSA ") -> str:
    lines = [chars(_RNG, 64, _BASE64) for _ in range(6)] + [chars(_RNG, 22, _BASE64) + "=="]
    return "\n".join([f"-----BEGIN {label}PRIVATE KEY-----", *lines, f"-----END {label}PRIVATE KEY-----"])


PEM = pem()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"cat key\n{PEM}\n$ ls", "cat key\n<PRIVATE_KEY_1>\n$ ls"),
        (pem("OPENSSH "), "<PRIVATE_KEY_1>"),
        ('"private_key": "' + PEM.replace("\n", r"\n") + r'\n"', r'"private_key": "<PRIVATE_KEY_1>\n"'),
        (r"\"k\": \"" + PEM.replace("\n", r"\\n") + r"\"", r"\"k\": \"<PRIVATE_KEY_1>\""),
        ("\n".join("> " + line for line in PEM.split("\n")), "> <PRIVATE_KEY_1>"),
        (
            "\n".join(f"  {number}\u2192{line}" for number, line in enumerate(PEM.split("\n"), 1)),
            "  1\u2192<PRIVATE_KEY_1>",
        ),
        (PEM.rpartition("\n")[0], "<PRIVATE_KEY_1>"),
        (PEM.rpartition("\n")[0] + "\n$ ls -l", "<PRIVATE_KEY_1>\n$ ls -l"),
        ("tail key\n" + "\n".join(PEM.split("\n")[3:]) + "\n$", "tail key\n<PRIVATE_KEY_1>\n$"),
    ],
)
def test_a_private_key_goes_as_a_whole(text: str, expected: str) -> None:
    assert redact(text) == expected


def test_certificates_public_keys_and_bare_marks_stay() -> None:
    body = chars(_RNG, 64, _BASE64)
    texts = [
        f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----",
        f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----",
        "from -----BEGIN RSA PRIVATE KEY----- to -----END RSA PRIVATE KEY-----, see the manual",
        f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{chars(_RNG, 43)}",
    ]
    assert [redact(text) for text in texts] == texts


def test_a_key_wrapped_by_the_terminal_goes_with_its_second_line() -> None:
    github, anthropic = PREFIXED["github classic"](_RNG), PREFIXED["anthropic"](_RNG)
    assert redact(f"token {github[:20]}\n{github[20:]} end") == "token <TOKEN_1> end"
    wrapped = f"export ANTHROPIC_API_KEY={anthropic[:60]}\r\n  {anthropic[60:]}\n$ ls"
    assert redact(wrapped) == "export ANTHROPIC_API_KEY=<API_KEY_1>\n$ ls"


def test_the_line_after_a_whole_key_is_no_part_of_it() -> None:
    key = PREFIXED["github classic"](_RNG)
    assert redact(f"{key}\nabcDEF123 follows") == "<TOKEN_1>\nabcDEF123 follows"


@pytest.mark.parametrize(
    "text",
    [
        "sk-... and sk-xxxxxxxxxxxxxxxxxxxxxxxx",
        "AKIA" + "IOSFODNN7" + "EXAMPLE",
        "ghp_your_token_goes_here_replace_it_now",
        "hf_hub_download_with_a_long_function_name",
        "npm_config_registry_and_more_of_this_kind",
        "the task-list-of-all-the-things-to-do-today",
        "<YOUR_API_KEY>, ${API_KEY}, $API_KEY, %API_KEY%, {{ api_key }}",
        "api_key = settings.api_key or get_key(name)",
        "password = getpass('Password: ')",
        'token = "word"; key = "sprite_flags"; eos_token: "<|im_end|>"',
        "password: str | None = None",
        '"password": "Password must be at least 8 characters"',
        "PASSWORD_MIN_LENGTH = 12, password_hash: none, passwd -l",
        "KEY_UP = 0x7E0010, Key.SMALL: $7EF36F",
        "token count 151643, max_new_tokens=4096",
        "curl -u $USER:$PASS h; mysql -u root -p db; unzip -p a.zip f; sshpass -e ssh h",
        "git log: author: Link, authored-by; author_id=12345678901234567890",
        "export PWD=/srv/work; pwd: /srv/work",
        "vault login fails, bw unlock again; log in at 10:30, password 5 times, secret 7 of 9",
        "sqlplus docs/index.html; jwt.sign(payload, 'HS256'); wpa_passphrase tool; poetry config pypi-token",
        "the password ElementCountByName is a field",
    ],
)
def test_names_placeholders_and_code_stay(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mysql -uroot -pS3cret! -h x", "mysql -uroot -p<PASSWORD_1> -h x"),
        ("curl -sS -u 'me:pa:ss9' h", "curl -sS -u 'me:<PASSWORD_1>' h"),
        ("machine h login u password s3cr3tt", "machine h login u password <PASSWORD_1>"),
        ("echo u:s3cr3tt | chpasswd", "echo u:<PASSWORD_1> | chpasswd"),
        ("openssl rsa -passin pass:s3cr3tt", "openssl rsa -passin pass:<PASSWORD_1>"),
        ("https://me:pa55w0rd@h.io/x", "https://me:<PASSWORD_1>@h.io/x"),
        ("-e DB_PASS=s3cr3tt -p 80:80", "-e DB_PASS=<PASSWORD_1> -p 80:80"),
        ("password=<PASSWORD_3>", "password=<PASSWORD_3>"),
        ('let password: &str = "s3cr3tt";', 'let password: &str = "<PASSWORD_1>";'),
        ('#define DB_PASSWORD "s3cr3tt"', '#define DB_PASSWORD "<PASSWORD_1>"'),
        (":password => 's3cr3tt',", ":password => '<PASSWORD_1>',"),
        ("define('DB_PASSWORD', 's3cr3tt');", "define('DB_PASSWORD', '<PASSWORD_1>');"),
        ("- name: DB_PASSWORD\n  value: s3cr3tt", "- name: DB_PASSWORD\n  value: <PASSWORD_1>"),
        ("<password>s3cr3tt</password>", "<password><PASSWORD_1></password>"),
        ("net use Z: \\\\s\\d /user:bob s3cr3tt", "net use Z: \\\\s\\d /user:bob <PASSWORD_1>"),
        ("sqlplus -S scott/s3cr3tt@orcl", "sqlplus -S scott/<PASSWORD_1>@orcl"),
        ("rabbitmqctl add_user bob s3cr3tt99", "rabbitmqctl add_user bob <PASSWORD_1>"),
        ("vault login a8Fq2Lm0Zx81", "vault login <TOKEN_1>"),
        ("log in with bob:a8Fq2Lm0Zx81", "log in with bob:<PASSWORD_1>"),
        ("user bob, password a8Fq2Lm0Zx81", "user bob, password <PASSWORD_1>"),
        ("my pass is s3cr3t!t, ok", "my pass is <PASSWORD_1>, ok"),
        ("db.password=tiger-cZQJ-qpaG", "db.password=<PASSWORD_1>"),
        ("password for user 'x' = 's3cr3tt!'", "password for user 'x' = '<PASSWORD_1>'"),
        ("username r secret 5 $1$a8Fq$2Lm0Zx81", "username r secret 5 $1$a8Fq$2Lm0Zx81"),
        ("username r secret 9 a8Fq2Lm0Zx81", "username r secret 9 <PASSWORD_1>"),
        ("createHmac('sha256', 'a8Fq2Lm0Zx81')", "createHmac('sha256', '<SECRET_1>')"),
        ("jwt.sign(claims, 'a8Fq2Lm0Zx81')", "jwt.sign(claims, '<SECRET_1>')"),
        (r"A=1\nDB_PASSWORD=s3cr3tt\nB=2", r"A=1\nDB_PASSWORD=<PASSWORD_1>\nB=2"),
    ],
)
def test_only_the_secret_part_of_a_form_goes(text: str, expected: str) -> None:
    assert redact(text) == expected


def test_a_wandb_key_is_known_by_its_surroundings_and_a_commit_is_not_one() -> None:
    key = hexes(_RNG, 40)
    assert kinds(f"wandb login {key}") == ["wandb_key"]
    assert kinds(f"WANDB_API_KEY={key}") == ["wandb_key"]
    assert redact(f"commit {key}") == f"commit {key}"


def test_a_specific_kind_goes_before_the_name_beside_it() -> None:
    assert kinds(f"api_key={PREFIXED['openai'](_RNG)}") == ["openai_key"]
    assert kinds("password=anna@firma.de") == ["password"]


def test_a_signature_is_a_secret_in_a_request_only() -> None:
    signature = chars(_RNG, 43) + "="
    assert kinds(f"https://b.net/c?sv=2020&sig={signature}") == ["url_signature"]
    assert redact(f'"signature": "{signature}"') == f'"signature": "{signature}"'
    assert Redactor().redact_value({"signature": signature})[1] == []


def test_a_seed_phrase_goes_and_a_sentence_about_mnemonics_stays() -> None:
    words = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    assert redact(f"seed phrase: {words}\nbye") == "seed phrase: <SECRET_1>\nbye"
    sentence = "the mnemonic is what an assembler makes of one byte, see the list"
    assert redact(sentence) == sentence


def test_a_key_longer_than_a_page_goes_as_a_whole() -> None:
    key = "ops_" + "eyJ" + chars(_RNG, 3000)
    assert redact(f"export K={key};") == "export K=<TOKEN_1>;"


@pytest.mark.parametrize("last", ["-", "_", "a"])
def test_a_key_that_ends_in_a_mark_by_chance_is_found(last: str) -> None:
    assert redact("sq0" + "atp-" + chars(_RNG, 21) + last + " ok") == "<TOKEN_1> ok"


def test_every_row_below_a_named_column_is_looked_at() -> None:
    head = "| user | password | note |\n|---|:---:|---|\n"
    table = head + "| al | Zx9!kLm2 | old |\n| bob | q7#Rt5wA | required |\n"
    assert Redactor().redact_text(table).text == table.replace("Zx9!kLm2", "<PASSWORD_1>").replace(
        "q7#Rt5wA", "<PASSWORD_2>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a table without a rule\n| user | password |\n| al | Zx9!kLm2 |",
        "id,name,password\n1,al,required\n2,bob",
        "for (name, key, token)\nfoo(1, Zx9!kLm2, q7#Rt5wA)",
    ],
)
def test_what_is_no_table_names_no_column(text: str) -> None:
    assert Redactor().redact_text(text).findings == ()


def test_an_old_vault_token_is_told_from_a_method() -> None:
    assert kinds("export T=1; vault login s.aB3dEfGh1jKlMnOpQrStUvWx") == ["vault_token"]
    code = "x = s.getElementsByClassName2A(1); s.readUint16LittleEndian2A = s.abcdefghijklmnopqrstuv12"
    assert redact(code) == code
