"""Secrets of many kinds, made from random parts at run time so that no file holds a real-looking key.

Each maker takes a `Random` and gives one value. Three classes, judged by different thresholds:
prefixed (the value says what it is), contextual (only its surroundings do), personal.
"""

import base64
import string
from collections.abc import Callable
from random import Random

Maker = Callable[[Random], str]
_WORD = string.ascii_letters + string.digits
_URL = _WORD + "-_"
_B64 = _WORD + "+/"
_HEX = "0123456789abcdef"
_UP = string.ascii_uppercase + string.digits


def chars(rng: Random, count: int, alphabet: str = _WORD) -> str:
    return "".join(rng.choices(alphabet, k=count))


def hexes(rng: Random, count: int) -> str:
    return chars(rng, count, _HEX)


def digits(rng: Random, count: int) -> str:
    return chars(rng, count, string.digits)


def uuid(rng: Random) -> str:
    return "-".join(hexes(rng, count) for count in (8, 4, 4, 4, 12))


def prefixed(prefix: str, count: int, alphabet: str = _WORD) -> Maker:
    return lambda rng: prefix + chars(rng, count, alphabet)


PREFIXED: dict[str, Maker] = {
    "anthropic": prefixed("sk-ant-" + "api03-", 95, _URL),
    "openai": lambda rng: "sk-" + chars(rng, 20) + "T3BlbkFJ" + chars(rng, 20),
    "openai project": prefixed("sk-" + "proj-", 74, _URL),
    "openrouter": prefixed("sk-or-" + "v1-", 64, _HEX),
    "google": prefixed("AIza", 35, _URL),
    "google oauth": prefixed("ya29.", 60, _URL),
    "aws key id": prefixed("AKIA", 16, _UP),
    "aws temporary id": prefixed("ASIA", 16, _UP),
    "github classic": prefixed("ghp_", 36),
    "github app": prefixed("ghs_", 36),
    "github fine": lambda rng: "github_pat_" + chars(rng, 22) + "_" + chars(rng, 59),
    "gitlab": prefixed("glpat-", 20, _URL),
    "slack bot": lambda rng: "xoxb-" + "-".join([digits(rng, 12), digits(rng, 13), chars(rng, 24)]),
    "stripe": prefixed("sk_live_", 24),
    "stripe restricted": prefixed("rk_live_", 24),
    "sendgrid": lambda rng: f"SG.{chars(rng, 22, _URL)}.{chars(rng, 43, _URL)}",
    "mailgun": prefixed("key-", 32, _HEX),
    "npm": prefixed("npm_", 36),
    "pypi": prefixed("pypi-" + "AgEIcHlwaS5vcmc", 80, _URL),
    "hugging face": prefixed("hf_", 34, string.ascii_letters),
    "replicate": prefixed("r8_", 37),
    "groq": prefixed("gsk_", 52),
    "xai": prefixed("xai-", 80),
    "perplexity": prefixed("pplx-", 48),
    "digitalocean": prefixed("dop_v1_", 64, _HEX),
    "linear": prefixed("lin_api_", 40),
    "notion": prefixed("ntn_", 46),
    "figma": prefixed("figd_", 40, _URL),
    "shopify": prefixed("shpat_", 32, _HEX),
    "databricks": prefixed("dapi", 32, _HEX),
    "vault": prefixed("hvs.", 24),
    "doppler": prefixed("dp.pt.", 43),
    "age": prefixed("AGE-SECRET-KEY-1", 58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
    "twilio": prefixed("SK", 32, _HEX),
    "telegram": lambda rng: f"{rng.randint(10**8, 10**10 - 1)}:AA{chars(rng, 33, _URL)}",
    "discord": lambda rng: f"M{chars(rng, 23)}.{chars(rng, 6, _URL)}.{chars(rng, 38, _URL)}",
    "jwt": lambda rng: f"eyJ{chars(rng, 33)}.eyJ{chars(rng, 60, _URL)}.{chars(rng, 43, _URL)}",
    "tailscale": prefixed("tskey-" + "auth-", 30),
    "grafana": prefixed("glsa_", 40),
    "docker": prefixed("dckr_pat_", 27, _URL),
    "together": prefixed("tgp_v1_", 43, _URL),
    "vercel": prefixed("vcp_", 56),
    "hubspot": lambda rng: "pat-na1-" + uuid(rng),
    "snyk": prefixed("snyk_uat.", 30, _URL),
    "openshift": prefixed("sha256~", 43, _URL),
    "launchdarkly": lambda rng: "sdk-" + uuid(rng),
    "new relic licence": lambda rng: hexes(rng, 36) + "NRAL",
    "azure openai": lambda rng: chars(rng, 52) + "JQQJ99" + chars(rng, 26),
    "1password": lambda rng: "A3-" + "-".join(chars(rng, count, _UP) for count in (6, 6, 5, 5, 5, 5)),
    "anthropic admin": prefixed("sk-ant-" + "admin01-", 95, _URL),
    "openai service": lambda rng: "sk-svcacct-" + chars(rng, 74, _URL) + "T3BlbkFJ" + chars(rng, 74, _URL),
    "aws bedrock": prefixed("ABSKQmVkcm9ja0FQSUtleS", 110, _B64),
    "cloudflare": prefixed("cfut_", 48),
    "gitlab routable": lambda rng: f"glpat-{chars(rng, 27, _URL)}.01.{chars(rng, 9).lower()}",
    "slack app": lambda rng: f"xapp-1-A0{chars(rng, 9, _UP)}-{digits(rng, 13)}-{hexes(rng, 64)}",
    "terraform": lambda rng: f"{chars(rng, 14)}.atlasv1.{chars(rng, 67, _URL)}",
    "fly": prefixed("fm2_lJPECAAAAAAA", 200, _B64),
    "grafana older": prefixed("eyJrIjoi", 90),
    "maxmind": lambda rng: f"{chars(rng, 6)}_{chars(rng, 29)}_mmk",
    "lob": prefixed("live_", 35, _HEX),
    "trello": prefixed("ATTA", 64, _HEX),
    "vault batch": prefixed("b.AAAAAQ", 90, _URL),
    "supabase": lambda rng: f"sb_secret_{chars(rng, 22, _URL)}_{chars(rng, 8, _URL)}",
    "paypal": lambda rng: f"access_token$production${chars(rng, 16).lower()}${hexes(rng, 32)}",
    "discord webhook": lambda rng: (
        f"https://discord.com/api/webhooks/{digits(rng, 18)}/{chars(rng, 68, _URL)}"
    ),
    "key in base64": prefixed("LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVkt" + "LS0tLQ", 1200),
}


def password(rng: Random) -> str:
    return rng.choice(
        [
            chars(rng, 10) + rng.choice("!@#%^*") + digits(rng, 2),
            rng.choice(["Summer", "Dragon", "Hunter"]) + digits(rng, 4) + rng.choice("!?#"),
            "-".join(rng.choices(["correct", "horse", "purple", "staple"], k=4)) + digits(rng, 2),
            chars(rng, 20, _URL.replace("-", "")),
        ]
    )


def base64_text(rng: Random) -> str:
    return base64.b64encode(("user:" + chars(rng, 12)).encode()).decode()


# Kind -> what the value looks like, and the ways in which it stands in text.
CONTEXTUAL: dict[str, tuple[Maker, list[str]]] = {
    "password": (
        password,
        [
            "password: {}",
            'db_password = "{}"',
            "DB_PASSWORD={}",
            '{{"password": "{}"}}',
            "the password is `{}`",
            r"{{\"passwd\": \"{}\"}}",
            "connect(user='u', password='{}', port=1)",
            "Server=h;Uid=u;Pwd={};",
            "mot de passe : {}",
            "credentials: bob / {}",
        ],
    ),
    "shell password": (
        password,
        [
            "mysql -u root -p{} db",
            "sshpass -p '{}' ssh u@h",
            "curl -u admin:{} https://h.io/x",
            "PGPASSWORD={} psql -h h",
            "tool login --password {}",
            "redis-cli -h h -a {} ping",
            "docker login -u u -p {} r.io",
            "echo '{}' | sudo -S ls",
            "unzip -P {} f.zip",
            "echo 'u:{}' | chpasswd",
            "ssh-keygen -N '{}' -f k",
            "curl -sSu admin:{} https://h.io/x",
            "openssl enc -aes-256-cbc -k {} -in a",
            "xfreerdp /u:bob /p:{} /v:h",
            "lftp -u bob,{} sftp://h",
            "db.h.io:5432:app:bob:{}",
            "keytool -storepass {} -list",
            "default login u password {}",
            "set -x DB_PASSWORD {}",
            'smtp.login("u", "{}")',
        ],
    ),
    "password below": (
        lambda rng: chars(rng, 9) + rng.choice("!#%") + digits(rng, 2),
        [
            "Password:\n{}\n",
            "user: bob\nPassword:\n  {}",
            "password:\n```\n{}\n```",
            "| user | password |\n|---|---|\n| al | Zx9!kLm2 |\n| bob | {} |\n",
            "id,name,password,host\n1,al,Zx9!kLm2,h1\n2,bob,{},h2",
            "user\tpasswd\nbob\t{}\n",
            "log in with password {} there",
        ],
    ),
    "token in a column": (
        lambda rng: chars(rng, 32),
        ["| service | api_key |\n| --- | --- |\n| x | {} |", "service;token\nx;{}\n"],
    ),
    "sql password": (
        password,
        ["CREATE USER 'u'@'h' IDENTIFIED BY '{}';", "ALTER USER u WITH PASSWORD '{}';"],
    ),
    "url password": (
        lambda rng: chars(rng, 14),
        [
            "https://user:{}@h.io/x",
            "postgres://u:{}@h:5432/db",
            "redis://:{}@h:6379/0",
            "mongodb+srv://u:{}@c.net/d",
        ],
    ),
    "url token": (
        lambda rng: chars(rng, 40),
        [
            "https://h.io/cb?token={}",
            "https://h.io/x?api_key={}&y=2",
            "https://h.io/x?a=1&sig={}",
            "https://{}@h.io/r.git",
        ],
    ),
    "bearer": (
        lambda rng: chars(rng, 40),
        ["Authorization: Bearer {}", "'Authorization': 'token {}'", "Bearer {}"],
    ),
    "basic": (base64_text, ["Authorization: Basic {}", '-H "Authorization: Basic {}"']),
    "cookie": (
        lambda rng: chars(rng, 32),
        ["Cookie: theme=dark; sessionid={}; lang=en", "Set-Cookie: connect.sid={}; Path=/; HttpOnly"],
    ),
    "wandb": (
        lambda rng: hexes(rng, 40),
        [
            "WANDB_API_KEY={}",
            "wandb login {}",
            'wandb.login(key="{}")',
            "my wandb api key is {}",
            '"wandb_key": "{}"',
        ],
    ),
    "vast": (lambda rng: hexes(rng, 64), ["vastai set api-key {}", "VAST_API_KEY={}", "vast.ai api key: {}"]),
    "aws secret": (
        lambda rng: chars(rng, 40, _B64),
        ["aws_secret_access_key = {}", "AWS_SECRET_ACCESS_KEY={}", "AWS Secret Access Key [None]: {}"],
    ),
    "azure storage": (
        lambda rng: chars(rng, 86, _B64) + "==",
        ["AccountName=x;AccountKey={};EndpointSuffix=core", 'AZURE_STORAGE_KEY="{}"'],
    ),
    "hex api key": (
        lambda rng: hexes(rng, 32),
        ["DD_API_KEY={}", "x-api-key: {}", "TWILIO_AUTH_TOKEN={}", "- name: DATADOG_API_KEY\n  value: {}"],
    ),
    "uuid api key": (uuid, ["HEROKU_API_KEY={}", 'PINECONE_API_KEY: "{}"']),
    "random secret": (
        lambda rng: chars(rng, 32),
        [
            "export JWT_SECRET={}",
            "client_secret: {}",
            'const apiKey = "{}";',
            "os.environ['X_TOKEN'] = '{}'",
            "| API_KEY | {} |",
            "<apiKey>{}</apiKey>",
            "my API key is {}",
            r"A=1\nAPI_TOKEN={}\nB=2",
            "--token {}",
            "the api token for prod: {}",
            '<property name="api.token">{}</property>',
            'gh secret set API_TOKEN --body "{}"',
        ],
    ),
}


def luhn_number(rng: Random, start: str, length: int) -> str:
    body = start + digits(rng, length - 1 - len(start))
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return body + str(-total % 10)


def iban(rng: Random, country: str, bank: str, length: int) -> str:
    account = bank + digits(rng, length - 4 - len(bank))
    number = int("".join(str(int(character, 36)) for character in account + country + "00"))
    return f"{country}{98 - number % 97:02d}{account}"


def by_fours(text: str) -> str:
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def public_ip(rng: Random) -> str:
    rest = [rng.randint(32, 255), rng.randint(0, 255), rng.randint(1, 254)]
    return ".".join(map(str, [rng.choice([23, 52, 91, 139, 185, 212]), *rest]))


PERSONAL: dict[str, tuple[list[Maker], list[str]]] = {
    "email": (
        [
            lambda rng: (
                f"{rng.choice(['anna', 'j.doe', 'wei-chen'])}{digits(rng, 2)}@{chars(rng, 6).lower()}.co.uk"
            )
        ],
        [
            "contact {} please",
            "From: Anna <{}>",
            '"email": "{}"',
            "mailto:{}",
            "{}",
            r"x\n{}\n",
            "mail is {}.",
        ],
    ),
    "phone": (
        [
            lambda rng: f"+1 ({rng.randint(201, 989)}) {rng.randint(200, 999)}-{digits(rng, 4)}",
            lambda rng: f"{rng.randint(201, 989)}-{rng.randint(200, 999)}-{digits(rng, 4)}",
            lambda rng: f"+44 7{digits(rng, 3)} {digits(rng, 6)}",
            lambda rng: f"+49 {rng.randint(30, 899)} {digits(rng, 7)}",
            lambda rng: f"+1{rng.randint(201, 989)}{rng.randint(200, 999)}{digits(rng, 4)}",
        ],
        ["call me at {}", "Tel: {}", "phone: {}", "{}", "my number is {}."],
    ),
    "card": (
        [
            lambda rng: luhn_number(rng, "4", 16),
            lambda rng: by_fours(luhn_number(rng, "53", 16)),
            lambda rng: by_fours(luhn_number(rng, "4", 16)).replace(" ", "-"),
            lambda rng: luhn_number(rng, "37", 15),
            lambda rng: luhn_number(rng, "62", 19),
        ],
        ["card {}", "pay with {} now", '{{"number": "{}"}}', "{}"],
    ),
    "iban": (
        [
            lambda rng: iban(rng, "DE", "", 22),
            lambda rng: by_fours(iban(rng, "GB", "NWBK", 22)),
            lambda rng: iban(rng, "NL", "ABNA", 18),
        ],
        ["IBAN {}", "transfer to {}, thanks", "{}"],
    ),
    "ip": (
        [public_ip, lambda rng: ":".join(["2a02", *(f"{rng.randint(4096, 65535):x}" for _ in range(7))])],
        [
            "Failed password from {} port 22",
            "ssh root@{}",
            "{} - - [10/Oct/2025] GET /",
            "server {}",
            '"ip": "{}"',
        ],
    ),
    "ssn": (
        [lambda rng: f"{rng.randint(100, 665)}-{rng.randint(10, 99)}-{rng.randint(1000, 9999)}"],
        ["SSN: {}", "my social security number is {}", '"ssn": "{}"'],
    ),
    "home user": (
        [lambda rng: rng.choice(["bmiller", "weic", "k_lee", "tomh"]) + digits(rng, 2)],
        [
            "/home/{}/src/x.py",
            '"cwd": "/Users/{}/proj"',
            "C:\\Users\\{}\\x",
            "cd /home/{}",
            "projects/-home-{}-src",
        ],
    ),
}
