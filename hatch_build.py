"""Compiles `afs_engine/data/core*.c` while the package is installed, where there is a C compiler.

Without one the package installs all the same: each function of the core has its way in Python. The
library carries the digest of the sources it was made from, so that one left over from another version is
never used (`afs_engine/data/compiled.py`).
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path("afs_engine/data")
LIBRARY = FOLDER / "libafs_core.so"


def compile_core(root: Path) -> bool:
    """Makes the library beside its source; says whether it could."""
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        return False
    sources = sorted((root / FOLDER).glob("core*.c"))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    temp = root / LIBRARY.with_suffix(f".{os.getpid()}.tmp")
    command = [compiler, "-O3", "-shared", "-fPIC", f'-DAFS_CORE_SOURCE="{digest}"']
    try:
        subprocess.run([*command, "-o", str(temp), *map(str, sources)], check=True, capture_output=True)
        temp.replace(root / LIBRARY)
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", None) or str(error).encode()
        sys.stderr.write(f"AFS works without its compiled core: {said.decode(errors='replace')}\n")
        temp.unlink(missing_ok=True)
        return False
    return True


class CompiledCore(BuildHookInterface[Any]):
    """Hatchling's hook for wheels, editable ones included."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if compile_core(Path(self.root)):
            build_data["artifacts"].append(str(LIBRARY))
            build_data["pure_python"] = False
            build_data["infer_tag"] = True


if __name__ == "__main__":
    sys.exit(0 if compile_core(Path(__file__).resolve().parent) else 1)
