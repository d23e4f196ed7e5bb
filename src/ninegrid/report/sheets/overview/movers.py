"""What the overview says of units: who moved income, whose targets are behind, the leads that would close them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.policy import Attention
from ninegrid.report.kit.figures import said
from ninegrid.report.kit.layout import Book
from ninegrid.report.sheets.units.behind import ClosingLeads, measures, short_of_plan
from ninegrid.report.sheets.units.unit_tree import unit_label, without_nameless_levels

_FEW = 2


def earned(book: Book, wanted: Attention) -> Mapping[str, str] | None:
    """The change of income since the period before by its parts, and the units that moved it most either way."""
    cards = book.result.tables.get("scorecards")
    if cards is None or book.result.compared_with is None:
        return None
    cards = without_nameless_levels(cards.drop_nulls("income_achieved"))
    rows = _whole_level(book, cards)
    if rows.is_empty():
        return None
    change, new, gone = (float(rows[f"income_{name}"].sum()) for name in ("achieved", "new", "gone"))
    money = {"kept": change - new - gone, "new": new, "gone": gone}
    return {
        "period": book.result.compared_with,
        "change": _signed(book, change),
        **{name: _signed(book, value) for name, value in money.items()},
        "rises": _named(book, rows, falls=False),
        "falls": _named(book, rows, falls=True),
    }


def _whole_level(book: Book, cards: pl.DataFrame) -> pl.DataFrame:
    """The cards of the highest level with several units, else of the highest there is."""
    levels = [level for level in book.result.policy.scorecards.levels if cards.filter(level=level).height]
    several = [level for level in levels if cards.filter(level=level).height > 1]
    return cards.filter(level=(several or levels or [""])[0])


def _named(book: Book, rows: pl.DataFrame, *, falls: bool) -> str:
    """The units that moved income most one way; nothing where there is one unit, of which all is said already."""
    if rows.height < 2:
        return ""
    moved = rows.filter(pl.col("income_achieved") < 0 if falls else pl.col("income_achieved") > 0)
    first = moved.sort("income_achieved", "unit_key", descending=[not falls, False], nulls_last=True).head(_FEW)
    listed = [
        f"{unit_label(book, data)} {_signed(book, data['income_achieved'])}" for data in first.iter_rows(named=True)
    ]
    return book.word("between_names").join(listed) if listed else book.word("nobody_moved")


def _signed(book: Book, value: float) -> str:
    return f"{'+' if value > 0 else ''}{said(value, 'money', book.lang)}"


def behind(book: Book, wanted: Attention) -> Mapping[str, str] | None:
    """How many targets are behind, the largest shortfalls of the highest level that has any, what would close them."""
    table = book.result.tables.get("reconcile")
    short = None if table is None else short_of_plan(book, table)
    if table is None or short is None or short.is_empty():
        return None
    level = next(one for one in table["level"].unique(maintain_order=True) if short.filter(level=one).height)
    leads = ClosingLeads(book, 1)
    listed = []
    for data in short.filter(level=level).head(_FEW).iter_rows(named=True):
        measure = measures(book)[data["metric"]]
        unit = {"money": "money", "percent": "percent"}.get(measure.unit, "number")
        facts = {
            "unit": unit_label(book, data),
            "metric": book.labels.of(measure),
            "short": said(data["shortfall"], unit, book.lang),
            "attainment": said(data["attainment"], "percent", book.lang),
        }
        lead = " ".join(leads.closing(data))
        listed.append(book.word("behind_with_lead" if lead else "behind_alone", lead=lead, **facts))
    return {"n": f"{short.height:,}", "of": f"{table.height:,}", "units": "\n".join(listed)}
