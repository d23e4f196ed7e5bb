"""What the database holds for the actions of a run: what was said, and the figures of the periods they began in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

import polars as pl

from ninegrid.actions.edited_figures import FIGURES, OF_LEADS, OF_WARNINGS
from ninegrid.actions.form_rows import KEY, RELATION, SAID, Written, periods_of_books, said
from ninegrid.actions.matters import WARNING, columns_of, measures
from ninegrid.actions.record import DONE, current, open_ones, together
from ninegrid.dataclass import dataclass
from ninegrid.grid.unit_ids import BRANCH, MANAGER, MANAGER_ID
from ninegrid.model import findings
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression
from ninegrid.resources import relation
from ninegrid.store.database import Database

LEDGER, MADE = "action_log", "history/action_log_table"
OF_METRIC = "metric:"
_WHO = (BRANCH, MANAGER, MANAGER_ID)
_WARNED = ("subject_id", "cause", "also", "metric", "after", "due", "since", "first_due")


@dataclass(frozen=True)
class Followed:
    """The actions of a run, before they are judged.

    said: what is new, for the ledger. findings: of reading it.
    actions: what is known of each (record.STATE), with what its beginning says: `base` (the last stored period until it
    was opened, null for none), `at_base` (its measure then), `branch`, the manager, `lead` (what its lead promised),
    of a warning `metric`, `cause`, `warning_due`; `fixed` (the period that it is judged at for good, null while it is
    this one), `at_fixed` (its measure then); `cleared` (whether its warning was over before).
    warned: the warnings of the period before: subject_id, cause, also, since, first_due.
    """

    said: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SAID))
    findings: pl.DataFrame = field(default_factory=findings.empty)
    actions: pl.DataFrame = field(default_factory=pl.DataFrame)
    warned: pl.DataFrame = field(default_factory=pl.DataFrame)


@dataclass(frozen=True)
class _Stored:
    """The periods that a database holds of a subject, oldest first, and what is in them; without one nothing."""

    database: Database | None
    subject: str
    table: str
    policy: Policy
    periods: Sequence[Period]

    def rows(
        self, table: str, period: Period | str, columns: Sequence[str] = (), among: pl.Series | None = None
    ) -> pl.DataFrame:
        """The rows of a result table; among: of these customers alone, by the column that the series is called like."""
        if self.database is None:
            return pl.DataFrame()
        if among is None:
            return self.database.rows(table, self.subject, str(period), columns)
        return self.database.rows_of(among, table, self.subject, str(period), columns)

    def columns(self, table: str) -> frozenset[str]:
        """The columns of a result table; none where there is no such table."""
        return frozenset() if self.database is None else self.database.columns_of(table)


def follows(subject_relations: Sequence[str]) -> bool:
    """Whether a subject has actions."""
    return RELATION in subject_relations


def followed(
    database: Database | None,
    inputs: Inputs,
    policy: Policy,
    *,
    subject: str,
    table: str,
    before: Period | None,
    periods: Sequence[Period],
    read_at: object,
) -> Followed:
    """The actions that a run has to follow: those said before and those of its inputs.

    table: the main result table. before: the period compared with. periods: those stored, of the run's kind.
    """
    stored = _Stored(database, subject, table, policy, [p for p in periods if p.end <= inputs.period.end])
    warned = _warned(stored, before)
    log = _log(database, inputs.period)
    if log.is_empty() and inputs.tables[RELATION].is_empty():
        return Followed(warned=warned)
    cleared = _cleared(stored, inputs.period)
    known = _closing(together(log), cleared)
    read = said(inputs, _written(stored, inputs, known), policy, read_at)
    new = read.rows.join(log, on=[n for n in SAID if n != "read_at"], how="anti", nulls_equal=True)
    whole = _closing(together(pl.concat([log, read.rows])), cleared)
    actions = _with_past(current(whole, inputs.period, policy), stored, inputs.period, policy)
    return Followed(new, read.findings, actions, warned)


def _warned(stored: _Stored, before: Period | None) -> pl.DataFrame:
    """The warnings of the period before; those of a database that did not keep since when, since then."""
    rows = stored.rows("warnings", before, _WARNED) if before else pl.DataFrame()
    if not rows.width:
        return rows
    return rows.with_columns(since=pl.coalesce(pl.col("since").cast(pl.String), pl.lit(str(before))))


def _log(database: Database | None, period: Period) -> pl.DataFrame:
    """What was said in runs of this period and of earlier ones (SAID)."""
    if database is None or not database.has(LEDGER):
        return pl.DataFrame(schema=SAID)
    rows = database.select("history/action_log", {})
    ends = {text: Period.parse(text).end for text in rows["period"].unique()}
    end = pl.col("period").replace_strict(ends, default=None, return_dtype=pl.Date)
    return rows.filter(end <= period.end).select(pl.col(name).cast(kind) for name, kind in SAID.items())


def _written(stored: _Stored, inputs: Inputs, known: pl.DataFrame) -> Written:
    """What the program itself wrote on the workbooks that came back."""
    key = relation(stored.subject).key[0]
    books = [period for period in periods_of_books(inputs) if period in stored.periods and period != inputs.period]
    actions = {str(p): stored.rows("actions", p) for p in books}
    about = inputs.tables[RELATION]["customer_id"].drop_nulls().unique()
    ids = {str(p): stored.rows(stored.table, p, [key], about.alias(key))[key] for p in books}
    now = inputs.tables[relation(stored.subject).name][key]
    now = now.filter(now.is_in(about.implode()))  # they are looked up several times: few, not all there are
    kept = {p: _as_written(rows) for p, rows in actions.items() if rows.width}
    figures = {str(p): _figures(stored, p, about) for p in books}
    return Written(kept, {"": now, **ids}, figures, open_ones(known))


def _figures(stored: _Stored, period: Period, about: pl.Series) -> pl.DataFrame:
    """customer_id, matter and FIGURES: what a period's workbooks said beside the light cells, about some customers."""
    schema = {"customer_id": pl.String(), "matter": pl.String(), **dict.fromkeys(FIGURES, pl.Float64())}
    ids = about.alias("subject_id")
    leads = stored.rows("leads", period, ["subject_id", "lever", *OF_LEADS], ids)
    warned = stored.rows("warnings", period, ["subject_id", *OF_WARNINGS], ids)
    parts = [pl.DataFrame(schema=schema)]
    if leads.width:
        parts.append(leads.rename({"subject_id": "customer_id", "lever": "matter"}))
    if warned.width:
        parts.append(warned.rename({"subject_id": "customer_id"}).with_columns(matter=pl.lit(WARNING)))
    figures = pl.concat(parts, how="diagonal_relaxed")
    return figures.select(pl.col(name).cast(kind) for name, kind in schema.items())


def _as_written(rows: pl.DataFrame) -> pl.DataFrame:
    """The table actions with what was filled in by its own name."""
    return rows.with_columns(owner="owner_said")


def _closing(actions: pl.DataFrame, cleared: pl.DataFrame) -> pl.DataFrame:
    """The actions with `cleared`; those whose warning was over in an earlier period are closed since."""
    found = actions.join(cleared, on=list(KEY), how="left", nulls_equal=True, maintain_order="left")
    return found.with_columns(
        closed_on=pl.coalesce("closed_on", "cleared_on"), cleared=pl.col("cleared_on").is_not_null()
    ).drop("cleared_on")


def _with_past(actions: pl.DataFrame, stored: _Stored, period: Period, policy: Policy) -> pl.DataFrame:
    """The actions with what the periods say that they were opened in, and judged in for good."""
    there = sorted({*stored.periods, period})
    base = {text: _until(there, Period.parse(text).end) for text in actions["opened"].unique()}
    actions = actions.with_columns(
        base=pl.col("opened").replace_strict(_texts(base), default=None, return_dtype=pl.String)
    )
    actions = actions.with_columns(_fixed(actions, stored.periods, period, policy))
    begun = _of_periods(actions, "base", lambda at, rows: _beginning(at, rows, stored))
    return _of_periods(begun, "fixed", lambda at, rows: _measured(at, rows, stored, "at_fixed"))


def _fixed(actions: pl.DataFrame, stored: Sequence[Period], period: Period, policy: Policy) -> pl.Series:
    """By action the stored period that it is judged at for good: the last one within the months after it was done, else
    the first one after its beginning; null while it is this period.
    """
    last = pl.col("closed_on").dt.offset_by(f"{policy.actions.judged_months}mo")
    days = actions.select("base", last=pl.when(pl.col("status") == DONE).then(last))
    found: dict[tuple[str | None, dt.date | None], str | None] = {}
    for base, day in days.unique().iter_rows():
        after = [p for p in stored if p.end < period.end and base is not None and p.end > Period.parse(base).end]
        within = [p for p in after if day is not None and p.end <= day]
        over = day is not None and day < period.end
        found[base, day] = str((within or after[:1] or [period])[-1]) if over and (within or after) else None
    return pl.Series("fixed", [found[key] for key in days.iter_rows()], dtype=pl.String)


def _until(periods: Sequence[Period], day: dt.date) -> Period | None:
    """The last of the periods that ends on a day or before."""
    return max((period for period in periods if period.end <= day), default=None)


def _texts(periods: Mapping[str, Period | None]) -> dict[str, str]:
    return {text: str(period) for text, period in periods.items() if period}


def _of_periods(actions: pl.DataFrame, column: str, found: Callable[[str, pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """The actions with what is found of those of each period in a column; null for those without one."""
    parts = [
        found(str(period), part) if period is not None else part
        for (period,), part in actions.with_row_index("_at").group_by([column], maintain_order=True)
    ]
    none = found("", actions.clear().with_row_index("_at"))
    return pl.concat([none, *parts], how="diagonal").sort("_at").drop("_at")


def _beginning(period: str, rows: pl.DataFrame, stored: _Stored) -> pl.DataFrame:
    """The actions that began from a period, with their measure, people, lead and warning of then."""
    rows = _measured(period, rows, stored, "at_base")
    return _with_lead(period, rows, stored)


def _measured(period: str, rows: pl.DataFrame, stored: _Stored, name: str) -> pl.DataFrame:
    """The actions with the figure of their matter in a period; of a warning that of its metric as the table has it."""
    key = relation(stored.subject).key[0]
    warned = stored.rows("warnings", period, _WARNED) if name == "at_base" and period else pl.DataFrame()
    if name == "at_base":
        rows = _with_warning(rows, warned)
    metrics = rows["metric"].drop_nulls().unique().to_list() if "metric" in rows.columns else []
    figures = measures(stored.policy)
    columns = {lever.key: lever.measure for lever in stored.policy.levers if lever.measure}
    wanted = [key, *_WHO, *dict.fromkeys([*columns_of(columns), *(metrics if name == "at_fixed" else ())])]
    about = rows["customer_id"].unique()
    main = stored.rows(stored.table, period, wanted, about.alias(key)) if period else pl.DataFrame()
    if not main.width:
        main = pl.DataFrame(schema={key: pl.String, **dict.fromkeys(wanted[1:], pl.Null)})
    who = main.select(pl.col(key).alias("customer_id"), *(pl.col(n).cast(pl.String) for n in _WHO))
    own = [figures[k].alias(k) for k in figures]
    own += [pl.col(m).cast(pl.Float64).alias(OF_METRIC + m) for m in metrics if m in main.columns]
    measured = main.select(pl.col(key).alias("customer_id"), *own)
    return figure_of(rows, measured, name) if name != "at_base" else _known_then(rows, measured, who)


def figure_of(rows: pl.DataFrame, measured: pl.DataFrame, name: str) -> pl.DataFrame:
    """The actions with the figure of each one's matter: of a lever the column of its key, of a warning of its metric.

    measured: customer_id, a column a lever, by its key, and one a metric, after OF_METRIC: both may have one name.
    """
    columns = [column for column in measured.columns if column != "customer_id"]
    long = measured.unpivot(columns, index="customer_id", variable_name="_of", value_name=name)
    of = pl.when(pl.col("matter") == WARNING).then(pl.concat_str(pl.lit(OF_METRIC), "metric")).otherwise("matter")
    return (
        rows.with_columns(_of=of).join(long, on=["customer_id", "_of"], how="left", maintain_order="left").drop("_of")
    )


def _known_then(rows: pl.DataFrame, measured: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    rows = figure_of(rows, measured, "at_base").join(who, on="customer_id", how="left", maintain_order="left")
    warned = pl.col("matter") == WARNING
    return rows.with_columns(at_base=pl.when(warned).then("warned_at").otherwise("at_base")).drop("warned_at")


def _with_warning(rows: pl.DataFrame, warned: pl.DataFrame) -> pl.DataFrame:
    """The actions with the warning that they were opened on: metric, its value then, cause, and until when to act."""
    kinds = {
        "metric": pl.String(), "warned_at": pl.Float64(), "cause": pl.String(), "warning_due": pl.Date(),
    }  # fmt: skip
    if not warned.width:
        return rows.with_columns(pl.lit(None, kind).alias(name) for name, kind in kinds.items())
    reasons = warned.select(
        pl.col("subject_id").alias("customer_id"),
        pl.lit(WARNING).alias("matter"),
        pl.col("metric"),
        pl.col("after").cast(pl.Float64).alias("warned_at"),
        "cause",
        pl.coalesce(pl.col("first_due").cast(pl.Date), "due").alias("warning_due"),
    )
    return rows.join(reasons, on=["customer_id", "matter"], how="left", maintain_order="left")


def _with_lead(period: str, rows: pl.DataFrame, stored: _Stored) -> pl.DataFrame:
    """The actions with `lead`, what the lead that they were opened on promised, in the measure of its lever."""
    levers = {lever.key: lever.promise for lever in stored.policy.levers}
    key = relation(stored.subject).key[0]
    about = rows["customer_id"].unique()
    have = stored.columns("leads")
    wanted = ["subject_id", "lever", *(name for name in columns_of(levers) if name in have)]
    leads = stored.rows("leads", period, wanted, about.alias("subject_id")) if period else pl.DataFrame()
    if not leads.width:
        return rows.with_columns(lead=pl.lit(None, pl.Float64))
    leads = leads.filter(pl.col("lever").is_in(list(levers))).join(
        rows.select("customer_id", "matter"), left_on=["subject_id", "lever"], right_on=["customer_id", "matter"],
        how="semi",
    )  # fmt: skip
    more = [name for name in columns_of(levers) if name not in leads.columns]
    if more:
        more_of = stored.rows(stored.table, period, [key, *more], about.alias(key))
        leads = leads.join(more_of, left_on="subject_id", right_on=key, how="left")
    promise = pl.coalesce(
        *(pl.when(pl.col("lever") == lever).then(expression(text).cast(pl.Float64)) for lever, text in levers.items())
    )
    found = leads.select(customer_id="subject_id", matter="lever", lead=promise.abs())
    return rows.join(found.unique(["customer_id", "matter"]), on=["customer_id", "matter"], how="left")


def _cleared(stored: _Stored, period: Period) -> pl.DataFrame:
    """The actions whose warning was over in the stored period before."""
    schema = {**dict.fromkeys(KEY, pl.String()), "cleared_on": pl.Date()}
    last = max((p for p in stored.periods if p.end < period.end), default=None)
    rows = stored.rows("actions", last) if last else pl.DataFrame()
    if not rows.width:
        return pl.DataFrame(schema=schema)
    over = rows.filter(warning_state="CLEARED")
    return over.select(pl.col("subject_id").alias("customer_id"), *KEY[1:], cleared_on="closed_on").cast(schema)  # type: ignore[arg-type]
