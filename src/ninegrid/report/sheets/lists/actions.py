"""Actions 行动: who has promised what until when, what is overdue, and what has landed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.actions.matters import WARNING
from ninegrid.grid.unit_ids import MANAGER
from ninegrid.policy import Sheet
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.coloured import colour_texts
from ninegrid.report.kit.entries import action_columns, kinds_of, open_entries, written
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, heading_row, table_row
from ninegrid.report.kit.lead_text import lever_names
from ninegrid.report.kit.list_writer import ListColumn, print_first, readable, write_list
from ninegrid.report.kit.shown import heading, in_brackets, in_words
from ninegrid.report.kit.style import BAD, GOOD, INK, blend, money_scale
from ninegrid.report.kit.subject_rows import name_column, ways_to_rows, with_subjects
from ninegrid.report.sheets.lists.subject_list import list_column, text_widths

_WEEK, _MONTH = 7, 31  # days after the period's end
_WAYS, _LOOK = "@ways", "@look"
_CAMPAIGN = "campaign_id"
"""Read back as part of what tells an action from others; shown where any action belongs to a campaign."""
_WHEN = ("overdue", "week", "month", "later", "none", "closed")
_STATES = ("HANDLED", "LATE", "OPEN", "OVERDUE", "CLEARED")
_LOOKS = {"money": "money", "ratio": "percent", "count": "number"}
_BANDS = {
    "acted_who": ("subject_id", "@name", "matter", "owner", "@unit", _CAMPAIGN),
    "acted_when": ("when", "due", "warning_state"),
    "acted_result": ("metric", "promise", "delivered", "delivery", "landed", "reason"),
}
_WIDTHS = {"subject_id": 13.0, "matter": 16.0, "owner": 18.0, "when": 9.0, "due": 12.0, "warning_state": 12.0}
_WIDTHS |= {"metric": 20.0, "promise": 11.0, "delivered": 11.0, "delivery": 10.0, "landed": 10.0, "reason": 12.0}
_FIGURES = ("promise", "delivered")


def build(book: Book, sheet: Sheet) -> None:
    """Writes the head and the list: by owner, due first; in a manager's own workbook due first."""
    rows = _rows(book)
    page = head(book, sheet, _line(book, rows), gridlines=True)
    put(page, FIRST_ROW - 1, FIRST_COLUMN, book.word("acted_back"), "small")
    end = _by_matter(book, page, rows, FIRST_ROW)
    if _own(book):
        end = _by_when(book, page, rows, end + 1)
    columns = [*_columns(book, rows), *action_columns(book)]
    frame = _frame(book, rows).hstack(written(book, rows))
    for part in write_list(page, frame, columns, top=end + 1, frozen=None, streamed=True):
        part.repeat_header()
        print_first(part, readable(columns), sheet.printed)
        open_entries(book, part, columns)
        names = [column.name for column in columns]
        late, good = blend(BAD, 0.6), blend(GOOD, 0.5)
        colour_texts(part, names.index("when"), [book.word("when_overdue")], late, INK)
        colour_texts(part, names.index("landed"), [book.labels.code("YES")], good, INK)


def _own(book: Book) -> bool:
    """Whether it is a manager's own workbook."""
    return book.result.unit is not None and book.result.unit.column == MANAGER


def _rows(book: Book) -> pl.DataFrame:
    """The actions with the customer's name and `when`, in order."""
    policy = book.result.policy
    over = policy.grid(policy.way.grid).over
    actions = book.result.tables["actions"].with_columns(when=_when(book))
    rows = with_subjects(book, actions, over, name_column(book.table(over)))
    turn = pl.col("when").replace_strict({key: at for at, key in enumerate(_WHEN)}, return_dtype=pl.Int8)
    closed = pl.col("when") == "closed"
    first = [closed, turn] if _own(book) else [closed, pl.col("owner")]
    return rows.sort([*first, pl.col("due"), pl.col("subject_id"), pl.col("matter")], nulls_last=True)


def _when(book: Book) -> pl.Expr:
    """Overdue, or in the week or month after the period's end, later, without a date, or ended."""
    end = book.result.period.end
    days = [end + dt.timedelta(days=n) for n in (_WEEK, _MONTH)]
    acted = pl.col("warning_state").is_in(["HANDLED", "LATE"]).fill_null(False)
    due = pl.when(acted).then("due_on").otherwise("due")
    return (
        pl.when(pl.col("closed_on").is_not_null())
        .then(pl.lit("closed"))
        .when("overdue")
        .then(pl.lit("overdue"))
        .when(due <= days[0])
        .then(pl.lit("week"))
        .when(due <= days[1])
        .then(pl.lit("month"))
        .when(due.is_not_null())
        .then(pl.lit("later"))
        .otherwise(pl.lit("none"))
    )


def _line(book: Book, rows: pl.DataFrame) -> str:
    told = counted(rows)
    return book.word("actions_line", period=book.result.period, **{k: f"{n:,}" for k, n in told.items()})


def counted(rows: pl.DataFrame) -> dict[str, int]:
    """How many actions there are: n, open, overdue, done, and landed, as the list says of each, done or not."""
    return {
        "n": rows.height,
        "open": rows.filter(pl.col("closed_on").is_null()).height,
        "overdue": rows.filter("overdue").height,
        "done": rows.filter(pl.col("status") == "done").height,
        "landed": rows.filter(pl.col("landed") == "YES").height,
    }


def _matter_names(book: Book) -> dict[str, str]:
    return {**lever_names(book), WARNING: book.word("matter_warning")}


def _by_matter(book: Book, page: Worksheet, rows: pl.DataFrame, row: int) -> int:
    """A table of what is open and what has landed by matter; returns the row after it."""
    put(page, row, FIRST_COLUMN, book.word("actions_landed"), "section")
    units = ["text", *["count"] * 6, "percent"]
    heading_row(page, row + 1, book.word("actions_heads").split("|"), units)
    names, there = _matter_names(book), set(rows["matter"].unique())
    parts = [(names[key], rows.filter(matter=key)) for key in names if key in there]
    for at, (name, part) in enumerate([*parts, (book.word("actions_total"), rows)], row + 2):
        total = at == row + 2 + len(parts)
        table_row(page, at, [name, *_figures(part, summed=not total)], units, total=total)
    return row + 3 + len(parts)


def _figures(part: pl.DataFrame, *, summed: bool) -> Sequence[int | float | None]:
    told, judged = counted(part), part.filter(pl.col("delivery").is_not_null())
    landed = [part.filter(pl.col("landed") == code).height for code in ("YES", "PARTLY", "NO")]
    won = judged.select(pl.min_horizontal("delivered", "promise").clip(0).sum() / pl.col("promise").sum())
    share = won.item() if summed and judged.height else None
    return [told["open"], told["overdue"], told["done"], *landed, share]


def _by_when(book: Book, page: Worksheet, rows: pl.DataFrame, row: int) -> int:
    """The manager's rhythm: how many fall due when; returns the row after it."""
    put(page, row, FIRST_COLUMN, book.word("actions_when"), "section")
    heading_row(page, row + 1, book.word("actions_heads_when").split("|"), ["text", "count"])
    counts = dict(rows["when"].value_counts().iter_rows())
    for at, key in enumerate(_WHEN[:-1], row + 2):
        table_row(page, at, [book.word(f"when_{key}"), counts.get(key, 0)], ["text", "count"])
    return row + 2 + len(_WHEN) - 1


def _columns(book: Book, rows: pl.DataFrame) -> Iterator[ListColumn]:
    labels, scale = book.labels, money_scale(book.lang)
    parted = book.result.policy.gaps.unit
    names = {"@name": next((name for name in rows.columns if name.endswith("_name")), ""), "@unit": parted}
    heads, tip = {"subject_id": book.result.policy.id}, book.word("see_row")
    shown = [names.get(member, member) for members in _BANDS.values() for member in members]
    widest = text_widths(book, rows, [name for name in shown if name in rows.columns])
    for band, members in _BANDS.items():
        for name in (names.get(member, member) for member in members):
            if name not in rows.columns or (name == _CAMPAIGN and not rows[name].count()):
                continue
            plain = list_column(book, name, widest)
            header = book.word("action_when") if name == "when" else heading(heads.get(name) or name, labels, scale)
            unit = {"delivery": "percent", **dict.fromkeys(_FIGURES, "number")}.get(name, "text")
            ways, units = (_WAYS if name == "subject_id" else ""), (_LOOK if name in _FIGURES else "")
            width = 12.0 if name == parted else _WIDTHS.get(name, plain.width)
            yield ListColumn(name, header, unit, width, book.word(band), units=units, ways=ways, tip=tip)


def _measured(book: Book, rows: pl.DataFrame) -> pl.Expr:
    """What the figures of each row are of, with their unit: the lever's measure, or the metric behind the warning."""
    measures = {lever.key: lever.measure for lever in book.result.policy.levers if lever.measure}
    metric = pl.col("matter").replace_strict(measures, default=None, return_dtype=pl.String)
    names = {*measures.values(), *rows["metric"].drop_nulls()}
    words = {name: _in_unit(book, name) for name in names}
    told = pl.when(pl.col("matter") == WARNING).then("metric").otherwise(metric)
    return told.replace_strict(words, default=None, return_dtype=pl.String).alias("metric")


def _in_unit(book: Book, name: str) -> str:
    unit = money_scale(book.lang).unit if book.labels.unit(name) == "money" else ""
    return book.labels.column(name) + in_brackets(unit, book.labels)


def _frame(book: Book, rows: pl.DataFrame) -> pl.DataFrame:
    """The columns as written in cells, each figure in the unit of its matter's measure."""
    policy, scale, kind = book.result.policy, money_scale(book.lang), kinds_of(book, rows)
    of_money = pl.when(kind == "money")
    codes = {name: {c: book.labels.code(c) for c in rows[name].drop_nulls().unique()} for name in ("landed", "reason")}
    over = policy.grid(policy.way.grid).over
    return rows.with_columns(
        in_words(rows["matter"], _matter_names(book)),
        _measured(book, rows),
        in_words(rows["when"], {key: book.word(f"when_{key}") for key in _WHEN}),
        in_words(rows["warning_state"], {key: book.word(f"state_{key}") for key in _STATES}),
        *(in_words(rows[name], words) for name, words in codes.items()),
        *(of_money.then(pl.col(name) / scale.divisor).otherwise(name).alias(name) for name in _FIGURES),
        kind.replace_strict(_LOOKS, return_dtype=pl.String).alias(_LOOK),
        ways_to_rows(book, over, rows["subject_id"]).alias(_WAYS),
    ).drop("status", "promised", "due_on", "done_on", "note", "decided_by", "opened")
