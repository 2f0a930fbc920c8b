"""Tokenise, mask and pack against trl's own preparation: CPU seconds, memory, cache, and the same ids.

    python -m tests.bench.bench_prepare [ROWS]

Both sides read one JSONL file with one thread, each in a process of its own. Rows are Python's own
documented source, cut into questions and answers. The ids and labels of every row are compared.
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

MAX_LENGTH = 2048
QUESTION, ANSWER = 400, 1500  # characters


def write_corpus(folder: Path, rows: int) -> None:
    """`samples.jsonl` as AFS has it, `messages.jsonl` as trl wants it, and a base with its tokenizer."""
    from afs_engine.stages.training import nano
    from afs_engine.stages.training.chat_rows import read_chat_rows

    with (folder / "samples.jsonl").open("w") as ours, (folder / "messages.jsonl").open("w") as theirs:
        for question, answer in islice(_texts(), rows):
            ours.write(json.dumps({"instruction": question, "output": answer}) + "\n")
            turns = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
            theirs.write(json.dumps({"messages": turns}) + "\n")
    nano._VOCABULARY = 16_000  # a vocabulary of some size: nano's own is small
    nano.build_nano(folder / "base", islice(read_chat_rows(folder / "samples.jsonl"), 3000), 1)


def _texts() -> Iterator[tuple[str, str]]:
    files = sorted(Path(json.__file__).parent.parent.glob("*.py"))
    text = "\n".join(path.read_text(encoding="utf-8", errors="ignore") for path in files)
    step, size = 613, QUESTION + ANSWER  # a prime step: later rounds cut at other places
    for number, start in enumerate(cycle(range(0, len(text) - size, step))):
        piece = text[start : start + size]
        yield f"{number}: {piece[:QUESTION]}", piece[QUESTION:].strip() or "nothing"


def prepare_ours(folder: Path) -> tuple[Iterator[tuple[Any, Any]], int]:
    from afs_engine.stages.training.base_model import load_tokenizer
    from afs_engine.stages.training.mask_lint import MaskRule, prepare_rows
    from afs_engine.stages.training.masking import RowTokeniser
    from afs_engine.stages.training.packing import pack_rows

    tokeniser = RowTokeniser(load_tokenizer(folder / "base"), "")
    table, _ = prepare_rows(folder / "samples.jsonl", tokeniser, MaskRule(MAX_LENGTH), folder)
    packs = pack_rows(table.lengths.tolist(), MAX_LENGTH)
    print(f"fast engine: {tokeniser.is_fast}", file=sys.stderr)
    return ((row.ids.tolist(), row.labels().tolist()) for row in table), len(packs)


def prepare_theirs(folder: Path) -> tuple[Iterator[tuple[Any, Any]], int]:
    from datasets import Dataset, disable_progress_bars
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import SFTConfig, SFTTrainer
    from trl.data_utils import pack_dataset

    disable_progress_bars()
    data = Dataset.from_json(str(folder / "messages.jsonl"), cache_dir=str(folder / "cache"))
    options = SFTConfig(
        output_dir=str(folder / "out"), max_length=None, assistant_only_loss=True, use_cpu=True, report_to=[]
    )
    model = AutoModelForCausalLM.from_pretrained(folder / "base")
    tokenizer = AutoTokenizer.from_pretrained(folder / "base")
    rows = SFTTrainer(model, options, train_dataset=data, processing_class=tokenizer).train_dataset
    packs = pack_dataset(rows.select_columns(["input_ids", "labels"]), MAX_LENGTH, "bfd")
    return ((row["input_ids"], row["labels"]) for row in rows), len(packs)


def measure(side: str, folder: Path) -> None:
    """In the child: prepares, then prints figures and a digest of all ids and labels."""
    import torch
    import transformers  # noqa: F401 - importing is not what is compared

    if side == "trl":
        import trl  # noqa: F401
    torch.set_num_threads(1)
    before = time.process_time()
    rows, packs = {"afs": prepare_ours, "trl": prepare_theirs}[side](folder)
    cpu_seconds = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    digest, tokens, count = hashlib.sha256(), 0, 0
    for ids, labels in rows:
        digest.update(json.dumps([list(ids), list(labels)]).encode())
        tokens, count = tokens + len(ids), count + 1
    figures = {"cpu": cpu_seconds, "peak": peak, "packs": packs, "rows": count, "tokens": tokens}
    print(json.dumps(figures | {"digest": digest.hexdigest()}))


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_corpus(folder, rows)
        known = set(folder.rglob("*"))
        found = {}
        environment = os.environ | {"OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
        environment |= {"TOKENIZERS_PARALLELISM": "false", "HF_DATASETS_CACHE": str(folder / "cache")}
        for side in ("afs", "trl"):
            command = [sys.executable, "-m", "tests.bench.bench_prepare", side, str(folder)]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
            found[side] = json.loads(done.stdout.splitlines()[-1])
            new = [path for path in folder.rglob("*") if path.is_file() and path not in known]
            found[side]["left"] = sum(path.stat().st_size for path in new)
    for side, each in found.items():
        print(
            f"{side}: {each['cpu']:.1f} CPU s, peak {each['peak'] / 1e6:,.0f} MB,"
            f" {each['left'] / 1e6:,.0f} MB left on disk, {each['rows']:,} rows,"
            f" {each['tokens']:,} tokens, {each['packs']:,} packs"
        )
    print(f"ratio of CPU: {found['afs']['cpu'] / found['trl']['cpu']:.3f}")
    print(f"same ids and labels: {found['afs']['digest'] == found['trl']['digest']}")


if __name__ == "__main__":
    if sys.argv[1:2] in (["afs"], ["trl"]):
        measure(sys.argv[1], Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
