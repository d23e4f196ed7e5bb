"""Coverage 覆盖: how many are seen in time by tier, who might take over whom, and each manager's load and coverage."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.coloured import colour_texts
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, heading_row, table_row
from ninegrid.report.kit.list_writer import ListColumn, write_list
from ninegrid.report.kit.shown import in_words, shown
from ninegrid.report.kit.style import BAD, GOOD, INK, WHITE, blend, money_scale
from ninegrid.report.kit.subject_rows import name_column, owner_labels
from ninegrid.report.sheets.lists.subject_list import list_column, text_widths

_STATES = ("COVERED", "LATE", "NEVER", "ORPHAN")
_SHARES = "covered_"
_DAYS = ("interval", "days_over")
_NAMES = 26.0  # the second column, under which customers' names stand too
_TOP = 0.8  # the strongest shade


def build(book: Book, sheet: Sheet) -> None:
    """Writes the totals by tier, the hand-overs proposed, and a line a manager, the largest books first."""
    table, load = book.table("coverage"), book.table("coverage_load")
    rules, over = book.result.policy.coverage, load.filter("overloaded").height
    line = book.word("coverage_line", period=book.result.period, n=f"{table.height:,}", managers=f"{load.height:,}",
                     over=f"{over:,}", customers=rules.customers, contacts=f"{rules.contacts:g}")  # fmt: skip
    page = head(book, sheet, line, gridlines=True)
    row = _by_tier(book, page, table, FIRST_ROW)
    row = _proposed(book, sheet, page, table, row)
    put(page, row, FIRST_COLUMN, book.word("coverage_managers"), "section")
    columns, names = list(_columns(book, sheet, load)), list(sheet.columns)
    frame = shown(load, names, book.labels, money_scale(book.lang))
    too_many = book.word("coverage_over")
    marked = pl.when(load["overloaded"]).then(pl.lit(too_many)).alias("overloaded")
    frame = frame.with_columns(in_words(load["owner"], owner_labels(book)), marked)
    for part in write_list(page, frame, columns, top=row + 1, frozen=None, streamed=True):
        part.repeat_header()
        for name in (name for name in names if name.startswith(_SHARES)):
            part.sheet.conditional_formatting.add(part.area(names.index(name)), _heat())
        colour_texts(part, names.index("overloaded"), [too_many], blend(BAD, 0.6), INK)


def _heat() -> ColorScaleRule:
    """Clay where nobody is covered, teal where all are."""
    low, high = (f"FF{blend(color, _TOP)}" for color in (BAD, GOOD))
    ends = {"start_type": "num", "start_value": 0, "start_color": low, "mid_type": "num", "mid_value": 0.5}
    return ColorScaleRule(**ends, mid_color=f"FF{WHITE}", end_type="num", end_value=1, end_color=high)


def _by_tier(book: Book, page: Worksheet, table: pl.DataFrame, row: int) -> int:
    """A row a tier: the interval, and how many are in each state; returns the row after."""
    labels, policy = book.labels, book.result.policy
    units = ["text", "count", "count", *["count"] * len(_STATES), "percent"]
    states_named = [_state(book, state) for state in _STATES]
    heads = [labels.column("tier"), labels.column("interval"), labels.column("n"), *states_named]
    heading_row(page, row, [*heads, labels.column("covered_share")], units)
    counts = {(t, s): n for t, s, n in table.group_by("tier", "state").agg(pl.len()).iter_rows()}
    tiers: list[tuple[str | None, str, int | None]] = [
        (tier.key, labels.of(tier), policy.coverage.intervals.get(tier.key)) for tier in policy.tiers
    ]
    tiers.append((None, book.word("coverage_no_tier"), policy.coverage.unplaced))
    for at, (key, name, interval) in enumerate(tiers, row + 1):
        states = [counts.get((key, state), 0) for state in _STATES]
        table_row(page, at, [name, interval, sum(states), *states, _share(states)], units)
    at = row + 1 + len(tiers)
    whole = [sum(counts.get((key, state), 0) for key, *_ in tiers) for state in _STATES]
    table_row(page, at, [book.word("actions_total"), None, sum(whole), *whole, _share(whole)], units, total=True)
    return at + 2


def _state(book: Book, state: str) -> str:
    """What a state is called; elsewhere the code LATE stands for an action that came late."""
    return book.word("coverage_late") if state == "LATE" else book.labels.code(state)


def _share(states: list[int]) -> float | None:
    return states[0] / sum(states) if sum(states) else None


def _proposed(book: Book, sheet: Sheet, page: Worksheet, table: pl.DataFrame, row: int) -> int:
    """The hand-overs proposed, those of nobody's customers first; returns the row after."""
    asked = table.filter(pl.col("proposed_owner").is_not_null())
    orphans = table.filter(pl.col("state") == "ORPHAN").height
    put(
        page,
        row,
        FIRST_COLUMN,
        book.word("coverage_proposed", orphans=f"{orphans:,}", n=f"{asked.height:,}"),
        "section",
    )
    if asked.is_empty():
        return row + 2
    policy, labels = book.result.policy, book.labels
    main = book.table(policy.grid(policy.tiering.grid).over)
    names = name_column(main)
    rows = asked.join(main.select(pl.col(policy.id).alias("subject_id"), *names), on="subject_id", how="left")
    order = {tier.key: at for at, tier in enumerate(policy.tiers)}
    rank = pl.col("tier").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    rows = rows.sort(pl.col("state") != "ORPHAN", rank, "subject_id").head(sheet.limits.handovers)
    listed = [name for name in table.columns if name != "subject_id"]
    units = ["text", *["text"] * len(names), *("text" if n not in _DAYS else "count" for n in listed)]
    heads = {name: labels.column(name) for name in (policy.id, *names, *listed)} | {
        "state": book.word("coverage_state")
    }
    heading_row(page, row + 1, list(heads.values()), units)
    people = owner_labels(book)
    for at, data in enumerate(rows.iter_rows(named=True), row + 2):
        data["state"] = _state(book, data["state"])
        data["tier"] = labels.code(data["tier"]) if data["tier"] else None
        data |= {name: people.get(data[name] or "", data[name]) for name in ("owner", "proposed_owner")}
        table_row(page, at, [data[name] for name in ("subject_id", *names, *listed)], units)
    if asked.height > rows.height:
        put(page, row + 2 + rows.height, FIRST_COLUMN, book.word("coverage_more", n=f"{rows.height:,}"), "small")
    return row + 4 + rows.height


def _columns(book: Book, sheet: Sheet, load: pl.DataFrame) -> Iterator[ListColumn]:
    widest = text_widths(book, load, sheet.columns)
    for name in sheet.columns:
        plain = list_column(book, name, {**widest, "overloaded": 6.0})
        unit, least = ("text" if name == "overloaded" else plain.unit), (_NAMES if name == sheet.columns[1] else 12.0)
        yield ListColumn(name, plain.header, unit, max(plain.width, least))
