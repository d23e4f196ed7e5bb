"""Data quality: where every row went, what was found how often, and each finding down to the cell with what to do.

Harmless findings of one reason in one column of a sheet are one line, which says how many there are and where the first
is; so are the rows of a subject that isn't there. The table `findings` holds each of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid import resources
from ninegrid.messages import advice, say
from ninegrid.model.findings import named_reason
from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, heading_row, table_row
from ninegrid.report.kit.list_writer import ListColumn, print_first, with_values, write_list
from ninegrid.report.kit.shown import LINE_FILL, LINE_HEIGHT, display_width, in_words
from ninegrid.report.kit.style import aligned
from ninegrid.report.sheets.origin.continuity import write_continuity

_COUNTED = frozenset(
    {
        "NUMBER_AS_TEXT", "ID_TRIMMED", "ID_REPAIRED", "ID_WAS_NUMBER", "APOSTROPHES", "FILLED_DOWN", "SUBTOTAL_ROW",
        "FOOTER_ROW", "REPEATED_HEADER", "DUPLICATE_ROW", "NOT_FILLED", "INTERIM",
        "LOOKUP_EMPTY",
    }
)  # fmt: skip
"""Reasons whose findings in one column are listed as one line with their number."""

_COUNTED_OF_SUBJECT = "ORPHAN"
"""The reason whose findings are listed as one line a subject: the rows of one that isn't there, such as its years."""

_KINDS = ("rejected", "warning", "repaired")  # what needs a hand comes first
_WIDTHS = {
    "file": 26.0,
    "sheet": 14.0,
    "cell": 9.0,
    "subject_id": 16.0,
    "column": 20.0,
    "value": 22.0,
    "kind": 9.0,
    "reason": 20.0,
    "message": 52.0,
    "advice": 34.0,
}
_WRAPPED = ("message", "advice")


def build(book: Book, sheet: Sheet) -> None:
    """Write the continuity checks, the accounts, the counts by reason, and the list of findings."""
    findings = book.table("findings")
    page = head(book, sheet, _account(book), gridlines=True)
    row = write_continuity(book, sheet, page, FIRST_ROW)
    row = _rows_by_relation(book, page, row) + 1
    if findings.is_empty():
        put(page, row, FIRST_COLUMN, book.word("no_findings"), "small")
        return
    row = _counts_by_reason(book, page, row, findings) + 1
    put(page, row, FIRST_COLUMN, book.word("findings_title", n=f"{findings.height:,}"), "section")
    rows = _listed(book, findings)
    columns = with_values(rows, _columns(book))
    part, *_ = write_list(page, rows, columns, top=row + 1, heights=_heights(rows), streamed=True)
    part.repeat_header()
    print_first(part, columns, sheet.printed)


def _heights(rows: pl.DataFrame) -> pl.Series:
    """Taller rows for the findings whose words need more than a line; Excel alone would do it by itself."""
    lines = pl.max_horizontal((display_width(pl.col(name)) / (_WIDTHS[name] * LINE_FILL)).ceil() for name in _WRAPPED)
    return rows.select(pl.when(lines > 1).then(lines * LINE_HEIGHT)).to_series()


def _account(book: Book) -> str:
    """Where the main relation's rows went, as a sum that adds up."""
    counts = book.result.counts
    kept = ("placed", "unplaced") if "placed" in counts else ("accepted",)
    parts = [
        f"{book.word(k)} {counts[k]:,}"
        for k in (*kept, "rejected", "merged", "other_period", "departed")
        if counts.get(k, 0) or k in kept
    ]
    return f"{book.word('rows_read')} {counts['rows_read']:,} = {' + '.join(parts)}"


def _rows_by_relation(book: Book, page: Worksheet, row: int) -> int:
    """A row an input relation: what became of the rows read; they add up. Totals lines stand apart."""
    names = ("rows_read", "accepted", "rejected", "merged", "other_period", "departed", "subtotals")
    put(page, row, FIRST_COLUMN, book.word("rows_title"), "section")
    heading_row(page, row + 1, [book.word("relation"), *map(book.word, names)], ["text", *["count"] * len(names)])
    at = row + 2
    for name, counts in book.result.inputs.counts.items():
        went = (counts.accepted, counts.rejected, counts.merged, counts.other_period, counts.departed)
        read = (counts.read, *went, counts.subtotals)
        if any(read):
            label = resources.relation(name).label(book.lang)
            table_row(page, at, [label, *read], ["text", *["count"] * len(names)])
            at += 1
    return at


def _counts_by_reason(book: Book, page: Worksheet, row: int, findings: pl.DataFrame) -> int:
    put(page, row, FIRST_COLUMN, book.word("reasons_title"), "section")
    headings = [book.labels.column("reason"), book.labels.column("kind"), book.word("count"), book.word("what_to_do")]
    heading_row(page, row + 1, headings, ["text", "text", "count", "text"])
    counted = _by_kind(findings.group_by("kind", "reason").len()).sort("order", -pl.col("len").cast(pl.Int64), "reason")
    at = row + 2
    for kind, reason, n, _ in counted.iter_rows():
        values = [
            say(named_reason(reason), book.lang),
            book.labels.code(kind),
            n,
            advice(named_reason(reason), book.lang),
        ]
        table_row(page, at, values, ["text", "text", "count", "text"])
        at += 1
    for line in range(row + 1, at):
        page.cell(line, FIRST_COLUMN + 3).alignment = aligned("left", indent=1)  # beside a number
    return at


def _by_kind(findings: pl.DataFrame) -> pl.DataFrame:
    """The findings with the place of their kind in `order`."""
    order = pl.col("kind").replace_strict(
        list(_KINDS), list(range(len(_KINDS))), default=len(_KINDS), return_dtype=pl.Int32
    )
    return findings.with_columns(order=order)


def _listed(book: Book, findings: pl.DataFrame) -> pl.DataFrame:
    """The findings, what needs a hand first, in words and with what to do."""
    rows = _by_kind(_counted(book, findings)).sort("order", "reason", maintain_order=True)
    named = {code: named_reason(code) for code in rows["reason"].unique()}
    rows = rows.join(
        _headings(book, rows), on=["file", "sheet", "column"], how="left", nulls_equal=True, maintain_order="left"
    )
    return rows.with_columns(
        in_words(rows["reason"], {code: say(name, book.lang) for code, name in named.items()}),
        in_words(rows["reason"], {code: advice(name, book.lang) for code, name in named.items()}).alias("advice"),
        in_words(rows["kind"], {kind: book.labels.code(kind) for kind in _KINDS}),
        column=pl.coalesce("heading", "column"),
        cell=pl.col("cell").str.replace(r"^row (\d+)$", book.word("whole_row", n="$1")),
    ).drop("heading")


def _headings(book: Book, rows: pl.DataFrame) -> pl.DataFrame:
    """file, sheet, column → heading: what the relation that the sheet's column was read as calls it."""
    sheets = book.result.inputs.reading.sheets
    relation = {(s.file, s.sheet, c.meaning): c.relation for s in sheets for c in s.columns if c.meaning}
    places = rows.select("file", "sheet", "column").drop_nulls("column").unique()
    headings = [book.labels.of_input(place[2], relation.get(place, "")) for place in places.rows()]
    return places.with_columns(heading=pl.Series(headings, dtype=pl.String))


def _counted(book: Book, findings: pl.DataFrame) -> pl.DataFrame:
    """The findings with those that are only counted in one line a reason and column: the first, with their number."""
    harmless = [reason for reason in findings["reason"].unique() if reason.partition("/")[0] in _COUNTED]
    place, of_subject = ("file", "sheet", "column", "kind", "reason"), pl.col("reason") == _COUNTED_OF_SUBJECT
    subject = pl.when(of_subject).then("subject_id")
    alike = pl.when(pl.col("reason").is_in(harmless) | of_subject).then(pl.struct(*place, subject.alias("_subject")))
    numbered = findings.with_row_index("_at").with_columns(alike.alias("_alike"))
    lone = pl.col("_alike").is_null()
    counts = pl.when(lone).then(1).otherwise(pl.len().over("_alike"))
    first = numbered.with_columns(n=counts).filter(lone | pl.col("_at").eq(pl.col("_at").min().over("_alike")))
    words = {n: book.word("n_alike", n=f"{n:,}") for n in first["n"].unique()}
    number = pl.col("n").replace_strict(words, return_dtype=pl.String) + pl.col("message")
    several = pl.col("n") > 1
    return first.with_columns(
        message=pl.when(several).then(number).otherwise("message"),
        subject_id=pl.when(several & ~of_subject).then(pl.lit(None, pl.String)).otherwise("subject_id"),
    ).drop("_at", "_alike", "n")


def _columns(book: Book) -> Sequence[ListColumn]:
    headers = {name: book.labels.column(name) for name in _WIDTHS} | {
        "cell": book.word("at_cell"),
        "advice": book.word("what_to_do"),
    }
    return [ListColumn(n, headers[n], "text wrap" if n in _WRAPPED else "text", width) for n, width in _WIDTHS.items()]
