"""Recipes: what is read, and that each mistake is told with file, line and the nearest word."""

import re
from pathlib import Path

import pytest

from afs_engine.errors import RecipeError
from afs_engine.runs.init import init_workspace
from afs_engine.runs.recipe_file import key_lines, load_recipe

SOURCE = '[[sources]]\nname = "notes"\nkind = "memory"\n'


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "recipe.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problem(folder: Path, text: str | bytes) -> str:
    """The error without the folder's name."""
    with pytest.raises(RecipeError) as caught:
        load_recipe(write(folder, text))
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{folder}/")


def test_a_small_recipe_has_the_documented_defaults(tmp_path: Path) -> None:
    recipe = load_recipe(write(tmp_path, SOURCE))
    assert (recipe.run.name, recipe.run.seed) == ("run", 42)
    assert recipe.sources[0].path == "~/.context/memory"
    assert (recipe.split.train, recipe.split.val, recipe.split.test) == (0.8, 0.1, 0.1)
    assert recipe.rehearsal is None
    assert recipe.convert.format == "openai"


def test_the_sample_workspaces_recipe_is_sound(tmp_path: Path) -> None:
    recipe = load_recipe(init_workspace(tmp_path / "demo"))
    assert len(recipe.sources) >= 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # unknown keys: at the top, in the second source, in tables and tables of tables
        (SOURCE + "\n[trian]\nepochs = 1\n", "5: unknown key 'trian' (did you mean 'train'?)"),
        (
            SOURCE + '[[sources]]\nname = "b"\nkind = "oracle"\npath = "x"\ndomian = "y"\n',
            "8: unknown key 'sources.1.domian' (did you mean 'domain'?)",
        ),
        (
            SOURCE + '[[sources]]\nname = "b"\nkind = "jsonl"\npth = "x"\n',
            "7: unknown key 'sources.1.pth' (and 1 more) (did you mean 'path'?)",
        ),
        (
            SOURCE + '[[sources]]\nname = "b"\nkind = "python"\npath = "x"\nclas = "X"\n',
            "8: unknown key 'sources.1.clas' (and 1 more) (did you mean 'class'?)",
        ),
        (SOURCE + "[trian.lora]\nrank = 1\n", "4: unknown key 'trian' (did you mean 'train'?)"),
        (SOURCE + "[run]\nname = 'x'\n\nsede = 1\n", "7: unknown key 'run.sede' (did you mean 'seed'?)"),
        (SOURCE + "run.sede = 1\n", "4: unknown key 'sources.0.run' (known: domain, kind, name, path)"),
        ("run.sede = 1\n" + SOURCE, "1: unknown key 'run.sede' (did you mean 'seed'?)"),
        ("run = { sede = 1 }\n" + SOURCE, "1: unknown key 'run.sede' (did you mean 'seed'?)"),
        (
            SOURCE + "[score.profiles.mine]\nwieghts = {}\n",
            "5: unknown key 'score.profiles.mine.wieghts' (did you mean 'weights'?)",
        ),
        (
            SOURCE + "[score.profiles.mine.weights]\n# a remark\nelektra = 1\n",
            "6: unknown key 'score.profiles.mine.weights.elektra' (did you mean 'electra'?)",
        ),
        (SOURCE + "[register]\ntag = []\n", "5: unknown key 'register.tag' (did you mean 'tags'?)"),
        (
            SOURCE + "[rehearsal]\nrun = 'v1'\ntop_rato = 1\n",
            "6: unknown key 'rehearsal.top_rato' (did you mean 'top_ratio'?)",
        ),
        # wrong types and values
        (SOURCE + "[run]\nseed = 'x'\n", "5: 'run.seed': input should be a valid integer"),
        (SOURCE + "[run]\nseed = '7'\n", "5: 'run.seed': input should be a valid integer (found '7')"),
        (SOURCE + "[train]\nepochs = true\n", "5: 'train.epochs': input should be a valid integer"),
        (SOURCE + "[train]\nlora_r = 8.0\n", "5: 'train.lora_r': input should be a valid integer"),
        (SOURCE + "[dedup]\nnear = 'no'\n", "5: 'dedup.near': input should be a valid boolean"),
        (SOURCE + "[run]\nname = '../up'\n", "5: 'run.name': string should match pattern"),
        (
            SOURCE + "[split]\ntrain = 2\n",
            "5: 'split.train': input should be less than or equal to 1 (found 2)",
        ),
        (
            SOURCE + "[balance]\nweights = { notes = -1 }\n",
            "5: 'balance.weights.notes': input should be greater",
        ),
        (
            SOURCE + "[balance.weights]\nnotes = 1\nasm = 'x'\n",
            "6: 'balance.weights.asm': input should be a valid",
        ),
        (SOURCE + "[convert]\nformat = 'alpacca'\n", "5: 'convert.format': input should be 'alpaca', "),
        (
            SOURCE + '[[sources]]\nname = "b"\nkind = "jsonl"\npath = 7\n',
            "7: 'sources.1.path': input should be a",
        ),
        ("run = 3\n" + SOURCE, "1: 'run': input should be a valid dictionary"),
        ("sources = 1\n", "1: 'sources': input should be a valid list (found 1)"),
        ("sources = []\n", "1: 'sources': list should have at least 1 item"),
        # missing keys and unknown kinds
        ("[run]\nname = 'x'\n", " 'sources' is missing"),
        ("", " 'sources' is missing"),
        (SOURCE + '[[sources]]\nname = "b"\nkind = "jsonl"\n', "4: 'sources.1.path' is missing (add it"),
        (SOURCE + '[[sources]]\nname = "b"\npath = "x"\n', "4: 'sources.1.kind' is missing (add it"),
        (
            SOURCE + '[[sources]]\nname = "b"\nkind = "memroy"\n',
            "6: unknown kind 'memroy' (did you mean 'memory'?)",
        ),
        # contradictions
        (SOURCE + SOURCE, "5: two sources are called 'notes'"),
        (SOURCE + "[split]\ntrain = 0.9\n", "4: ratios 0.9 + 0.1 + 0.1 are no split (each is"),
        (
            SOURCE + "[score]\nprofile = 'asn'\n",
            "5: no scoring profile 'asn' (did you mean 'asm'?)",
        ),
        (
            SOURCE + "[score.profile_by_domain]\nnotes = 'dialog'\n",
            "5: no scoring profile 'dialog' (did you mean 'dialogue'?)",
        ),
        (
            SOURCE + "[[sources]]\nname = 'c'\nkind = 'codex'\nscore_profile = 'mime'\n"
            "[score.profiles.mine]\n",
            "7: no scoring profile 'mime' (did you mean 'mine'?)",
        ),
        (
            SOURCE + "[rehearsal]\nrun = 'a'\ninput = 'b'\n",
            "4: 'rehearsal': give either 'run' (an earlier run's",
        ),
        (SOURCE + "[rehearsal]\nratio = 0.1\n", "4: 'rehearsal': give either 'run'"),
        # no TOML
        (SOURCE + "[run\nname = 'x'\n", "4: not valid TOML: "),
        (SOURCE + "[run]\nname = \n", "5: not valid TOML: "),
        (SOURCE + "[run]\nname = 'a'\nname = 'b'\n", "6: not valid TOML: Cannot overwrite a value"),
        (SOURCE.encode() + b"# caf\xe9\n", "4: the recipe is not UTF-8 (save it as UTF-8)"),
        (SOURCE.encode("utf-16"), "1: the recipe is not UTF-8"),
        ("a = " + "[" * 5000, " the recipe is nested too deeply"),
        (b"#" * ((4 << 20) + 1), " the recipe is larger than 4 MB"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str | bytes, expected: str) -> None:
    told = problem(tmp_path, text)
    assert told.startswith(f"recipe.toml:{expected}"), told


def test_the_first_of_several_mistakes_is_told(tmp_path: Path) -> None:
    told = problem(tmp_path, SOURCE + "[run]\nsede = 1\n[split]\ntrian = 1\n[dedup]\nnear = 5\n")
    assert told.startswith("recipe.toml:5: unknown key 'run.sede' (and 2 more)")


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"absent\.toml: can't read the recipe: No such file"):
        load_recipe(tmp_path / "absent.toml")
    with pytest.raises(RecipeError, match=r"this is a folder \(did you mean .*recipe\.toml\?\)"):
        load_recipe(tmp_path)


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    strange = "# \u2028 \x85 \u2029\r\n" + SOURCE.replace("\n", "\r\n") + "[run]\r\nsede = 1\r\n"
    assert problem(tmp_path, strange).startswith("recipe.toml:6: unknown key 'run.sede'")


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    assert load_recipe(write(tmp_path, b"\xef\xbb\xbf" + SOURCE.encode())).sources[0].name == "notes"


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_what_a_long_text_holds_is_no_key(tmp_path: Path, quotes: str) -> None:
    prompt = (
        f"system_prompt = {quotes}\n[run]\nsede = 1\nIt's {quotes[0]}quoted{quotes[0]} # here\n{quotes}\n"
    )
    text = SOURCE + '# don\'t mind """ this\n[convert]\n' + prompt + "[run]\nsede = 2\n"
    assert problem(tmp_path, text).startswith("recipe.toml:12: unknown key 'run.sede'")


def test_lines_of_keys_and_tables() -> None:
    text = '[a]\nx = 1\n"q.r" = 2\n\n[[s]]\nk = 1\n[s.sub]\nz = 1\n[[s]] # two\nk = 2\n[s.sub]\nz = 3\n'
    lines = key_lines(text)
    assert lines["a",] == 1
    assert lines["a", "x"] == 2
    assert [lines["s", n] for n in (0, 1)] == [5, 9]
    assert [lines["s", n, "k"] for n in (0, 1)] == [6, 10]
    assert [lines["s", n, "sub", "z"] for n in (0, 1)] == [8, 12]


def test_every_line_of_the_sample_recipe_is_known(tmp_path: Path) -> None:
    text = init_workspace(tmp_path / "demo").read_text()
    lines = key_lines(text)
    for number, line in enumerate(text.split("\n"), start=1):
        if re.match(r"\s*\[|\s*[a-z_]+ *=", line):
            assert number in lines.values(), line
