"""Where asar is looked for, and what a wrong setting says."""

from pathlib import Path

import pytest

from afs_engine.errors import MissingPartError
from afs_engine.stages.scoring.assembly import asar_find
from afs_engine.stages.scoring.assembly.asar_find import FoundAsar, find_asar


def make_file(path: Path, mode: int = 0o644) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    path.chmod(mode)
    return path


@pytest.fixture(autouse=True)
def no_system_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asar_find, "_LIBRARY_FOLDERS", ())


def test_nothing_found_is_no_error(tmp_path: Path) -> None:
    assert find_asar(environment={"PATH": str(tmp_path)}) == FoundAsar()


def test_program_on_path_and_the_library_beside_it(tmp_path: Path) -> None:
    program = make_file(tmp_path / "bin" / "asar", 0o755)
    library = make_file(tmp_path / "lib" / "libasar.so.3")
    assert find_asar(environment={"PATH": str(program.parent)}) == FoundAsar(library, program)


def test_library_on_the_library_path_with_the_plain_name_first(tmp_path: Path) -> None:
    make_file(tmp_path / "libasar.so.3")
    plain = make_file(tmp_path / "libasar.so")
    environment = {"PATH": "", "LD_LIBRARY_PATH": f"/nowhere:{tmp_path}"}
    assert find_asar(environment=environment) == FoundAsar(library=plain)


def test_the_setting_may_name_library_program_or_folder(tmp_path: Path) -> None:
    library = make_file(tmp_path / "libasar.dylib")
    program = make_file(tmp_path / "asar", 0o755)
    assert find_asar(environment={"AFS_ASAR": str(library)}) == FoundAsar(library=library)
    assert find_asar(environment={"AFS_ASAR": str(program)}) == FoundAsar(program=program)
    assert find_asar(environment={"AFS_ASAR": str(tmp_path)}) == FoundAsar(library, program)


def test_an_argument_goes_before_the_environment(tmp_path: Path) -> None:
    program = make_file(tmp_path / "my-asar", 0o755)
    assert find_asar(program, {"AFS_ASAR": "/nowhere"}) == FoundAsar(program=program)


@pytest.mark.parametrize("name", ["missing", "empty-folder"])
def test_a_setting_that_names_nothing_is_an_error_with_the_way_out(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty-folder").mkdir()
    with pytest.raises(MissingPartError, match="AFS_ASAR should name"):
        find_asar(environment={"AFS_ASAR": str(tmp_path / name)})
