"""The leads 线索: every lever of every customer that would bring something, largest first, to be worked off."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.defined_names import LEADS, define_column
from ninegrid.report.kit.entries import action_columns, filled_in, open_entries
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, small_print
from ninegrid.report.kit.lead_text import codes_said, in_own_unit, levers_said
from ninegrid.report.kit.list_writer import ListColumn, print_first, readable, write_list
from ninegrid.report.kit.shown import heading, in_words, shown, values_in_words
from ninegrid.report.kit.style import money_scale
from ninegrid.report.kit.subject_rows import name_column, ways_to_rows, with_subjects
from ninegrid.report.sheets.lists.subject_list import has_place, list_column, text_widths

_FROZEN = 3  # id, name and lever
_WAYS = "@ways"
RANK_MARK = "#"
"""Between a customer's id and the rank of a lead among its own, in the column by which a portrait finds its leads."""

_BANDS: Mapping[str, tuple[str, ...]] = {
    "lead_who": ("subject_id", "@name", "lever"),
    "lead_what": ("from_to", "cap", "expected_eva", "expected_income", "expected_rani", "attainment"),
    "lead_where": ("@unit", "@owner", "@cell"),
    "lead_full": ("uplift_eva", "uplift_income", "uplift_rani", "uplift_capital", "levels_gained"),
    "lead_evidence": ("counts", "peers", "indicator_n", "peer_median", "peer_p75", "caution", "lead_key"),
}
_TEXTS = ("subject_id", "lever", "from_to", "cap", "peers", "peer_median", "peer_p75", "caution", "lead_key")
_FOLDED = ("lead_key",)
_WIDTHS = {"lever": 18.0, "from_to": 19.0, "peers": 24.0, "peer_median": 11.0, "peer_p75": 11.0, "caution": 16.0}
_WIDTHS |= {"cap": 11.0}
_WIDTHS |= {"lead_key": 18.0}


def build(book: Book, sheet: Sheet) -> None:
    """Writes the list; that there are no leads is said."""
    leads = book.ways.leads
    if leads is None or leads.is_empty():
        page = head(book, sheet, str(book.result.period))
        put(page, FIRST_ROW, FIRST_COLUMN, book.word("leads_none"), "section")
        return
    rows = lead_rows(book, leads)
    scale = money_scale(book.lang)
    line = book.word("leads_line", n=f"{rows.height:,}", period=book.result.period, unit=scale.unit)
    if rows.height > sheet.printed:
        line = book.word("first_printed", line=line, n=f"{sheet.printed:,}")
    page = head(book, sheet, book.ways_line(line), gridlines=True)
    columns = with_entries(list(_columns(book, rows)), list(action_columns(book)))
    none = () if rows["counts"].any() else (book.word("leads_none_count"),)
    estimate = (*none, book.word("acted_back"), book.word("leads_estimate"))
    small_print(page, FIRST_ROW - 1, estimate, [column.width for column in readable(columns)])
    entries = filled_in(book, rows, pl.col("lever"))
    over = book.result.policy.grid(book.result.policy.way.grid).over
    ways = ways_to_rows(book, over, rows["subject_id"]).alias(_WAYS)
    own = [c.name for c in columns if c.name not in entries.columns]
    frame = lead_texts(book, rows, own).hstack(entries).with_columns(ways)
    parts = write_list(page, frame, columns, frozen=_FROZEN, streamed=True)
    for part in parts:
        print_first(part, readable(columns), sheet.printed)
        open_entries(book, part, columns)
    for position, column in enumerate(columns):
        if column.name in entries.columns:
            continue
        define_column(book.workbook, f"{LEADS}_{column.name}", parts[0], position)


def with_entries(columns: list[ListColumn], entries: list[ListColumn]) -> list[ListColumn]:
    """The light columns right behind what a lead may bring and who takes it up."""
    at = next((i for i, column in enumerate(columns) if column.name in _BANDS["lead_full"]), len(columns))
    return [*columns[:at], *entries, *columns[at:]]


def lead_rows(book: Book, leads: pl.DataFrame) -> pl.DataFrame:
    """The leads, largest first, with the customer's name, unit and cell, and `rank` among the customer's own."""
    policy = book.result.policy
    over = policy.grid(policy.way.grid).over
    about = [*name_column(book.table(over)), policy.gaps.unit, policy.grid(policy.way.grid).cell]
    rows = with_subjects(book, leads.drop(set(about) & set(leads.columns)), over, about)
    rank = pl.int_range(1, pl.len() + 1).over("subject_id")
    return rows.with_columns(rank=rank).with_columns(
        lead_key=pl.concat_str("subject_id", pl.lit(RANK_MARK), pl.col("rank"))
    )


def _columns(book: Book, rows: pl.DataFrame) -> Iterator[ListColumn]:
    policy, scale = book.result.policy, money_scale(book.lang)
    table = book.table(policy.grid(policy.way.grid).over)
    stands_for = {
        "@name": next(iter(name_column(table)), ""),
        "@unit": policy.gaps.unit,
        "@owner": policy.warnings.owner,
        "@cell": policy.grid(policy.way.grid).cell,
    }
    headings = {"subject_id": heading(policy.id, book.labels, scale)}
    headings |= {name: book.word(name) for name in ("lead_key", "peer_p75")} | {"from_to": book.word("lead_from_to")}
    bands = {band: [*dict.fromkeys(stands_for.get(m, m) for m in members)] for band, members in _BANDS.items()}
    widest = text_widths(book, rows, itertools.chain(*bands.values()))
    for band, names in bands.items():
        for name in names:
            if name == "from_to" or has_place(book, rows, name):
                own = name in rows.columns
                plain = list_column(book, name, widest) if own else ListColumn(name, "", "text", 0.0)
                unit = "text" if name in _TEXTS else plain.unit
                header, width = headings.get(name, plain.header), _WIDTHS.get(name, max(plain.width, 11.0))
                ways = _WAYS if name == "subject_id" else ""
                tip = book.word("see_row")
                yield ListColumn(name, header, unit, width, book.word(band), name in _FOLDED, ways=ways, tip=tip)


def lead_texts(book: Book, rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The named columns of `lead_rows` as written in cells; `from_to`: from where to where, in the indicator's unit."""
    texts = {name: in_own_unit(book, name) for name in ("from_value", "to_value", "peer_median", "peer_p75")}
    table = rows.with_columns(**texts).with_columns(
        pl.concat_str("from_value", pl.lit(" → "), "to_value").alias("from_to"),
        levers_said(book, rows["lever"]),
        in_words(rows["cap"], {cap: book.word(f"cap_{cap}") for cap in rows["cap"].drop_nulls().unique()}),
        codes_said(book, rows["caution"]),
        values_in_words(rows["peers"], book.labels),
    )
    others = shown(rows, [n for n in names if n not in _TEXTS], book.labels, money_scale(book.lang))
    return table.select(n for n in names if n in _TEXTS).hstack(others).select(names)
