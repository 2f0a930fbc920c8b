"""The ssh key pair and the secret of one run's rentals, and checking a machine's proof.

The key is made for the run and used nowhere else. The secret travels in the start script, over the
provider's encrypted API; a machine proves that it was given it by a hash that also covers its host
key, so that nobody in between can pass the proof on.
"""

import hashlib
import hmac
import secrets
import subprocess
from pathlib import Path

from afs_engine.data.atomic import write_atomic
from afs_engine.errors import CloudError
from afs_engine.stages.cloud.rental.machine import DistrustedError


class RentalKey:
    """The files in one private folder; made when they are first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.key_file = folder / "ssh_key"
        self.known_hosts = folder / "known_hosts"

    def public_key(self) -> str:
        """The public half, as one line of authorized_keys."""
        public = self.key_file.with_name("ssh_key.pub")
        if not public.exists():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.key_file.unlink(missing_ok=True)
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "afs", "-f", str(self.key_file)]
            try:
                subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
            except (OSError, subprocess.CalledProcessError) as error:
                raise CloudError("can't make an ssh key", hint="install openssh-client") from error
        return public.read_text(encoding="ascii").strip()

    def secret_of(self, alias: str) -> str:
        """64 hex digits that only the rental `alias` and we know."""
        return hmac.new(bytes.fromhex(self._secret()), alias.encode(), hashlib.sha256).hexdigest()

    def _secret(self) -> str:
        path = self._folder / "secret"
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_atomic(path, secrets.token_hex(32).encode(), mode=0o600)
        return path.read_text(encoding="ascii")

    def check_proof(self, alias: str, proofs: object) -> None:
        """Raises DistrustedError unless a proof fits the host key that the line really had."""
        given = {each for each in proofs if isinstance(each, str)} if isinstance(proofs, list) else set()
        for line in self.known_hosts.read_text(encoding="utf-8", errors="replace").splitlines():
            host, _, key = line.partition(" ")
            expected = hmac.new(
                bytes.fromhex(self.secret_of(alias)), " ".join(key.split()[:2]).encode(), hashlib.sha256
            ).hexdigest()
            if host == alias and expected in given:
                return
        raise DistrustedError("the machine can't prove that it is the one that was rented")
