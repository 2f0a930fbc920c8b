"""The report: every number of the comparison, safe with any name, the same in both forms."""

from html.parser import HTMLParser

from afs_engine.stages.comparison.difference import Difference
from afs_engine.stages.comparison.report import render_html, render_markdown
from afs_engine.stages.comparison.results import Comparison, Contrast
from afs_engine.stages.training.results import EvalMetrics

EVIL = "<script>alert(1)</script>|`x`"


def metrics(model: str, loss: float) -> EvalMetrics:
    return EvalMetrics(
        model=model,
        loss=loss,
        perplexity=None,
        rows=1200,
        tokens=9000,
        rows_read=1203,
        skipped={"empty answer": 3},
        per_domain={},
    )


def difference(low: float | None) -> Difference:
    return Difference(rows=1200, before=2.0, after=1.5, difference=-0.5, low=low, high=low and -0.25)


def made() -> Comparison:
    contrast = Contrast(
        model=EVIL,
        unit="byte",
        unpaired=4,
        overall=difference(-0.75),
        per_domain={EVIL: difference(None)},
    )
    return Comparison(
        data="test.jsonl",
        data_digest="ab" * 32,
        seed=7,
        models=[metrics("old", 2.0), metrics(EVIL, 1.5)],
        contrasts=[contrast],
    )


class Cells(HTMLParser):
    """The text of every table cell, and the tags that were seen."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1] and self.get_starttag_text() in ("<td>", "<th>"):
            self.rows[-1][-1] += data.rstrip("\n")


def test_html_holds_the_numbers_and_no_markup_from_names() -> None:
    parsed = Cells()
    parsed.feed(render_html(made()))
    assert ["old", "1,200", "2.0000", "", "3"] in parsed.rows
    assert [
        EVIL,
        "all",
        "1,200",
        "2.0000",
        "1.5000",
        "-0.5000",
        "-0.7500 to -0.2500",
        "better",
    ] in parsed.rows
    assert [EVIL, EVIL, "1,200", "2.0000", "1.5000", "-0.5000", "too few rows", "no clear difference"] in (
        parsed.rows
    )
    assert "script" not in parsed.tags


def test_markdown_keeps_its_columns() -> None:
    text = render_markdown(made())
    assert "<script>" not in text
    table = [line for line in text.splitlines() if line.startswith("| &lt;script")]
    assert [line.replace("\\|", "").count("|") for line in table] == [6, 9, 9]
    assert "compared per byte of the answer" in text
    assert "4 rows measured on only one" in text
    assert text == render_markdown(made())
