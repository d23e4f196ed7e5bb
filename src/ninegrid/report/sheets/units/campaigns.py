"""Campaigns 战役: a line each with the cells of its review, which are read back, then a card each.

What is read back stands in columns that the cards leave empty: the first, and those behind the cards.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.campaigns.reviews import RELATION
from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put, restyle
from ninegrid.report.kit.charts import Cells, Part, lines, set_on
from ninegrid.report.kit.entries import open_entry
from ninegrid.report.kit.figures import in_unit, said
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, heading_row, table_row, widths
from ninegrid.report.kit.lead_text import lever_names
from ninegrid.report.kit.list_writer import ListColumn, write_list
from ninegrid.report.kit.style import BAD, GOOD, GREY, aligned, blend, fill, money_scale
from ninegrid.resources import relation

_WIDTHS = (14.0, 18.0, 31.0, *[13.0] * 5, 17.0, 13.0, *[20.0] * 3)
_CARD = FIRST_COLUMN + 1
_RIGHT = _CARD + 2
_BAR = 16  # marks of a bar
_CHART_CM, _CHART_ROWS = (15.5, 5.4), 11
_GOOD, _BAD = ("WON", "ON_TRACK", "WORKED"), ("LOST", "BEHIND", "HARMED")
_OVER_TIME = ("treated_mean", "control_mean", "net", "net_low", "net_high", "progress")
_FORMS = {"money": "#,##0.00", "number": "0.00"}
LEVELS = "cells_up"
"""The metric that is no money."""


def unit_of(metric: str) -> str:
    """The unit of a campaign's figures."""
    return "number" if metric == LEVELS else "money"


def metric_name(book: Book, metric: str) -> str:
    """What a campaign's metric is called."""
    return book.word("campaign_levels") if metric == LEVELS else book.labels.column(metric)


def verdict_name(book: Book, verdict: str) -> str:
    """What a verdict is called; elsewhere the code LOST stands for a customer who left."""
    return book.word("campaign_lost") if verdict == "LOST" else book.labels.code(verdict)


def build(book: Book, sheet: Sheet) -> None:
    """Writes the list of the campaigns that are judged in the period, then their cards."""
    table = book.table("campaigns")
    period = str(book.result.period)
    now = table.filter(pl.col("period") == period)
    if now.is_empty():  # as `grade campaign review` shows campaigns that have ended
        now = table.sort("period", maintain_order=True).unique("campaign_id", keep="last", maintain_order=True)
    unit = money_scale(book.lang).unit
    page = head(book, sheet, book.word("campaign_line", period=period, n=now.height, unit=unit))
    put(page, FIRST_ROW - 1, FIRST_COLUMN, book.word("campaign_back", subject=book.result.subject), "small")
    row = _listed(book, page, now)
    widths(page, _WIDTHS)
    for one in now.iter_rows(named=True):
        row = _card(book, page, row, one, table.filter(pl.col("campaign_id") == one["campaign_id"]))
    page.print_area = f"A1:{get_column_letter(FIRST_COLUMN + len(_WIDTHS) - 1)}{row}"


def _listed(book: Book, page: Worksheet, now: pl.DataFrame) -> int:
    """The line of each campaign with the cells to fill in; returns the row after."""
    form, labels = relation(RELATION), book.labels
    rows = [_line(book, one) for one in now.iter_rows(named=True)]
    shown = ("campaign_id", "campaign_name", "when", "objective", "gross", "progress", "net", "verdict_win",
             "verdict_cause", "cost")  # fmt: skip
    heads = {"campaign_id": form.column("campaign_id").label(book.lang), "when": book.word("campaign_when")}
    columns = [
        ListColumn(name, heads.get(name) or labels.column(name), "percent" if name == "progress" else "text", width)
        for name, width in zip(shown, _WIDTHS, strict=False)
    ]
    entries = [ListColumn(name, form.column(name).label(book.lang), "entry text", 20.0) for name in _FILLED]
    frame = pl.DataFrame(rows, schema={n: pl.Float64 if n == "progress" else pl.String for n in (*shown, *_FILLED)})
    (part,) = write_list(page, frame, [*columns, *entries], frozen=None)
    for at, entry in enumerate(entries, len(columns)):
        open_entry(book, part, at, form.column(entry.name))
    for at, name in enumerate(shown):
        if name.startswith("verdict"):
            _coloured(page, part.first, FIRST_COLUMN + at, now[name].to_list())
    return part.last + 2


_FILLED = ("keep", "stop", "change")


def _line(book: Book, one: Mapping[str, Any]) -> dict[str, object]:
    unit, lang = unit_of(one["metric"]), book.lang
    figures = {name: said(one[name], unit, lang) for name in ("objective", "gross", "net")}
    verdicts = {name: verdict_name(book, one[name]) for name in ("verdict_win", "verdict_cause")}
    about = {name: one[name] for name in ("campaign_id", "campaign_name", "progress", *_FILLED)}
    when = f"{one['starts']} – {one['ends']}"
    return {**about, **figures, **verdicts, "when": when, "cost": said(one["cost"], "money", lang)}


def _coloured(page: Worksheet, first: int, column: int, verdicts: list[str]) -> None:
    for at, verdict in enumerate(verdicts, first):
        color = GOOD if verdict in _GOOD else BAD if verdict in _BAD else None
        if color:
            cell = page.cell(at, column)
            restyle(cell, "text", ("campaign", color), partial(_filled, color))


def _filled(color: str, cell: Cell) -> None:
    cell.fill = fill(blend(color, 0.4))


def _card(book: Book, page: Worksheet, row: int, one: Mapping[str, Any], history: pl.DataFrame) -> int:
    """The card of a campaign: elements, bars, what is judged in words, and the way there; returns the row after."""
    put(page, row, _CARD, f"{one['campaign_name']} · {verdict_name(book, one['verdict_win'])}", "section")
    at = row + 1
    for label, value in _elements(book, one):
        put(page, at, _CARD, label, "small")
        cell = put(page, at, _CARD + 1, value, "text")
        cell.alignment = aligned("left", "top", wrap_text=True)
        at += 1
    for name in ("progress", "time_gone"):
        put(page, at, _CARD, book.labels.column(name), "small")
        put(page, at, _CARD + 1, bar(one[name]), "text")
        at += 1
    below = _over_time(book, page, row, one, history)
    for sentence in verdicts(book, one):
        put(page, max(at, below), _CARD, sentence, "body")
        at = max(at, below) + 1
    return at + 1


def bar(share: float) -> str:
    """A share as a bar of marks: ``■■■■■□□□□□ 50.0%``."""
    full = round(min(max(share, 0.0), 1.0) * _BAR)
    return f"{'■' * full}{'□' * (_BAR - full)} {share:.1%}"


def _elements(book: Book, one: Mapping[str, Any]) -> list[tuple[str, str]]:
    labels, lang, names = book.labels, book.lang, lever_names(book)
    levers = ("、" if lang == "zh" else ", ").join(names.get(key, key) for key in one["lever"].split(";"))
    objective = f"{metric_name(book, one['metric'])} +{said(one['objective'], unit_of(one['metric']), lang)}"
    counts = {name: f"{one[name]:,}" for name in ("treated", "control", "gone_n", "left_out")}
    return [
        (labels.column("campaign_meaning"), one["campaign_meaning"] or "—"),
        (labels.column("objective"), objective),
        (book.word("campaign_when"), f"{one['starts']} – {one['ends']} · {one['base_period']}"),
        (labels.column("owner"), one["owner"]),
        (labels.column("cost"), said(one["cost"], "money", lang)),
        (labels.column("win"), book.word("campaign_to_win", share=f"{one['win']:.0%}")),
        (labels.column("lever"), levers),
        (book.word("campaign_who"), book.word("campaign_members", **counts)),
        ("", book.word("campaign_others", **counts)),
    ]


def verdicts(book: Book, one: Mapping[str, Any]) -> list[str]:
    """What is judged, in two sentences."""
    unit, lang = unit_of(one["metric"]), book.lang
    amounts = {name: said(one[name], unit, lang) for name in ("gross", "objective", "net", "net_low", "net_high")}
    shares = {name: f"{one[name]:.0%}" for name in ("progress", "time_gone")}
    counts = {name: f"{one[name]:,}" for name in ("compared_treated", "compared_control")}
    values = {**amounts, **shares, **counts}
    return [book.word(f"campaign_win_{one['verdict_win']}", **values),
            book.word(f"campaign_cause_{one['verdict_cause']}", **values)]  # fmt: skip


def _over_time(book: Book, page: Worksheet, row: int, one: Mapping[str, Any], history: pl.DataFrame) -> int:
    """A row a period from the base on, and the line of both groups; returns the row after."""
    labels, scale, unit = book.labels, money_scale(book.lang), unit_of(one["metric"])
    units = ["text", "hundredths", "hundredths", *[unit] * 3, "percent"]
    kinds = ["text", *[unit] * 5, "percent"]
    heading_row(page, row, [labels.column(n) for n in ("period", *_OVER_TIME)], units, _RIGHT)
    page.row_dimensions[row].height = 30
    base = [one["base_period"], 0.0, 0.0 if one["control"] else None, None, None, None, 0.0]
    listed = [[r["period"], *(r[name] for name in _OVER_TIME)] for r in history.sort("period").iter_rows(named=True)]
    for at, values in enumerate([base, *listed], row + 1):
        table_row(page, at, [in_unit(v, u, scale) if u == "money" else v for v, u in zip(values, kinds, strict=True)],
                  units, _RIGHT)  # fmt: skip
    first, last = row + 1, row + 1 + len(listed)
    parts = [Part(labels.code("treated"), Cells(page, _RIGHT + 1, first, last), GOOD)]
    if one["control"]:
        parts.append(Part(labels.code("control"), Cells(page, _RIGHT + 2, first, last), GREY))
    title = book.word("campaign_chart", metric=metric_name(book, one["metric"]))
    chart = lines(title, Cells(page, _RIGHT, first, last), parts, book.lang, _FORMS[unit])
    set_on(page, chart, f"{get_column_letter(_RIGHT)}{last + 1}", *_CHART_CM)
    return last + 1 + _CHART_ROWS
