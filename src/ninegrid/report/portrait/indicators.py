"""The indicators of one customer against the medians of its own cell and of the cell it could reach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ninegrid.policy.metrics import Metric
from ninegrid.report.kit.charts import Cells, Part, set_on
from ninegrid.report.kit.figures import in_unit
from ninegrid.report.kit.shown import cell_names, in_brackets
from ninegrid.report.kit.style import BAD, GOOD, money_scale
from ninegrid.report.portrait.charts import two_sided
from ninegrid.report.portrait.page import BEHIND, HEAD_HEIGHT, LEFT, LEFT_END, RIGHT, Canvas
from ninegrid.report.portrait.source import Formula

_MEDIANS = BEHIND + 4  # nine columns, a cell each; then the spread
_SPREAD = _MEDIANS + 9
_FARTHEST = 3  # interquartile ranges; where the bars end


def write_indicators(canvas: Canvas, row: int) -> int:
    """Writes table and chart; returns the row after them."""
    book, metrics = canvas.book, canvas.book.result.policy.indicators
    canvas.section(row, book.word("indicators_title", n=len(metrics)))
    keys = ("indicator", "own_figure", "own_cell_median", "target_median", "how_far")
    for column, key in enumerate(keys, LEFT):
        canvas.text(row + 1, column, book.word(key), "head" if column > LEFT else "head text")
    canvas.page.row_dimensions[row + 1].height = HEAD_HEIGHT
    _cells_looked_up(canvas, row + 1)
    medians, spreads = _medians(canvas), _spreads(canvas)
    for at, metric in enumerate(metrics, row + 2):
        _write_row(canvas, at, metric, row + 1, medians.get(metric.key, {}), spreads.get(metric.key))
    _chart(canvas, row + 1, len(metrics))
    canvas.text(row + 2 + len(metrics), LEFT, book.word("how_far_note"))
    return row + 4 + len(metrics)


def _grid(canvas: Canvas) -> Any:
    policy = canvas.book.result.policy
    return policy.grid(policy.way.grid)


def _cells_looked_up(canvas: Canvas, row: int) -> None:
    """Behind the table: own cell, target of the nearer axis (else the own one), and over the medians their cells."""
    own, source = canvas.source.of(_grid(canvas).cell), canvas.source
    canvas.show(row, BEHIND, own, "text")
    for i in (1, 2):
        canvas.show(row + i, BEHIND, source.of(f"nearer{i}"), "number")
        canvas.show(row + i, BEHIND + 1, source.of(f"target{i}"), "text")
    at = canvas.address
    chosen = (
        f"=IF({at(row + 1, BEHIND)}=1,{at(row + 1, BEHIND + 1)},IF({at(row + 2, BEHIND)}=1,{at(row + 2, BEHIND + 1)},"
    )
    canvas.show(row, BEHIND + 1, Formula(f"{chosen}{at(row, BEHIND)}))"), "text")
    for column, name in enumerate(cell_names(_grid(canvas), canvas.book.labels).values(), _MEDIANS):
        canvas.text(row, column, name, "text")


def _write_row(
    canvas: Canvas, row: int, metric: Metric, heads: int, medians: Mapping[str, float], spread: float | None
) -> None:
    book, unit = canvas.book, metric.unit
    scale = money_scale(book.lang)
    unit_said = in_brackets("bp" if unit == "bp" else "", book.labels)
    canvas.text(row, LEFT, f"{book.labels.of(metric)}{unit_said}", "text")
    canvas.of(row, LEFT + 1, metric.key, unit=unit)
    for column, cell in enumerate(cell_names(_grid(canvas), book.labels), _MEDIANS):
        canvas.show(row, column, in_unit(medians.get(cell), unit, scale), unit)
    canvas.show(row, _SPREAD, in_unit(spread, unit, scale), unit)
    at = canvas.address
    area = f"{at(row, _MEDIANS)}:{at(row, _MEDIANS + 8)}"
    names = f"{at(heads, _MEDIANS)}:{at(heads, _MEDIANS + 8)}"
    for column, wanted in ((LEFT + 2, at(heads, BEHIND)), (LEFT + 3, at(heads, BEHIND + 1))):
        found = f"INDEX({area},MATCH({wanted},{names},0))"
        canvas.show(row, column, Formula(f'=IFERROR(IF({found}="","",{found}),"")'), unit)
    own, target, spread_at = at(row, LEFT + 1), at(row, LEFT + 3), at(row, _SPREAD)
    far = f"{_better(own, target, metric)}/{spread_at}"
    far_cell = canvas.show(row, LEFT_END, Formula(f'=IF(OR({own}="",{target}="",N({spread_at})=0),"",{far})'), "number")
    far_cell.number_format = "+0.0;-0.0;0.0"
    known = f"N({at(row, LEFT_END)})"
    canvas.show(row, BEHIND + 2, Formula(f"=MIN(MAX({known},0),{_FARTHEST})"), "number")
    canvas.show(row, BEHIND + 3, Formula(f"=MAX(MIN({known},0),-{_FARTHEST})"), "number")


def _better(own: str, other: str, metric: Metric) -> str:
    """How much better a figure is than another, as a formula."""
    if metric.direction == "lower":
        return f"({other}-{own})"
    if metric.direction == "band" and metric.band:
        low, high = metric.band
        off = "MAX({low}-{x},0,{x}-{high})"
        return f"({off.format(low=low, high=high, x=other)}-{off.format(low=low, high=high, x=own)})"
    return f"({own}-{other})"


def _medians(canvas: Canvas) -> dict[str, dict[str, float]]:
    """By indicator and cell; on a page for one customer only those of enough customers."""
    rows = canvas.book.table("profile").filter(grid=_grid(canvas).key, scope=_whole(canvas))
    if not canvas.source.live:
        rows = rows.filter(rows["n"] >= canvas.book.result.policy.privacy.fewest)
    found: dict[str, dict[str, float]] = {}
    for indicator, cell, median in rows.select("indicator", "cell", "median").iter_rows():
        found.setdefault(indicator, {})[cell] = median
    return found


def _whole(canvas: Canvas) -> str:
    """The scope that holds everyone."""
    return next((scope.key for scope in canvas.book.result.policy.scopes if not scope.column), "")


def _spreads(canvas: Canvas) -> dict[str, float | None]:
    rows = canvas.book.table("indicators").filter(scope=_whole(canvas))
    return dict(rows.select("indicator", rows["p75"] - rows["p25"]).iter_rows())


def _chart(canvas: Canvas, heads: int, n: int) -> None:
    page, book = canvas.page, canvas.book
    names = Cells(page, LEFT, heads + 1, heads + n)
    parts = [
        Part(book.word("better"), Cells(page, BEHIND + 2, heads + 1, heads + n), GOOD),
        Part(book.word("worse"), Cells(page, BEHIND + 3, heads + 1, heads + n), BAD),
    ]
    chart = two_sided(book.word("how_far_chart"), names, parts, book.lang)
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = -_FARTHEST, _FARTHEST
    set_on(page, chart, page.cell(heads, RIGHT).coordinate, 14.6, 0.56 * (n + 1))
