"""The guide's Python examples, as written but for the import path."""

import json
from pathlib import Path

import pytest

from tests.program import write_rows


def test_a_custom_generator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typing import Iterator  # noqa: UP035 - as the guide writes it

    from afs_engine import BaseGenerator, TrainingSample

    class MyGenerator(BaseGenerator):
        def __init__(self, source_path: Path):
            super().__init__(name="my_source", domain="custom")
            self.source_path = source_path

        def generate(self) -> Iterator[TrainingSample]:
            """Generate training samples."""
            for file in self.source_path.rglob("*.txt"):
                content = file.read_text()  # noqa: F841 - as the guide writes it

                yield TrainingSample(
                    instruction="Your question",
                    output="Expected output",
                    thinking="Reasoning (optional)",
                    domain="custom",
                    source=str(file.relative_to(self.source_path)),
                )

    monkeypatch.chdir(tmp_path)
    Path("my_data").mkdir()
    Path("my_data/one.txt").write_text("content")
    Path("training_data").mkdir()
    generator = MyGenerator(Path("my_data"))
    with open("training_data/custom.jsonl", "w") as f:  # noqa: PTH123 - as the guide writes it
        for sample in generator.generate():
            f.write(sample.to_json() + "\n")
    row = json.loads(Path("training_data/custom.jsonl").read_text())
    assert (row["instruction"], row["thinking"], row["source"]) == (
        "Your question",
        "Reasoning (optional)",
        "one.txt",
    )
    assert len(row["sample_id"]) == 32


def test_scoring(capsys: pytest.CaptureFixture[str]) -> None:
    from afs_engine import QualityScorer, ScoringConfig, ScoringWeights, TrainingSample

    config = ScoringConfig(
        weights=ScoringWeights(
            electra=0.4,  # ELECTRA discriminator (real vs generated)
            asar=0.3,  # Asar assembly syntax validation
            entity=0.2,  # Entity coverage (known addresses)
            length=0.1,  # Output length/structure
        ),
        min_output_length=50,
        ideal_output_length=500,
        max_output_length=5000,
    )

    scorer = QualityScorer(config=config)
    sample = TrainingSample(
        instruction="What does LDA do?", output="LDA loads the accumulator from memory.", domain="asm"
    )

    score = scorer.score(sample)
    print(f"Overall: {score.overall:.2f}")
    print(f"ELECTRA: {score.electra_score:.2f}")
    print(f"Asar: {score.asar_valid} (syntax valid)")
    print(f"Entity coverage: {score.entity_coverage:.2f}")
    scorer.close()
    # 38 of 50 characters: 0.5 * 38 / 50; what was not measured is said so, and takes no part
    assert capsys.readouterr().out.splitlines() == [
        "Overall: 0.38",
        "ELECTRA: nan",
        "Asar: None (syntax valid)",
        "Entity coverage: nan",
    ]


def scored(count: int, domain: str) -> list[dict[str, object]]:
    return [
        {
            "instruction": f"{domain} question {n}",
            "output": f"answer {n} about {domain} " * 5,
            "domain": domain,
            "quality_score": n / count,
        }
        for n in range(count)
    ]


def test_rehearsal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from afs_engine import RehearsalBuffer, RehearsalBufferConfig

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    write_rows(Path("models/v1_training.jsonl"), scored(100, "asm") + scored(50, "docs"))
    write_rows(Path("models/v2_new.jsonl"), scored(70, "new"))
    config = RehearsalBufferConfig(
        quality_threshold=0.7,  # Only keep scores >= 0.7
        top_ratio=0.3,  # Keep top 30%
        enable_diversity=True,  # Diversity sampling
        max_per_domain=1000,  # Max samples per domain
        track_provenance=True,  # Track version metadata
    )

    buffer = RehearsalBuffer(config=config)
    buffer.load_from_jsonl(Path("models/v1_training.jsonl"), version="v1")
    buffer.select_top_samples(ratio=0.3)

    new_samples = buffer.load_jsonl(Path("models/v2_new.jsonl"))
    mixed = buffer.merge_with_new_data(new_samples, rehearsal_ratio=0.3, shuffle=True, seed=42)
    buffer.save(Path("~/.context/training/rehearsal/v1.jsonl"))

    assert sorted((s.domain, s.quality_score) for s in buffer.samples) == [
        *(("asm", n / 100) for n in range(70, 100)),
        *(("docs", n / 50) for n in range(35, 50)),
    ]
    assert len(mixed) == 100
    assert sum(sample.provenance.get("version") == "v1" for sample in mixed) == 30
    assert len((tmp_path / ".context/training/rehearsal/v1.jsonl").read_text().splitlines()) == 45


def test_rebalancing_and_splitting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from afs_engine import rebalance_datasets, split_dataset

    monkeypatch.chdir(tmp_path)
    write_rows(Path("training_data/oracle.jsonl"), scored(200, "oracle_asm"))
    write_rows(Path("training_data/memory.jsonl"), scored(200, "memory"))
    samples = rebalance_datasets(
        inputs=[Path("training_data/oracle.jsonl"), Path("training_data/memory.jsonl")],
        weights={"oracle": 0.6, "memory": 0.4},
        min_quality_score=0.5,
        shuffle=True,
        seed=42,
    )
    with open("training_data/balanced.jsonl", "w") as f:  # noqa: PTH123 - as the guide writes it
        for sample in samples:
            f.write(sample.to_json() + "\n")
    drawn = [sum(sample.domain == domain for sample in samples) for domain in ("oracle_asm", "memory")]
    assert drawn == [100, 67]

    splits = split_dataset(
        input_path=Path("training_data/balanced.jsonl"),
        train_ratio=0.8,
        val_ratio=0.1,
        test_ratio=0.1,
        stratify_by="domain",
        seed=42,
    )
    assert sum(len(part) for part in splits.values()) == len(samples)
    for side, ratio in (("train", 0.8), ("val", 0.1), ("test", 0.1)):
        for domain, count in (("oracle_asm", 100), ("memory", 67)):
            assert abs(sum(sample.domain == domain for sample in splits[side]) - ratio * count) <= 1
