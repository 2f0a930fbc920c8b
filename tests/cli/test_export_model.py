"""`training export`: what it refuses before any work, and GGUF with a stand-in for llama.cpp's converter."""

from pathlib import Path

import pytest

from afs_engine.errors import WorkerError
from afs_engine.runs.files.gguf import SETTING, convert_to_gguf, find_converter
from tests.program import call

CONVERTER = """
import sys
from pathlib import Path
model, flag, target = sys.argv[1:4]
if not (Path(model) / "config.json").is_file():
    print("loading", file=sys.stderr)
    sys.exit("Model MysteryForCausalLM is not supported")
Path(target).write_bytes(b"GGUF" + " ".join(sys.argv[4:]).encode())
"""


@pytest.fixture
def converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "llama").mkdir()
    script = tmp_path / "llama" / "convert_hf_to_gguf.py"
    script.write_text(CONVERTER)
    monkeypatch.setenv(SETTING, str(tmp_path / "llama"))
    return script


def test_gguf_is_what_the_converter_writes(converter: Path, tmp_path: Path) -> None:
    assert find_converter() == converter
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").touch()
    convert_to_gguf(converter, tmp_path / "model", tmp_path / "out" / "v1.gguf")
    assert (tmp_path / "out" / "v1.gguf").read_bytes() == b"GGUF--outtype f16"
    with pytest.raises(WorkerError, match="MysteryForCausalLM is not supported"):
        convert_to_gguf(converter, tmp_path / "llama", tmp_path / "out" / "v2.gguf")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["v1.gguf"]


@pytest.mark.parametrize(
    ("flags", "code", "words"),
    [
        (("--merge",), 2, "--merge and --output belong together"),
        ((), 2, "export to what?"),
        (("--merge", "--output", "m"), 1, "no adapter here"),
        (("--gguf", "m.gguf"), 1, "no adapter here"),
    ],
)
def test_what_it_refuses(tmp_path: Path, flags: tuple[str, ...], code: int, words: str) -> None:
    answer = call("training", "export", "--model", "nowhere", *flags, cwd=tmp_path)
    assert (answer.code, answer.out) == (code, "")
    assert words in answer.err


def test_without_llama_cpp_gguf_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter" / "adapter_config.json").write_text("{}")
    answer = call("training", "export", "--model", "adapter", "--gguf", "m.gguf", cwd=tmp_path)
    assert answer.code == 1
    assert answer.err == (
        "error: GGUF needs llama.cpp's convert_hf_to_gguf.py (get llama.cpp, set AFS_LLAMA_CPP to its folder,"
        " and pip install its requirements)\n"
    )
