"""The self-check of a trial: for every customer, whether the formulas come to the engine's cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.grid.cuts import ALL
from ninegrid.policy import Axis, Policy, Trial
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.defined_names import DATA, quoted
from ninegrid.report.kit.layout import Book
from ninegrid.report.portrait.data import GIVEN, TRIAL, trial_of, value_grid
from ninegrid.report.portrait.source import Formula, show
from ninegrid.report.trial.formulas import DRIFT
from ninegrid.report.trial.page import BEHIND

CutFormula = Callable[[Axis, int], tuple[str, str]]
"""From an axis and a row of the cuts to the formulas of its low and high cut."""

_CELLS = ",".join(f"{10 * one + two}" for one in (1, 2, 3) for two in (1, 2, 3))
MOST = 200_000
"""Customers beyond which the check is left out: it would take Excel longer than anyone waits."""


def write_check(book: Book, page: Worksheet, rows: pl.DataFrame, row: int, column: int, cut: CutFormula) -> int:
    """Writes a line for the whole and a row for each set of cuts; returns the row after them.

    Each row counts its customers and those whose cell, by the formulas of this page over the data of all, is not the
    engine's; customers whose cuts are not told are counted apart.
    """
    put(page, row, column, book.word("check_title"), "section")
    if rows.height > MOST:
        put(page, row + 1, column, book.word("check_left_out", n=f"{rows.height:,}", most=f"{MOST:,}"), "small")
        return row + 3
    grid, policy = value_grid(book), book.result.policy
    sets = rows.select("cut1", "cut2").drop_nulls().unique().sort("cut1", "cut2").rows()
    heads = [book.word("check_peers"), book.word("customers_n"), book.word("check_wrong")]
    for at, text in enumerate(heads):
        put(page, row + 2, column + at, text, "head text" if not at else "head")
    names = book.table("cuts")["peer_group"].to_list()
    for at, (one, two) in enumerate(sets, row + 3):
        own = dict.fromkeys(names[k - 1] for k in (one, two))
        said = " · ".join(book.labels.code(name) for name in own if name != ALL or len(own) == 1)
        put(page, at, column, said, "text")
        mine = f"({DATA}_cut1={one})*({DATA}_cut2={two})"
        show(page, at, column + 1, Formula(f"=SUMPRODUCT({mine})"), "count")
        cuts = {axis.metric: cut(axis, k) for axis, k in zip(grid.axes, (one, two), strict=True)}
        helpers = _wrong(page, at, mine, _digits(grid.axes, cuts, policy, trial_of(book)))
        show(page, at, column + 2, Formula(f"={'+'.join(helpers)}"), "count")
    last = row + 3 + len(sets)
    put(page, last, column, book.word("check_untold"), "text")
    show(
        page,
        last,
        column + 1,
        Formula(f"=ROWS({DATA}_pick)-SUM({_area(page, row + 3, last - 1, column + 1)})"),
        "count",
    )
    put(page, last, column + 2, None, "count")
    total = f"SUM({_area(page, row + 3, last - 1, column + 2)})"
    checked = f"SUM({_area(page, row + 3, last - 1, column + 1)})"
    before, between, after = book.word("check_said", n="\0", wrong="\0").split("\0")
    parts = (quoted(before), f'TEXT({checked},"#,##0")', quoted(between), f'TEXT({total},"#,##0")', quoted(after))
    said = f"={'&'.join(parts)}"
    show(page, row + 1, column, Formula(said), "body")
    return last + 2


def _area(page: Worksheet, first: int, last: int, column: int) -> str:
    return f"{page.cell(first, column).coordinate}:{page.cell(last, column).coordinate}"


def _wrong(page: Worksheet, row: int, mine: str, digits: str) -> Iterator[str]:
    """The hidden cells that count who is placed elsewhere, and who is placed though the engine placed nobody.

    Two, because a formula may have 8,192 characters, and in one the long part would stand more than once.
    """
    placed = f"{DATA}_placed_code"
    ways = (f"({placed}>0)*({digits}<>{placed})", f"({placed}=0)*ISNUMBER(MATCH({digits},{{{_CELLS}}},0))")
    for letter, way in zip(BEHIND.values(), ways, strict=True):
        cell = page[f"{letter}{row}"]
        cell.value = Formula(f"=SUMPRODUCT({mine}*{way})")
        yield f"${letter}${row}"


def _digits(axes: tuple[Axis, Axis], cuts: dict[str, tuple[str, str]], policy: Policy, trial: Trial) -> str:
    """Every customer's two levels as a number (10 · level + level, 0 for a level it has not), over whole columns.

    The same steps as a trial's, in arithmetic, because IF doesn't go over columns inside SUMPRODUCT: empty cells count
    as 0 there, so what is known is asked first.
    """
    columns = (trial.total, *(name for kind in ("cost", "loss", "capital") for name in trial.of(kind)))
    income, cost, loss, capital = (f"{DATA}_{TRIAL}{name}" for name in columns)
    given = f"{DATA}_{GIVEN}"
    known = f"ISNUMBER({income})*ISNUMBER({cost})*ISNUMBER({loss})"
    rani = f"({income}-{cost}-{loss})*(1-tax_rate)"
    if policy.parameters["capital_benefit"]:
        rani = f"({rani}+risk_free_rate*{capital}*(1-tax_rate))"
    supplied = f"(ISNUMBER({given})*(1-{known}*ISNUMBER({capital})))"
    sound = f"({known}*({capital}>=no_capital_below)*ISNUMBER({capital})*(1-{supplied}))"
    bare = f"({known}*(1-{sound})*(1-{supplied}))"
    raroc = f"({sound}*{rani}/({capital}*{sound}+1-{sound})+{supplied}*{given})"
    by_raroc = f"(({sound}+{supplied})*{_level(raroc, *cuts[trial.ratio])}+{bare}*(1+2*({rani}>0)))"
    by_income = f"(ISNUMBER({income})*{_level(income, *cuts[trial.total])})"
    one, two = (by_income if axis.metric == trial.total else by_raroc for axis in axes)
    return f"(10*{one}+{two})"


def _level(figures: str, low: str, high: str) -> str:
    steps = (f"({figures}>={cut}-{DRIFT}*MAX(ABS({cut}),1))" for cut in (low, high))
    return f"(1+{'+'.join(steps)})"
