"""Writing GGUF with llama.cpp's own converter, where the person has it. Knows the program, not the format."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from afs_engine.data.atomic import TEMP_MARK, storage_error
from afs_engine.data.display import clean_text
from afs_engine.errors import MissingPartError, WorkerError

SETTING = "AFS_LLAMA_CPP"
_SCRIPT = "convert_hf_to_gguf.py"


def find_converter() -> Path:
    """llama.cpp's script: in the folder that AFS_LLAMA_CPP names, or on PATH. Raises MissingPartError."""
    folder = os.environ.get(SETTING)
    found = str(Path(folder).expanduser() / _SCRIPT) if folder else shutil.which(_SCRIPT)
    if found is None or not Path(found).is_file():
        raise MissingPartError(
            f"GGUF needs llama.cpp's {_SCRIPT}",
            hint=f"get llama.cpp, set {SETTING} to its folder, and pip install its requirements",
        )
    return Path(found)


def convert_to_gguf(converter: Path, model: Path, target: Path) -> None:
    """Converts a merged model folder; `target` appears whole. Raises WorkerError with its last words."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder = Path(tempfile.mkdtemp(prefix=TEMP_MARK, dir=target.parent))
    except OSError as error:
        raise storage_error(error, target) from error
    try:
        made = folder / "model.gguf"
        done = subprocess.run(
            [sys.executable, str(converter), str(model), "--outfile", str(made), "--outtype", "f16"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode or not made.is_file():
            raise _refused(done)
        made.replace(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refused(done: "subprocess.CompletedProcess[bytes]") -> WorkerError:
    words = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
    said = clean_text(words[-1]) if words else f"exit code {done.returncode}"
    return WorkerError(f"llama.cpp can't convert this model: {said}", hint="see its list of model types")
