"""What all exports share on the command line: their flags, and how their result reads."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from afs_engine.cli.options import FiniteRange
from afs_engine.cli.output import print_result
from afs_engine.data.counted import counted

if TYPE_CHECKING:
    from afs_engine.runs.files.export import ExportReport

_FLAGS = (
    click.option(
        "--redact/--no-redact",
        default=True,
        show_default=True,
        help="Replace secrets and personal data by placeholders.",
    ),
    click.option("--min-quality-score", type=FiniteRange(0, 1), help="Leave out samples that score lower."),
    click.option("--score-profile", default="generic", show_default=True, help="generic, asm or dialogue."),
    click.option("--limit", type=click.IntRange(min=1), help="At most so many samples, after all filters."),
)


def export_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """The flags of `ExportRules`."""
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command


def print_export(report: "ExportReport", *, as_json: bool) -> None:
    """Samples by domain, and what became of every record."""
    lines = [f"wrote {counted(report.samples, 'sample')} to {report.output}"]
    lines += [f"  {count:>9,}  {domain}" for domain, count in report.by_domain.items()]
    lines.append(f"{counted(report.records_read, 'record')} read, {report.records_used:,} used")
    lines += [f"  {count:>9,}  skipped: {reason}" for reason, count in report.skipped.items()]
    lines += [f"  {count:>9,}  of unknown type '{kind}'" for kind, count in report.unknown.items()]
    lines += [f"  {count:>9,}  samples left out: {reason}" for reason, count in report.dropped.items()]
    if report.quarantined:
        lines.append(f"{counted(report.quarantined, 'line')} could not be read; see {report.quarantine}")
    if report.redacted is None:
        lines.append("nothing was redacted: --no-redact")
    elif report.redacted:
        lines.append(
            f"redacted: {counted(sum(report.redacted.values()), 'place')} with secrets or personal data"
        )
        lines += [f"  {count:>9,}  {kind}" for kind, count in report.redacted.items()]
    print_result(report, lines, as_json=as_json)
