"""A portrait's charts: bars to both sides, a waterfall, and three years in columns."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.chart import BarChart, Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

from ninegrid.model.relations import Lang
from ninegrid.report.kit.charts import Cells, Part, bars

_BLANK_ZERO = "{0};-{0};"


def two_sided(title: str, names: Cells, parts: Sequence[Part], lang: Lang) -> BarChart:
    """Horizontal bars to either side of 0; the parts of a bar are laid on one another. A part without colour is air."""
    first, *others = parts
    chart = bars(title, names, first, lang)
    chart.series[0].dLbls = None
    for part in others:
        series = Series(part.cells.reference, title=part.name)
        series.invertIfNegative = False
        chart.series.append(series)
    for series, part in zip(chart.series, parts, strict=True):
        series.graphicalProperties = _ground(part.color)
    chart.set_categories(names.reference)
    chart.grouping, chart.overlap, chart.gapWidth = "stacked", 100, 35
    chart.visible_cells_only = False
    chart.x_axis.tickLblSkip = 1
    return chart


def years(title: str, names: Cells, part: Part, lang: Lang, number_format: str) -> BarChart:
    """Upright columns, a year each, with its value; 0 stands for a year that is not known, and is not written."""
    chart = bars(title, names, part, lang, number_format=_BLANK_ZERO.format(number_format))
    chart.type, chart.gapWidth = "col", 60
    chart.x_axis.scaling.orientation = "minMax"
    chart.visible_cells_only = False
    return chart


def _ground(color: str) -> GraphicalProperties:
    if not color:
        return GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    return GraphicalProperties(solidFill=color, ln=LineProperties(noFill=True))
