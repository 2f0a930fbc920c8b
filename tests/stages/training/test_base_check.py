"""R26: a base that is missing, cut short or unheard of is named before any work."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from afs_engine.errors import InputError
from afs_engine.stages.training.base_check import check_base, is_hub_name


def safetensors(values: int) -> bytes:
    header = json.dumps({"w": {"dtype": "F32", "shape": [values], "data_offsets": [0, 4 * values]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(4 * values)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base in two shards, as far as names and headers go."""
    folder = tmp_path / "model"
    folder.mkdir()
    shards = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))
    for name in shards.values():
        (folder / name).write_bytes(safetensors(100))
    for name in ("config.json", "tokenizer.json"):
        (folder / name).write_text("{}")
    return folder


def test_a_whole_base_nano_and_hub_names_pass(base: Path) -> None:
    for name in (str(base), "nano", "Qwen/Qwen2.5-Coder-0.5B-Instruct"):
        check_base(name)
    assert is_hub_name("Qwen/Qwen2.5-Coder-0.5B-Instruct")
    assert not is_hub_name("nano")
    assert not is_hub_name(str(base))


def test_a_cut_shard_is_named_with_its_sizes(base: Path) -> None:
    shard = base / "model-00002-of-00002.safetensors"
    whole = shard.read_bytes()
    shard.write_bytes(whole[:-40])
    with pytest.raises(
        InputError,
        match=rf"00002-of-00002\.safetensors: the file has {len(whole) - 40} of {len(whole)} bytes",
    ):
        check_base(str(base))


@pytest.mark.parametrize("data", [b"", b"\xff" * 8, b"\x08\0\0\0\0\0\0\0not json", b"\x02\0\0\0\0\0\0\0[]"])
def test_what_is_no_safetensors_file_is_named(base: Path, data: bytes) -> None:
    (base / "model-00001-of-00002.safetensors").write_bytes(data)
    with pytest.raises(InputError, match="not a safetensors file"):
        check_base(str(base))


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model-00001-of-00002.safetensors"])
def test_a_missing_file_is_named(base: Path, name: str) -> None:
    (base / name).unlink()
    with pytest.raises(InputError, match=f"{name} is missing"):
        check_base(str(base))


def test_a_damaged_index_is_named(base: Path) -> None:
    for text in ("{", "[]", "{}", '{"weight_map": 3}'):
        (base / "model.safetensors.index.json").write_text(text)
        with pytest.raises(InputError, match="index of the weight files is damaged"):
            check_base(str(base))


@pytest.mark.parametrize("name", ["", "nanoo", "a/b/c", "Qwen/", "x y/z"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="no base model"):
        check_base(name)


def test_a_missing_folder_is_refused() -> None:
    with pytest.raises(InputError, match="no such base model folder"):
        check_base("./no/such/folder")


def test_a_4bit_base_needs_a_gpu(trained: Any, tmp_path: Path) -> None:
    import torch

    from afs_engine.stages.training.base_model import refuse_4bit_without_gpu

    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    folder = tmp_path / "quantized"
    shutil.copytree(trained.folder / "base", folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(
        json.dumps(config | {"quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": True}})
    )
    for name in ("unsloth/Qwen2.5-Coder-3B-Instruct-bnb-4bit", str(folder)):
        with pytest.raises(InputError, match="needs a CUDA GPU"):
            refuse_4bit_without_gpu(name)
    refuse_4bit_without_gpu("Qwen/Qwen2.5-Coder-3B-Instruct")
