"""Native Excel charts, flat and few: bars of parts, plain bars, and a scatter with the cuts drawn in."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from functools import cache
from typing import TypeAlias, TypeVar

from openpyxl.chart import BarChart, BubbleChart, LineChart, Reference, ScatterChart, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabel, DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.marker import DataPoint, Marker
from openpyxl.chart.series import XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.model.relations import Lang
from ninegrid.report.kit.style import FONT_NAMES, GOOD, GREY, HAIRLINE, INK, WHITE

Chart: TypeAlias = BarChart | BubbleChart | LineChart | ScatterChart

Look = TypeVar("Look", CharacterProperties, GraphicalProperties, RichText)

Span: TypeAlias = tuple[float, float]

_NEAR_EACH_OTHER = 3  # times the smallest value: within it an axis of lines need not begin at 0


@dataclass(frozen=True)
class Cells:
    """Cells of one column of a sheet: 1-based column, first and last row; `across` columns for one that is a row."""

    sheet: Worksheet
    column: int
    first: int
    last: int
    across: int = 1

    @property
    def reference(self) -> Reference:
        """The cells as a chart refers to them."""
        return Reference(
            self.sheet,
            min_col=self.column,
            min_row=self.first,
            max_row=self.last,
            max_col=self.column + self.across - 1,
        )

    def numbers(self) -> list[float]:
        """The numbers in the cells."""
        last = self.column + self.across - 1
        rows = self.sheet.iter_rows(self.first, self.last, self.column, last, values_only=True)
        return [value for row in rows for value in row if isinstance(value, int | float)]

    def largest(self) -> float:
        """The largest number in the cells; 0 where there is none."""
        return max(self.numbers(), default=0.0)


@dataclass(frozen=True)
class Part:
    """A series of a chart: its name, its cells and its colour (RRGGBB)."""

    name: str
    cells: Cells
    color: str


def stacked_bars(title: str, names: Cells, parts: Sequence[Part], lang: Lang) -> BarChart:
    """Horizontal bars of equal length, one a name from the top down, divided by the parts' shares."""
    chart = _bars(title, names, parts, lang)
    chart.grouping, chart.overlap, chart.gapWidth = "percentStacked", 100, 45
    chart.legend.position = "t"
    chart.y_axis.delete = True
    return chart


def added_bars(title: str, names: Cells, parts: Sequence[Part], lang: Lang, number_format: str) -> BarChart:
    """Horizontal bars from the top down, one a name: the parts end to end, those below 0 to the left."""
    chart = _bars(title, names, parts, lang)
    chart.grouping, chart.overlap, chart.gapWidth = "stacked", 100, 45
    chart.legend.position = "t"
    chart.y_axis.number_format, chart.y_axis.numFmt.sourceLinked = number_format, False
    return chart


def lines(title: str, times: Cells, parts: Sequence[Part], lang: Lang, number_format: str) -> LineChart:
    """A line a part over time; a single one needs no legend."""
    chart = LineChart()
    _dress(chart, title, lang)
    for part in parts:
        series = Series(part.cells.reference, title=part.name)
        series.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=part.color, w=22_225))
        series.marker, series.smooth = Marker("circle", size=5, spPr=_flat(part.color)), False
        chart.series.append(series)
    chart.set_categories(times.reference)
    chart.y_axis.number_format, chart.y_axis.numFmt.sourceLinked = number_format, False
    chart.x_axis.tickLblPos = "low"
    if len(parts) == 1:
        chart.legend = None
    else:
        chart.legend.position = "t"
    return chart


def rows_over_time(
    title: str, times: Cells, parts: Sequence[Part], lang: Lang, number_format: str, *, named: Collection[str]
) -> LineChart:
    """A line a part, whose cells are a row; those that are `named` say so at their last point, there is no legend."""
    chart = lines(title, times, parts, lang, number_format)
    chart.legend = None
    for part, series in zip(parts, chart.series, strict=True):
        series.marker = Marker("none")
        if part.name in named:
            series.dLbls = _name_at(part.cells.across - 1, lang)
    # Room on the right for the names.
    chart.layout = Layout(ManualLayout(layoutTarget="inner", xMode="edge", yMode="edge", x=0.12, y=0.16, w=0.68, h=0.7))
    values = [value for part in parts for value in part.cells.numbers()]
    if values and min(values) > 0 and max(values) < _NEAR_EACH_OTHER * min(values):
        step = _step(max(values) - min(values), least=0.0)
        chart.y_axis.scaling.min = math.floor(min(values) / step) * step
    return chart


def _name_at(point: int, lang: Lang) -> DataLabelList:
    """The series' name beside one of its points."""
    label = DataLabel(idx=point, dLblPos="r", txPr=_small(lang))
    label.showSerName = True
    label.showVal = label.showCatName = label.showLegendKey = label.showPercent = False
    labels = DataLabelList(dLbl=[label])
    labels.showVal = labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    return labels


def bars(
    title: str, names: Cells, part: Part, lang: Lang, *, colors: Sequence[str] = (), number_format: str = "General"
) -> BarChart:
    """Horizontal bars from the top down, each with its value; `colors` gives each bar its own."""
    chart = _bars(title, names, [part], lang)
    chart.legend, chart.gapWidth = None, 45
    chart.y_axis.delete = True
    series = chart.series[0]
    for index, color in enumerate(colors):
        series.dPt.append(DataPoint(idx=index, invertIfNegative=False, spPr=_flat(color)))
    series.dLbls = _value_labels(number_format, lang)
    return chart


def scatter(
    title: str,
    dots: tuple[Cells, Cells],
    lines: Sequence[tuple[Cells, Cells]],
    axes: tuple[str, str],
    formats: tuple[str, str],
    lang: Lang,
) -> ScatterChart:
    """A dot a row, and a dashed line through each of `lines`; every pair is x and y. Cells may be hidden."""
    chart = ScatterChart(scatterStyle="lineMarker")
    _dress(chart, title, lang)
    chart.legend, chart.visible_cells_only = None, False
    cloud = _pair(*dots)
    cloud.marker = Marker("circle", size=6, spPr=_flat(GOOD))
    cloud.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    chart.series.append(cloud)
    for ends in lines:
        line = _pair(*ends)
        line.marker = Marker("none")
        line.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=GREY, w=12_700, prstDash="dash"))
        chart.series.append(line)
    for axis, name, number_format in zip((chart.x_axis, chart.y_axis), axes, formats, strict=True):
        axis.title = _title(name, lang, 900, GREY)
        axis.number_format, axis.numFmt.sourceLinked = number_format, False
        axis.tickLblPos = "low"
    chart.x_axis.scaling.min, chart.x_axis.majorUnit = 0, _step(dots[0].largest())
    return chart


@dataclass(frozen=True)
class Bubble:
    """A bubble: its name, and the cells of x, y and size; `color` as RRGGBB; `place` of its name: ctr, r, t, b or l."""

    name: str
    x: Cells
    y: Cells
    size: Cells
    color: str
    place: str


@dataclass(frozen=True)
class CutLine:
    """A dotted line over a chart of bubbles, which takes no other chart in it: the cells of its dots, a row each."""

    x: Cells
    y: Cells
    size: Cells


def bubbles(
    title: str, dots: Sequence[Bubble], lines: Sequence[CutLine], axes: tuple[str, str], spans: tuple[Span, Span],
    formats: tuple[str, str], lang: Lang,
) -> BubbleChart:  # fmt: skip
    """A bubble each, its area its size, its name in or beside it; spans: where the axes of x and y begin and end."""
    chart = BubbleChart(sizeRepresents="area", bubbleScale=60, showNegBubbles=False)
    _dress(chart, title, lang)
    chart.legend, chart.visible_cells_only = None, False
    for dot in dots:
        series = Series(dot.y.reference, dot.x.reference, zvalues=dot.size.reference, title=dot.name)
        series.graphicalProperties = GraphicalProperties(
            solidFill=dot.color, ln=LineProperties(solidFill=WHITE, w=9_525)
        )
        series.invertIfNegative = False
        series.dLbls = DataLabelList(dLblPos=dot.place, txPr=_small(lang, INK))
        series.dLbls.showSerName = True
        series.dLbls.showVal = series.dLbls.showCatName = series.dLbls.showLegendKey = False
        series.dLbls.showPercent = series.dLbls.showBubbleSize = False
        chart.series.append(series)
    chart.series += [_cut_line(line) for line in lines]
    for axis, name, (low, high), number_format in zip((chart.x_axis, chart.y_axis), axes, spans, formats, strict=True):
        axis.title = _title(name, lang, 900, GREY)
        axis.majorUnit = _step(high - low, least=0.0)
        axis.scaling.min, axis.scaling.max = ends((low, high))
        axis.number_format, axis.numFmt.sourceLinked = number_format, False
        axis.tickLblPos = "low"
        axis.crosses = "min"
    return chart


def ends(span: Span) -> Span:
    """Where an axis of a chart of bubbles begins and ends: at ticks that take in the span."""
    step = _step(span[1] - span[0], least=0.0)
    return math.floor(span[0] / step) * step, math.ceil(span[1] / step) * step


def _cut_line(line: CutLine) -> XYSeries:
    series = Series(line.y.reference, line.x.reference, zvalues=line.size.reference)
    series.graphicalProperties = _flat(GREY)
    series.invertIfNegative = False
    return series


def path_on_grid(title: str, points: tuple[Cells, Cells], axes: tuple[str, str], lang: Lang) -> ScatterChart:
    """A line from point to point over three levels each way, oldest first, the last filled; cells may be hidden."""
    chart = ScatterChart(scatterStyle="lineMarker")
    _dress(chart, title, lang)
    chart.legend, chart.visible_cells_only = None, False
    line = _pair(*points)
    line.marker = Marker("circle", size=8, spPr=_flat(GREY))
    line.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=GREY, w=19_050))
    line.smooth = False
    last = points[0].last - points[0].first
    now = Marker("circle", size=12, spPr=_flat(GOOD))
    line.dPt.append(DataPoint(idx=last, marker=now, spPr=line.graphicalProperties))
    chart.series.append(line)
    for axis, name in zip((chart.x_axis, chart.y_axis), axes, strict=True):
        axis.title = _title(name, lang, 900, GREY)
        axis.scaling.min, axis.scaling.max, axis.majorUnit = 0.5, 3.5, 1
        axis.majorGridlines = ChartLines(spPr=_hairline())
        axis.number_format, axis.numFmt.sourceLinked = ";;;", False
    return chart


def _pair(x: Cells, y: Cells) -> XYSeries:
    return Series(y.reference, x.reference)


def _step(widest: float, least: float = 1.0) -> float:
    """A round distance between about four ticks of an axis that is as long as `widest`, of `least` at the least."""
    rough = max(widest, least) / 4 or 1.0
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= rough)


def set_on(page: Worksheet, chart: Chart, anchor: str, width: float, height: float) -> None:
    """Puts a chart with its corner at a cell; width and height in centimetres."""
    chart.width, chart.height = width, height
    page.add_chart(chart, anchor)


def _bars(title: str, names: Cells, parts: Sequence[Part], lang: Lang) -> BarChart:
    chart = BarChart()
    chart.type = "bar"
    _dress(chart, title, lang)
    for part in parts:
        series = Series(part.cells.reference, title=part.name)
        series.graphicalProperties = _flat(part.color)
        series.invertIfNegative = False
        chart.series.append(series)
    chart.set_categories(names.reference)
    chart.x_axis.scaling.orientation = "maxMin"  # the first row on top, as in the table beside it
    chart.x_axis.majorTickMark = "none"
    chart.x_axis.tickLblPos = "low"
    return chart


def _dress(chart: Chart, title: str, lang: Lang) -> None:
    """The finding as title, no gridlines, thin grey axes that are shown, small type."""
    chart.title = _title(title, lang, 1000, INK)
    chart.title.overlay = False
    chart.title.layout = Layout(ManualLayout(xMode="edge", yMode="edge", x=0.02, y=0.02))
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        axis.majorGridlines = None
        axis.spPr = _hairline()
        axis.txPr = _small(lang)
    if chart.legend:
        chart.legend.txPr = _small(lang)
    chart.graphical_properties = _bare()
    chart.roundedCorners = chart.varyColors = False


def _made_once(look: Look) -> Look:
    """A look that charts have in common, and that nothing changes any more: its XML is made once too."""
    look.to_tree = cache(look.to_tree)
    return look


@cache
def _flat(color: str) -> GraphicalProperties:
    return _made_once(GraphicalProperties(solidFill=color, ln=LineProperties(noFill=True)))


@cache
def _hairline() -> GraphicalProperties:
    return _made_once(GraphicalProperties(ln=LineProperties(solidFill=HAIRLINE, w=9_525)))


@cache
def _bare() -> GraphicalProperties:
    return _made_once(GraphicalProperties(noFill=True, ln=LineProperties(noFill=True)))


@cache
def _letters(lang: Lang, size: int, color: str, *, bold: bool = False) -> CharacterProperties:
    face = Font(typeface=FONT_NAMES[lang])
    return _made_once(CharacterProperties(sz=size, b=bold, solidFill=color, latin=face, ea=face))


def _title(text: str, lang: Lang, size: int, color: str) -> Title:
    look = _letters(lang, size, color, bold=color == INK)
    line = Paragraph(pPr=ParagraphProperties(algn="l", defRPr=look), r=[RegularTextRun(rPr=look, t=text)])
    return Title(tx=Text(rich=RichText(bodyPr=RichTextProperties(), p=[line])))


@cache
def _small(lang: Lang, color: str = GREY) -> RichText:
    look = _letters(lang, 900, color)
    line = Paragraph(pPr=ParagraphProperties(defRPr=look), endParaRPr=look)
    return _made_once(RichText(bodyPr=RichTextProperties(), p=[line]))


def _value_labels(number_format: str, lang: Lang) -> DataLabelList:
    labels = DataLabelList(numFmt=number_format, txPr=_small(lang), dLblPos="outEnd")
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    return labels
