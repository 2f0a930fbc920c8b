"""The flags that say how to train, shared by `training train` and `training forecast`.

Only flags that were written count, so that a preset's values hold for the others.
"""

from collections.abc import Callable
from typing import Any

import click
from click.core import ParameterSource

from afs_engine.cli.options import FiniteRange

_FLAGS = [
    click.option("--preset", help="Settings of the guide: qwen2.5-coder-3b, qwen2.5-coder-7b."),
    click.option("--base-model", help="`nano` (built on the spot, the default), a folder, or a hub name."),
    click.option(
        "--backend",
        type=click.Choice(["auto", "trl", "unsloth", "mlx"]),
        help="What trains; the default takes what the machine has.",
    ),
    click.option("--environment", help="The Python that trains: a name from `doctor`, or a path."),
    click.option("--epochs", type=click.IntRange(min=1), help="Passes over the data. [default: 2]"),
    click.option("--batch-size", type=click.IntRange(min=1), help="Rows a step. [default: 4]"),
    click.option(
        "--learning-rate",
        type=FiniteRange(min=0, min_open=True),
        help="The peak learning rate. [default: what suits the base]",
    ),
    click.option(
        "--gradient-accumulation-steps",
        type=click.IntRange(min=1),
        help="Batches an optimizer step. [default: 1]",
    ),
    click.option("--max-length", type=click.IntRange(min=8), help="Tokens a row. [default: 1024]"),
    click.option("--packing/--no-packing", help="Put several rows into one sequence."),
    click.option("--load-in-4bit/--no-load-in-4bit", help="Quantise the base (CUDA)."),
    click.option("--gradient-checkpointing/--no-gradient-checkpointing", help="Less memory, more time."),
    click.option("--curriculum/--no-curriculum", help="Easy rows first."),
    click.option(
        "--early-stopping-looks",
        type=click.IntRange(min=1),
        help="Stop after so many looks at the validation rows without a better loss; keep the best.",
    ),
    click.option("--neftune-alpha", type=FiniteRange(min=0, min_open=True), help="Noise on embeddings."),
    click.option(
        "--seed",
        type=click.IntRange(min=0, max=2**32 - 1),
        help="Decides order and initial weights. [default: 42]",
    ),
]


def train_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the flags, in this order."""
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command


def written_flags(context: click.Context, flags: dict[str, object]) -> dict[str, object]:
    """Those of `flags` that stand on the command line."""
    return {
        name: value
        for name, value in flags.items()
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT
    }


def read_settings(context: click.Context, flags: dict[str, object]) -> Any:
    """The TrainSettings that the written flags make. Raises UsageError on values that don't go together."""
    from pydantic import ValidationError

    from afs_engine.errors import UsageError
    from afs_engine.stages.training.settings import TrainSettings

    written = written_flags(context, flags)
    try:
        return TrainSettings.model_validate(written)
    except ValidationError as error:
        problem = error.errors()[0]
        name = "".join(f"--{part}: ".replace("_", "-") for part in problem["loc"])
        said = problem["msg"].removeprefix("Value error, ")
        raise UsageError(f"{name}{said[:1].lower()}{said[1:]}", hint="correct this flag") from None
