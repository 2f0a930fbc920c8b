"""The generator on a tree of our own making: every sample, every count, byte for byte."""

from collections import Counter
from pathlib import Path

import pytest

from afs_engine.data.sample import TrainingSample
from afs_engine.errors import InputError
from afs_engine.stages.sources.oracle.generator import OracleGenerator

EXPECTED = Path(__file__).with_name("expected_samples.txt")


def told(sample: TrainingSample) -> str:
    """A sample as it stands in the file of expected samples."""
    facts = " ".join(f"{key}={value}" for key, value in sample.metadata.items())
    return f"===== {sample.domain} | {sample.group} | {facts}\n{sample.instruction}\n-----\n{sample.output}\n"


def test_every_sample_of_the_tree(hack: Path) -> None:
    found = "".join(told(sample) for sample in OracleGenerator(hack).generate())
    assert found == EXPECTED.read_text(encoding="utf-8")


def test_every_record_is_used_or_skipped_for_a_reason(hack: Path) -> None:
    generator = OracleGenerator(hack)
    samples = list(generator.generate())
    counts = generator.counts
    assert counts.missing == 0
    assert counts.samples == len(samples)
    assert counts.skipped == Counter(
        {
            "no comments": 3,
            "same definition elsewhere": 3,
            "heading without text": 3,
            "not UTF-8 (broken.asm)": 1,
            "link (linked.md)": 1,
            "memory row without address or name": 1,
            "row without key": 1,
            "row without values": 1,
            "row with little content": 1,
        }
    )


def test_who_holds_the_counts_before_the_pass_has_them_after_it(hack: Path) -> None:
    generator = OracleGenerator(hack)
    counts = generator.counts
    first = [sample.to_json() for sample in generator.generate()]
    assert counts.samples == len(first) > 0
    assert [sample.to_json() for sample in generator.generate()] == first


def test_the_folder_s_name_and_place_take_no_part(hack: Path, tmp_path: Path) -> None:
    before = [sample.to_json() for sample in OracleGenerator(hack).generate()]
    moved = hack.rename(tmp_path / "elsewhere")
    assert [sample.to_json() for sample in OracleGenerator(moved).generate()] == before


def test_line_ends_take_no_part(hack: Path) -> None:
    before = [sample.to_json() for sample in OracleGenerator(hack).generate()]
    for path in (hack / "docs/Lantern.md", hack / "Sprites/lantern.asm"):
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    assert [sample.to_json() for sample in OracleGenerator(hack).generate()] == before


def test_the_prefix_names_the_domains(hack: Path) -> None:
    domains = {sample.domain for sample in OracleGenerator(hack, domain_prefix="zelda").generate()}
    assert domains == {
        "zelda_docs",
        "zelda_lookup",
        "zelda_memory",
        "zelda_quest",
        "zelda_asm",
        "zelda_constants",
    }


def test_the_same_question_and_answer_comes_once(hack: Path) -> None:
    (hack / "docs" / "Copy.md").write_bytes((hack / "docs" / "Lantern.md").read_bytes())
    generator = OracleGenerator(hack)
    samples = list(generator.generate())
    assert len({(s.instruction, s.output) for s in samples}) == len(samples)
    assert len({s.instruction for s in samples}) == len(samples)
    assert generator.counts.skipped["duplicate"] > 0
    assert generator.counts.missing == 0


def test_one_question_with_two_answers_names_the_files(tmp_path: Path) -> None:
    text = "The {} door opens when the lantern of the first room burns for a minute without a pause.\n"
    for name in ("east", "west"):
        (tmp_path / f"{name}.md").write_text(f"# Doors\n\n{text.format(name)}", encoding="utf-8")
    first, second = OracleGenerator(tmp_path).generate()
    if first.instruction in second.instruction:
        assert second.instruction == f"{first.instruction} (`west.md`)"
    assert first.instruction != second.instruction
    assert (first.group, second.group) == ("east.md", "west.md")


@pytest.mark.parametrize("make", [lambda root: None, Path.touch, Path.mkdir])
def test_nothing_to_read_is_an_error(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    root = tmp_path / "root"
    make(root)
    with pytest.raises(InputError) as caught:
        next(OracleGenerator(root).generate())
    assert caught.value.hint
    assert caught.value.where is not None
