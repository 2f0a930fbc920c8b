"""The `python` source: a generator class of the person's own, loaded from a file they name.

Owns loading and the errors of other people's code, and that what it prints goes to stderr: stdout is
data. Their code runs with the rights of the person who wrote it into the recipe; nothing else is ever
loaded from a data file.
"""

import importlib.util
import inspect
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

from afs_engine.data.digest import hash_key
from afs_engine.data.sample import TrainingSample
from afs_engine.errors import AfsError, InputError, Where, nearest_hint
from afs_engine.stages.sources.generator import BaseGenerator


def input_paths(args: Mapping[str, Any], root: Path) -> list[Path]:
    """The arguments that name something on disk, as paths, in the order of their names."""
    found = [_as_path(args[name], root) for name in sorted(args)]
    return [path for path in found if path is not None]


def _as_path(value: Any, root: Path) -> Path | None:
    if not isinstance(value, str) or not value:
        return None
    path = root / Path(value).expanduser()
    return path if path.exists() else None


def load_generator(file: Path, class_name: str, args: Mapping[str, Any], root: Path) -> BaseGenerator:
    """An instance of the class. Raises InputError that names the file and line of what failed."""
    module = _load_module(file)
    found = getattr(module, class_name, None)
    if not inspect.isclass(found) or not issubclass(found, BaseGenerator):
        classes = [n for n, c in inspect.getmembers(module, inspect.isclass) if issubclass(c, BaseGenerator)]
        raise InputError(
            f"there is no generator class '{class_name}' in this file",
            where=file,
            hint=nearest_hint(class_name, [name for name in classes if name != "BaseGenerator"]),
        )
    values: dict[str, Any] = {name: _as_path(value, root) or value for name, value in args.items()}
    make: Any = found  # its arguments are the person's own
    try:
        with redirect_stdout(sys.stderr):
            return _Guarded(file, make(**values))
    except (Exception, SystemExit) as error:
        raise _explain(file, error) from error


class _Guarded(BaseGenerator):
    """Passes samples on; turns what the person's code raises into an error with file and line."""

    def __init__(self, file: Path, inner: BaseGenerator) -> None:
        super().__init__(inner.name, inner.domain)
        self._file = file
        self._inner = inner

    def generate(self) -> Iterator[TrainingSample]:
        try:
            for sample in _printing_apart(self._inner.generate()):
                if not isinstance(sample, TrainingSample):
                    raise InputError(
                        f"generate() gave a {type(sample).__name__}, not a TrainingSample",
                        where=self._file,
                        hint="yield afs_engine.TrainingSample(...)",
                    )
                yield sample
        except AfsError:
            raise
        except (Exception, SystemExit) as error:
            raise _explain(self._file, error) from error


def _printing_apart(samples: Iterator[TrainingSample]) -> Iterator[TrainingSample]:
    """The samples; only while one is made does what is printed go to stderr, not while it is used."""
    made = iter(samples)
    while True:
        with redirect_stdout(sys.stderr):
            try:
                sample = next(made)
            except StopIteration:
                return
        yield sample


def _load_module(file: Path) -> ModuleType:
    name = f"afs_generator_{hash_key(str(file.absolute()))[:12]}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise InputError("this is no Python file", where=file, hint="name a file that ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with redirect_stdout(sys.stderr):
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # a script that ends itself must not end the run as done
        raise _explain(file, error) from error
    return module


def _explain(file: Path, error: Exception | SystemExit) -> InputError:
    own = file.absolute()
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename) == own]
    line = frames[-1].lineno if frames else getattr(error, "lineno", None)
    return InputError(
        f"the generator failed: {type(error).__name__}: {error}",
        where=Where(file, line),
        hint="mend the generator",
    )
