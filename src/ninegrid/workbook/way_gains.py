"""What there is to gain 提升空间: the leads summed by lever, unit and owner, and what if the best of them landed."""

from __future__ import annotations

from typing import Any

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Sheet
from ninegrid.workbook import charts
from ninegrid.workbook.cells import link, place, put
from ninegrid.workbook.figures import said
from ninegrid.workbook.layout import FIRST_COLUMN, FIRST_ROW, Book, head, heading_row, table_row, widths
from ninegrid.workbook.shown import heading
from ninegrid.workbook.style import GOOD, money_scale
from ninegrid.workbook.way_text import lever_names
from ninegrid.workbook.way_whatif import landed_gains, write_whatif

_NAME_WIDTH, _WIDTH = 24.0, 13.0
_SUMS = ("uplift_eva", "uplift_income", "uplift_rani", "uplift_capital")
_UNITS = ("text", "count", "count", *["money"] * len(_SUMS))
_MOST = 20  # rows of a table, before the others are taken together
_CHART_COLUMN = FIRST_COLUMN + len(_UNITS) + 1
_ROW_CM = 0.53


def build(book: Book, sheet: Sheet) -> None:
    """Writes what-if and sums; that there are no leads is said."""
    leads = book.result.tables.get("leads")
    unit = money_scale(book.lang).unit
    page = head(book, sheet, book.word("gains_line", period=book.result.period, unit=unit))
    if leads is None or leads.is_empty():
        put(page, FIRST_ROW, FIRST_COLUMN, book.word("leads_none"), "section")
        return
    widths(page, (_NAME_WIDTH, *[_WIDTH] * 12))
    put(page, FIRST_ROW, FIRST_COLUMN, _finding(book, leads), "section")
    put(page, FIRST_ROW + 1, FIRST_COLUMN, book.word("leads_estimate"), "small")
    _way_to_leads(book, page, FIRST_ROW + 2)
    row = write_whatif(book, page, FIRST_ROW + 4)
    row = _table(book, page, row, leads, "lever")
    row = _table(book, page, row, leads, book.result.policy.gaps.unit)
    _table(book, page, row, leads, book.result.policy.warnings.owner or "relationship_manager")


def _finding(book: Book, leads: pl.DataFrame) -> str:
    """How many leads, what they come to, which lever brings most."""
    lang, names = book.lang, lever_names(book)
    by = leads.group_by("lever").agg(pl.col("uplift_eva").sum()).sort("uplift_eva", "lever", descending=[True, False])
    best, amount = by.row(0)
    facts = {
        "n": f"{leads.height:,}",
        "customers": f"{leads['subject_id'].n_unique():,}",
        "eva": said(float(leads["uplift_eva"].sum()), "money", lang),
        "lever": names.get(best, best),
        "amount": said(amount, "money", lang),
    }
    text = book.word("gains_found", **facts)
    landed = landed_gains(book)
    if landed:
        share, income, rani = landed
        text += book.word("between_findings") + book.word(
            "gains_landed",
            share=f"{share:.0%}",
            income=said(income, "money", lang),
            rani=said(rani, "money", lang),
        )
    return text


def _way_to_leads(book: Book, page: Worksheet, row: int) -> None:
    leads = next((s for s in book.result.policy.sheets if s.kind == "leads"), None)
    if leads:
        link(put(page, row, FIRST_COLUMN, f"→ {book.title(leads)}", "link"), place(book.title(leads), "A1"))


def _table(book: Book, page: Worksheet, row: int, leads: pl.DataFrame, key: str) -> int:
    """The sums by a column, largest first, beside a chart of them; returns the row for what comes next."""
    if key not in leads.columns:
        return row
    rows, scale = _summed(book, leads, key), money_scale(book.lang)
    name = book.word("lever") if key == "lever" else book.labels.column(key)
    put(page, row, FIRST_COLUMN, book.word("gains_by", name=name), "section")
    heads = [name, book.word("leads_n"), book.word("customers_n"), *(heading(c, book.labels, scale) for c in _SUMS)]
    heading_row(page, row + 1, heads, _UNITS)
    for at, values in enumerate(rows, row + 2):
        money = [None if v is None else v / scale.divisor for v in values[3:]]
        table_row(page, at, [*values[:3], *money], _UNITS, total=at == row + 1 + len(rows))
    _chart(book, page, row, len(rows) - 1, name)
    return row + len(rows) + 3


def _summed(book: Book, leads: pl.DataFrame, key: str) -> list[tuple[Any, ...]]:
    """Rows of name, leads, customers and sums; beyond the first few the others in one; the total last."""
    none, names = book.word("none"), lever_names(book) if key == "lever" else {}
    figures = [
        pl.len().alias("n"),
        pl.col("subject_id").n_unique().alias("customers"),
        *(pl.col(c).sum() for c in _SUMS),
    ]
    by = leads.group_by(pl.col(key).fill_null(none)).agg(figures).sort(_SUMS[0], key, descending=[True, False])
    shown = _MOST if by.height > _MOST + 1 else by.height
    others = [by[key][at] for at in range(shown, by.height)]
    rows = [(names.get(name, name), *values) for name, *values in by.head(shown).iter_rows()]
    if others:
        rest = leads.filter(pl.col(key).fill_null(none).is_in(others)).select(figures)
        rows.append((book.word("all_others", n=len(others)), *rest.row(0)))
    rows.append((book.word("total"), *leads.select(figures).row(0)))
    return rows


def _chart(book: Book, page: Worksheet, row: int, bars: int, name: str) -> None:
    names = charts.Cells(page, FIRST_COLUMN, row + 2, row + 1 + bars)
    part = charts.Part(
        book.labels.column(_SUMS[0]), charts.Cells(page, FIRST_COLUMN + 3, row + 2, row + 1 + bars), GOOD
    )
    title = book.word("gains_chart", name=page.cell(row + 2, FIRST_COLUMN).value)
    chart = charts.bars(title, names, part, book.lang, number_format="#,##0")
    chart.x_axis.tickLblSkip = 1
    anchor = page.cell(row, _CHART_COLUMN).coordinate
    charts.set_on(page, chart, anchor, 12.5, max(3.5, _ROW_CM * (bars + 3)))
