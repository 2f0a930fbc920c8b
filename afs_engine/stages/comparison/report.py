"""A comparison as a document: Markdown, or one HTML page without anything from elsewhere.

Pure text; the same for the same comparison. Names come from people and data and are escaped.
"""

from collections.abc import Callable, Sequence
from html import escape

from afs_engine.data.counted import counted
from afs_engine.stages.comparison.answers import ANSWER_COLUMNS, GivenAnswer, answer_rows
from afs_engine.stages.comparison.difference import Difference
from afs_engine.stages.comparison.results import Comparison, Contrast

Cells = Sequence[str]
MEASURES = ("model", "rows", "loss per token", "perplexity", "skipped")
DIFFERENCES = ("model", "domain", "rows", "first", "this", "difference", "95 % interval", "verdict")
ANSWERS = ("model", "part", *ANSWER_COLUMNS)
_STYLE = (
    "body{font:15px/1.5 sans-serif;margin:2em auto;max-width:70em;padding:0 1em}"
    "table{border-collapse:collapse;margin:1em 0}"
    "th,td{border:1px solid #bbb;padding:.25em .6em;text-align:left}th{background:#f2f2f2}"
    "td{white-space:pre-wrap;vertical-align:top}"
)


def measure_rows(made: Comparison) -> list[Cells]:
    """One row a model, under MEASURES."""
    return [
        (
            each.model,
            f"{each.rows:,}",
            f"{each.loss:.4f}",
            "" if each.perplexity is None else f"{each.perplexity:,.2f}",
            f"{sum(each.skipped.values()):,}",
        )
        for each in made.models
    ]


def difference_rows(made: Comparison) -> list[Cells]:
    """One row a model and domain, under DIFFERENCES; losses are per the contrast's unit."""
    return [row for contrast in made.contrasts for row in _contrast_rows(contrast)]


def _contrast_rows(contrast: Contrast) -> list[Cells]:
    parts = [("all", contrast.overall), *contrast.per_domain.items()]
    return [(contrast.model, domain, *_difference_cells(each)) for domain, each in parts]


def _difference_cells(each: Difference) -> tuple[str, ...]:
    return (
        f"{each.rows:,}",
        f"{each.before:.4f}",
        f"{each.after:.4f}",
        f"{each.difference:+.4f}",
        interval_text(each),
        each.verdict,
    )


def interval_text(each: Difference) -> str:
    """The interval as people write it, or that there is none."""
    if each.low is None or each.high is None:
        return "too few rows"
    return f"{each.low:+.4f} to {each.high:+.4f}"


def remarks(made: Comparison) -> list[str]:
    """What a reader must know to read the tables right."""
    told = [
        f"Below 0 is better than the first model, {made.models[0].model}. The intervals are from a paired"
        f" bootstrap over rows (seed {made.seed})."
    ]
    for each in made.contrasts:
        if each.unit == "byte":
            told.append(
                f"{each.model} cuts text into other tokens than the first model: their losses are compared"
                " per byte of the answer."
            )
        if each.unpaired:
            told.append(
                f"{counted(each.unpaired, 'row')} measured on only one of the first model and {each.model}."
            )
    return told


def question_header(made: Comparison) -> Cells:
    """The columns of `question_rows`: question, expected answer, and one for each model."""
    return ("question", "expected", *(each.model for each in made.models))


def question_rows(made: Comparison) -> list[Cells]:
    """One row a question, with what each model answered and how good that is."""
    return [
        (each.question, each.expected, *(_answer_cell(given) for given in each.answers))
        for each in made.questions
    ]


def _answer_cell(given: GivenAnswer) -> str:
    marks = "exact" if given.exact else f"chrF {given.chrf:.0f}"
    marks += ", contains it" if given.contained and not given.exact else ""
    marks += "" if given.assembles is None else ", assembles" if given.assembles else ", does not assemble"
    return f"{given.answer}\n[{marks}]"


def render_markdown(made: Comparison) -> str:
    """The comparison as Markdown."""
    parts = ["# Comparison", "", *_facts(made, lambda text: "`" + text.replace("`", "'") + "`"), ""]
    parts += [*_markdown_table(MEASURES, measure_rows(made)), ""]
    parts += [*_markdown_table(DIFFERENCES, difference_rows(made)), ""]
    parts += map(_markdown_cell, remarks(made))
    if made.questions:
        parts += ["", "## Answers", "", *_markdown_table(ANSWERS, answer_rows(made.models)), ""]
        parts += _markdown_table(question_header(made), question_rows(made))
    return "\n".join(parts) + "\n"


def _facts(made: Comparison, code: Callable[[str], str]) -> list[str]:
    return [f"Measured on {code(made.data)}, sha256 {code(made.data_digest)}."]


def _markdown_table(header: Cells, rows: Sequence[Cells]) -> list[str]:
    lines = ["| " + " | ".join(map(_markdown_cell, row)) + " |" for row in (header, *rows)]
    return [lines[0], "|" + "---|" * len(header), *lines[1:]]


def _markdown_cell(text: str) -> str:
    return escape(text, quote=False).replace("|", "\\|").replace("\n", "<br>")


def render_html(made: Comparison) -> str:
    """The comparison as one page."""
    parts = [f"<p>{line}</p>" for line in _facts(made, lambda text: f"<code>{escape(text)}</code>")]
    parts += [_html_table(MEASURES, measure_rows(made)), _html_table(DIFFERENCES, difference_rows(made))]
    parts += [f"<p>{escape(line)}</p>" for line in remarks(made)]
    if made.questions:
        parts += ["<h2>Answers</h2>", _html_table(ANSWERS, answer_rows(made.models))]
        parts += [_html_table(question_header(made), question_rows(made))]
    head = f'<meta charset="utf-8"><title>Comparison</title><style>{_STYLE}</style>'
    body = "\n".join(["<h1>Comparison</h1>", *parts])
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _html_table(header: Cells, rows: Sequence[Cells]) -> str:
    lines = ["".join(f"<th>{escape(cell)}</th>" for cell in header)]
    lines += ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    return "<table>\n" + "\n".join(f"<tr>{line}</tr>" for line in lines) + "\n</table>"
