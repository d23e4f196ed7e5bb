"""Why a customer's RAROC is not that of its better peers: the factors, and the steps from theirs to its own."""

from __future__ import annotations

from ninegrid.report.kit.charts import Cells, Part, set_on
from ninegrid.report.kit.shown import heading
from ninegrid.report.kit.style import BAD, GOOD, GREY, money_scale
from ninegrid.report.portrait.charts import two_sided
from ninegrid.report.portrait.data import factors, value_grid
from ninegrid.report.portrait.page import BEHIND, HEAD_HEIGHT, LEFT, LEFT_END, RIGHT, Canvas
from ninegrid.report.portrait.source import Formula

_START, _END = BEHIND, BEHIND + 1  # where a step begins and ends; then the parts of its bar
_AIR, _SOLID = BEHIND + 2, BEHIND + 4  # each a column above 0 and one below; solid: up, down, total


def write_why(canvas: Canvas, row: int) -> int:
    """Writes table and chart; returns the row after them."""
    book, keys = canvas.book, factors(canvas.book)
    canvas.section(row, book.word("why_title"))
    if not keys:
        canvas.text(row + 1, LEFT, book.word("why_unknown"))
        return row + 3
    canvas.label(row + 1, LEFT, book.word("benchmark"))
    canvas.of(row + 1, LEFT + 1, "benchmark", to=LEFT_END, unit="text")
    heads = [
        book.labels.column("factor"),
        book.word("why_points"),
        heading("share_eva", book.labels, money_scale(book.lang)),
    ]
    for column, text in zip((LEFT, LEFT + 2, LEFT_END), heads, strict=True):
        canvas.text(row + 2, column, text, "head text" if column == LEFT else "head")
    canvas.page.row_dimensions[row + 2].height = HEAD_HEIGHT
    first = row + 3
    _end(canvas, first, book.word("benchmark_raroc"), "benchmark_raroc")
    for at, key in enumerate(keys, first + 1):
        canvas.text(at, LEFT, _called(canvas, key), "text")
        for column in (LEFT + 1, LEFT + 3):
            canvas.text(at, column, None, "text")
        canvas.of(at, LEFT + 2, f"why_{key}", unit="percent").number_format = "+0.0%;-0.0%;0.0%"
        canvas.of(at, LEFT_END, f"worth_{key}", unit="money").number_format = "+#,##0.0;-#,##0.0;0.0"
        start, step = canvas.address(at - 1, _END), canvas.address(at, LEFT + 2)
        canvas.show(at, _START, Formula(f"={start}"), "percent")
        canvas.show(at, _END, Formula(f"={start}+N({step})"), "percent")
    last = first + len(keys) + 1
    _end(canvas, last, book.word("own_raroc"), _explained(canvas))
    for at in range(first, last + 1):
        _bar(canvas, at, total=at in (first, last))
    _chart(canvas, first, last)
    return last + 2


def _explained(canvas: Canvas) -> str:
    """The ratio among the axes, which is what the factors explain."""
    policy = canvas.book.result.policy
    metrics = (policy.metric(axis.metric) for axis in value_grid(canvas.book).axes)
    return next(metric.key for metric in metrics if metric.denominator)


def _called(canvas: Canvas, factor: str) -> str:
    """A factor's name, as a code's or as a column's."""
    labels = canvas.book.labels
    named = labels.code(factor)
    return labels.column(factor) if named == factor else named


def _end(canvas: Canvas, row: int, text: str, name: str) -> None:
    """One end of the steps: a RAROC."""
    canvas.text(row, LEFT, text, "text total")
    for column in range(LEFT + 1, LEFT_END + 1):
        canvas.text(row, column, None, "text total")
    canvas.of(row, LEFT + 2, name, unit="percent total")
    canvas.show(row, _START, 0, "percent")
    canvas.show(row, _END, Formula(f"=N({canvas.address(row, LEFT + 2)})"), "percent")


def _bar(canvas: Canvas, row: int, *, total: bool) -> None:
    """The parts of a step's bar: air from 0 to where it begins, then the step, above 0 and below."""
    a, b = canvas.address(row, _START), canvas.address(row, _END)
    above, below = f"(MAX({a},{b},0)-MAX(MIN({a},{b}),0))", f"(MIN({a},{b},0)-MIN(MAX({a},{b}),0))"
    canvas.show(row, _AIR, Formula(f"=MAX(MIN({a},{b}),0)"), "percent")
    canvas.show(row, _AIR + 1, Formula(f"=MIN(MAX({a},{b}),0)"), "percent")
    for at, holds in enumerate((f"{b}>={a}", f"{b}<{a}")):
        for side, size in enumerate((above, below)):
            value = 0 if total else Formula(f"=IF({holds},{size},0)")
            canvas.show(row, _SOLID + 2 * at + side, value, "percent")
    for side, size in enumerate((above, below)):
        canvas.show(row, _SOLID + 4 + side, Formula(f"={size}") if total else 0, "percent")


def _chart(canvas: Canvas, first: int, last: int) -> None:
    page, book = canvas.page, canvas.book
    colors = ("", "", GOOD, GOOD, BAD, BAD, GREY, GREY)
    names = (
        "",
        "",
        *[book.word("better")] * 2,
        *[book.word("worse")] * 2,
        *[book.labels.column(_explained(canvas))] * 2,
    )
    parts = [
        Part(name, Cells(page, column, first, last), color)
        for name, column, color in zip(names, range(_AIR, _AIR + 8), colors, strict=True)
    ]
    chart = two_sided(book.word("why_chart"), Cells(page, LEFT, first, last), parts, book.lang)
    set_on(page, chart, page.cell(first - 2, RIGHT).coordinate, 14.6, 0.56 * (last - first + 3))
