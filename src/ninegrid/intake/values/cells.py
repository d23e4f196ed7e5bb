"""Cells of one column before they are typed, and what is common to typing any of them."""

from __future__ import annotations

import math
from collections.abc import Callable

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.resources import vocabulary

PROBLEMS = {"at": pl.UInt32(), "value": pl.String(), "reason": pl.String(), "detail": pl.String()}
"""What a column's parser found: the row's position, the cell's text, a reason and the detail its message needs."""

NO_PROBLEMS = pl.DataFrame(schema=PROBLEMS)
"""What it found in most columns: nothing."""

WORDS = vocabulary("cells")
"""The words of cells, ``schemas/vocabulary/cells.toml``."""

_DASHES = "‐‑‒–—―−－﹣"
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\r\n"
_NOTHING = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_HALF_WIDTH = {**_WIDE, **dict.fromkeys(_DASHES, "-"), **dict.fromkeys(_SPACES, " "), "￥": "¥"}

BLANKS = " \v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029" + _SPACES + _NOTHING
"""Everything that looks like nothing at the ends of a text."""

_BRACKETS = (("(", ")"), ("[", "]"), ("<", ">"), ("{", "}"))
_BRACKETED = tuple(f"{first}{word}{last}" for word in WORDS["no_value"] for first, last in _BRACKETS)

PLACEHOLDERS = (
    "", "-", "--", "---", "----", "—", "——", "–", "/", "//", "\\", ".", "..", "...", "…", "……", "*", "**", "?",
    "\\n", "\\\\n", "-nan", "&nbsp;", "&nbsp;&nbsp;", "0000-00-00", *WORDS["no_value"], *_BRACKETED,
)  # fmt: skip
"""What people write where there is no value, in lower case."""

NOT_CALCULATED = "=?"
"""What readers give for a formula whose result was never stored."""

ERRORS = (
    "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!",
    "#BUSY!", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!", "#EXTERNAL!", "#PYTHON!", NOT_CALCULATED,
)  # fmt: skip
"""Cells without a value: Excel's error values, but for NOT_FOUND, which people use as a placeholder too."""

NOT_FOUND = "#n/a"
"""What a lookup gives that found nothing, in lower case: no value, but not one that somebody left out."""


@dataclass(frozen=True)
class Cells:
    """One column as read: `text` (String) and, where the reader tells numbers apart, `number` (Float64)."""

    text: pl.Series
    number: pl.Series | None = None

    @property
    def number_count(self) -> int:
        """How many cells are numbers."""
        return 0 if self.number is None else self.number.count()


@dataclass(frozen=True)
class Parsed:
    """One column typed: the values, null where missing or refused, and the problems (PROBLEMS).

    currency: the code of the foreign currency that every cell names, "" for none.
    """

    values: pl.Series
    problems: pl.DataFrame
    currency: str = ""


_MANY, _SAMPLE = 1000, 500  # rows from which repeated texts are looked for, and the most distinct ones among them


def once_a_text(parse: Callable[[Cells], Parsed], cells: Cells) -> Parsed:
    """What `parse`, which looks at each cell by itself, makes of them. In a column of few texts, none of which is a
    problem, each is parsed once.
    """
    text = cells.text
    if len(text) < _MANY or cells.number_count or text.head(_MANY).n_unique() > _SAMPLE:
        return parse(cells)
    distinct = text.unique().drop_nulls()
    parsed = parse(Cells(distinct))
    if parsed.problems.height:
        return parse(cells)
    if parsed.values.dtype == pl.String and parsed.values.equals(distinct):
        return Parsed(text, NO_PROBLEMS)
    dtype = parsed.values.dtype
    return Parsed(text.replace_strict(distinct, parsed.values, default=None, return_dtype=dtype), NO_PROBLEMS)


def half_width(text: pl.Expr) -> pl.Expr:
    """Full-width forms as plain ones, every dash as ``-``, every space as a space, invisible characters gone.

    Not NFKC: that would turn ² into 2 and ① into 1, and so make numbers of what is none.
    """
    return text.str.replace_many(
        [*_HALF_WIDTH, *_NOTHING], [*_HALF_WIDTH.values(), *[""] * len(_NOTHING)]
    ).str.strip_chars(BLANKS)


def not_found(cells: Cells) -> pl.DataFrame:
    """The cells whose lookup found nothing, as problems (PROBLEMS) LOOKUP_EMPTY."""
    text = cells.text
    likely = text.str.starts_with("#").arg_true()  # few columns have any, and the rest of the work is on those alone
    if likely.is_empty():
        return NO_PROBLEMS
    cells_of = pl.DataFrame({"at": likely, "value": text.gather(likely)})
    return problems(cells_of.filter(pl.col("value").str.to_lowercase() == NOT_FOUND), "LOOKUP_EMPTY")


def held(cells: Cells) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The text cells that hold a value (at, value, plain: half-width, lower case), and the error cells as problems."""
    filled = pl.DataFrame({"at": cells.text.is_not_null().arg_true(), "value": cells.text.drop_nulls()})
    if filled.is_empty():
        return filled.with_columns(plain="value"), NO_PROBLEMS
    plain = _with_plain(filled)
    plain = plain.filter(~pl.col("plain").is_in(PLACEHOLDERS))
    wrong = pl.col("plain").is_in([error.lower() for error in ERRORS])
    return plain.filter(~wrong), problems(plain.filter(wrong), "ERROR_CELL")


def _with_plain(filled: pl.DataFrame) -> pl.DataFrame:
    """The rows with `plain`; each distinct text is worked on once where texts repeat."""
    written = pl.col("value")
    if filled["value"].str.contains(r"^[!-~]*$").all():
        return filled.with_columns(plain=written.str.to_lowercase())
    distinct = filled.select("value").unique()
    if 2 * distinct.height > filled.height:
        return filled.with_columns(plain=half_width(written).str.to_lowercase())
    distinct = distinct.with_columns(plain=half_width(written).str.to_lowercase())
    return filled.join(distinct, on="value", how="left", maintain_order="left")


def problems(rows: pl.DataFrame, reason: str | pl.Expr, detail: pl.Expr | None = None) -> pl.DataFrame:
    """Problems (PROBLEMS) of the given rows (at, value)."""
    if rows.is_empty():
        return NO_PROBLEMS
    code = pl.lit(reason) if isinstance(reason, str) else reason
    code = pl.when(pl.col("value") == NOT_CALCULATED).then(pl.lit("NOT_CALCULATED")).otherwise(code)
    more = pl.lit("") if detail is None else detail
    return rows.select("at", "value", reason=code, detail=more).cast(PROBLEMS)  # type: ignore[arg-type]


def missing(height: int, dtype: pl.DataType) -> pl.Series:
    """A column of nulls."""
    return pl.Series([None], dtype=dtype).new_from_index(0, height)


def all_finite(numbers: pl.Series) -> bool:
    """Whether no number is infinite or NaN. A sum tells at once: it is finite only where all are."""
    return math.isfinite(numbers.sum()) or bool(numbers.is_finite().all())


def filled_in(values: pl.Series, rows: pl.DataFrame, column: str) -> pl.Series:
    """`values` with those of `column` put in at the positions `at`."""
    if rows.is_empty():
        return values
    return values.clone().scatter(rows["at"], rows[column].cast(values.dtype))


def shown(number: pl.Expr) -> pl.Expr:
    """A number as a person would have typed it: ``1234``, not ``1234.0``."""
    return number.cast(pl.String).str.replace(r"\.0$", "")
