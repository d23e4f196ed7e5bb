"""Corporate customers and their credit groups, as a subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ninegrid.model.subject import Form, Owned, Subject

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl

    from ninegrid.grid.past import Past
    from ninegrid.grid.tables import Graded
    from ninegrid.model.inputs import Inputs
    from ninegrid.model.period import Period
    from ninegrid.model.subject import Assessed, FormHistory, FoundInValues, Said
    from ninegrid.policy import Policy
    from ninegrid.result import Crowd, Result
    from ninegrid.targets.earlier import Earlier


def _grade(inputs: Inputs, policy: Policy, period: Period, past: Past) -> Graded:
    from ninegrid.subjects.customers.grading import grade

    return grade(inputs, policy, period, past)


def _of_values(inputs: Inputs, policy: Policy, period: Period) -> FoundInValues:
    from ninegrid.subjects.customers.grading import of_values

    return of_values(inputs, policy, period)


def _columns() -> frozenset[str]:
    from ninegrid.subjects.customers.columns import computable

    return computable()


def _improve(
    frame: pl.DataFrame, tables: Mapping[str, pl.DataFrame], inputs: Inputs, policy: Policy, past: Past
) -> Mapping[str, pl.DataFrame]:
    from ninegrid.improvement import improvement

    return improvement(frame, tables, policy, past, inputs.tables, inputs.period)


def _assess(result: Result, graded: Graded, earlier: Earlier) -> Assessed:
    from ninegrid.subjects.customers.assessing import assess

    return assess(result, graded, earlier)


def _reviews_said(inputs: Inputs, heard: FormHistory, read_at: dt.datetime) -> Said:
    from ninegrid.campaigns.reviews import reviews_said

    return reviews_said(inputs, heard, read_at)


def _segments(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    from ninegrid.segments.in_a_unit import segments

    return segments(table, crowd)


def _segment_items(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    from ninegrid.segments.in_a_unit import segment_items

    return segment_items(table, crowd)


def _product_use(table: pl.DataFrame, crowd: Crowd) -> pl.DataFrame:
    from ninegrid.segments.in_a_unit import product_use_here

    return product_use_here(table, crowd)


SUBJECT = Subject(
    name="customers",
    relations=(
        *("customers", "statements", "income_history", "institutions", "groups", "products", "market", "targets"),
        *("actions", "campaign_reviews", "contacts"),
    ),
    table="customers",
    grade=_grade,
    of_values=_of_values,
    columns=_columns,
    help={"zh": "给客户和集团定位。", "en": "Grade customers and groups."},
    improve=_improve,
    assess=_assess,
    in_parts=("customers", "statements", "income_history", "groups"),
    forms=(
        Form(
            relation="campaign_reviews",
            table="campaigns",
            said=_reviews_said,
            ledger="campaign_review_log",
            made="history/campaign_review_log_table",
            kept="history/campaign_review_log",
        ),
    ),
    in_a_unit={"segments": _segments, "segment_items": _segment_items, "product_use": _product_use},
    references=("group_id", "group_name"),
    owned={"targets": Owned("level", "客户", "name")},
)
