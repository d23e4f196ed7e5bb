"""The study of prices: the table `deals`, and findings about deals that were refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import SimpleNamespace

import polars as pl

from ninegrid.messages import Message, message
from ninegrid.model import findings
from ninegrid.model.result_tables import result_table
from ninegrid.model.study import Answer, Asked, Kept
from ninegrid.pricing.cautions import with_warnings
from ninegrid.pricing.deal import with_needs, with_worth
from ninegrid.pricing.promises import actions, undated, with_promise
from ninegrid.pricing.relationship import with_relationship
from ninegrid.pricing.terms import with_terms
from ninegrid.pricing.validate import RELATION, priced
from ninegrid.resources import results, stands_for

TABLE = "deals"
VERDICTS = ("PASS", "BY_RELATIONSHIP", "EXCEPTION", "FAIL")


def answer(asked: Asked) -> Answer:
    """The table deals: a row a deal that could be priced, in the order they were read."""
    rows = priced(asked.inputs, asked.stored["customers"])
    deals = with_terms(rows.rows, asked.stored["customers"], asked.policy)
    deals = with_needs(with_worth(deals, asked.policy), asked.policy)
    deals = with_warnings(with_relationship(deals, asked.stored, asked.policy), asked.stored, asked.policy)
    deals = deals.with_columns(status=pl.col("status").replace_strict(stands_for(RELATION, "status"), default=None))
    schema = result_table(TABLE).schema()
    table = deals.rename({"deposits_needed_hurdle": "deposits_needed", "fee_needed_hurdle": "fee_needed"})
    table = table.select(
        (pl.col(name) if name in table.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )
    promised = with_promise(deals).height
    verdicts = {code: int((table["verdict"] == code).sum()) for code in VERDICTS}
    listed = [_judged(verdicts)] if any(verdicts.values()) else []
    if promised and not asked.options.get("keep"):
        listed.append(message("studies.promises", n=promised))
    return Answer(
        {TABLE: table},
        findings.combine([rows.findings, undated(deals, asked)]),
        refused={RELATION: rows.refused(asked.inputs)},
        counts={code.lower(): n for code, n in verdicts.items()},
        notices=tuple(listed),
        kept=(Kept(TABLE, table, ("deal_id",)), actions(deals, asked, dt.datetime.now(dt.UTC).replace(tzinfo=None))),
    )


def _judged(verdicts: Mapping[str, int]) -> Message:
    """How many deals have each verdict."""
    names = {code: SimpleNamespace(**results()["codes"][code]) for code in verdicts}
    listed = tuple(message("studies.verdict", verdict=names[code], n=n) for code, n in verdicts.items() if n)
    return message("studies.judged", told=listed)
