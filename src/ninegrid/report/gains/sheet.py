"""What there is to gain 提升空间: the leads summed by lever, unit and owner, and what if the best of them landed."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.grid.unit_ids import unit_key
from ninegrid.policy import Sheet
from ninegrid.report.gains.lead_sums import SUMS, lead_sums
from ninegrid.report.gains.whatif import landed_gains, write_whatif
from ninegrid.report.kit import charts
from ninegrid.report.kit.cells import link, place, put
from ninegrid.report.kit.figures import said
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, heading_row, small_print, table_row, widths
from ninegrid.report.kit.lead_text import lever_names
from ninegrid.report.kit.shown import heading
from ninegrid.report.kit.style import GOOD, money_scale
from ninegrid.report.kit.subject_rows import owner_labels

_NAME_WIDTH, _WIDTH = 24.0, 13.0
_UNITS = ("text", "count", "count", *["money"] * len(SUMS))
_CHART_COLUMN = FIRST_COLUMN + len(_UNITS) + 1
_TITLE_CM, _BAR_CM = 1.3, 0.6
_AIR = 1.15  # room behind the longest bar for its figure


def build(book: Book, sheet: Sheet) -> None:
    """Writes what-if and sums. There are leads that count: else the sheet is left out."""
    unit = money_scale(book.lang).unit
    page = head(book, sheet, book.word("gains_line", period=book.result.period, unit=unit))
    sizes = (_NAME_WIDTH, *[_WIDTH] * 12)
    widths(page, sizes)
    put(page, FIRST_ROW, FIRST_COLUMN, _finding(book), "section")
    small_print(page, FIRST_ROW + 1, [book.word("leads_estimate")], sizes)
    _way_to_leads(book, page, FIRST_ROW + 2)
    row = write_whatif(book, page, FIRST_ROW + 4)
    most = sheet.limits.sums
    row = _table(book, page, row, "lever", most)
    row = _table(book, page, row, book.result.policy.gaps.unit, most)
    if owner := book.result.policy.warnings.owner:
        page.row_breaks.append(Break(row - 1))
        _table(book, page, row, owner, most)


def _finding(book: Book) -> str:
    """How many leads, what is expected of them and what they come to in full, which lever brings most."""
    names, money = lever_names(book), partial(said, unit="money", lang=book.lang)
    by = lead_sums(book, pl.col("lever")).sort("expected_eva", "lever", descending=[True, False])
    whole = lead_sums(book).row(0, named=True)
    text = book.word(
        "gains_found",
        n=f"{whole['n']:,}",
        customers=f"{whole['customers']:,}",
        eva=money(whole["expected_eva"]),
        full=money(whole["uplift_eva"]),
        lever=names.get(by["lever"][0], by["lever"][0]),
        amount=money(by["expected_eva"][0]),
    )
    if landed := landed_gains(book):
        text += book.word("between_findings") + book.word(
            "gains_landed",
            share=f"{landed.share:.0%}",
            income=money(landed.income),
            rani=money(landed.rani),
            full_income=money(landed.full_income),
            full_rani=money(landed.full_rani),
        )
    return text


def _way_to_leads(book: Book, page: Worksheet, row: int) -> None:
    leads = next((s for s in book.result.policy.sheets if s.kind == "leads"), None)
    if leads:
        link(put(page, row, FIRST_COLUMN, f"→ {book.title(leads)}", "link"), place(book.title(leads), "A1"))


def _table(book: Book, page: Worksheet, row: int, key: str, most: int) -> int:
    """The sums by a column, largest first, beside a chart of them; returns the row for what comes next.

    Nothing where there is no such column, or a unit's own workbook has leads of one value alone: the unit itself.
    """
    leads = book.table("leads")
    alone = book.result.unit is not None and key != "lever" and key in leads.columns and leads[key].n_unique() == 1
    if key not in leads.columns or alone:
        return row
    rows, scale = _summed(book, key, most), money_scale(book.lang)
    name = book.word("lever") if key == "lever" else book.labels.column(key)
    put(page, row, FIRST_COLUMN, book.word("gains_by", name=name), "section")
    heads = [name, book.word("leads_n"), book.word("customers_n"), *(heading(c, book.labels, scale) for c in SUMS)]
    heading_row(page, row + 1, heads, _UNITS)
    for at, values in enumerate(rows, row + 2):
        money = [None if v is None else v / scale.divisor for v in values[3:]]
        table_row(page, at, [*values[:3], *money], _UNITS, total=at == row + 1 + len(rows))
    _chart(book, page, row, min(len(rows) - 1, most))
    return row + len(rows) + 3


def _summed(book: Book, key: str, most: int) -> list[tuple[Any, ...]]:
    """Rows of name, leads, customers and sums; beyond the first few the others in one; the total last."""
    none, names = book.word("not_filled"), lever_names(book) if key == "lever" else {}
    if key == book.result.policy.warnings.owner:
        names = owner_labels(book)
    named = unit_key(key, book.table("leads").columns).fill_null(none).alias(key)
    by = lead_sums(book, named).sort(SUMS[0], key, descending=[True, False])
    shown = most if by.height > most + 1 else by.height
    others = [by[key][at] for at in range(shown, by.height)]
    rows = [(names.get(name, name), *values) for name, *values in by.head(shown).iter_rows()]
    if others:
        rest = lead_sums(book, where=named.is_in(others))
        rows.append((book.word("all_others", n=len(others)), *rest.row(0)))
    rows.append((book.word("total"), *lead_sums(book).row(0)))
    return rows


def _chart(book: Book, page: Worksheet, row: int, bars: int) -> None:
    """The first few rows as bars; the others together would dwarf them."""
    names = charts.Cells(page, FIRST_COLUMN, row + 2, row + 1 + bars)
    part = charts.Part(book.labels.column(SUMS[0]), charts.Cells(page, FIRST_COLUMN + 3, row + 2, row + 1 + bars), GOOD)
    title = book.word("gains_chart", figure=book.labels.column(SUMS[0]), name=page.cell(row + 2, FIRST_COLUMN).value)
    chart = charts.bars(title, names, part, book.lang, number_format="#,##0")
    chart.x_axis.tickLblSkip = 1
    chart.y_axis.scaling.max = part.cells.largest() * _AIR
    anchor = page.cell(row, _CHART_COLUMN).coordinate
    charts.set_on(page, chart, anchor, 12.5, max(3.5, _TITLE_CM + _BAR_CM * bars))
