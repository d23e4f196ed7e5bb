"""The early-warning sheet: who to worry about, why, who acts and by when; the worst first, with a summary above."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.actions.form_rows import RELATION
from ninegrid.actions.matters import WARNING
from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.coloured import colour_cells, colour_texts
from ninegrid.report.kit.entries import action_columns, filled_in, open_entries
from ninegrid.report.kit.figures import in_unit, ordered
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head
from ninegrid.report.kit.list_writer import ListColumn, print_first, readable, write_list
from ninegrid.report.kit.shown import heading, in_words, shown
from ninegrid.report.kit.style import NUMBER_FORMATS, money_scale
from ninegrid.report.kit.subject_rows import name_column, owner_labels, ways_to_rows, with_subjects
from ninegrid.report.migration.moves import period_before
from ninegrid.report.sheets.lists.subject_list import has_place, list_column, text_widths
from ninegrid.report.sheets.lists.warnings_summary import finding, write_summary
from ninegrid.resources import relation

_FROZEN = 3  # severity, id and name
_FINDING_POINTS = 22.0
_FIGURES = ("before", "after")
_UNITS, _WAYS = "@units", "@ways"
_WIDTHS = {"severity": 9.0, "from_cell": 9.0, "to_cell": 9.0, "before": 11.0, "after": 11.0, "due": 12.0}
_LEAST = {"subject_id": 13.0, "owner": 13.0, "cause": 16.0, "metric": 23.0, "also": 18.0}
_TEXTS = ("subject_id", "from_cell", "to_cell", "due", "state", "since", "first_due")
_MATTER = "@matter"
_ALWAYS = ("severity", "from_cell", "to_cell")
# What a row says of the subject, of the reason, of the figure behind it, and of what comes next.
_BANDS = {
    "warned_who": ("severity", "subject_id", "@name", "@unit", "owner"),
    "warned_why": ("from_cell", "to_cell", "cause", "trend"),
    "warned_figure": ("metric", "before", "after"),
    "warned_then": ("due", "state", "since", "first_due", "@weight", "also"),
}


def build(book: Book, sheet: Sheet) -> None:
    """Writes the summary and the list; that there are none is said."""
    rows, then = warned_rows(book), period_before(book)
    if rows.is_empty():
        page = head(book, sheet, str(book.result.period))
        put(page, FIRST_ROW, FIRST_COLUMN, book.word("warnings_none"), "section")
        if not then:
            put(page, FIRST_ROW + 1, FIRST_COLUMN, book.word("warnings_no_before"), "small")
        return
    page = head(book, sheet, _subtitle(book, sheet, rows, then), gridlines=True)
    put(page, FIRST_ROW - 1, FIRST_COLUMN, _small_print(book), "small")
    put(page, FIRST_ROW, FIRST_COLUMN, finding(book, sheet, rows), "section")
    page.row_dimensions[FIRST_ROW].height = _FINDING_POINTS
    end = write_summary(book, sheet, page, rows, FIRST_ROW + 1)
    page.row_dimensions.group(FIRST_ROW + 1, end, outline_level=1)
    page.sheet_properties.outlinePr.summaryBelow = False
    _write_rows(book, sheet, page, rows, end + 1)


def warned_rows(book: Book) -> pl.DataFrame:
    """The warnings, worst first, then by what is at stake, with the subject's name, unit and weight, and who acts."""
    policy, warnings = book.result.policy, book.result.tables.get("warnings")
    if warnings is None or warnings.is_empty():
        return pl.DataFrame()
    over, weight = policy.grid(policy.warnings.grid).over, policy.totals.weight
    about = [*name_column(book.table(over)), policy.gaps.unit, *filter(None, [weight])]
    rows = with_subjects(book, warnings, over, about)
    rows = rows.with_columns(pl.col("owner").replace(owner_labels(book)))
    stake = [-pl.col(weight).abs()] if weight else []
    rows = rows.sort(*stake, "subject_id", nulls_last=True)
    return ordered(rows, "severity", [severity.key for severity in policy.severities])


def _subtitle(book: Book, sheet: Sheet, rows: pl.DataFrame, then: str | None) -> str:
    counted = book.word("counted", n=f"{rows.height:,}", what=sheet.counted(book.lang, rows.height))
    against = book.word("against", then=then) if then else book.word("warnings_no_before")
    money = book.word("money_in", unit=money_scale(book.lang).unit)
    return " · ".join((counted, str(book.result.period), against, money))


def _small_print(book: Book) -> str:
    due = (
        book.word("warnings_due", severity=book.labels.of(severity), days=severity.due_days)
        for severity in book.result.policy.severities
    )
    return " · ".join((*due, book.word("warnings_fold"), book.word("acted_back")))


def _write_rows(book: Book, sheet: Sheet, page: Worksheet, rows: pl.DataFrame, top: int) -> None:
    policy, entries = book.result.policy, list(action_columns(book))
    own, form = list(_columns(book, rows)), relation(RELATION)
    matter = ListColumn(_MATTER, form.column("matter").label(book.lang), "text", 8.0, entries[0].group)
    columns = [*own, matter, *entries]
    names = [column.name for column in own]
    frame = _frame(book, rows, names).hstack(filled_in(book, rows, pl.lit(WARNING)))
    frame = frame.with_columns(pl.lit(book.word("matter_warning")).alias(_MATTER))
    for part in write_list(page, frame, columns, top=top, frozen=_FROZEN, streamed=True):
        open_entries(book, part, columns)
        print_first(part, readable(columns), sheet.printed)
        for severity in policy.severities:
            texts = [book.labels.of(severity)]
            colour_texts(part, names.index("severity"), texts, severity.color, severity.ink, bold=True)
        for name in ("from_cell", "to_cell"):
            for grid in policy.warnings.looked_at:
                colour_cells(part, names.index(name), policy.grid(grid), policy)


def _columns(book: Book, rows: pl.DataFrame) -> Iterator[ListColumn]:
    policy, labels, scale = book.result.policy, book.labels, money_scale(book.lang)
    table = book.table(policy.grid(policy.warnings.grid).over)
    stands_for = {
        "@name": next(iter(name_column(table)), ""),
        "@unit": policy.gaps.unit,
        "@weight": policy.totals.weight,
    }
    heads = {"subject_id": policy.id, "owner": policy.warnings.owner}
    bands = {band: [stands_for.get(member, member) for member in members] for band, members in _BANDS.items()}
    widest = text_widths(book, rows, itertools.chain(*bands.values()))
    for band, names in bands.items():
        for name in names:
            if name in _ALWAYS or has_place(book, rows, name):
                column = list_column(book, name, widest, group=book.word(band))
                header = heading(heads.get(name) or name, labels, scale)
                width = _WIDTHS.get(name, max(column.width, _LEAST.get(name, 0.0)))
                unit = "text" if name in _TEXTS else column.unit
                units, ways = _UNITS if name in _FIGURES else "", _WAYS if name == "subject_id" else ""
                tip = book.word("see_row")
                yield ListColumn(name, header, unit, width, column.group, units=units, ways=ways, tip=tip)


def _frame(book: Book, rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The columns as written in cells: each figure in its metric's unit, which the metric's name says.

    Behind them the unit of each row's figures, and where its subject stands in the main list.
    """
    labels, scale, keys = book.labels, money_scale(book.lang), rows["metric"].drop_nulls().unique().to_list()
    metric, words = pl.col("metric"), {key: heading(key, labels, scale) for key in keys}
    factors = {key: in_unit(1.0, labels.unit(key), scale) for key in keys}
    factor = metric.replace_strict(factors, default=1.0, return_dtype=pl.Float64)
    table = rows.select(
        metric.replace_strict(words, default=None, return_dtype=pl.String),
        *(pl.col(name) * factor for name in _FIGURES),
    )
    units = {key: labels.unit(key) if labels.unit(key) in NUMBER_FORMATS else "number" for key in keys}
    unit = rows["metric"].replace_strict(units, default="number", return_dtype=pl.String).alias(_UNITS)
    over = book.result.policy.grid(book.result.policy.warnings.grid).over
    ways = ways_to_rows(book, over, rows["subject_id"]).alias(_WAYS)
    return shown(rows, names, labels, scale).with_columns(table).with_columns(unit, ways, *_states(book, rows))


def _states(book: Book, rows: pl.DataFrame) -> Iterator[pl.Series]:
    """The states in words, where there are any."""
    if "state" in rows.columns:
        states = {code: book.word(f"state_{code}") for code in rows["state"].drop_nulls().unique()}
        yield in_words(rows["state"], states)
