"""The start script of an instance: arms the dead-man switch, then lets our ssh key in.

The provider runs it as a shell script and takes at most 4,048 characters, so the switch travels
compressed. Everything put into it is checked to be of harmless letters; no other data gets in.
"""

import base64
import json
import re
import zlib
from dataclasses import dataclass
from importlib.resources import files

from afs_engine.errors import CloudError
from afs_engine.stages.cloud.money.lease import LEASE_SECONDS
from afs_engine.stages.cloud.vast.transport import checked_server_url

LONGEST = 4_048
FOLDER = ".afs-rental"
_PUBLIC_KEY = re.compile(r"ssh-ed25519 [A-Za-z0-9+/=]{40,200} afs")
_SECRET = re.compile(r"[0-9a-f]{64}")
_SERVER = re.compile(r"https?://[A-Za-z0-9.:\[\]_/-]{1,200}")


@dataclass(frozen=True)
class StartSettings:
    """`secret`: 64 hex digits that only this instance and we know. Times in seconds; `deadline` is
    seconds since the epoch.
    """

    server: str
    public_key: str
    secret: str
    seconds: float
    deadline: float
    lease_seconds: float = LEASE_SECONDS
    tick_seconds: float = 2.0
    retry_seconds: float = 10.0


_SCRIPT = """\
#!/bin/sh
umask 077
: "${{HOME:=/root}}"; export HOME
D="$HOME/{folder}"
mkdir -p "$D" "$HOME/.ssh"
P=$(command -v python3 || command -v python || echo /opt/conda/bin/python)
printf %s '{config}' > "$D/config.json"
printf %s '{secret}' > "$D/secret"
"$P" -c 'import sys,zlib,base64;sys.stdout.buffer.write(zlib.decompress(base64.b64decode(sys.argv[1])))' \\
'{switch}' > "$D/dead_man.py"
trap '' TERM HUP INT
"$P" "$D/dead_man.py" > "$D/dead_man.log" 2>&1 < /dev/null &
printf '%s\\n' '{public_key}' >> "$HOME/.ssh/authorized_keys"
touch "$HOME/.no_auto_tmux"
"""


def make_start_script(settings: StartSettings) -> str:
    """The script. Raises CloudError if it would be too long or hold an odd letter."""
    server = checked_server_url(settings.server)
    checks = ((_SERVER, server), (_PUBLIC_KEY, settings.public_key), (_SECRET, settings.secret))
    for form, value in checks:
        if not form.fullmatch(value):
            raise CloudError("the start script can't hold this address or key")
    config = {
        "server": server,
        "seconds": settings.seconds,
        "deadline": settings.deadline,
        "lease_seconds": settings.lease_seconds,
        "tick_seconds": settings.tick_seconds,
        "retry_seconds": settings.retry_seconds,
    }
    script = _SCRIPT.format(
        folder=FOLDER,
        config=json.dumps(config, separators=(",", ":")),
        secret=settings.secret,
        switch=_switch(),
        public_key=settings.public_key,
    )
    if len(script) > LONGEST:
        raise CloudError(f"the start script has {len(script)} characters; the provider takes {LONGEST}")
    return script


def _switch() -> str:
    source = files("afs_engine.stages.cloud.instance").joinpath("dead_man.py").read_bytes()
    return base64.b64encode(zlib.compress(source, 9)).decode()
