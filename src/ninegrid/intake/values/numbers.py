"""Numbers as people type them, read exactly: scaling appends a decimal exponent to the digits and never multiplies."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from ninegrid.intake.values.cells import (
    NO_PROBLEMS,
    Cells,
    Parsed,
    all_finite,
    filled_in,
    held,
    missing,
    not_found,
    problems,
    shown,
)
from ninegrid.intake.values.units import CELL_UNITS, CURRENCY_OF, HOME
from ninegrid.model.relations import Kind

# [0-9] and not \d, which would take the digits of every script.
_CURRENCY = "|".join(re.escape(word) for word in sorted(CURRENCY_OF, key=len, reverse=True))
# By thousands, by ten thousands, the Indian way (12,34,567), with spaces, and with apostrophes as the Swiss write them.
_GROUPED = (
    r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,4}(?:,[0-9]{4})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"
    r"|[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:['’‘´`][0-9]{3})+|[0-9]+"
)
_UNIT = r"[^0-9\s.,()+'-][^0-9()+-]*?"
_NUMBER = (
    r"^(?<open>\()?\s*(?<lead>[+-])?\s*(?<sign>" + _CURRENCY + r")?\s*(?<inner>[+-])?\s*"
    r"(?<whole>" + _GROUPED + r")?(?<part>\.[0-9]*)?(?:e(?<power>[+-]?[0-9]{1,9}))?"
    r"\s*(?<unit>" + _UNIT + r")?\s*(?<trail>-)?\s*(?:(?<close>\))\s*(?<after>" + _UNIT + r")?)?\s*$"
)
_PLAIN = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$"
_SIMPLE = r"^[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?$"
_DECIMALS, _EXACT_DIGITS = 6, 15
_ORDINARY = (
    r"^[+-]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?%?|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?)$"
)


def parse_numbers(
    cells: Cells, kind: Kind, exponent: int = 0, *, text_file: bool = False, currency: str = ""
) -> Parsed:
    """Float64 values of a numeric column, in the unit 10**exponent unless a cell brings its own.

    Reads thousands separators in proper groups, full-width digits, currency signs, accounting negatives, percent and
    万/亿 suffixes, and scientific notation; placeholders are missing. Problems: UNREADABLE_NUMBER, ERROR_CELL and
    OTHER_CURRENCY (neither the column's nor that of all its cells) for refused cells, LOOKUP_EMPTY for #N/A, which is
    missing, NUMBER_AS_TEXT for cells that needed repair (in a text file, grouped and percent forms need none).
    """
    if (plain := _plain(cells, exponent)) is not None:
        return Parsed(scaled(plain, exponent), NO_PROBLEMS)
    numbers, infinite = _finite(cells)
    values = scaled(numbers, exponent)
    if cells.text.null_count() == len(cells.text):
        return Parsed(values, infinite)
    rest, errors = held(cells)
    read = _read(rest, kind, exponent)
    read, strange, own = _of_currency(read, currency, rest.height + cells.number_count)
    typed = pl.col("value").str.strip_chars().str.to_lowercase()
    usual = typed.str.contains(_ORDINARY if text_file else _PLAIN)
    found = [
        infinite,
        errors,
        not_found(cells),
        strange,
        problems(read.filter(pl.col("parsed").is_null()), "UNREADABLE_NUMBER"),
        problems(read.filter(pl.col("parsed").is_not_null() & ~usual), "NUMBER_AS_TEXT", shown(pl.col("parsed"))),
    ]
    return Parsed(filled_in(values, read, "parsed"), pl.concat(found), own)


def _of_currency(read: pl.DataFrame, currency: str, filled: int) -> tuple[pl.DataFrame, pl.DataFrame, str]:
    """The cells in the column's currency, those in another as problems, and the foreign one that all cells name."""
    code = pl.col("sign").replace_strict(CURRENCY_OF, default=None, return_dtype=pl.String)
    signed = read.with_columns(code=code).drop_nulls("code")
    codes = signed["code"].unique().to_list()
    if not codes or set(codes) <= {currency or HOME}:
        return read, NO_PROBLEMS, ""
    if not currency and len(codes) == 1 and signed.height == filled:
        return read, NO_PROBLEMS, str(codes[0])
    other = signed.filter(pl.col("code") != (currency or HOME))
    kept = read.join(other, on="at", how="anti", maintain_order="left")
    return kept, problems(other, "OTHER_CURRENCY", pl.lit(currency or HOME)), ""


def _plain(cells: Cells, exponent: int) -> pl.Series | None:
    """The numbers of a column that is written in plain digits throughout, as most text files' are; None for others."""
    text = cells.text
    if cells.number_count or not text.count():
        return None
    longest = text.str.len_bytes().max()
    if exponent and isinstance(longest, int) and longest > _EXACT_DIGITS:
        return None  # of more digits the number does not tell all, and they are to be scaled one by one
    numbers = text.cast(pl.Float64, strict=False)
    return numbers if numbers.null_count() == text.null_count() and all_finite(numbers) else None


def scaled(numbers: pl.Series, exponent: int) -> pl.Series:
    """Float64 numbers times 10**exponent, each the double nearest to the decimal product of what was typed.

    A number of at most 15 digits, six of them decimals, is a whole number of millionths, and no other number of as few
    digits is the same double. That whole number and the power of ten are exact as doubles, so that one multiplication
    or division rounds once, as reading the digits would. Others are read from their digits again.
    """
    if exponent == 0:
        return numbers
    number, power = pl.col("number"), exponent - _DECIMALS
    whole = (number * 10.0**_DECIMALS).round()
    # The divisors stand in columns, as by a literal polars multiplies with its reciprocal, which is not exact.
    frame = pl.DataFrame([numbers.alias("number"), *_columns_of(len(numbers), one=10.0**_DECIMALS, to=10.0**-power)])
    exact = (whole.abs() < 10.0**_EXACT_DIGITS) & (whole / pl.col("one") == number)
    frame = frame.select("number", exact=exact, scaled=whole * 10.0**power if power >= 0 else whole / pl.col("to"))
    if frame["exact"].all():
        return frame["scaled"]
    rest = frame["exact"].not_().arg_true()
    return frame["scaled"].scatter(rest, _scaled_digits(numbers.gather(rest), exponent))


def _columns_of(height: int, **values: float) -> Iterator[pl.Series]:
    return (pl.Series(name, [value]).new_from_index(0, height) for name, value in values.items())


def _scaled_digits(numbers: pl.Series, exponent: int) -> pl.Series:
    frame = pl.DataFrame({"digits": numbers.cast(pl.String)})
    return frame.select(_moved(pl.col("digits"), pl.lit(exponent)).cast(pl.Float64)).to_series()


def _moved(digits: pl.Expr, exponent: pl.Expr) -> pl.Expr:
    """The text of a decimal with its decimal exponent raised."""
    power = digits.str.extract(r"e([+-]?[0-9]+)$").cast(pl.Int64, strict=False).fill_null(0) + exponent
    return pl.concat_str(digits.str.replace(r"e[+-]?[0-9]+$", ""), pl.lit("e"), power.cast(pl.String))


def _finite(cells: Cells) -> tuple[pl.Series, pl.DataFrame]:
    """The number cells that are numbers; infinities are problems, and NaN is a way to write nothing."""
    numbers = cells.number
    if numbers is None:
        numbers = missing(len(cells.text), pl.Float64())
    if all_finite(numbers):
        return numbers, NO_PROBLEMS
    frame = pl.DataFrame({"at": pl.int_range(0, len(numbers), dtype=pl.UInt32, eager=True), "number": numbers})
    infinite = frame.filter(pl.col("number").is_infinite()).with_columns(value=pl.col("number").cast(pl.String))
    kept = frame.select(pl.when(pl.col("number").is_finite()).then("number")).to_series()
    return kept, problems(infinite, "UNREADABLE_NUMBER")


def _read(rest: pl.DataFrame, kind: Kind, exponent: int) -> pl.DataFrame:
    """The rows with `parsed`: the number a text means, null where it means none. Most texts need no grammar."""
    simple = pl.col("plain").str.contains(_SIMPLE)
    digits = pl.col("plain").str.replace_all(",", "", literal=True)
    easy = rest.filter(simple).with_columns(
        parsed=_to_float(digits + f"e{exponent}" if exponent else digits), sign=pl.lit(None, pl.String)
    )
    if easy.height == rest.height:
        return easy
    return pl.concat([easy, _by_grammar(rest.filter(~simple), kind, exponent)])


def _by_grammar(rest: pl.DataFrame, kind: Kind, exponent: int) -> pl.DataFrame:
    parts = rest.with_columns(pl.col("plain").str.extract_groups(_NUMBER).alias("part_of")).unnest("part_of")
    unit = pl.coalesce("unit", "after").str.replace_all(r"\s", "")
    own = unit.replace_strict(CELL_UNITS.get(kind, {}), default=None, return_dtype=pl.Int64)
    negative = pl.any_horizontal(pl.col("lead", "inner").eq_missing("-"), pl.col("trail", "open").is_not_null())
    power = pl.col("power").cast(pl.Int64).fill_null(0) + pl.coalesce(own, pl.lit(exponent))
    digits = pl.concat_str(
        pl.when(negative).then(pl.lit("-")).otherwise(pl.lit("")),
        pl.col("whole").str.replace_all(r"\D", "").fill_null("0"),
        pl.col("part").fill_null(""),
        pl.lit("e"),
        power.cast(pl.String),
    )
    sound = pl.all_horizontal(
        pl.col("whole").is_not_null() | (pl.col("part").str.len_chars() > 1),
        pl.col("open").is_null() == pl.col("close").is_null(),
        pl.sum_horizontal(pl.col("lead", "inner", "trail", "open").is_not_null()) <= 1,
        pl.col("unit").is_null() | pl.col("after").is_null(),
        unit.is_null() | own.is_not_null(),
    )
    return parts.with_columns(parsed=pl.when(sound).then(_to_float(digits))).select(
        "at", "value", "plain", "parsed", "sign"
    )


def _to_float(digits: pl.Expr) -> pl.Expr:
    number = digits.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)
