"""A generator class of the person's own: loaded from its file, and its mistakes told with file and line."""

from pathlib import Path
from typing import Any

import pytest

from afs_engine.errors import AfsError, InputError
from afs_engine.stages.sources.python_class import input_paths, load_generator

HEAD = """from pathlib import Path
from afs_engine import BaseGenerator, TrainingSample

"""
CLASS = (
    HEAD
    + """class Riddles(BaseGenerator):
    def __init__(self, source, count=1):
        super().__init__(name="riddles", domain="fun")
        self.source, self.count = source, count

    def generate(self):
"""
)


def write(folder: Path, body: str, head: str = CLASS) -> Path:
    path = folder / "riddles.py"
    path.write_text(head + body)
    return path


def outputs(path: Path, root: Path, **args: Any) -> list[str]:
    return [s.output for s in load_generator(path, "Riddles", {"source": "a.txt"} | args, root).generate()]


def failure(path: Path, root: Path, **args: Any) -> str:
    with pytest.raises(InputError) as caught:
        outputs(path, root, **args)
    return str(caught.value)


def test_a_class_is_made_with_its_arguments(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\ntwo\nthree\n")
    body = "        for line in self.source.read_text().split()[: self.count]:\n"
    body += "            yield TrainingSample(instruction='?', output=line, domain=self.domain)\n"
    path = write(tmp_path, body)
    generator = load_generator(path, "Riddles", {"source": "a.txt", "count": 2}, tmp_path)
    assert (generator.name, generator.domain) == ("riddles", "fun")
    assert [sample.output for sample in generator.generate()] == ["one", "two"]


def test_a_list_is_as_good_as_a_generator(tmp_path: Path) -> None:
    path = write(tmp_path, "        return [TrainingSample(instruction='?', output='a')]\n")
    assert outputs(path, tmp_path) == ["a"]


def test_only_arguments_that_exist_are_paths(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "notes").mkdir()
    args = {
        "z": "a.txt",
        "folder": "notes",
        "title": "nothing here",
        "count": 3,
        "empty": "",
        "list": ["a.txt"],
    }
    assert input_paths(args, tmp_path) == [tmp_path / "notes", tmp_path / "a.txt"]


@pytest.mark.parametrize(
    ("body", "line", "told"),
    [
        (
            "        yield TrainingSample(instruction='?', output='a')\n        1 / 0\n",
            11,
            "ZeroDivisionError",
        ),
        ("        raise KeyError('answer')\n", 10, "KeyError: 'answer'"),
        ("        raise SystemExit(0)\n        yield\n", 10, "SystemExit: 0"),
        ("        return None\n", None, "TypeError"),
        ("        yield {'output': 'a'}\n", None, "generate() gave a dict, not a TrainingSample"),
        ("        yield TrainingSample(instruction='?')\n", 10, "TypeError"),
        ("        import json\n        yield json.loads('{')\n", 11, "JSONDecodeError"),
    ],
)
def test_what_generate_does_wrong(tmp_path: Path, body: str, line: int | None, told: str) -> None:
    path = write(tmp_path, body)
    message = failure(path, tmp_path)
    assert message.startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert told in message


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("def f(:\n", 1, "SyntaxError"),
        ("\nimport no_such_module\n", 2, "ModuleNotFoundError"),
        ("import sys\n\nsys.exit(0)\n", 3, "SystemExit: 0"),
        (HEAD + "class Ridles(BaseGenerator):\n    pass\n", None, "did you mean 'Ridles'?"),
        (HEAD + "Riddles = 3\n", None, "there is no generator class 'Riddles' in this file (there are none)"),
        (HEAD + "class Riddles:\n    pass\n", None, "there is no generator class 'Riddles'"),
        (HEAD + "class Riddles(BaseGenerator):\n    pass\n", None, "generate"),
    ],
)
def test_what_a_file_does_wrong(tmp_path: Path, text: str, line: int | None, told: str) -> None:
    path = write(tmp_path, "", head=text)
    message = failure(path, tmp_path)
    assert message.startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert told in message


def test_arguments_that_the_class_does_not_take(tmp_path: Path) -> None:
    path = write(tmp_path, "        return []\n")
    assert "unexpected keyword argument 'colour'" in failure(path, tmp_path, colour="red")


def test_a_file_named_relative_to_the_current_folder_gets_its_line_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "", head="\n1 / 0\n")
    assert failure(Path("riddles.py"), tmp_path).startswith("riddles.py:2: ")


def test_a_file_that_is_no_python(tmp_path: Path) -> None:
    (tmp_path / "riddles.txt").write_text("x")
    with pytest.raises(InputError, match="no Python file"):
        load_generator(tmp_path / "riddles.txt", "Riddles", {}, tmp_path)
    with pytest.raises(AfsError, match=r"absent\.py"):
        load_generator(tmp_path / "absent.py", "Riddles", {}, tmp_path)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    for answer in ("one", "three"):
        path = write(tmp_path, f"        yield TrainingSample(instruction='?', output='{answer}')\n")
        assert outputs(path, tmp_path) == [answer]


def test_what_a_generator_prints_is_narration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = "        print('made')\n        yield TrainingSample(instruction='?', output='a')\n"
    body += "        print('end')\n"
    path = write(tmp_path, body, "print('loaded')\n" + CLASS)
    for sample in load_generator(path, "Riddles", {"source": "a.txt"}, tmp_path).generate():
        print(sample.output)
    assert capsys.readouterr() == ("a\n", "loaded\nmade\nend\n")
