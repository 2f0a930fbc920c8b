"""The flags by which a person says what may be rented."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--hours", type=float, help="How long training is expected to take. [default: 1]"),
    click.option("--max-hours", type=float, help="The rental ends then, whatever happens. [default: 6]"),
    click.option("--gpu", help='Only this model, such as "RTX 4090".'),
    click.option("--gpu-ram", "gpu_ram_gb", type=float, help="GPU memory in GB. [default: 24]"),
    click.option("--disk", "disk_gb", type=float, help="Disk in GB. [default: 60]"),
    click.option("--interruptible", is_flag=True, default=None, help="Cheaper; others may outbid you."),
)


def wish_options(command: _Command) -> _Command:
    """Adds the flags; they come as keyword arguments of `CloudWish`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
