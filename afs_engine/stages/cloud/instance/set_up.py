"""Setting up the job's packages. Runs ON the rented machine, on its Python alone.

    set_up.py JOB_FOLDER

Unpacks `code.zip` and sees to the packages that `pins.txt` names. Where the image has them all
already, its own Python does; else a virtual environment is made and pip installs exactly these. The
path of the Python to use goes into the file `python`.
"""

import subprocess
import sys
import venv
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

OLDEST = (3, 11)


def is_there(pin: str) -> bool:
    """Whether `name==version` is installed; a build's local part (+cu128) does not matter."""
    name, _, wanted = pin.partition("==")
    try:
        return version(name).partition("+")[0] == wanted
    except PackageNotFoundError:
        return False


def main(folder: Path) -> int:
    if sys.version_info < OLDEST:
        sys.stderr.write(f"the image's Python is {sys.version.split()[0]}; 3.11 or newer is needed\n")
        return 1
    with zipfile.ZipFile(folder / "code.zip") as archive:
        archive.extractall(folder / "code")
    pins = folder / "pins.txt"
    python = sys.executable
    if not all(map(is_there, pins.read_text().split())):
        venv.create(folder / "venv", with_pip=True)
        python = str(folder / "venv" / "bin" / "python")
        # pip also brings what the pins do not name: the GPU libraries that torch itself pins
        command = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
        if subprocess.call([*command, "-r", str(pins)]) != 0:
            return 1
    (folder / "python").write_text(python)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
