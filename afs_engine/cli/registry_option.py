"""Which registry a command means."""

import click

from afs_engine.cli.options import FILE

registry_option = click.option(
    "--registry", type=FILE, help="The registry file. [default: .afs/registry.sqlite of this workspace]"
)
