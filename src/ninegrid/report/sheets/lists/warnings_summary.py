"""What the warnings come to: a sentence, and how many of each severity by unit and by owner."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.dataclass import dataclass
from ninegrid.policy import Severity, Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.layout import FIRST_COLUMN, Book
from ninegrid.report.kit.style import SMALL, fill, font

_ROW_POINTS = 16.0
_METRIC = 9  # the place of the metric in the list


@dataclass(frozen=True)
class _Table:
    """How many of each severity, by the values of a column: a row a value, the worst first."""

    heading: str
    rows: Sequence[tuple[str, Sequence[int]]]


def finding(book: Book, sheet: Sheet, rows: pl.DataFrame) -> str:
    """How many of each severity, the commonest cause, and where most of the worst are."""
    severities = book.result.policy.severities
    counts = {severity: rows.filter(severity=severity.key).height for severity in severities}
    numbers = (
        book.word("severity_count", severity=book.labels.of(severity), n=f"{n:,}") for severity, n in counts.items()
    )
    cause, n = _commonest(rows["cause"])
    common = book.word("warnings_found", cause=book.labels.code(cause), n=f"{n:,}", what=sheet.counted(book.lang, n))
    worst = next(severity for severity, n in counts.items() if n)
    said = [book.word("between_names").join(numbers), common, _where(book, sheet, rows, worst)]
    return book.word("between_findings").join(filter(None, said))


def _where(book: Book, sheet: Sheet, rows: pl.DataFrame, severity: Severity) -> str:
    """The unit with most warnings of a severity, where it stands out from others."""
    unit = book.result.policy.gaps.unit
    units = (
        rows.filter(severity=severity.key)[unit].drop_nulls() if unit in rows.columns else pl.Series(dtype=pl.String)
    )
    if units.n_unique() < 2:
        return ""
    name, n = _commonest(units)
    said = {"severity": book.labels.of(severity), "name": name, "n": f"{n:,}", "what": sheet.counted(book.lang, n)}
    return book.word("warnings_where", **said) if n > 1 else ""


def _commonest(values: pl.Series) -> tuple[str, int]:
    """The value that stands most often, and how often; of several the first by name."""
    return values.value_counts().sort("count", values.name, descending=[True, False]).row(0)


def write_summary(book: Book, sheet: Sheet, page: Worksheet, rows: pl.DataFrame, row: int) -> int:
    """Writes the tables side by side from `row` on; returns the row after them, which stays empty."""
    policy, severities = book.result.policy, book.result.policy.severities
    # Each begins in a column that the list below has made wide for texts: the name, and the metric.
    columns = (FIRST_COLUMN + 2, max(FIRST_COLUMN + _METRIC, FIRST_COLUMN + 2 + len(severities) + 3))
    keys = [key for key in (policy.gaps.unit, "owner") if key in rows.columns]
    tables = [_table(book, rows, key, sheet.limits.units) for key in keys]
    longest = max((len(table.rows) for table in tables), default=0)
    for table, column in zip(tables, columns, strict=False):
        _write(book, page, table, row, column)
    for at in range(row, row + longest + 1):
        page.row_dimensions[at].height = _ROW_POINTS
    return row + longest + 1


def _table(book: Book, rows: pl.DataFrame, key: str, most: int) -> _Table:
    keys = [severity.key for severity in book.result.policy.severities]
    counts = [(pl.col("severity") == severity).sum().alias(severity) for severity in keys]
    by = rows.group_by(pl.col(key).fill_null(book.word("not_filled"))).agg(*counts, pl.len().alias("n"))
    by = by.sort(*keys, key, descending=[*[True] * len(keys), False])
    shown = most if by.height > most + 1 else by.height  # one other is itself
    listed = [(name, numbers) for name, *numbers in by.head(shown).iter_rows()]
    others = by.slice(shown)
    if others.height:
        listed.append((book.word("all_others", n=others.height), list(others.select(pl.exclude(key).sum()).row(0))))
    listed.append((book.word("total"), list(by.select(pl.exclude(key).sum()).row(0))))
    heading = book.result.policy.warnings.owner if key == "owner" else key
    return _Table(book.labels.column(heading), listed)


def _write(book: Book, page: Worksheet, table: _Table, row: int, column: int) -> None:
    put(page, row, column, table.heading, "head text")
    for at, severity in enumerate(book.result.policy.severities, column + 1):
        cell = put(page, row, at, book.labels.of(severity), "head")
        cell.fill, cell.font = fill(severity.color), font(book.lang, SMALL, bold=True, color=severity.ink)
    put(page, row, column + 1 + len(book.result.policy.severities), book.word("total"), "head")
    for at, (name, numbers) in enumerate(table.rows, row + 1):
        total = " total" if at == row + len(table.rows) else ""
        put(page, at, column, name, f"text{total}")
        for place, number in enumerate(numbers, column + 1):
            put(page, at, place, number, f"count{total}").number_format = "#,##0;-#,##0;·"
