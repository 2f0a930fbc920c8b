"""How an export's result reads."""

from typing import TYPE_CHECKING

from afs_engine.cli.output import print_result

if TYPE_CHECKING:
    from afs_engine.runs.files.export import ExportReport


def print_export(report: "ExportReport", *, as_json: bool) -> None:
    """Samples by domain, and what became of every record."""
    lines = [f"wrote {report.samples:,} samples to {report.output}"]
    lines += [f"  {count:>9,}  {domain}" for domain, count in report.by_domain.items()]
    lines.append(f"{report.records_read:,} records read, {report.records_used:,} used")
    lines += [f"  {count:>9,}  skipped: {reason}" for reason, count in report.skipped.items()]
    lines += [f"  {count:>9,}  of unknown type '{kind}'" for kind, count in report.unknown.items()]
    print_result(report, lines, as_json=as_json)
