"""`afs-engine doctor`."""

import click

from afs_engine.cli.output import json_option, narrate, print_result


@click.command("doctor")
@click.option(
    "--make-environment",
    type=click.Choice(["trl", "unsloth", "mlx"]),
    help="First make a Python environment for this backend and install its packages there.",
)
@json_option
def command(make_environment: str | None, as_json: bool) -> None:
    """Shows every optional part: whether it is there, what works without it, and how to add it."""
    from afs_engine.runs.doctor import examine
    from afs_engine.worker import environments

    if make_environment is not None:
        narrate(f"installing the packages of {make_environment}: this can take minutes")
        folder = environments.make_environment(make_environment)
        narrate(f'ready: {folder}; use it with environment = "{make_environment}" under [train]')

    report = examine()
    machine = f"{report.cores} cores, {report.memory_gib:.0f} GiB memory"
    lines = [f"AFS {report.version}, Python {report.python}, {machine}", ""]
    for part in report.parts:
        lines.append(f"{'yes' if part.present else 'no ':<4} {part.name:<22} {part.found}")
        if not part.present:
            lines.append(f"     without it: {part.without}")
            lines.append(f"     to add it:  {part.to_add}")
    print_result(report, lines, as_json=as_json)
