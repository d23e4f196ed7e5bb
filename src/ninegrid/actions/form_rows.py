"""Rows that people filled in on forms that came back, and those that can't be taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from ninegrid.actions.edited_figures import edited
from ninegrid.actions.matters import WARNING, matter_of
from ninegrid.actions.promises import with_promises
from ninegrid.dataclass import dataclass
from ninegrid.intake.forms import disagreeing, period_of_book, said_of, with_places
from ninegrid.model import findings
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.policy import Policy
from ninegrid.resources import stands_for

RELATION = "actions"
KEY = ("customer_id", "matter", "campaign_id", "opened")
FILLED = ("owner", "status", "promised", "due_on", "done_on", "note", "decided_by")
"""What people fill in."""

SAID: dict[str, pl.DataType] = {
    **dict.fromkeys((*KEY, "as_of", "owner", "status"), pl.String()),
    "promised": pl.Float64(),
    **dict.fromkeys(("due_on", "done_on"), pl.Date()),
    **dict.fromkeys(("note", "decided_by", "file", "cell"), pl.String()),
    "read_at": pl.Datetime("us"),
}
"""What one row says: status by its code, promised in the matter's own measure (yuan, a fraction, a count), as_of the
period of the workbook, cell where the row stood (``线索!T12``), read_at in UTC; what was left empty is null."""

_PLACED = ("customer_id", "matter", *FILLED)


@dataclass(frozen=True)
class Read:
    """What was read of actions. rows: SAID. findings. filled: rows of the forms that said something or were refused."""

    rows: pl.DataFrame
    findings: pl.DataFrame


@dataclass(frozen=True)
class Written:
    """What the program wrote on the forms, by period: the actions it knew (the result table), of the ids that the forms
    are about those it graded, and the figures beside the light cells (customer_id, matter, FIGURES). open: the actions
    that are open.
    """

    actions: Mapping[str, pl.DataFrame]
    customers: Mapping[str, pl.Series]
    figures: Mapping[str, pl.DataFrame]
    open: pl.DataFrame


def periods_of_books(inputs: Inputs) -> list[Period]:
    """The periods that rows of the forms are of, oldest first: those above their tables, and where they were opened."""
    rows = inputs.tables[RELATION]
    texts = rows.select(pl.concat([period_of_book(inputs), pl.col("opened")]).drop_nulls().unique()).to_series()
    return sorted(map(Period.parse, texts))


def said(inputs: Inputs, written: Written, policy: Policy, read_at: object) -> Read:
    """What the accepted rows of the relation actions say, given what the program itself had written there.

    A row in which nothing was filled in, or changed, says nothing. Refused, each bad cell with a finding: LATER_BOOK (a
    workbook of a period after this one), UNKNOWN_MATTER, UNKNOWN_CUSTOMER (neither here now nor when it was opened),
    UNREADABLE_PROMISE, REASON_REQUIRED (a warning dropped without a note and who decided), CONFLICT (rows of one key
    and one period that disagree: none is taken). EDITED_FIGURE: a figure of the program's own was changed; it is
    ignored.
    """
    lang = inputs.lang
    rows = _typed(inputs, policy)
    found = list(edited(rows, written.figures, written.actions, inputs))
    rows = rows.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in FILLED))
    rows, unreadable = with_promises(rows, inputs, policy)
    rows = rows.with_columns(unreadable=unreadable)  # before what is as it was written is taken away
    rows = _opened(rows, inputs, written.open)
    rows = _changed(rows, written.actions).filter(pl.any_horizontal(pl.col(name).is_not_null() for name in FILLED))
    later, *refusals = _refusals(rows, inputs, written)
    for code, column, wrong in (later, *refusals):
        bad = rows.filter(wrong & (pl.lit(code == later[0]) | ~later[2]))
        found.append(said_of(bad, code, column, lang, subject="customer_id", value=_WROTE.get(column, column)))
    rows = rows.filter(~pl.any_horizontal(wrong.fill_null(False) for _, _, wrong in (later, *refusals)))
    several = [(name, disagreeing(rows, [*KEY, "as_of"], name, _WROTE.get(name, name))) for name in FILLED]
    for name, differing in several:
        values = {"subject": "customer_id", "value": _WROTE.get(name, name), "sentence": "CONFLICT/ACTION"}
        found.append(said_of(differing, "CONFLICT", name, lang, **values))
        rows = rows.join(differing, on=[*KEY, "as_of"], how="anti", nulls_equal=True, maintain_order="left")
    rows = rows.with_columns(
        (pl.col("sheet") + "!" + pl.col("status_at")).alias("cell"), pl.lit(read_at, SAID["read_at"]).alias("read_at")
    )
    return Read(rows.select(pl.col(name).cast(kind) for name, kind in SAID.items()), findings.combine(found))


_WROTE = {"matter": "written", "status": "status_written", "promised": "promise_written"}
"""Of columns that became something else, the one that holds what was written."""


def _typed(inputs: Inputs, policy: Policy) -> pl.DataFrame:
    """The rows with places, matter and status by their keys, and the period of their workbook."""
    rows = with_places(inputs.tables[RELATION], inputs, _PLACED)
    known = "、" if inputs.lang == "zh" else ", "
    names = [lever.zh if inputs.lang == "zh" else lever.en for lever in policy.levers]
    return rows.with_columns(
        written=pl.col("matter"),
        matter=matter_of("matter", policy),
        status_written=pl.col("status"),
        status=pl.col("status").replace_strict(stands_for(RELATION, "status"), default=None, return_dtype=pl.String),
        as_of=pl.coalesce(period_of_book(inputs), "opened", pl.lit(str(inputs.period))),
        known=pl.lit(known.join(names)),
    )


def _opened(rows: pl.DataFrame, inputs: Inputs, open_: pl.DataFrame) -> pl.DataFrame:
    """The rows with the period each action was opened in: as written, unless an action on the matter is open then."""
    key = list(KEY[:3])
    held = rows.with_row_index("_at").join(open_.select(*key, _held="opened"), on=key, nulls_equal=True)
    ends = {text: Period.parse(text).end for text in {*held["_held"], *rows["as_of"]}}
    held = held.filter(_end("_held", ends) <= _end("as_of", ends))
    newest = held.sort(_end("_held", ends)).group_by("_at").agg(pl.col("_held").last())
    known = rows.with_row_index("_at").join(newest, on="_at", how="left", maintain_order="left")
    own = pl.when(pl.col("opened") != pl.col("as_of")).then("opened")
    return known.with_columns(opened=pl.coalesce(own, "_held", "opened", "as_of")).drop("_at", "_held")


def _end(column: str, ends: Mapping[str, object]) -> pl.Expr:
    return pl.col(column).replace_strict(ends, default=None, return_dtype=pl.Date)


_STORED = {"owner": "owner_said", "promised": "promised"}


def _changed(rows: pl.DataFrame, actions: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The rows without the cells that are as the program had written them on the workbook of their period."""
    known = [
        table.select(
            pl.col("subject_id").alias("customer_id"),
            *KEY[1:],
            pl.lit(period).alias("as_of"),
            *(pl.col(name).alias(f"_{name}") for name in FILLED),
        )
        for period, table in actions.items()
        if table.width
    ]
    if not known:
        return rows
    key = [*KEY, "as_of"]
    rows = rows.join(pl.concat(known), on=key, how="left", nulls_equal=True, maintain_order="left")
    alike = {name: pl.col(name) == pl.col(f"_{name}") for name in FILLED}
    near = (pl.col("promised") - pl.col("_promised")).abs() <= _TOLERANCE * pl.col("_promised").abs().clip(1e-9)
    alike["promised"] = near
    kept = [pl.when(~alike[name].fill_null(False)).then(name).alias(name) for name in FILLED]
    whole = rows.with_columns(
        note_now=pl.coalesce("note", "_note"), decided_by_now=pl.coalesce("decided_by", "_decided_by")
    )
    return whole.with_columns(kept).drop(f"_{name}" for name in FILLED)


_TOLERANCE = 1e-6  # of an amount that was written in 万元 and read back


def _refusals(rows: pl.DataFrame, inputs: Inputs, written: Written) -> Iterator[tuple[str, str, pl.Expr]]:
    """What makes a row one that can't be taken: the code, the column it is said at, and of which rows it holds."""
    yield "LATER_BOOK", "matter", pl.col("as_of").is_in(_later(rows["as_of"], inputs.period))
    yield "UNKNOWN_MATTER", "matter", pl.col("matter").is_null()
    yield "UNKNOWN_CUSTOMER", "customer_id", ~_known(written.customers)
    yield "UNREADABLE_PROMISE", "promised", pl.col("unreadable")
    lacks = pl.any_horizontal(_now(rows, name).is_null() for name in ("note", "decided_by"))
    dropped = (pl.col("matter") == WARNING) & (pl.col("status") == "dropped").fill_null(False)
    yield "REASON_REQUIRED", "status", dropped & lacks


def _now(rows: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(f"{name}_now" if f"{name}_now" in rows.columns else name)


def _known(customers: Mapping[str, pl.Series]) -> pl.Expr:
    """Whether the customer is there now, or was when the action was opened."""
    here = pl.col("customer_id").is_in(customers[""].implode())
    then = [
        (pl.col("opened") == period) & pl.col("customer_id").is_in(ids.implode()) for period, ids in customers.items()
    ]
    return pl.any_horizontal(here, *then)


def _later(periods: pl.Series, period: Period) -> Sequence[str]:
    return [text for text in periods.unique() if Period.parse(text).end > period.end]
