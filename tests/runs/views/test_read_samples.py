"""Pages of samples and one whole, as a face asks for them; rows of any size and kind."""

import json
from pathlib import Path

import pytest

from afs_engine.api import EngineReader, SampleOrder
from afs_engine.errors import AfsError
from tests.program import call_well, write_rows

HOSTILE = "a\x1b]52;c;aGk=\x07 [/] \u202e\x00 end"
RECIPE = """
[[sources]]
name = "rows"
kind = "jsonl"
path = "rows.jsonl"
"""


@pytest.fixture(scope="module")
def own_recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe over rows of our own: a hostile one, one of 6 MB, and plain ones; scored."""
    folder = tmp_path_factory.mktemp("own")
    rows = [
        {"instruction": f"Explain routine {n} of the game", "output": "It loads. " * n, "domain": "asm"}
        for n in range(1, 21)
    ]
    rows.append({"instruction": HOSTILE, "output": "It moves Link by one.", "domain": "docs"})
    rows.append({"output": "word " * 1_200_000, "instruction": "Long", "domain": "docs"})
    write_rows(folder / "rows.jsonl", rows)
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    call_well("run", "recipe.toml", "--until", "score", cwd=folder)
    return folder / "recipe.toml"


def test_pages_are_sorted_and_complete(own_recipe: Path, reader: EngineReader) -> None:
    parts = reader.read_scores(own_recipe).parts
    order = SampleOrder(sort="output_chars", is_descending=True)
    assert reader.count_samples(parts, "") == 22
    pages = [line for start in range(0, 22, 5) for line in reader.read_samples(parts, order, start, 5)]
    assert sorted(line.row for line in pages) == list(range(22))
    sizes = [line.output_chars for line in pages]
    assert sizes == sorted(sizes, reverse=True)


def test_text_comes_as_it_is_stored(own_recipe: Path, reader: EngineReader) -> None:
    parts = reader.read_scores(own_recipe).parts
    lines = reader.read_samples(parts, SampleOrder(wanted="domain:docs LINK"), 0, 10)
    assert [line.instruction for line in lines] == [HOSTILE]
    assert reader.count_samples(parts, "domain:docs LINK") == 1
    sample = reader.read_sample(own_recipe, None, parts, lines[0].row)
    assert (sample.instruction, sample.domain, sample.source) == (HOSTILE, "docs", "rows")


def test_why_a_score_is_what_it_is_adds_up(own_recipe: Path, reader: EngineReader) -> None:
    parts = reader.read_scores(own_recipe).parts
    for row in range(21):
        sample = reader.read_sample(own_recipe, None, parts, row)
        shares = [each for each in sample.components if each.weight is not None]
        assert sum(each.weight or 0 for each in shares) == pytest.approx(1)
        total = sum((each.weight or 0) * (each.value or 0) for each in shares)
        assert sample.overall == pytest.approx(total, abs=2e-4)


def test_a_row_of_megabytes_costs_its_start_only(own_recipe: Path, reader: EngineReader) -> None:
    parts = reader.read_scores(own_recipe).parts
    longest = reader.read_samples(parts, SampleOrder(sort="output_chars", is_descending=True), 0, 1)[0]
    sample = reader.read_sample(own_recipe, None, parts, longest.row)
    assert sample.bytes_stored > 4 << 20
    assert len(sample.output) < 100


def test_what_is_not_there_is_an_error_of_the_engine(own_recipe: Path, reader: EngineReader) -> None:
    parts = reader.read_scores(own_recipe).parts
    with pytest.raises(AfsError, match="no domain starts with"):
        reader.count_samples(parts, "domain:nowhere")
    with pytest.raises(AfsError, match="there is no sample 99"):
        reader.read_sample(own_recipe, None, parts, 99)


def test_the_near_order_starts_just_under_the_threshold(own_recipe: Path, reader: EngineReader) -> None:
    parts = reader.read_scores(own_recipe).parts
    lines = reader.read_samples(parts, SampleOrder(threshold=0.6), 0, 22)
    scores = [line.overall for line in lines if line.overall is not None]
    below = [score for score in scores if score < 0.6]
    assert 0 < len(below) < len(scores)
    assert scores[: len(below)] == sorted(below, reverse=True)
    assert json.dumps(scores[len(below) :]) == json.dumps(sorted(scores[len(below) :]))
