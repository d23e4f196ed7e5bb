"""What won deals promised: deposits become actions, to be held against what comes in the months after."""

from __future__ import annotations

import datetime as dt

import polars as pl

from ninegrid.actions.form_rows import SAID
from ninegrid.actions.recall import LEDGER, MADE
from ninegrid.actions.record import DONE
from ninegrid.intake.validate.locate import findings_at
from ninegrid.messages import message, say
from ninegrid.model import findings
from ninegrid.model.study import Asked, Kept

MATTER = "deposits"
"""The lever that the promise is about."""

_WON = "won"


def with_promise(deals: pl.DataFrame) -> pl.DataFrame:
    """The deals of customers that are won, with a date, and promise deposits."""
    promising = (pl.col("status") == _WON) & (pl.col("deposits_promised") > 0) & pl.col("customer_id").is_not_null()
    return deals.filter(promising, pl.col("won_on").is_not_null())


def undated(deals: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """A warning for each won deal without a date, at its cell."""
    wrong = (pl.col("status") == _WON) & (pl.col("deposits_promised") > 0) & pl.col("won_on").is_null()
    some = deals.filter(wrong).with_columns(subject_id=pl.col("deal_id"))
    said = findings.sentences("NO_WON_DATE/DEAL", asked.lang)
    return findings_at(some, asked.inputs, "won_on", "warning", "NO_WON_DATE", said, pl.lit(None, dtype=pl.String))


def actions(deals: pl.DataFrame, asked: Asked, read_at: dt.datetime) -> Kept:
    """The promises as rows of the ledger of actions (actions.form_rows.SAID), done on the day the deal was won.

    An action opens with the last month that ended by that day, so that what is there then is what deposits are measured
    from. campaign_id holds the deal's id, which tells the promises of several deals of a customer apart.
    """
    rows = [
        {
            "customer_id": one["customer_id"],
            "matter": MATTER,
            "campaign_id": one["deal_id"],
            "opened": _opened(one["won_on"]),
            "as_of": str(asked.period),
            "status": DONE,
            "promised": one["deposits_promised"],
            "done_on": one["won_on"],
            "note": say(message("studies.won_note", deal=one["deal_id"]), asked.lang),
            "read_at": read_at,
        }
        for one in with_promise(deals).iter_rows(named=True)
    ]
    return Kept(LEDGER, pl.DataFrame(rows, SAID), tuple(name for name in SAID if name != "read_at"), MADE)


def _opened(won: dt.date) -> str:
    """The last month that ended on a day or before."""
    last = won if (won + dt.timedelta(days=1)).day == 1 else won.replace(day=1) - dt.timedelta(days=1)
    return f"{last:%Y-%m}"
