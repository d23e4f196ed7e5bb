"""Why a cell or a row was mended, refused or noticed: a kind each; the sentences are the catalogue `findings`."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ninegrid.model.findings import sentences
from ninegrid.model.relations import Lang

REASONS: dict[str, str] = {
    "NUMBER_AS_TEXT": "repaired",
    "ID_TRIMMED": "repaired",
    "ID_REPAIRED": "repaired",
    "ID_WAS_NUMBER": "repaired",
    "CONFLICT": "rejected",
    "LABEL_CONFLICT": "warning",
    "DAMAGED_TEXT": "warning",
    "APOSTROPHES": "repaired",
    "FILLED_DOWN": "repaired",
    "MERGED_VALUES": "warning",
    "DECIMAL_COMMA": "repaired",
    "LABEL_SPELLING": "repaired",
    "ZEROS_MATCHED": "repaired",
    "ZEROS_AMBIGUOUS": "warning",
    "CASE_MATCHED": "repaired",
    "CASE_AMBIGUOUS": "warning",
    "CASE_DIFFERS": "warning",
    "NAMES_MATCHED": "repaired",
    "NAME_AMBIGUOUS": "warning",
    "SUBTOTAL_ROW": "repaired",
    "TOTAL_DISAGREES": "warning",
    "TOTAL_DISAGREES/UNREAD": "warning",
    "FOOTER_ROW": "repaired",
    "REPEATED_HEADER": "repaired",
    "DUPLICATE_ROW": "repaired",
    "LENIENT_MISSING": "repaired",
    "SELF_PARENT": "repaired",
    "UNREADABLE_NUMBER": "rejected",
    "UNREADABLE_DATE": "rejected",
    "UNREADABLE_YEAR": "rejected",
    "UNREADABLE_PERIOD": "rejected",
    "UNREADABLE_ID": "rejected",
    "ID_ROUNDED": "rejected",
    "ERROR_CELL": "rejected",
    "NOT_CALCULATED": "rejected",
    "UNKNOWN_CATEGORY": "rejected",
    "UNKNOWN_CATEGORY/NEAR": "rejected",
    "NEGATIVE": "rejected",
    "OUT_OF_RANGE": "rejected",
    "MISSING_REQUIRED": "rejected",
    "DUPLICATE_KEY": "rejected",
    "RAGGED_ROW": "rejected",
    "ORPHAN/ABSENT": "rejected",
    "ORPHAN/REFUSED": "rejected",
    "ORPHAN/OTHER_PERIOD": "rejected",
    "GROUP_CONFLICT": "rejected",
    "CYCLE": "rejected",
    "TOO_DEEP": "rejected",
    "UNKNOWN_PARENT": "warning",
    "DATE_AMBIGUOUS": "warning",
    "RATIO_UNIT_DOUBTFUL/SMALL": "warning",
    "OTHER_CURRENCY": "rejected",
    "PERCENT_BY_VALUES": "repaired",
    "PERCENT_BY_VALUES/BEFORE": "repaired",
    "PERCENT_BY_VALUES/MEDIAN": "repaired",
    "SIGN_TURNED": "repaired",
    "FOREIGN_CURRENCY": "warning",
    "NOT_FILLED": "warning",
    "LOOKUP_EMPTY": "warning",
    "INTERIM": "warning",
    "FUTURE_YEAR": "rejected",
    "LATER_DAY": "warning",
    "NO_SUCH_COLUMN": "warning",
}
"""reason[/variant] → kind."""

REFUSING = frozenset(reason for reason, kind in REASONS.items() if kind == "rejected")

FOREIGN = frozenset(reason for reason in REASONS if reason.partition("/")[0] in ("ORPHAN", "FUTURE_YEAR"))
"""Reasons of rows that are in order: about a subject the inputs don't have, or about a time after the period."""

FOREIGN_CODES = frozenset(reason.partition("/")[0] for reason in FOREIGN)
"""The same, as findings name them."""


def kind_of(reason: pl.Expr) -> pl.Expr:
    """The finding's kind."""
    return reason.replace_strict(REASONS, return_dtype=pl.String)


def with_messages(rows: pl.DataFrame, labels: Mapping[str, str], lang: Lang) -> pl.DataFrame:
    """The rows (reason, value, detail, column) with `message`, in their order.

    labels: canonical column → its label in that language.
    """
    label = pl.col("column").replace_strict(dict(labels), default=pl.col("column"), return_dtype=pl.String)
    parts = {"value": pl.col("value"), "detail": pl.col("detail"), "column": label}
    said = [
        group.with_columns(message=sentences(group["reason"][0], lang, **parts))
        for group in rows.with_row_index("_order").partition_by("reason")
    ]
    return pl.concat(said).sort("_order").drop("_order")
