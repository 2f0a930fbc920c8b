"""Rows that hold no secret but look busy: 65816 assembly, hashes, ids, versions, code about secrets."""

from collections.abc import Callable
from random import Random

from tests.stages.redaction.planted_secrets import chars, digits, hexes, uuid

_UP_HEX = "0123456789ABCDEF"


def _hex_up(rng: Random, count: int) -> str:
    return chars(rng, count, _UP_HEX)


_MAKERS: list[Callable[[Random], str]] = [
    lambda rng: f"    LDA.w ${_hex_up(rng, 4)},X : STA.l $7E{_hex_up(rng, 4)}",
    lambda rng: f"    JSL.l Sprite_{_hex_up(rng, 6)} ; key {digits(rng, 2)}",
    lambda rng: f"org ${_hex_up(rng, 6)}",
    lambda rng: "    db " + ", ".join(f"${_hex_up(rng, 2)}" for _ in range(8)),
    lambda rng: f"!SmallKey = $7EF{_hex_up(rng, 3)}",
    lambda rng: f"BigKey_Token = ${_hex_up(rng, 6)}",
    lambda rng: f"{_hex_up(rng, 6)}: " + " ".join(_hex_up(rng, 2) for _ in range(16)),
    lambda rng: " ".join(digits(rng, 2) for _ in range(8)),
    lambda rng: " ".join(hexes(rng, 4) for _ in range(8)),
    lambda rng: f"The value at 0x{hexes(rng, 8)} holds the key count",
    lambda rng: f"commit {hexes(rng, 40)}",
    lambda rng: f"index {hexes(rng, 7)}..{hexes(rng, 7)} 100644",
    lambda rng: f"sha256:{hexes(rng, 64)}",
    lambda rng: f"    --hash=sha256:{hexes(rng, 64)}",
    lambda rng: f'"integrity": "sha512-{chars(rng, 86)}=="',
    lambda rng: f"md5: {hexes(rng, 32)}  rom.sfc",
    lambda rng: f"session_id={uuid(rng)}",
    lambda rng: f'"uuid": "{uuid(rng)}", "parentUuid": "{uuid(rng)}"',
    lambda rng: f"trace_id={hexes(rng, 32)} span_id={hexes(rng, 16)}",
    lambda rng: f'"tool_use_id": "toolu_01{chars(rng, 22)}"',
    lambda rng: f"id={digits(rng, 16)}",
    lambda rng: f"user id {digits(rng, 18)}",
    lambda rng: f"ts=17{digits(rng, 11)}",
    lambda rng: f"version {rng.randint(0, 9)}.{rng.randint(0, 99)}.{rng.randint(0, 199)}.{rng.randint(0, 9)}",
    lambda rng: (
        f"Chrome/{rng.randint(90, 140)}.0.{rng.randint(1000, 9999)}.{rng.randint(10, 200)} Safari/537.36"
    ),
    lambda rng: f"peer 10.{rng.randint(0, 255)}.{rng.randint(0, 255)}.7:{digits(rng, 4)} and 127.0.0.1",
    lambda rng: f"see 203.0.113.{rng.randint(1, 254)} and 2001:db8::{hexes(rng, 4)}",
    lambda rng: f"max_tokens={digits(rng, 4)}, pad_token_id={digits(rng, 5)}",
    lambda rng: f'cache_key="{hexes(rng, 32)}"',
    lambda rng: f"key: build-{hexes(rng, 40)}",
    lambda rng: f"public_key = {hexes(rng, 64)}",
    lambda rng: f"cache-key-{hexes(rng, 32)} idempotency_key={uuid(rng)}",
    lambda rng: f"https://h.io/p?id={uuid(rng)}&page=2",
    lambda rng: f"Sec-WebSocket-Key: {chars(rng, 22)}==",
    lambda rng: (
        f"as-is sdk-version api-gateway-v{digits(rng, 1)} key_{hexes(rng, 8)} oauth: on, 00{hexes(rng, 62)}"
    ),
    lambda rng: "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?not set} postgres://postgres:postgres@db/x",
    lambda rng: "the LDA mnemonic: loads a byte into the accumulator and sets the flags by what it was",
    lambda rng: f"data:image/png;base64,iVBORw0KGgo{chars(rng, 200)}",
    lambda rng: f"https://github.com/o/r/commit/{hexes(rng, 40)}",
    lambda rng: f"step {digits(rng, 5)}/{digits(rng, 6)} loss {rng.random():.10f}",
    lambda rng: f"2026-01-1{rng.randint(0, 9)} 12:{rng.randint(10, 59)}:00 pass {digits(rng, 3)}",
    lambda rng: 'password = os.environ["DB_PASSWORD"]',
    lambda rng: "export API_KEY=$MY_KEY; export B_TOKEN=${TOKEN:-none}",
    lambda rng: "OPENAI_API_KEY=sk-... or <YOUR_API_KEY> or your_api_key_here",
    lambda rng: "password: changeme / token: ******** / secret: xxxxxxxxxxxx",
    lambda rng: "def login(user, password: str, token=None): return get_token(password)",
    lambda rng: "for key, value in sorted(items, key=lambda pair: pair[0]):",
    lambda rng: "write to noreply@github.com or user@example.com, clone git@github.com:o/r.git",
    lambda rng: "Authorization: Bearer $TOKEN",
    lambda rng: "postgres://user:password@localhost/db",
    lambda rng: "ls /home/ubuntu /root /usr/lib; GET /users/42/profile",
    lambda rng: "sk-learn-based-pipeline-for-small-models and task-runner-for-all-of-these",
    lambda rng: "mysql -u root -p mydb; docker run -p 8080:80 x; ssh -p 2222 root@host",
    lambda rng: f"| Token | Count |\n|---|---|\n| LDA | {digits(rng, 4)} |\n| {hexes(rng, 8)} | 7 |",
    lambda rng: f"key,value,password\nname,{hexes(rng, 6)},required\nrole,admin,optional",
    lambda rng: f"Password:\n  - must be long\npassword:\n  min_length: {digits(rng, 1)}",
    lambda rng: f"if not password:\n    raise_error({digits(rng, 3)})\npassword:\n  type: string",
    lambda rng: f"msg_01{chars(rng, 22)} call_{chars(rng, 24)} req_011C{chars(rng, 20)} run_{chars(rng, 24)}",
    lambda rng: f"sessionId={chars(rng, 24)} order 4{digits(rng, 18)} src/a.c:5433:int:main",
    lambda rng: (
        f"github.com/o/r v1.2.3/go.mod h1:{chars(rng, 43)}= ssh-ed25519 AAAAC3NzaC1lZDI1{chars(rng, 48)}"
    ),
    lambda rng: "std::vector::key_type, press any key to continue, the bearer of the sword",
]


KINDS = len(_MAKERS)


def benign_rows(rng: Random, count: int) -> list[str]:
    """`count` rows, every kind in turn."""
    return [_MAKERS[number % len(_MAKERS)](rng) for number in range(count)]
