"""The line to a machine that may not be the one we rented, and names that may not be names."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from afs_engine.errors import CloudError
from afs_engine.stages.cloud.double.rest import RestDouble
from afs_engine.stages.cloud.double.world import World
from afs_engine.stages.cloud.instance.rental_key import RentalKey
from afs_engine.stages.cloud.instance.ssh_line import SshLine, SshPlace, ssh_arguments
from afs_engine.stages.cloud.instance.start_script import make_start_script
from afs_engine.stages.cloud.instance.transfer import checked_name, download, read_listing, upload
from afs_engine.stages.cloud.rental.machine import DistrustedError, UnreachableError
from tests.cloud.rented_machine import Machines, find_sshd
from tests.cloud.rented_shell import settings

SSHD = find_sshd()
ALIAS = "afs-rental"


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "/etc/passwd",
        "a/../b",
        ".ssh/authorized_keys",
        "",
        "a//b",
        "-rf",
        "a\nb",
        "x" * 300,
        None,
        7,
    ],
)
def test_a_name_from_the_machine_never_leaves_its_folder(name: object) -> None:
    with pytest.raises(CloudError):
        checked_name(name)
    assert checked_name("checkpoints/checkpoint-10/model.safetensors")


def test_what_is_being_written_is_left_where_it_is() -> None:
    listed = [["a/.afs-tmp-12-checkpoint-1/model.safetensors", 5], [".x", 1], ["a/b", 2], ["c", "2"], "d"]
    assert read_listing(listed) == {"a/b": 2}
    with pytest.raises(CloudError):
        read_listing([["../x", 1]])


@pytest.mark.parametrize("host", ["-oProxyCommand=touch /tmp/x", "$(id)", "a;b", "a b", "a\nb", ""])
def test_a_host_that_is_none_never_reaches_ssh(host: str, tmp_path: Path) -> None:
    with pytest.raises(CloudError):
        ssh_arguments(SshPlace(host, 22, tmp_path / "key", tmp_path / "known", ALIAS))


def test_the_command_is_constant_and_trusts_no_configuration(tmp_path: Path) -> None:
    arguments = ssh_arguments(SshPlace("h.example", 22, tmp_path / "key", tmp_path / "known", ALIAS))
    assert arguments[:3] == ["ssh", "-F", "/dev/null"]
    assert arguments[arguments.index("--") + 1] == "h.example"
    assert "ForwardAgent=no" in arguments


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    if SSHD is None:
        pytest.skip("no sshd here: install openssh-server, or name one in AFS_TEST_SSHD")
    found = Machines(RestDouble(World(time.time)), tmp_path, SSHD)
    yield found
    found.stop_all()


def _rent(machines: Machines, key: RentalKey) -> SshPlace:
    """A machine that was given our key and the rental's secret."""
    world = machines.double.world
    machine = world.add(next(iter(world.offers.values())), "label", 10.0)
    own = replace(settings("http://127.0.0.1:9"), public_key=key.public_key(), secret=key.secret_of(ALIAS))
    machine.onstart = make_start_script(own)
    machines.start(machine)
    return SshPlace("127.0.0.1", machine.facts["ssh_port"], key.key_file, key.known_hosts, ALIAS)


def _greet(place: SshPlace) -> tuple[SshLine, dict[str, object]]:
    """The line once the machine's sshd is up."""
    end = time.monotonic() + 20
    while True:
        line = SshLine(place)
        try:
            return line, line.ask("hello")[0]
        except UnreachableError:
            line.close()
            assert time.monotonic() < end
            time.sleep(0.05)


def test_files_arrive_whole_and_a_broken_transfer_goes_on(machines: Machines, tmp_path: Path) -> None:
    key = RentalKey(tmp_path / "key")
    line, hello = _greet(_rent(machines, key))
    try:
        key.check_proof(ALIAS, hello["proofs"])
        source, back = tmp_path / "data.bin", tmp_path / "back.bin"
        source.write_bytes(bytes(range(256)) * 40_000)
        next(upload(line, source, "data/x"))  # the first piece, then the line is dropped
        assert list(upload(line, source, "data/x"))[-1].note.startswith("sent")
        assert list(upload(line, source, "data/x")) == []  # it is there
        size = source.stat().st_size
        next(download(line, "data/x", back, size))
        list(download(line, "data/x", back, size))
        assert back.read_bytes() == source.read_bytes()
        with pytest.raises(UnreachableError, match="outside"):
            line.ask("get", path="../secret", offset=0, length=100)
    finally:
        line.close()


def test_another_machine_behind_the_same_address_gets_nothing(machines: Machines, tmp_path: Path) -> None:
    key = RentalKey(tmp_path / "key")
    place = _rent(machines, key)
    line, _ = _greet(place)
    line.close()
    elsewhere = _rent(machines, key)  # our key opens it, its host key is another
    _greet(replace(elsewhere, alias="afs-other"))[0].close()
    with pytest.raises(DistrustedError, match="host key"):
        SshLine(elsewhere).ask("hello")


def test_a_machine_without_the_rentals_secret_proves_nothing(machines: Machines, tmp_path: Path) -> None:
    key = RentalKey(tmp_path / "key")
    line, hello = _greet(_rent(machines, key))
    line.close()
    for proofs in ([], None, ["0" * 64], [5]):
        with pytest.raises(DistrustedError):
            key.check_proof(ALIAS, proofs)
    key.check_proof(ALIAS, hello["proofs"])
