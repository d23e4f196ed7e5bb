"""Cells that people fill in and that are read back: choices, and the light columns of actions on every sheet that has
them, filled in with what is known already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl
from openpyxl.worksheet.datavalidation import DataValidation

from ninegrid.actions.form_rows import FILLED, RELATION
from ninegrid.actions.matters import WARNING, kind_of_measure, unit_of_column
from ninegrid.model.relations import Column
from ninegrid.model.result_tables import result_table
from ninegrid.report.kit.cells import remark
from ninegrid.report.kit.layout import FIRST_COLUMN, Book
from ninegrid.report.kit.list_writer import ListColumn, ListPart
from ninegrid.report.kit.style import money_scale
from ninegrid.report.template import choices
from ninegrid.resources import relation, stands_for

OPENED, UNIT = "opened", "promise_unit"
_SHOWN = ("status", "promised", UNIT, "due_on", "done_on", "note", "decided_by", OPENED)
_WIDTHS = {"status": 10.0, "promised": 11.0, UNIT: 8.0, "due_on": 12.0, "done_on": 12.0, "note": 24.0}
_UNITS = {"promised": "entry money", "due_on": "entry date", "done_on": "entry date", OPENED: "text", UNIT: "text"}
_PREFIX, _LOOK = "entry:", "entry:look"
_KINDS = {"money": "money", "percent": "ratio", "bp": "ratio"}
_LOOKS = {"money": "entry money", "ratio": "entry percent", "count": "entry count"}


def restrict(book: Book, part: ListPart, position: int, allowed: Sequence[str]) -> None:
    """Offers what may be chosen in a column of a list, and refuses all else."""
    rule = DataValidation("list", formula1=f'"{",".join(allowed)}"', allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = book.word("not_allowed"), book.word("choose_one", choices=" / ".join(allowed))
    rule.add(part.area(position))
    part.sheet.add_data_validation(rule)


def action_columns(book: Book) -> Iterator[ListColumn]:
    """The light columns, whose headings are those by which they are recognised when they come back."""
    form = relation(RELATION)
    for name in _SHOWN:
        unit, width = _UNITS.get(name, "entry text"), _WIDTHS.get(name, 11.0)
        units = _LOOK if name == "promised" else ""
        label, folded = form.column(name).label(book.lang), name == OPENED
        yield ListColumn(f"{_PREFIX}{name}", label, unit, width, book.word("acted"), folded, units=units)


def filled_in(book: Book, rows: pl.DataFrame, matter: pl.Expr) -> pl.DataFrame:
    """What stands in the light columns of each row (`subject_id`, a matter), and how the promise looks.

    It is what is known of the newest action on the matter; the period of the workbook where there is none.
    """
    keyed = rows.select("subject_id", matter.alias("matter"), *(["metric"] if "metric" in rows.columns else []))
    known = _newest(book).join(keyed, on=["subject_id", "matter"], how="semi")
    table = keyed.join(known, on=["subject_id", "matter"], how="left", maintain_order="left")
    return written(book, table.with_columns(pl.col(OPENED).fill_null(str(book.result.period))))


def written(book: Book, actions: pl.DataFrame) -> pl.DataFrame:
    """Rows of the table actions as they stand in the light columns."""
    form, scale = relation(RELATION), money_scale(book.lang)
    status, kind = form.column("status"), kinds_of(book, actions)
    words = {code: status.called(word, book.lang) for word, code in stands_for(RELATION, "status").items()}
    units = {"money": scale.unit, "ratio": "%", "count": book.word("lines")}
    promised = pl.when(kind == "money").then(pl.col("promised") / scale.divisor).otherwise("promised")
    rows = actions.with_columns(
        pl.col("status").replace_strict(words, default=None, return_dtype=pl.String),
        promised=promised.round(6),
        promise_unit=kind.replace_strict(units, default=None, return_dtype=pl.String),
        look=kind.replace_strict(_LOOKS, default="entry count", return_dtype=pl.String),
    )
    return rows.select(pl.col(*_SHOWN).name.prefix(_PREFIX), pl.col("look").alias(_LOOK))


def open_entries(book: Book, part: ListPart, columns: Sequence[ListColumn]) -> None:
    """The choices of the status, and a note on each light column, where a list with them stands."""
    form = relation(RELATION)
    for position, column in enumerate(columns):
        name = column.name.removeprefix(_PREFIX)
        if name == column.name or name not in FILLED:
            continue
        open_entry(book, part, position, form.column(name))


def open_entry(book: Book, part: ListPart, position: int, about: Column) -> None:
    """The choices of one light column, at a 0-based position, and the note on its heading."""
    if about.choices:
        restrict(book, part, position, choices(about, book.lang))
    if note := about.note_zh if book.lang == "zh" else about.note_en:
        remark(part.sheet.cell(part.header, FIRST_COLUMN + position), note)


def _newest(book: Book) -> pl.DataFrame:
    """The newest action on each matter, of no campaign."""
    table = book.result.tables.get("actions", pl.DataFrame(schema=result_table("actions").schema()))
    own = table.filter(pl.col("campaign_id").is_null()).sort("opened", maintain_order=True)
    kept = own.unique(["subject_id", "matter"], keep="last", maintain_order=True)
    return kept.select("subject_id", "matter", *(name for name in _SHOWN if name != UNIT))


def kinds_of(book: Book, actions: pl.DataFrame) -> pl.Expr:
    """In what each row is promised: money, a ratio or a count."""
    policy = book.result.policy
    kinds = {matter: kind_of_measure(matter, policy) for matter in actions["matter"].unique()}
    kind = pl.col("matter").replace_strict(kinds, default=None, return_dtype=pl.String)
    if "metric" not in actions.columns:
        return kind
    units = {name: unit_of_column(name, policy) for name in actions["metric"].drop_nulls().unique()}
    known = {name: _KINDS.get(unit, "count") for name, unit in units.items()}
    own = pl.col("metric").replace_strict(known, default="count", return_dtype=pl.String)
    return pl.when(pl.col("matter") == WARNING).then(own).otherwise(kind)
