"""Score histograms as lines of text."""

from typing import TYPE_CHECKING

from afs_engine.data.counted import counted

if TYPE_CHECKING:
    from afs_engine.stages.scoring.histogram import ScoreSpread

_NOT_MEASURED = {"electra": "no discriminator took part"}
_BLOCKS = " ▁▂▃▄▅▆▇█"


def histogram_lines(spread: "ScoreSpread") -> list[str]:
    """One line a component that was measured: bars from 0 to 1, measured and unmeasured rows."""
    lines = []
    for name in ("overall", "electra", "asar", "entity", "length"):
        histogram = getattr(spread, name)
        measured = sum(histogram.counts)
        if not measured:
            lines.append(f"  {name:<8} {_NOT_MEASURED.get(name, 'not measured')}")
            continue
        top = max(histogram.counts)
        bars = "".join(_BLOCKS[-(-count * 8 // top)] for count in histogram.counts)
        without = f", {histogram.not_measured:,} do not apply" if histogram.not_measured else ""
        lines.append(f"  {name:<8} 0 {bars} 1  {counted(measured, 'row')}{without}")
    return lines
