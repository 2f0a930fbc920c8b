"""A rented machine that is real: a local sshd as the container's, started by the stand-in's world.

Needs Debian's openssh-server; the tests that use it are skipped by name where there is none. Its
program may also be named by AFS_TEST_SSHD.
"""

import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from afs_engine.stages.cloud.double.rest import RestDouble
from afs_engine.stages.cloud.double.world import RentedMachine
from tests.cloud.rented_shell import Container, instance_environment, start_container

_CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
PidFile {folder}/sshd.pid
AuthorizedKeysFile {home}/.ssh/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
SetEnv HOME={home} PATH={path}
LogLevel ERROR
"""


def find_sshd() -> str | None:
    """The sshd to use; None where there is none."""
    named = os.environ.get("AFS_TEST_SSHD")
    return named or shutil.which("sshd", path=f"/usr/sbin:/usr/local/sbin:{os.environ['PATH']}")


@dataclass
class Machines:
    """The containers of a world's instances; each has a home, an sshd and a dead-man switch."""

    double: RestDouble
    folder: Path
    sshd: str
    containers: dict[int, Container] = field(default_factory=dict)
    servers: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    run_start_script: bool = True

    def start(self, machine: RentedMachine) -> None:
        """What happens when an instance runs: sshd, then the start script."""
        home = self.folder / f"machine-{machine.instance_id}"
        home.mkdir(parents=True)
        port = self._serve(machine.instance_id, home)
        machine.facts = {
            "ssh_host": "127.0.0.1",
            "ssh_port": port,
            "public_ipaddr": "127.0.0.1\n",
            "ports": {"22/tcp": [{"HostIp": "0.0.0.0", "HostPort": str(port)}]},
        }
        if self.run_start_script:
            own = instance_environment(self.double, machine.instance_id)
            self.containers[machine.instance_id] = start_container(home, machine.onstart, own)

    def stop(self, machine: RentedMachine) -> None:
        """What happens when it is destroyed: every process and the disk are gone."""
        server = self.servers.pop(machine.instance_id, None)
        if server is not None:
            server.kill()
            server.wait()
        container = self.containers.pop(machine.instance_id, None)
        if container is not None:
            container.kill()

    def stop_all(self) -> None:
        for machine in self.double.world.machines.values():
            self.stop(machine)

    def _serve(self, instance_id: int, home: Path) -> int:
        keys = home.parent / f"sshd-{instance_id}"
        keys.mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
        config = keys / "sshd_config"
        config.write_text(_CONFIG.format(port=port, folder=keys, home=home, path=path))
        generate = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(keys / "host_key")]
        subprocess.run(generate, check=True)
        command = [self.sshd, "-D", "-e", "-f", str(config)]
        self.servers[instance_id] = subprocess.Popen(command, stderr=(keys / "log").open("wb"))
        return port
