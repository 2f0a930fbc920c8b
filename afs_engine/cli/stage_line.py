"""The end of a stage in words."""

from afs_engine import events


def stage_line(event: events.StageFinished) -> str:
    """One stage's end in words."""
    rows = f"{event.rows_in:,} -> {event.rows_out:,} rows" if event.rows_in else ""
    took = "cached" if event.state == "cached" else f"{event.seconds:.1f} s"
    return f"{event.stage:<9} {took:>8}  {rows}".rstrip()
