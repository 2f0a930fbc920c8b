"""No secret of a chat log gets past the export: not into data, store, journal, quarantine or console."""

import json
import random
import string
from pathlib import Path
from typing import Any

from tests.program import call_well, read_rows

RECIPE = """
[[sources]]
name = "chats"
kind = "claude"
path = "claude"

[[sources]]
name = "old"
kind = "jsonl"
path = "old.jsonl"

[split]
train = 1.0
val = 0
test = 0
"""


def make_secrets(rng: random.Random) -> dict[str, str]:
    """Made at run time: no file of ours holds anything that looks like a key."""

    def letters(count: int) -> str:
        return "".join(rng.choices(string.ascii_letters + string.digits, k=count))

    return {
        "key": "sk-ant-" + "api03-" + letters(80),
        "github": "gh" + "p_" + letters(36),
        "password": letters(14) + "7#",
        "mail": f"{letters(8).lower()}.{letters(6).lower()}@{letters(9).lower()}.io",
        "host": "81.2." + f"{rng.randrange(1, 250)}.{rng.randrange(1, 250)}",
    }


def line(uuid: str, parent: str | None, role: str, content: Any, **more: Any) -> str:
    message = {"role": role, "content": content} | more
    record = {"type": role, "uuid": uuid, "parentUuid": parent, "sessionId": "s", "isSidechain": False}
    moment = {"timestamp": "2026-01-10T10:00:00.000Z", "cwd": "/home/dev/game", "userType": "external"}
    return json.dumps(record | moment | {"message": message})


def write_logs(folder: Path, secret: dict[str, str]) -> None:
    session = folder / "claude" / "projects" / "-home-dev-game" / "11111111-2222-4333-8444-555555555555.jsonl"
    session.parent.mkdir(parents=True)
    result = (
        f"export GITHUB_TOKEN={secret['github']}\ncurl -u admin:{secret['password']} http://{secret['host']}/"
    )
    lines = [
        line("u1", None, "user", f"My key is {secret['key']}, mail me at {secret['mail']}. How do I log in?"),
        line(
            "a1",
            "u1",
            "assistant",
            [{"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "env"}}],
            id="m1",
        ),
        line("u2", "a1", "user", [{"type": "tool_result", "tool_use_id": "t1", "content": result}]),
        line(
            "a2", "u2", "assistant", [{"type": "text", "text": f"Use {secret['key']} as the key."}], id="m2"
        ),
        f'{{"type": "user", "message": "torn with {secret["key"]}',
    ]
    session.write_text("\n".join(lines))
    rows = [
        {
            "instruction": "Who am I?",
            "output": f"You are {secret['mail']}.",
            "owner": {"token": secret["github"]},
        },
        {"instruction": "no answer, but a key", "output": "", "note": secret["key"]},
    ]
    broken = f'{{"instruction": "broken", "output": "{secret["key"]} {secret["mail"]}'
    (folder / "old.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + broken + "\n{}\n")
    (folder / "recipe.toml").write_text(RECIPE)


def test_no_secret_gets_past_the_export(tmp_path: Path) -> None:
    secret = make_secrets(random.Random(3))
    write_logs(tmp_path, secret)
    answer = call_well("run", "recipe.toml", "--until", "convert", "--json", cwd=tmp_path)
    told = call_well("run", "recipe.toml", "--until", "convert", cwd=tmp_path)
    written = [p for place in (".afs", "runs") for p in (tmp_path / place).rglob("*") if p.is_file()]
    assert len(written) > 20
    haystack = "\n".join([answer.out, answer.err, told.out, told.err])
    haystack += "\n".join(p.read_bytes().decode("utf-8", "replace") for p in written)
    assert [kind for kind, value in secret.items() if value in haystack] == []


def test_a_secret_has_one_placeholder_in_the_whole_run(tmp_path: Path) -> None:
    secret = make_secrets(random.Random(3))
    write_logs(tmp_path, secret)
    call_well("run", "recipe.toml", "--until", "convert", cwd=tmp_path)
    rows = {row["instruction"]: row for row in read_rows(tmp_path / "runs" / "run" / "data" / "train.jsonl")}
    old = rows["Who am I?"]
    chat = next(row for question, row in rows.items() if "How do I log in" in question)
    mail, key = old["output"].removeprefix("You are ").removesuffix("."), chat["output"].split()[1]
    assert mail.startswith("<EMAIL_")
    assert key.startswith("<API_KEY_")
    assert chat["instruction"] == f"My key is {key}, mail me at {mail}. How do I log in?"
    assert old["owner"]["token"] in chat["input"]
    ledger = json.loads((tmp_path / "runs" / "run" / "ledger.json").read_text())
    # the two refused lines are redacted too, on their way to the quarantine file
    assert ledger["redacted"]["old"] == {"anthropic_key": 2, "email": 2, "github_token": 1}
    assert ledger["records"]["chats"]["skipped"] == {"incomplete line": 1}
    by_stage = {each["stage"]: each for each in ledger["stages"]}
    assert (by_stage["export old"]["rows_in"], by_stage["export old"]["quarantined"]) == (4, 3)


def test_the_commands_redact_and_check(tmp_path: Path) -> None:
    secret = make_secrets(random.Random(3))
    write_logs(tmp_path, secret)
    exported = call_well(
        "training", "claude-export", "--root", "claude", "--output", "chats.jsonl", "--json", cwd=tmp_path
    )
    assert exported.json["redacted"]["anthropic_key"] >= 2
    call_well("training", "redact", "--check", "--input", "chats.jsonl", cwd=tmp_path)
    done = call_well(
        "training", "redact", "--input", "old.jsonl", "--output", "clean.jsonl", "--json", cwd=tmp_path
    )
    places = {(each["row"], each["field"]) for each in done.json["findings"]}
    assert places == {(1, "output"), (1, "owner.token"), (2, "note")}
    first = done.json["findings"][0]
    assert "You are "[first["start"] : first["end"]] == ""
    written = ["chats.jsonl", "chats.jsonl.quarantine.jsonl", "clean.jsonl", "clean.jsonl.quarantine.jsonl"]
    for name in written:
        text = (tmp_path / name).read_text()
        assert [kind for kind, value in secret.items() if value in text] == [], name
    assert not set(secret.values()) & set(done.out.split('"'))
