"""Which deals can be priced: rows that contradict themselves or name nobody are refused at their cells."""

from __future__ import annotations

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.intake.validate.locate import findings_at
from ninegrid.model import findings
from ninegrid.model.inputs import Inputs

RELATION = "deals"
_SAME = 1e-9  # a spread is the rate less the transfer price but for the last bits


@dataclass(frozen=True)
class Priced:
    """The rows that can be priced, and the findings about those that can't."""

    rows: pl.DataFrame
    findings: pl.DataFrame

    def refused(self, inputs: Inputs) -> int:
        """How many can't."""
        return inputs.tables[RELATION].height - self.rows.height


def priced(inputs: Inputs, customers: pl.DataFrame) -> Priced:
    """The accepted deals that name one party, a customer that is known, and terms that agree.

    Refused: both a customer and a prospect, neither, a customer that is not in `customers`; neither rate nor spread, or
    both and they disagree; a replaced loan without its spread; an upfront fee without a tenor.
    """
    deals = inputs.tables[RELATION]
    known = customers["customer_id"].implode() if customers.width else pl.lit([], dtype=pl.List(pl.String))
    customer, prospect = pl.col("customer_id"), pl.col("prospect_id")
    apart = (pl.col("rate") - pl.col("ftp") - pl.col("spread")).abs() > _SAME
    faults = {
        ("CUSTOMER_AND_PROSPECT", "prospect_id"): customer.is_not_null() & prospect.is_not_null(),
        ("MISSING_REQUIRED/PARTY", "customer_id"): customer.is_null() & prospect.is_null(),
        ("UNKNOWN_CUSTOMER/DEAL", "customer_id"): customer.is_not_null() & ~customer.is_in(known),
        ("MISSING_REQUIRED/PRICE", "spread"): pl.col("rate").is_null() & pl.col("spread").is_null(),
        ("SPREAD_DISAGREES", "spread"): apart,
        ("MISSING_REQUIRED/REPLACED", "replaces_spread"): (pl.col("replaces_amount") > 0)
        & pl.col("replaces_spread").is_null(),
        ("MISSING_REQUIRED/TENOR", "tenor_years"): (pl.col("upfront_fee") > 0) & pl.col("tenor_years").is_null(),
    }  # fmt: skip
    told, wrong = [], pl.lit(False)
    for (code, column), fault in faults.items():
        some = deals.filter(fault).with_columns(subject_id=pl.col("deal_id"))
        value = pl.col(column).cast(pl.String)
        said = findings.sentences(code, inputs.lang, value=value)
        told.append(findings_at(some, inputs, column, "rejected", code.partition("/")[0], said, value))
        wrong = wrong | fault.fill_null(False)
    return Priced(deals.filter(~wrong), findings.combine(told))
