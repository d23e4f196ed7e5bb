"""Amounts written with a decimal comma (``1.234,56``, ``0,433``), as against those whose commas separate thousands.

A cell proves one of the two where it can't be the other: ``0,433`` and ``1234,5`` are decimals, ``1,234.5`` and
``1,234,567`` are groups, ``2,982`` may be either. A column is read by what its own cells prove, else by what the other
columns of the sheet prove. Where nothing proves it, commas part thousands, as they do nearly everywhere; but in a text
that is parted by semicolons, which is what programs write whose comma is a decimal one, that is in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.layout import Field
from ninegrid.model.errors import InputError
from ninegrid.model.raw import ROW

_BEFORE, _AFTER = r"^[^0-9.,]*(?:", r")[^0-9.,]*$"
_GROUPS = r"[0-9]{1,3}(?:[. '’‘´`][0-9]{3})+"
_DECIMAL = (
    _BEFORE
    + rf"0,[0-9]+|[0-9]+,[0-9]{{1,2}}|[0-9]{{4,}},[0-9]{{3}}|[0-9]{{5,}},[0-9]{{4}}|[0-9]+,[0-9]{{5,}}|{_GROUPS},[0-9]+"
    + _AFTER
)
_GROUPED = (
    _BEFORE
    + r"(?:[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3})(?:\.[0-9]*)?|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*"
    + r"|0?\.[0-9]+|[0-9]+\.[0-9]{1,2}|[0-9]{4,}\.[0-9]+|[0-9]+\.[0-9]{4,}"
    + _AFTER
)
_WRITTEN = rf"^([^0-9.,]*)({_GROUPS}|[0-9]+)(?:,([0-9]+))?([^0-9.,]*)$"
_LOOKED_AT = 10_000  # rows of a long sheet in which commas are looked for
_COMMAS: float = resources.vocabulary("limits")["values"]["with_commas"]


@dataclass(frozen=True)
class _Proofs:
    """How many cells of a column have a comma, prove a decimal one, prove groups."""

    commas: int
    decimals: int
    groups: int
    most: bool

    @property
    def decimal(self) -> bool:
        return self.decimals > 0 and not self.groups and self.most

    @property
    def open(self) -> bool:
        return self.commas > 0 and not self.decimals and not self.groups


def with_points(
    data: pl.DataFrame, fields: Sequence[Field], place: str, *, semicolons: bool
) -> tuple[pl.DataFrame, dict[int, int]]:
    """The rows with a point in place of every decimal comma, and how many cells of each column had one.

    fields: the columns of numbers. semicolons: whether the text is parted by them. InputError for commas in doubt.
    """
    texts = {f.index: data[f"t{f.index}"] for f in fields}
    if not _has_commas(data, [text.name for text in texts.values()]):
        return data, {}
    numbers = {i: data[f"n{i}"].count() if f"n{i}" in data.columns else 0 for i in texts}
    proofs = {i: _proofs(text, numbers[i], semicolons=semicolons) for i, text in texts.items()}
    decimal = {index for index, found in proofs.items() if found.decimal}
    still_open = {index for index, found in proofs.items() if found.open}
    points = any(found.groups and not found.decimals for found in proofs.values())
    if decimal and not points:
        decimal |= still_open | {i for i, found in proofs.items() if not found.commas}
    elif semicolons and still_open and (decimal or not points):
        raise _in_doubt(data, next(f for f in fields if f.index in still_open), place)
    written = {i: _pointed(texts[i]) for i in decimal}
    counts = {i: int(texts[i].ne_missing(text).sum()) for i, text in written.items()}
    return data.with_columns(text.alias(f"t{i}") for i, text in written.items()), {i: n for i, n in counts.items() if n}


def _has_commas(data: pl.DataFrame, names: Sequence[str]) -> bool:
    """Whether any of the columns has one, among some rows: who writes decimal commas writes them throughout."""
    if not names:
        return False
    some = max(data.height // _LOOKED_AT, 1)
    found = data.select(pl.col(names).gather_every(some).str.contains(",", literal=True).any())
    return any(found.row(0))


def _proofs(text: pl.Series, numbers: int, *, semicolons: bool) -> _Proofs:
    frame = text.alias("text").to_frame()
    cell = pl.col("text").str
    found = frame.select(
        commas=cell.contains(",", literal=True).sum(),
        decimals=cell.contains(_DECIMAL).sum(),
        groups=cell.contains(_GROUPED).sum(),
        filled=cell.contains("[0-9]").sum(),
    ).row(0, named=True)
    most = semicolons or found["commas"] >= _COMMAS * (found["filled"] + numbers)
    return _Proofs(found["commas"], found["decimals"], found["groups"], most)


def _pointed(text: pl.Series) -> pl.Series:
    """The texts that are numerals with a decimal comma, or with points between thousands, written the other way."""
    parts = pl.col("text").str.extract_groups(_WRITTEN)
    before, whole, part, after = (parts.struct.field(str(i)) for i in range(1, 5))
    rest = pl.when(part.is_not_null()).then(pl.concat_str(pl.lit("."), part)).otherwise(pl.lit(""))
    written = pl.concat_str(before, whole.str.replace_all(r"[. ']", ""), rest, after)
    return text.alias("text").to_frame().select(pl.coalesce(written, "text")).to_series()


def _in_doubt(data: pl.DataFrame, field: Field, place: str) -> InputError:
    row, text = data.select(ROW, text=f"t{field.index}").filter(pl.col("text").str.contains(",", literal=True)).row(0)
    digits = "".join(letter for letter in text if letter.isdigit() or letter == ",")
    return InputError(
        "values.comma_in_doubt",
        place=place,
        cell=f"L{row}C{field.index + 1}",
        header=field.header,
        value=text,
        grouped=digits.replace(",", ""),
        decimal=digits.replace(",", "."),
    )
