"""Allocation 资源配置 on one page: where capital goes, what that brings, what more would, and the largest shifts.

The hurdle is live: EVA follows it by formulas. The plan itself is the solver's and doesn't.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.charts import Cells, Part, added_bars, lines, set_on
from ninegrid.report.kit.figures import scale_for
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, heading_row, widths
from ninegrid.report.kit.style import BAD, GOOD, GREY, MoneyScale, aligned, blend, fill, font
from ninegrid.report.portrait.source import Formula, absolute, show
from ninegrid.report.trial.page import shade

NAME, NOW, PLAN, SHIFT, SHARE, GAIN = range(FIRST_COLUMN, FIRST_COLUMN + 6)
LIST = GAIN + 2
HIDDEN = 20  # what EVA is made of: RANI now, and what the shifts add
KEY_ROW, BRANCHES_AT = FIRST_ROW, FIRST_ROW + 6
_WIDTHS = (20.0, 12.0, 12.0, 12.0, 9.0, 12.0, 2.5, 13.0, 12.0, 20.0, 11.0, 10.0, 10.0, 10.0, 9.0, 12.0, 22.0)
_MONEY, _SIGNED, _PERCENT = "#,##0.00", "+#,##0.00;-#,##0.00;0.00", "0.0%"
_CHART = (14.5, 6.4)


@dataclass
class _Page:
    """The page while it is written. hurdle: the address of the live one."""

    book: Book
    sheet: Worksheet
    scale: MoneyScale
    hurdle: str = ""

    def money(self, value: float | None) -> float | None:
        """An amount as it is written."""
        return None if value is None else value / self.scale.divisor


def build(book: Book, sheet: Sheet) -> None:
    """Lays out the page from the tables of the study."""
    cells = book.table(sheet.table)
    scale = scale_for(book.lang, cells.group_by("branch").agg(pl.col("ec_now").sum())["ec_now"])
    page = _Page(book, head(book, sheet, book.word("allocate_line", period=book.result.period, unit=scale.unit)), scale)
    widths(page.sheet, _WIDTHS)
    put(page.sheet, FIRST_ROW - 1, FIRST_COLUMN, book.word("allocate_no_forecast"), "small")
    _write_key_figures(page, cells)
    last = _write_groups(page, BRANCHES_AT, cells, "branch")
    strategies = last + 3
    end = _write_groups(page, strategies, cells, "strategy")
    _write_frontier(page, end + 3)
    _write_prices(page, BRANCHES_AT - 2)
    _write_shifts(page, BRANCHES_AT, cells, sheet.most)
    _draw(page, last, end + 3, BRANCHES_AT + sheet.most + 2)
    for column in (HIDDEN, HIDDEN + 1):
        page.sheet.column_dimensions[get_column_letter(column)].hidden = True
    page.sheet.page_setup.fitToHeight = 1


def _write_key_figures(page: _Page, cells: pl.DataFrame) -> None:
    """Capital, EVA and RAROC now and planned, and the live hurdle."""
    book, sums = (
        page.book,
        cells.select(pl.col("ec_now", "ec_plan", "rani_now").sum(), added=_added().sum()).row(0, named=True),
    )
    heads = ("", "allocate_now", "allocate_plan", "allocate_shift")
    for column, key in enumerate(heads, NAME):
        put(page.sheet, KEY_ROW, column, book.word(key) if key else None, "head text" if not key else "head")
    put(page.sheet, KEY_ROW, GAIN, book.word("allocate_hurdle"), "head")
    hurdle = put(page.sheet, KEY_ROW + 1, GAIN, book.result.policy.number("hurdle"), "percent")
    shade(hurdle)
    page.hurdle = absolute(page.sheet, KEY_ROW + 1, GAIN)
    now, plan = page.money(sums["rani_now"]), page.money(sums["rani_now"] + sums["added"])
    for row in (KEY_ROW + 1, KEY_ROW + 2, KEY_ROW + 3):
        page.sheet.cell(row, HIDDEN).value, page.sheet.cell(row, HIDDEN + 1).value = now, plan
    hidden = [absolute(page.sheet, KEY_ROW + 1, HIDDEN + at) for at in (0, 1)]
    capital = [absolute(page.sheet, KEY_ROW + 1, column) for column in (NOW, PLAN)]
    pairs = list(zip(hidden, capital, strict=True))
    rows: tuple[tuple[Any, ...], ...] = (
        (book.word("allocate_capital"), page.money(sums["ec_now"]), page.money(sums["ec_plan"]), _MONEY),
        ("EVA", *[Formula(f"={r}-{page.hurdle}*{c}") for r, c in pairs], _MONEY),
        ("RAROC", *[Formula(f'=IF({c}>0,{r}/{c},"")') for r, c in pairs], "0.00%"),
    )  # fmt: skip
    for row, (text, was, becomes, number_format) in enumerate(rows, KEY_ROW + 1):
        put(page.sheet, row, NAME, text, "text")
        for column, value in ((NOW, was), (PLAN, becomes)):
            cell = show(page.sheet, row, column, value, "number")
            cell.number_format, cell.font = number_format, font(book.lang, 12, bold=True)
        moved = f"={absolute(page.sheet, row, PLAN)}-{absolute(page.sheet, row, NOW)}"
        show(page.sheet, row, SHIFT, Formula(moved), "number").number_format = (
            _SIGNED if number_format == _MONEY else "+0.00%;-0.00%"
        )


def _added() -> pl.Expr:
    """What a shift adds to RANI."""
    return pl.col("marginal") * pl.col("delta")


def _write_groups(page: _Page, row: int, cells: pl.DataFrame, by: str) -> int:
    """Capital from and to by branch or by strategy, from a row of headings on; returns the last row."""
    book, labels = page.book, page.book.labels
    rows = cells.group_by(by).agg(pl.col("ec_now", "ec_plan", "delta").sum(), added=_added().sum())
    rows = _ordered(page, rows, by)
    put(page.sheet, row - 1, NAME, book.word(f"allocate_by_{by}"), "section")
    heads = (labels.column(by), *(book.word(f"allocate_{key}") for key in ("now", "plan", "shift", "share", "gain")))
    for column, text in enumerate(heads, NAME):
        put(page.sheet, row, column, text, "head text" if column == NAME else "head")
    for at, one in enumerate(rows.iter_rows(named=True), row + 1):
        name = labels.code(one[by]) if by == "strategy" and one[by] else one[by] or book.word("not_filled")
        put(page.sheet, at, NAME, name, "text")
        _figures(page, at, one)
    return row + rows.height


def _ordered(page: _Page, rows: pl.DataFrame, by: str) -> pl.DataFrame:
    if by != "strategy":
        return rows.sort("delta", by, descending=[True, False], nulls_last=True)
    ranks = {strategy.key: rank for rank, strategy in enumerate(page.book.result.policy.strategies)}
    return rows.sort(pl.col(by).replace_strict(ranks, default=len(ranks)))


def _figures(page: _Page, row: int, one: dict[str, Any]) -> None:
    """Capital now and planned, the shift in money and as a share, and the EVA it gains at the live hurdle."""
    for column, key, number_format in ((NOW, "ec_now", _MONEY), (PLAN, "ec_plan", _MONEY), (SHIFT, "delta", _SIGNED)):
        put(page.sheet, row, column, page.money(one[key]), "number").number_format = number_format
    share = put(page.sheet, row, SHARE, one["delta"] / one["ec_now"] if one["ec_now"] else None, "percent")
    share.number_format = "+0.0%;-0.0%;0.0%"
    if abs(one["delta"]) > 0.005 * page.scale.divisor:
        page.sheet.cell(row, SHIFT).fill = fill(blend(GOOD if one["delta"] > 0 else BAD, 0.3))
    page.sheet.cell(row, HIDDEN).value = page.money(one["added"])
    gain = f"={absolute(page.sheet, row, HIDDEN)}-{page.hurdle}*{absolute(page.sheet, row, SHIFT)}"
    show(page.sheet, row, GAIN, Formula(gain), "number").number_format = _SIGNED


def _write_frontier(page: _Page, row: int) -> None:
    """What other budgets would bring, by the policy's hurdle."""
    book = page.book
    put(page.sheet, row - 1, NAME, book.word("allocate_frontier"), "section")
    heads = ("budget", "eva", "raroc", "income", "price")
    put(page.sheet, row, NAME, book.labels.column("budget_change"), "head text")
    for column, name in enumerate(heads, NOW):
        text = book.word("allocate_income") if name == "income" else book.labels.column(name)
        put(page.sheet, row, column, text, "head")
    for at, one in enumerate(book.table("allocation_frontier").iter_rows(named=True), row + 1):
        change = f"{one['budget_change']:+.0%}" if one["budget_change"] is not None else book.word("allocate_asked")
        put(page.sheet, at, NAME, change if one["budget_change"] != 0 else book.word("allocate_as_now"), "text")
        formats = (_MONEY, _MONEY, "0.00%", _MONEY, "0.000")
        for column, (name, number_format) in enumerate(zip(heads, formats, strict=True), NOW):
            value = one[name] if name in ("raroc", "price") else page.money(one[name])
            put(page.sheet, at, column, value, "number").number_format = number_format
        if one["status"] != "OK":
            cell = put(page.sheet, at, PLAN, book.labels.code(one["status"]), "text")
            cell.font, cell.alignment = font(book.lang, color=GREY), aligned("right")


def _write_prices(page: _Page, row: int) -> None:
    """The shadow prices in words: what holds the plan back, and what a yuan more of it would bring."""
    book = page.book
    put(page.sheet, row - 4, LIST, book.word("allocate_prices"), "section")
    listed = list(_prices_said(page))
    for at, text in enumerate(listed[:4] or [book.word("allocate_free")], row - 3):
        put(page.sheet, at, LIST, text, "body")


def _prices_said(page: _Page) -> Iterator[str]:
    rows = page.book.table("allocation_prices").filter(pl.col("price") != 0)
    rank = pl.col("limit").replace_strict({"budget": 0, "credit": 1}, default=2, return_dtype=pl.Int8)
    for one in rows.sort(rank, pl.col("price").abs(), descending=[False, True]).iter_rows(named=True):
        end = "cap" if one["price"] > 0 else "floor"
        key = one["limit"] if one["limit"] in ("budget", "credit") else f"{one['limit']}_{end}"
        name = page.book.labels.value(one["name"] or "")
        yield page.book.word(f"allocate_price_{key}", name=name, price=f"{abs(one['price']):.3f}")


def _write_shifts(page: _Page, row: int, cells: pl.DataFrame, most: int) -> None:
    """The cells that move most."""
    book, labels = page.book, page.book.labels
    put(page.sheet, row - 1, LIST, book.word("allocate_largest", n=most), "section")
    names = ("branch", "cell", "industry", "strategy", "ec_now", "ec_plan", "delta", "marginal", "eva_delta", "binding")
    heading_row(page.sheet, row, [labels.column(name) for name in names], [labels.unit(name) for name in names], LIST)
    moved = cells.filter(pl.col("delta").abs() > 0.5).sort(pl.col("delta").abs(), "branch", "cell", "industry",
                                                         descending=[True, False, False, False])  # fmt: skip
    for at, one in enumerate(moved.head(most).iter_rows(named=True), row + 1):
        for column, name in enumerate(names, LIST):
            value = one[name]
            if name in ("strategy", "binding"):
                value = labels.code(value) if value else None
            if name == "industry":
                value = labels.value(value, name) if value else None
            if name in ("ec_now", "ec_plan", "delta"):
                value = page.money(value)
            unit = "percent" if name == "marginal" else "text" if isinstance(value, str) else "number"
            cell = put(page.sheet, at, column, value, unit)
            if unit == "text":
                cell.alignment = aligned("left", indent=int(name == "binding"), shrink_to_fit=True)
            elif name != "marginal":
                cell.number_format = _SIGNED if name in ("delta", "eva_delta") else _MONEY
        gain, delta = LIST + names.index("eva_delta"), LIST + names.index("delta")
        formula = f"=({absolute(page.sheet, at, delta + 1)}-{page.hurdle})*{absolute(page.sheet, at, delta)}"
        show(page.sheet, at, gain, Formula(formula), "number").number_format = _SIGNED


def _draw(page: _Page, last_branch: int, frontier: int, below: int) -> None:
    """From and to by branch as bars, and EVA by budget as a line."""
    book = page.book
    names = Cells(page.sheet, NAME, BRANCHES_AT + 1, last_branch)
    parts = [
        Part(book.word("allocate_now"), Cells(page.sheet, NOW, BRANCHES_AT + 1, last_branch), GREY),
        Part(book.word("allocate_plan"), Cells(page.sheet, PLAN, BRANCHES_AT + 1, last_branch), GOOD),
    ]
    chart = added_bars(book.word("allocate_from_to"), names, parts, book.lang, "#,##0")
    chart.grouping, chart.overlap = "clustered", -5
    set_on(page.sheet, chart, f"{get_column_letter(LIST)}{below}", *_CHART)
    told = book.table("allocation_frontier")["status"]
    first, last = (
        frontier + 1 + int((told != "OK").sum()),
        frontier + told.len(),
    )  # budgets that are too little come first
    if last <= first:
        return
    eva = Part("EVA", Cells(page.sheet, PLAN, first, last), GOOD)
    line = lines(
        book.word("allocate_eva_by_budget"),
        Cells(page.sheet, NAME, first, last),
        [eva],
        book.lang,
        "#,##0.0",
    )
    set_on(page.sheet, line, f"{get_column_letter(LIST + 5)}{below}", *_CHART)


BUILDERS = {"allocation": build}
