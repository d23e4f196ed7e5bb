"""The way up in words: levers by their names, figures in the indicator's own unit, why something is not possible."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.shown import in_words


def lever_names(book: Book) -> Mapping[str, str]:
    """What the levers are called."""
    return {lever.key: book.labels.of(lever) for lever in book.result.policy.levers}


def levers_said(book: Book, levers: pl.Series) -> pl.Series:
    """Sets of levers, `+`-joined keys, by their names."""
    names = lever_names(book)
    sets = levers.drop_nulls().unique().to_list()
    return in_words(levers, {text: " + ".join(names.get(key, key) for key in text.split("+")) for text in sets})


def reasons_said(book: Book, reasons: pl.Series) -> pl.Series:
    """``lever=REASON`` codes, `;`-joined, in words."""
    texts = reasons.drop_nulls().unique().to_list()
    return in_words(reasons, {text: _reasons(book, text) for text in texts})


def _reasons(book: Book, text: str) -> str:
    names, colon = lever_names(book), "：" if book.lang == "zh" else ": "
    pairs = (part.partition("=") for part in text.split(";"))
    said = (
        f"{names.get(key, key)}{colon}{_code_said(book, reason)}" if reason else _code_said(book, key)
        for key, _, reason in pairs
    )
    return ("；" if book.lang == "zh" else "; ").join(said)


def codes_said(book: Book, codes: pl.Series) -> pl.Series:
    """`;`-joined codes in words."""
    joint = "；" if book.lang == "zh" else "; "
    sets = codes.drop_nulls().unique()
    return in_words(codes, {text: joint.join(_code_said(book, code) for code in text.split(";")) for text in sets})


def _code_said(book: Book, code: str) -> str:
    """A code in words; few peers of a benchmark are another matter than few peers of a cut."""
    return book.word("few_peers") if code == "FEW_PEERS" else book.labels.code(code)


def in_own_unit(book: Book, name: str, lever: str = "lever") -> pl.Expr:
    """A column of figures as text, each in the unit of its lever's indicator: ``45.2%``, ``180 bp``."""
    value, chosen = pl.col(name), pl.lit(None, dtype=pl.String)
    for one in book.result.policy.levers:
        mine = pl.col(lever) == one.key
        chosen = pl.when(mine).then(_written(value, book.labels.unit(one.indicator))).otherwise(chosen)
    return chosen


def _written(value: pl.Expr, unit: str) -> pl.Expr:
    if unit == "bp":
        return pl.concat_str((value * 1e4).round(0).cast(pl.Int64).cast(pl.String), pl.lit(" bp"))
    if unit == "percent":
        return pl.concat_str((value * 100).round(1).cast(pl.String), pl.lit("%"))
    return value.round(1).cast(pl.String)
