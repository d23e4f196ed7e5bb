"""Three years of a subject: the yearly figures that the policy names, a chart each."""

from __future__ import annotations

from ninegrid.policy import Series
from ninegrid.report.kit.charts import Cells, Part, set_on
from ninegrid.report.kit.shown import in_brackets
from ninegrid.report.kit.style import GOOD, GREY, money_scale
from ninegrid.report.portrait.charts import years
from ninegrid.report.portrait.data import YEARS, last_year, series_of
from ninegrid.report.portrait.page import BEHIND, GRID_STEP, LEFT, RIGHT, Canvas
from ninegrid.report.portrait.source import Formula

_LOOKS = (GREY, GREY, GOOD)
_ANCHORS = (LEFT, LEFT + 3, RIGHT + GRID_STEP)
_ROWS = 11
_FORMATS = {"zh": "#,##0", "en": "#,##0.0"}  # 万元, millions


def write_years(canvas: Canvas, row: int) -> int:
    """Writes three charts side by side; returns the row after them."""
    book, last = canvas.book, last_year(canvas.book)
    money = in_brackets(money_scale(book.lang).unit, book.labels)
    canvas.section(row, f"{book.word('years_title')}{money}")
    if last is None:
        canvas.text(row + 1, LEFT, book.word("years_unknown"))
        return row + 3
    for k in range(1, YEARS + 1):
        canvas.text(row + k, BEHIND, str(last - YEARS + k), "text")
    for at, series in enumerate(series_of(book)):
        _series(canvas, row, at, series)
    return row + _ROWS + 2


def _series(canvas: Canvas, row: int, at: int, series: Series) -> None:
    book, page, column = canvas.book, canvas.page, BEHIND + 1 + 2 * at
    for k in range(1, YEARS + 1):
        canvas.of(row + k, column, f"{series.key}_{k}", unit="money")
        known = canvas.show(row + k, column + 1, Formula(f"=N({canvas.address(row + k, column)})"), "money")
        known.number_format = _FORMATS[book.lang]  # some programs write a chart's labels as its cells are written
    part = Part(series.key, Cells(page, column + 1, row + 1, row + YEARS), _LOOKS[at])
    title = book.labels.of(series)
    chart = years(title, Cells(page, BEHIND, row + 1, row + YEARS), part, book.lang, _FORMATS[book.lang])
    set_on(page, chart, page.cell(row + 1, _ANCHORS[at]).coordinate, 9.0, 0.53 * _ROWS)
