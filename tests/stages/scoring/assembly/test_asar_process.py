"""The worker process and the C seam, with a stand-in library that can hang, die and open files."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from afs_engine.errors import MissingPartError, WorkerError
from afs_engine.stages.scoring.assembly.asar_library import AsarLibrary
from afs_engine.stages.scoring.assembly.asar_messages import AsarReply
from afs_engine.stages.scoring.assembly.asar_process import AsarProcess


@pytest.fixture
def asar(stand_in_library: Path) -> Iterator[AsarProcess]:
    process = AsarProcess(stand_in_library, time_limit_seconds=0.5)
    yield process
    process.close()


def open_descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_the_library_is_asked_for_its_version_first_and_gets_what_it_expects(stand_in_library: Path) -> None:
    library = AsarLibrary(stand_in_library)
    assert library.version == "1.91"
    assert library.assemble("NOP\n") == []
    errors = library.assemble("NOP\nERR 5117 Unknown command.\nERR 5060 Label 'ü'\n")
    assert [(error.line, error.error_id, error.message) for error in errors] == [
        (1, 5117, "Unknown command."),
        (2, 5060, "Label 'ü'"),
    ]
    assert library.assemble("") == []


def test_a_file_that_is_no_asar_and_an_old_asar_are_refused(tmp_path: Path, old_library: Path) -> None:
    junk = tmp_path / "libasar.so"
    junk.write_bytes(b"not a library")
    with pytest.raises(MissingPartError, match="not an asar library"):
        AsarLibrary(junk)
    with pytest.raises(MissingPartError, match="API version is 200"):
        AsarLibrary(old_library)


def test_a_worker_that_can_not_load_its_library_is_reported(tmp_path: Path, old_library: Path) -> None:
    for library in (tmp_path / "missing.so", old_library):
        with pytest.raises(WorkerError, match="did not start"):
            AsarProcess(library, 1.0).start()


def test_answers_come_back_from_the_worker(asar: AsarProcess) -> None:
    assert asar.assemble("NOP\n") == AsarReply()
    reply = asar.assemble("NOP\nERR 5027 Invalid number.\n")
    assert [(error.line, error.error_id) for error in reply.errors] == [(1, 5027)]
    assert asar.version == "1.91"


def test_a_large_source_passes_through_the_pipes(asar: AsarProcess) -> None:
    assert asar.assemble("NOP ; é\n" * 60_000) == AsarReply()


def test_a_snippet_that_hangs_is_killed_and_the_next_one_answered(asar: AsarProcess) -> None:
    before = open_descriptors()
    assert asar.assemble("HANG\n") == AsarReply(outcome="timed out")
    assert open_descriptors() == before
    assert asar.assemble("NOP\n") == AsarReply()


def test_a_worker_that_dies_gives_no_answer_and_is_replaced(asar: AsarProcess) -> None:
    assert asar.assemble("DIE\n") == AsarReply(outcome="no answer")
    assert asar.assemble("NOP\n") == AsarReply()


def test_no_snippet_can_open_a_file(asar: AsarProcess, tmp_path: Path) -> None:
    secret = tmp_path / "secret.bin"
    secret.write_bytes(b"secret")
    reply = asar.assemble(f"OPEN {secret}\n")
    assert [error.error_id for error in reply.errors] == [5015]


def test_closing_ends_the_worker_and_may_be_repeated(asar: AsarProcess) -> None:
    before = open_descriptors()
    asar.start()
    asar.close()
    asar.close()
    assert open_descriptors() == before
    assert not [child for child in psutil.Process().children() if "asar_worker" in " ".join(child.cmdline())]
