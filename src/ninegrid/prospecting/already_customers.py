"""Prospects that are customers already: by their credit code, or by their name."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import polars as pl

from ninegrid.resources import vocabulary

_DRESS = re.compile(r"[\s()（）\[\]【】〔〕「」《》<>{}.,，。、·・'’\"“”&＆_/-]+")


@cache
def _suffixes() -> tuple[str, ...]:
    return tuple(sorted(vocabulary("legal_names")["suffixes"], key=len, reverse=True))


def bare_name(name: str) -> str:
    """A company's name without its form of law, brackets, width, case, points and spaces: what two spellings share.

    A name that is nothing but such stays as it is.
    """
    text = _DRESS.sub("", unicodedata.normalize("NFKC", name).casefold())
    for suffix in _suffixes():
        if text.endswith(suffix) and len(text) > len(suffix):
            return text.removesuffix(suffix)
    return text


def bare_code(code: str) -> str:
    """A credit code without spaces and points, in capitals."""
    return _DRESS.sub("", unicodedata.normalize("NFKC", code)).upper()


def customers_already(prospects: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """prospect_id and customer_id of those that are customers; by code before name, of several the smallest id.

    prospects: prospect_id, name, credit_code. customers: customer_id, customer_name, and credit_code where it is known.
    """
    known = customers.sort("customer_id")
    found = []
    for mine, theirs, bare in (("credit_code", "credit_code", bare_code), ("name", "customer_name", bare_name)):
        if theirs in known.columns and mine in prospects.columns:
            left, right = _keyed(prospects, "prospect_id", mine, bare), _keyed(known, "customer_id", theirs, bare)
            found.append(left.join(right.unique("key", keep="first", maintain_order=True), on="key"))
    if not found:
        return pl.DataFrame(schema={"prospect_id": pl.String, "customer_id": pl.String})
    return (
        pl.concat(found).select("prospect_id", "customer_id").unique("prospect_id", keep="first", maintain_order=True)
    )


def _keyed(rows: pl.DataFrame, id_: str, column: str, bare: object) -> pl.DataFrame:
    texts = rows.select(id_, pl.col(column).cast(pl.String)).drop_nulls()
    assert callable(bare)
    keys = pl.Series("key", [bare(text) for text in texts[column]], dtype=pl.String)
    return texts.select(id_).with_columns(keys).filter(pl.col("key") != "")
