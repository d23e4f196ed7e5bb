"""What is answered when deals are to be priced: the table `deals`, with what was refused."""

from __future__ import annotations

import datetime as dt

import polars as pl

from ninegrid.messages import message
from ninegrid.model import findings
from ninegrid.model.result_tables import result_table
from ninegrid.model.study import Answer, Asked, Kept
from ninegrid.pricing.deal import with_needs, with_worth
from ninegrid.pricing.promises import actions, undated, with_promise
from ninegrid.pricing.relationship import with_relationship
from ninegrid.pricing.rows import RELATION, priced
from ninegrid.pricing.terms import with_terms
from ninegrid.pricing.warned import with_warnings
from ninegrid.resources import stands_for

TABLE = "deals"


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
    return Answer(
        {TABLE: table},
        findings.combine([rows.findings, undated(deals, asked)]),
        refused={RELATION: rows.refused(asked.inputs)},
        notices=(message("studies.promises", n=promised),) if promised and not asked.options.get("keep") else (),
        kept=(Kept(TABLE, table, ("deal_id",)), actions(deals, asked, dt.datetime.now(dt.UTC).replace(tzinfo=None))),
    )
