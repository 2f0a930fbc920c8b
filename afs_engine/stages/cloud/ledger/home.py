"""Where the cloud's state lies on this machine, and opening the ledger there.

Config (`$XDG_CONFIG_HOME/afs`): who we are, and the budgets. State (`$XDG_STATE_HOME/afs/cloud`):
the ledger, and a folder per run. The two are kept apart on purpose: a ledger that vanished is
noticed, and is never taken for "nothing spent yet".
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import BudgetError
from afs_engine.stages.cloud.ledger.ledger import Ledger

_OWNER = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True)
class CloudHome:
    """The folders; nothing is made before it is needed."""

    config: Path
    state: Path

    @property
    def owner_file(self) -> Path:
        return self.config / "cloud-owner"

    @property
    def budget_file(self) -> Path:
        return self.config / "cloud.toml"

    @property
    def ledger_file(self) -> Path:
        return self.state / "ledger.sqlite"

    def run_folder(self, run_id: str) -> Path:
        return self.state / "runs" / run_id


def find_home(environment: Mapping[str, str] | None = None) -> CloudHome:
    """The folders of this person, by the XDG rules."""
    known = os.environ if environment is None else environment
    home = Path(known.get("HOME") or "~").expanduser()

    def folder(name: str, usual: str) -> Path:
        chosen = known.get(name)
        return Path(chosen) if chosen and Path(chosen).is_absolute() else home / usual

    return CloudHome(
        config=folder("XDG_CONFIG_HOME", ".config") / "afs",
        state=folder("XDG_STATE_HOME", ".local/state") / "afs" / "cloud",
    )


def open_ledger(home: CloudHome) -> Ledger:
    """The ledger, made at first use. Raises BudgetError when there was one and it is gone."""
    ledger = Ledger(home.ledger_file)
    known = _known_owner(home)
    if ledger.path.exists():
        if known is None:
            _write_owner(home, ledger.owner())
        return ledger
    if known is not None:
        raise BudgetError(
            "the budget ledger is gone, and with it what was spent",
            hint=f"restore {ledger.path}, or delete {home.owner_file} to begin with nothing spent",
        )
    ledger.create(secrets.token_hex(6))
    _write_owner(home, ledger.owner())
    return ledger


def has_ledger(home: CloudHome) -> bool:
    """Whether anything was ever rented from here."""
    return home.ledger_file.exists() or home.owner_file.exists()


def _known_owner(home: CloudHome) -> str | None:
    try:
        text = home.owner_file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BudgetError("this file can't be read", where=home.owner_file) from error
    if not _OWNER.fullmatch(text):
        raise BudgetError("this file is not as AFS wrote it", where=home.owner_file, hint="delete it")
    return text


def _write_owner(home: CloudHome, owner: str) -> None:
    home.config.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_atomic(home.owner_file, f"{owner}\n".encode(), mode=0o600)
