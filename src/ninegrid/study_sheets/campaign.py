"""The pack of a campaign 作战包: its card, then the customers treated by manager with the light cells of actions; and,
in head office's workbook alone, all members with their sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.grid.unit_ids import BRANCH, MANAGER, unit_key
from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.entries import action_columns, filled_in, open_entries
from ninegrid.report.kit.figures import said
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head
from ninegrid.report.kit.lead_text import lever_names
from ninegrid.report.kit.list_writer import ListColumn, print_first, readable, write_list
from ninegrid.report.kit.shown import heading, in_words, shown
from ninegrid.report.kit.style import money_scale
from ninegrid.report.kit.subject_rows import name_column
from ninegrid.report.sheets.lists.leads import lead_rows, lead_texts
from ninegrid.report.sheets.lists.subject_list import list_column, text_widths
from ninegrid.report.sheets.units.campaigns import metric_name, unit_of

_BEFORE = ("subject_id", "@name", "lever", "from_to", "expected_eva", "expected_income")
_BEHIND = ("campaign_id", BRANCH, MANAGER, "@cell")
_WIDTHS = {"lever": 18.0, "from_to": 19.0, "campaign_id": 14.0}
_TEXTS = ("subject_id", "lever", "from_to", "campaign_id")


def build(book: Book, sheet: Sheet) -> None:
    """Writes the card and the list; on the sheet of one branch its part of the list alone."""
    what = book.table("campaigns").row(0, named=True)
    rows = _rows(book, what["campaign_id"])
    if sheet.about_unit:
        rows = rows.filter(pl.col(BRANCH) == sheet.about_unit)
    n = rows["subject_id"].n_unique()
    line = book.word("pack_line", period=book.result.period, n=f"{n:,}", unit=money_scale(book.lang).unit)
    page = head(book, sheet, line, gridlines=True)
    put(page, FIRST_ROW - 1, FIRST_COLUMN, book.word("acted_back"), "small")
    top = FIRST_ROW if sheet.about_unit else _card(book, page, FIRST_ROW)
    columns = list(_columns(book, rows))
    own = [column.name for column in columns if not column.name.startswith("entry:")]
    table = lead_texts(book, rows, [name for name in own if name != "campaign_id"]).with_columns(rows["campaign_id"])
    frame = table.hstack(filled_in(book, rows, pl.col("lever")))
    for part in write_list(page, frame, columns, top=top, frozen=None, streamed=True):
        part.repeat_header()
        print_first(part, readable(columns), sheet.printed)
        open_entries(book, part, columns)


def _rows(book: Book, campaign_id: str) -> pl.DataFrame:
    """The leads of the members, by branch and manager, those of most worth first."""
    policy = book.result.policy
    about = book.table(policy.grid(policy.way.grid).over)
    keep = [name for name in (BRANCH, MANAGER) if name in about.columns]
    leads = lead_rows(book, book.table("leads").drop(keep, strict=False))
    more = [name for name in keep if name not in leads.columns]
    key = about.select(pl.col(policy.id).alias("subject_id"), *more, _key=unit_key(MANAGER, about.columns))
    rows = leads.join(key, on="subject_id", how="left", maintain_order="left")
    rows = rows.with_columns(campaign_id=pl.lit(campaign_id))
    return rows.sort(BRANCH, "_key", nulls_last=True, maintain_order=True).drop("_key")


def _columns(book: Book, rows: pl.DataFrame) -> Iterator[ListColumn]:
    policy, scale = book.result.policy, money_scale(book.lang)
    over = book.table(policy.grid(policy.way.grid).over)
    stands = {"@name": next(iter(name_column(over)), ""), "@cell": policy.grid(policy.way.grid).cell}
    heads = {"subject_id": heading(policy.id, book.labels, scale), "from_to": book.word("lead_from_to")}
    before, behind = ([stands.get(name, name) for name in names] for names in (_BEFORE, _BEHIND))
    widest = text_widths(book, rows, [name for name in (*before, *behind) if name in rows.columns])

    def told(names: list[str], band: str) -> Iterator[ListColumn]:
        for name in names:
            if name in rows.columns or name == "from_to":
                plain = list_column(book, name, widest) if name != "from_to" else ListColumn(name, "", "text", 0.0)
                unit = "text" if name in _TEXTS else plain.unit
                width = _WIDTHS.get(name, max(plain.width, 11.0))
                yield ListColumn(name, heads.get(name, plain.header), unit, width, book.word(band))

    yield from told(before, "lead_what")
    yield from action_columns(book)
    yield from told(behind, "lead_where")


def _card(book: Book, page: Worksheet, row: int) -> int:
    """The elements of the campaign, a line each; returns the row of the list."""
    what, labels, lang = book.table("campaigns").row(0, named=True), book.labels, book.lang
    names = lever_names(book)
    levers = ("、" if lang == "zh" else ", ").join(names.get(key, key) for key in what["lever"].split(";"))
    objective = f"{metric_name(book, what['metric'])} +{said(what['objective'], unit_of(what['metric']), lang)}"
    put(page, row, FIRST_COLUMN, what["campaign_name"], "section")
    lines = [
        (labels.column("campaign_id"), what["campaign_id"]),
        (labels.column("objective"), objective),
        (labels.column("campaign_meaning"), what["campaign_meaning"] or "—"),
        (book.word("campaign_when"), f"{what['starts']} – {what['ends']}"),
        (labels.column("owner"), what["owner"]),
        (labels.column("cost"), said(what["cost"], "money", lang)),
        (labels.column("win"), book.word("campaign_to_win", share=f"{what['win']:.0%}")),
        (labels.column("lever"), levers),
    ]
    if what["control"] is not None:
        held = book.word("pack_members", treated=f"{what['treated']:,}", control=f"{what['control']:,}")
        lines.append((book.word("campaign_who"), held))
    for at, (label, value) in enumerate(lines, row + 1):
        put(page, at, FIRST_COLUMN, label, "small")
        put(page, at, FIRST_COLUMN + 1, value, "body")
    return row + len(lines) + 2


def build_members(book: Book, sheet: Sheet) -> None:
    """Writes every member with its stratum and side, those held out first."""
    policy = book.result.policy
    about = book.table(policy.grid(policy.way.grid).over)
    names = name_column(about)
    rows = book.table("campaign_members").join(
        about.select(pl.col(policy.id).alias("subject_id"), *names), on="subject_id", how="left", maintain_order="left"
    )
    rows = rows.sort(pl.col("side") != "control", maintain_order=True)
    held = rows.filter(pl.col("side") == "control").height
    line = book.word("held_out_line", period=book.result.period, n=f"{held:,}", all=f"{rows.height:,}")
    page = head(book, sheet, line, gridlines=True)
    shown_names = ["subject_id", *names, "side", "stratum", BRANCH, "owner"]
    widest = text_widths(book, rows, shown_names)
    columns = [list_column(book, name, widest) for name in shown_names]
    columns[0] = replace(columns[0], header=heading(policy.id, book.labels, money_scale(book.lang)))
    frame = shown(rows, shown_names, book.labels, money_scale(book.lang))
    frame = frame.with_columns(in_words(rows["side"], {s: book.labels.code(s) for s in ("treated", "control")}))
    write_list(page, frame, columns, frozen=1, streamed=True)


BUILDERS = {"campaign_pack": build, "campaign_members": build_members}
"""What lays out the sheets of `grade campaign`."""
