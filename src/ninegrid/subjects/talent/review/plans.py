"""Development plans 发展计划: what people filled in on the form, put together over all that was said so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache

import polars as pl

from ninegrid.intake.forms import disagreeing, period_of_book, said_of, with_places
from ninegrid.model import findings
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.subject import FormHistory, Said
from ninegrid.resources import relation, stands_for

RELATION, TABLE = "development", "development"
KEY = ("employee_id", "action", "opened")
FILLED = ("competency", "kind", "mentor_id", "starts", "due_on", "status", "done_on", "result")
"""What is kept of a plan besides its key."""
FIGURES = ("level_now", "level_needed", "priority")
"""What the program writes beside the cells to fill in, and reads again."""
SUGGESTED, PLANNED, DONE, DROPPED = "suggested", "planned", "done", "dropped"
CLOSED = (DONE, DROPPED)

_DATES = ("starts", "due_on", "done_on")
_TOLD = ("action", "kind", "mentor_id", "starts", "due_on", "status", "done_on", "result")
"""The cells to fill in: where none is, or all are as they were written, a row says nothing."""
_NEAR = 0.011  # levels and priorities are written with two decimals

LOG: dict[str, pl.DataType] = {
    **dict.fromkeys((*KEY, "as_of"), pl.String()),
    **{name: pl.Date() if name in _DATES else pl.String() for name in FILLED},
    **dict.fromkeys(("file", "cell"), pl.String()),
    "read_at": pl.Datetime("us"),
}
"""What one row says: kind and status by their codes, as_of the period of its workbook, cell where it stood."""

PLAN: dict[str, pl.DataType] = {**{n: LOG[n] for n in (*KEY, *FILLED)}, "finished_on": pl.Date()}
"""A plan: finished_on the day from which it counts as done; null while it isn't."""


def plans_said(inputs: Inputs, heard: FormHistory, read_at: dt.datetime) -> Said:
    """What is known of every plan (PLAN, with the relation's other columns), and what these inputs add to it.

    Refused, each with a finding: LATER_BOOK and OPENED_LATER (of a period after this one), UNKNOWN_EMPLOYEE (not on
    this roster, nor known of), NO_ACTION (neither typed nor suggested), CONFLICT (copies of one period that disagree:
    none is taken).
    EDITED_FIGURE: a figure of the program's own was changed; it is ignored.
    """
    lang = inputs.lang
    log = heard.log.select(list(LOG)) if heard.log.width else pl.DataFrame(schema=LOG)
    if inputs.tables[RELATION].is_empty() and log.is_empty():
        return Said(log, _as_inputs(_none(), inputs), findings.empty())
    rows = _typed(inputs)
    found = list(_edited(rows, heard.written, inputs))
    rows = _opened(_changed(_telling(rows), heard.written), together(log))
    for code, column, wrong in _refusals(rows, inputs, log):
        found.append(said_of(rows.filter(wrong), code, column, lang, subject="employee_id"))
        rows = rows.filter(~wrong)
    for name, differing in [(name, disagreeing(rows, [*KEY, "as_of"], name)) for name in FILLED]:
        found.append(said_of(differing, "CONFLICT", name, lang, subject="employee_id", sentence="CONFLICT/PLAN"))
        rows = rows.join(differing, on=[*KEY, "as_of"], how="anti", nulls_equal=True, maintain_order="left")
    cell, read = pl.col("sheet") + "!" + pl.col("action_at"), pl.lit(read_at, LOG["read_at"])
    table = rows.with_columns(cell.alias("cell"), read.alias("read_at"))
    table = table.select(pl.col(name).cast(kind) for name, kind in LOG.items())
    fresh = table.join(log, on=[name for name in LOG if name != "read_at"], how="anti", nulls_equal=True)
    return Said(fresh, _as_inputs(together(pl.concat([log, fresh])), inputs), findings.combine(found))


@cache
def _none() -> pl.DataFrame:
    """No plans, put together."""
    return together(pl.DataFrame(schema=LOG))


def _typed(inputs: Inputs) -> pl.DataFrame:
    """The rows with their places, kind and status by their codes, and the period of their workbook."""
    rows = with_places(inputs.tables[RELATION], inputs, (*KEY, *FILLED, *FIGURES))
    coded = {
        name: pl.col(name).replace_strict(stands_for(RELATION, name), default=None, return_dtype=pl.String)
        for name in ("kind", "status")
    }
    as_of = pl.coalesce(period_of_book(inputs), pl.lit(str(inputs.period)))
    return rows.with_columns(**coded, as_of=as_of)


def _telling(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows in which something is filled in, with the suggested action where none was typed."""
    filled = rows.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in _TOLD))
    return filled.with_columns(action=pl.coalesce("action", "suggested"))


def _changed(rows: pl.DataFrame, written: pl.DataFrame) -> pl.DataFrame:
    """The rows without the cells that are as the program had written them, and without rows of nothing else; of an
    action that it had suggested with what it said of it.
    """
    if not written.width or rows.is_empty():
        return rows
    written = written.rename({"period": "as_of", "action_kind": "kind"}).unique(
        ["employee_id", "action", "opened", "as_of"]
    )
    plans, suggested = (written.filter((pl.col("status") == SUGGESTED) == asked) for asked in (False, True))
    rows = _suggested(_without(rows, plans), suggested)
    return rows.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in FILLED))


def _without(rows: pl.DataFrame, plans: pl.DataFrame) -> pl.DataFrame:
    """The rows without the cells that are as they were written of a plan."""
    key = ["employee_id", "action", "opened", "as_of"]
    kept = plans.select(*key, *(pl.col(name).cast(LOG[name]).alias(f"_{name}") for name in FILLED))
    rows = rows.join(kept, on=key, how="left", maintain_order="left")
    same = [pl.when(pl.col(name).ne_missing(pl.col(f"_{name}"))).then(name).alias(name) for name in FILLED]
    return rows.with_columns(same).drop(f"_{name}" for name in FILLED)


def _suggested(rows: pl.DataFrame, suggested: pl.DataFrame) -> pl.DataFrame:
    """The rows with the kind and competency of a suggested action, where nothing else was typed."""
    key = ["employee_id", "action", "as_of"]
    known = suggested.select(*key, _kind="kind", _competency="competency").unique(key)
    rows = rows.join(known, on=key, how="left", maintain_order="left")
    values = {name: pl.coalesce(name, f"_{name}") for name in ("kind", "competency")}
    return rows.with_columns(**values).drop("_kind", "_competency")


def _opened(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The rows with the period each plan was opened in: as written, unless the same action is under way since then."""
    under_way = known.filter(~pl.col("status").is_in(CLOSED)).sort("opened")
    held = under_way.group_by("employee_id", "action").agg(_held=pl.col("opened").last())
    rows = rows.join(held, on=["employee_id", "action"], how="left", maintain_order="left")
    own = pl.when(pl.col("opened") != pl.col("as_of")).then("opened")
    return rows.with_columns(opened=pl.coalesce(own, "_held", "opened", "as_of")).drop("_held")


def _refusals(rows: pl.DataFrame, inputs: Inputs, log: pl.DataFrame) -> Iterator[tuple[str, str, pl.Expr]]:
    """What makes a row one that can't be taken: the code, the column it is said at, and of which rows it holds."""
    for code, name, column in (("LATER_BOOK", "as_of", "action"), ("OPENED_LATER", "opened", "opened")):
        later = [text for text in rows[name].unique() if Period.parse(text).end > inputs.period.end]
        yield code, column, pl.col(name).is_in(later)
    ids = pl.concat([inputs.tables["employees"]["employee_id"], log["employee_id"]]).unique()
    yield "UNKNOWN_EMPLOYEE", "employee_id", ~pl.col("employee_id").is_in(ids.implode())
    yield "NO_ACTION", "action", pl.col("action").is_null()


def _edited(rows: pl.DataFrame, written: pl.DataFrame, inputs: Inputs) -> Iterator[pl.DataFrame]:
    """Findings EDITED_FIGURE at each figure of the program's own that was changed."""
    if not written.width:
        return
    figures = written.select(
        "employee_id", "competency", pl.col("period").alias("as_of"), *(pl.col(n).alias(f"_{n}") for n in FIGURES)
    ).unique(["employee_id", "competency", "as_of"])
    both = rows.join(figures, on=["employee_id", "competency", "as_of"], how="inner", maintain_order="left")
    for name in FIGURES:
        wrote = pl.col(f"_{name}")
        changed = both.filter((pl.col(name) - wrote).abs() > _NEAR).with_columns(
            label=pl.lit(relation(RELATION).column(name).label(inputs.lang)), wrote=wrote.round(2).cast(pl.String)
        )
        yield said_of(
            changed,
            "EDITED_FIGURE",
            name,
            inputs.lang,
            subject="employee_id",
            kind="warning",
            sentence="EDITED_FIGURE/LEVEL",
        )


def together(said: pl.DataFrame) -> pl.DataFrame:
    """The plans (PLAN) that rows of LOG come to, a row a key: of each cell the last that was filled in holds.

    A plan without a status is planned. finished_on of one that is done: done_on; where that is not given, its due day
    if it lies before the period of the workbook that first says so, else the end of that period.
    """
    if said.is_empty():
        return pl.DataFrame(schema=PLAN)
    periods = {text: Period.parse(text) for text in said["as_of"].unique()}
    ends = {text: period.end for text, period in periods.items()}
    rows = said.with_columns(_end=pl.col("as_of").replace_strict(ends, return_dtype=pl.Date)).sort(
        "_end", "read_at", maintain_order=True
    )
    done = pl.col("status") == DONE
    whole = rows.group_by(KEY, maintain_order=True).agg(
        *(pl.col(name).drop_nulls().last() for name in FILLED),
        _as_of=pl.col("as_of").filter(done).first(),
    )
    end = pl.col("_as_of").replace_strict(ends, default=None, return_dtype=pl.Date)
    months = {text: f"-{period.months}mo" for text, period in periods.items()}
    begun = end.dt.offset_by(pl.col("_as_of").replace_strict(months, default="0d", return_dtype=pl.String))
    due = pl.when(pl.col("due_on") <= begun.dt.month_end()).then("due_on")
    whole = whole.with_columns(
        status=pl.col("status").fill_null(PLANNED),
        finished_on=pl.when(pl.col("status") == DONE).then(pl.coalesce("done_on", due, end)),
    )
    return whole.select(pl.col(n).cast(t) for n, t in PLAN.items()).sort(KEY)


def _as_inputs(plans: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """The plans in the place of the relation's rows: with all its columns, null where there is nothing to say."""
    return pl.concat([inputs.tables[RELATION].clear(), plans], how="diagonal")


def known_plans(rows: pl.DataFrame) -> pl.DataFrame:
    """The plans (PLAN) of inputs: as `plans_said` puts them together; of rows as they were read none is known."""
    return rows.select(list(PLAN)) if "finished_on" in rows.columns else pl.DataFrame(schema=PLAN)
