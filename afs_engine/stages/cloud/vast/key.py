"""Where the provider's key is kept: environment, a private file, or the desktop's keyring.

In the order that the provider's own tools use: VAST_API_KEY, `$XDG_CONFIG_HOME/vastai/vast_api_key`,
`~/.vast_api_key`; then a keyring. A file that others can read is refused. The key is held in an
object that never shows it, and it is never put into another process's arguments or environment.
"""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from afs_engine.errors import AfsError, MissingPartError

KEY_NAME = "VAST_API_KEY"
URL_NAME = "VAST_URL"
DEFAULT_URL = "https://console.vast.ai"
_KEYRING_SERVICE = "vast.ai"
_KEYRING_USER = "api_key"
_SHAPE = re.compile(r"[\x21-\x7e]{8,512}")


class ApiKey:
    """A key that no print, log, traceback or pickle shows; `reveal` is for the request header only."""

    __slots__ = ("_text", "source")

    def __init__(self, text: str, source: str) -> None:
        self._text = text
        self.source = source

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"ApiKey(from {self.source})"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("an API key does not leave its process")


def find_key(environment: Mapping[str, str] | None = None) -> ApiKey:
    """The key of this person. Raises MissingPartError where there is none, AfsError on a loose file."""
    known = os.environ if environment is None else environment
    if known.get(KEY_NAME):
        return _checked(known[KEY_NAME], KEY_NAME)
    for path in key_files(known):
        if path.exists():
            return _checked(_read_private(path), str(path))
    kept = _from_keyring()
    if kept:
        return _checked(kept, "the keyring")
    raise MissingPartError(
        "no vast.ai key on this machine",
        hint=f"get one at cloud.vast.ai/manage-keys, then: export {KEY_NAME}=...",
    )


def key_files(environment: Mapping[str, str]) -> tuple[Path, Path]:
    """The provider's key file and its older place."""
    home = Path(environment.get("HOME") or "~").expanduser()
    config = environment.get("XDG_CONFIG_HOME")
    folder = Path(config) if config and Path(config).is_absolute() else home / ".config"
    return folder / "vastai" / "vast_api_key", home / ".vast_api_key"


def server_url(environment: Mapping[str, str] | None = None) -> str:
    """The provider's address: VAST_URL, or the public one."""
    known = os.environ if environment is None else environment
    return known.get(URL_NAME) or DEFAULT_URL


def _read_private(path: Path) -> str:
    """The file's text. Raises AfsError when others can read it: the provider's own tool leaves it so."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            facts = os.fstat(descriptor)
            if not stat.S_ISREG(facts.st_mode) or facts.st_uid not in (os.geteuid(), 0):
                raise AfsError("the key file is not a file of yours", where=path, hint="replace it")
            if stat.S_IMODE(facts.st_mode) & 0o077:
                raise AfsError(
                    "others can read this key file; it is not used", where=path, hint=f"chmod 600 {path}"
                )
            return file.read(4_096).decode("ascii", errors="replace")
    except OSError as error:
        raise AfsError(f"can't read the key file: {error.strerror}", where=path) from error


def _checked(raw: str, source: str) -> ApiKey:
    stripped = raw.strip()
    if not _SHAPE.fullmatch(stripped):
        raise AfsError(
            f"{source} does not hold a vast.ai key", hint="copy it anew from cloud.vast.ai/manage-keys"
        )
    return ApiKey(stripped, source)


def _from_keyring() -> str:
    """The key in the desktop's keyring; "" without the `keyring` package or an entry."""
    try:
        import keyring
    except ImportError:
        return ""
    try:
        return keyring.get_password(_KEYRING_SERVICE, _KEYRING_USER) or ""
    except Exception:  # noqa: BLE001 - a headless machine's keyring fails in many ways; there is no key then
        return ""
