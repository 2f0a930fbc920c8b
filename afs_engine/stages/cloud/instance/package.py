"""What goes up besides the data: this very program, and the exact versions of what it trains with.

The program travels as a zip of its own source, so that the rented machine runs the same worker as
this one. The pins are this machine's versions: the same libraries, the same training.
"""

import io
import re
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from afs_engine.errors import MissingPartError

_ROOT = Path(__file__).resolve().parents[4]
_PACKAGE = "afs_engine"
_WANTED = (
    *("torch", "transformers", "peft", "trl", "accelerate", "datasets", "safetensors", "tokenizers"),
    *(
        "click",
        "google-re2",
        "msgspec",
        "numpy",
        "polars",
        "psutil",
        "pydantic",
        "rich",
        "xxhash",
        "zstandard",
    ),
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_ONE_TIME = (1980, 1, 1, 0, 0, 0)  # the same files give the same bytes


def zip_program() -> bytes:
    """The engine's source as a zip, to be put on the machine's module path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((_ROOT / _PACKAGE).rglob("*")):
            if path.is_file() and path.suffix not in (".pyc",) and "__pycache__" not in path.parts:
                entry = zipfile.ZipInfo(path.relative_to(_ROOT).as_posix(), _ONE_TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def pin_packages() -> bytes:
    """`name==version` of all that training needs, one a line, as installed here.

    Raises MissingPartError where training is not installed: there is nothing to pin to then.
    """
    pins: dict[str, str] = {}
    waiting = list(_WANTED)
    while waiting:
        name = waiting.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in pins:
            continue
        try:
            found = distribution(name)
        except PackageNotFoundError as error:
            if name in _WANTED:
                raise MissingPartError(
                    f"the rented machine gets this machine's versions, and {name} is not installed here",
                    hint="pip install 'afs[train]'",
                ) from error
            continue
        if key.startswith("nvidia-"):
            continue  # torch names the right ones for the rented machine itself
        pins[key] = found.version.partition("+")[0]
        waiting += [_name_of(each) for each in found.requires or [] if "extra ==" not in each]
    return "".join(f"{name}=={pins[name]}\n" for name in sorted(pins)).encode()


def _name_of(requirement: str) -> str:
    found = _NAME.match(requirement.strip())
    return found.group() if found else requirement
