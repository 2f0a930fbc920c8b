"""The job on both sides: which local files go up, what comes home, and when it is whole.

Local: the training's output folder, as a local training leaves it. Remote: `data/`, `out/` (the same
output folder there), `code.zip`, `pins.txt`, `set_up.py`, `job.json`. Sealed folders (checkpoints,
the built base) come home under another name and take theirs only when they verify.
"""

import shutil
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from afs_engine.data.atomic import TEMP_MARK, write_atomic
from afs_engine.data.digest import sha256_file
from afs_engine.stages.cloud.instance.package import pin_packages, zip_program
from afs_engine.stages.training.results import TRAIN_RESULT, read_train_result
from afs_engine.stages.training.sealed import MANIFEST, find_damage
from afs_engine.stages.training.settings import TrainJob

OUT = "out"
WORKER = "worker"
EVENTS = f"{OUT}/{WORKER}/events.jsonl"


@dataclass(frozen=True)
class JobFolder:
    """One training job and the private folder of its run."""

    job: TrainJob
    run_folder: Path

    def uploads(self, root: str) -> list[tuple[Path, str]]:
        """What goes up, as (file here, name there): program, data, and what an earlier machine left."""
        made = self._make_files(root)
        val = [(self.job.val_file, "data/val.jsonl")] if self.job.val_file else []
        return [*made, (self.job.train_file, "data/train.jsonl"), *val, *self._kept()]

    def remote_job(self, root: str) -> TrainJob:
        """The same job with the paths of the machine."""
        update = {
            "train_file": Path(root) / "data/train.jsonl",
            "val_file": Path(root) / "data/val.jsonl" if self.job.val_file else None,
            "output_dir": Path(root) / OUT,
        }
        return self.job.model_copy(update=update)

    def _make_files(self, root: str) -> list[tuple[Path, str]]:
        folder = self.run_folder / "upload"
        set_up = files("afs_engine.stages.cloud.instance").joinpath("set_up.py").read_bytes()
        contents = {
            "code.zip": zip_program(),
            "pins.txt": pin_packages(),
            "set_up.py": set_up,
            f"{OUT}/{WORKER}/job.json": self.remote_job(root).to_json(),
        }
        for name, data in contents.items():
            write_atomic(folder / name, data, mode=0o600)
        return [(folder / name, name) for name in contents]

    def _kept(self) -> list[tuple[Path, str]]:
        """What came home from an earlier machine and is whole: its base, its checkpoints, its identity."""
        top = self.job.output_dir
        if not top.is_dir():
            return []
        kept = [path for path in sorted(top.iterdir()) if path.is_file() and not is_scratch(path.name)]
        for manifest in sorted(top.rglob(MANIFEST)):
            folder = manifest.parent
            if not any(is_scratch(part) for part in folder.parts) and find_damage(folder) is None:
                kept += sorted(folder.iterdir())
        return [(path, f"{OUT}/{path.relative_to(top).as_posix()}") for path in kept]

    def missing_results(self) -> list[str]:
        """Files of a finished training that are not here, or not with the hash that training gave them."""
        result = read_train_result(self.job.output_dir)
        if result is None:
            return [TRAIN_RESULT]
        top = self.job.output_dir
        return [
            name
            for name, digest in result.digests.items()
            if not (top / name).is_file() or sha256_file(top / name) != digest
        ]


def is_scratch(name: str) -> bool:
    """Whether a file or folder of an output folder stays where it is."""
    return name.startswith((TEMP_MARK, ".")) or name.endswith(".part") or name == WORKER


def sealed_folders(names: list[str]) -> list[str]:
    """The folders among remote names that hold a manifest: sealed, so whole there."""
    found = [name.rpartition("/")[0] for name in names if name.rpartition("/")[2] == MANIFEST]
    return [each for each in found if each and not any(map(is_scratch, each.split("/")))]


def take_sealed(incoming: Path, target: Path) -> bool:
    """Gives a fetched sealed folder its name if it verifies; else removes it."""
    if find_damage(incoming) is not None:
        shutil.rmtree(incoming, ignore_errors=True)
        return False
    if target.exists():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    incoming.rename(target)
    return True
