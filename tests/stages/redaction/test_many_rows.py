"""Rows that are looked at many at a time: each comes out as if it had been looked at alone."""

import re
from dataclasses import replace
from random import Random

import pytest

from afs_engine.data.sample import TrainingSample
from afs_engine.stages.redaction.redactor import Redactor
from afs_engine.stages.redaction.rows import RowRedactor
from tests.stages.redaction.benign_rows import benign_rows
from tests.stages.redaction.planted_secrets import CONTEXTUAL, PERSONAL, PREFIXED, chars

# What a rule could take for the beginning of something that goes on in the next text.
_OPEN_ENDS = [
    "",
    "api_key =",
    "Password:",
    "token",
    "| password |\n|---|",
    '"',
    "Bearer",
    "mysql -p",
    "https://u:",
]
_ROWS = 60


def told_text(rng: Random) -> str:
    kind = rng.randrange(4)
    if kind == 0:
        return "\n".join(benign_rows(rng, 3))
    if kind == 1:
        return rng.choice(list(PREFIXED.values()))(rng)
    if kind == 2:
        make, ways = rng.choice(list(CONTEXTUAL.values()))
        return rng.choice(ways).format(make(rng))
    makers, ways = rng.choice(list(PERSONAL.values()))
    return rng.choice(ways).format(rng.choice(makers)(rng))


def row(rng: Random) -> dict[str, str]:
    """Two texts, often cut in the middle of something, and a short one between them."""
    first, second = (told_text(rng)[rng.choice([0, 0, rng.randint(0, 30)]) :] for _ in range(2))
    key = "password" if rng.random() < 0.1 else "note"
    return {"a": first[: rng.randint(1, 300)], key: rng.choice([*_OPEN_ENDS, chars(rng, 20)]), "b": second}


@pytest.mark.parametrize("seed", range(8))
def test_many_rows_come_out_as_each_alone(seed: int) -> None:
    rng = Random(seed)
    rows = [row(rng) for _ in range(_ROWS)]
    alone = Redactor()
    expected = {at: alone.redact_value(each) for at, each in enumerate(rows)}
    assert Redactor().redact_values(rows) == {at: each for at, each in expected.items() if each[1]}


def test_many_samples_come_out_as_each_alone() -> None:
    rng = Random(9)
    samples = [
        TrainingSample(
            instruction=told_text(rng), output=told_text(rng) * rng.choice([1, 90]), metadata=row(rng)
        )
        for _ in range(_ROWS)
    ]
    alone, together = Redactor(), RowRedactor(Redactor())
    for _ in range(2):  # the second time both know the user names of all samples
        expected = [alone.redact_sample(each)[0] for each in samples]
        found = list(together.clean_samples(iter(samples)))
    assert sum(sample != clean for sample, clean in zip(samples, expected, strict=True)) > _ROWS / 2
    assert list(map(without_numbers, found)) == list(map(without_numbers, expected))


def without_numbers(sample: TrainingSample) -> str:
    return re.sub(r"_[0-9]+>", ">", repr(replace(sample, sample_id="one")))
