"""`training.log`: the training in human lines, for `tail -f`.

Owns the wording. It must not know who reads it, nor any trainer.
"""

from pathlib import Path
from typing import Self

TRAINING_LOG = "training.log"


class TrainingLog:
    """Appends whole lines, each on disk as soon as it is written."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / TRAINING_LOG).open("a", encoding="utf-8", buffering=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, line: str) -> None:
        """One line; line ends inside it become spaces."""
        self._file.write(" ".join(line.splitlines()) + "\n")


def step_line(step: int, steps: int, values: dict[str, float], eta_seconds: float) -> str:
    """E.g. `step 12/76  loss 5.1234  lr 1.9e-03  grad 0.84  4,410 tokens/s  eta 0:01:23`."""
    parts = [f"step {step}/{steps}", f"loss {values['train_loss']:.4f}", f"lr {values['learning_rate']:.1e}"]
    if "grad_norm" in values:
        parts.append(f"grad {values['grad_norm']:.2f}")
    if "tokens_per_second" in values:
        parts.append(f"{values['tokens_per_second']:,.0f} tokens/s")
    return "  ".join([*parts, f"eta {clock(eta_seconds)}"])


def clock(seconds: float) -> str:
    """Seconds as h:mm:ss."""
    minutes, second = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"
