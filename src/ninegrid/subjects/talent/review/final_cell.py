"""The final cell 最终格: the one people decided where there is a decision on this period, else the system's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.decide import decide
from ninegrid.grid.place import levels_of
from ninegrid.messages import Message, message
from ninegrid.model import findings
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.relations import Lang
from ninegrid.policy import Grid, Policy
from ninegrid.subjects.talent.review.calibration import DECISIONS, refused

LOG: dict[str, pl.DataType] = {
    **dict.fromkeys(("employee_id", "from_cell", "to_cell", "reason", "decided_by", "evidence"), pl.String()),
    "decided_at": pl.Datetime("us"),
    "status": pl.String(),
}
APPLIED, CONFIRMED, OVERRULED, STALE = "APPLIED", "CONFIRMED", "OVERRULED", "STALE_DECISION"
_SAME = ("system_cell", "decided_cell", "reason", "decided_by", "evidence")
_OF_THE_SYSTEM = ("confidence", "borderline")  # how sure the scores are of the system's cell; of a decision nothing
_NAMED = 5  # people a notice names


@dataclass(frozen=True)
class Calibrated:
    """frame: with the final cells. log: every decision and what became of it (LOG). findings; notices."""

    frame: pl.DataFrame
    log: pl.DataFrame
    findings: pl.DataFrame
    notices: tuple[Message, ...]


def calibrate(
    frame: pl.DataFrame, decisions: pl.DataFrame | None, policy: Policy, period: Period, lang: Lang
) -> Calibrated:
    """Apply the decisions (DECISIONS, oldest first) to the placed frame; the system's cells stay beside the final ones.

    Of the decisions on one person the last that can be applied counts, and one for the system's own cell takes an
    earlier move back. Not applied: STALE_DECISION, made on another period or on a system cell that has changed since;
    a move without a reason (NO_REASON) or a name (NO_NAME). Somebody unplaced can be placed.
    The frame gets system_cell, final_cell, override_cell, override_reason and decided_by; its cell, levels, tier,
    strategy and unplaced_reason become those of the final cell. Somebody moved by a decision has no confidence.
    """
    grid = policy.grid(policy.tiering.grid)
    known = pl.DataFrame(schema=DECISIONS) if decisions is None else decisions
    roster = frame.select("employee_id", now_cell=grid.cell)
    judged = _judged(known.join(roster, on="employee_id", how="inner", maintain_order="left"), period)
    held = judged.filter(pl.col("status").is_in([APPLIED, CONFIRMED]))
    log = judged.select(
        "employee_id", "reason", "decided_by", "evidence", "status",
        from_cell="system_cell", to_cell="decided_cell", decided_at="read_at",
    )  # fmt: skip
    return Calibrated(
        _decided(frame, held, grid, policy),
        log.select(pl.col(name).cast(dtype) for name, dtype in LOG.items()).sort("employee_id", "decided_at"),
        findings.combine([*_refusals(judged, period, lang), _overruling(judged, lang)]),
        tuple(_notices(judged)),
    )


def _judged(rows: pl.DataFrame, period: Period) -> pl.DataFrame:
    """The decisions with `status`, `move` and the system's cell they were made on; those read again are left out."""
    stored, person = pl.col("sheet").is_null(), pl.int_range(pl.len()).over("employee_id")
    rows = rows.with_columns(
        system_cell=pl.when(pl.col("system_known").fill_null(True)).then("system_cell").otherwise("now_cell"),
        stored=stored,
    ).with_columns(
        last_stored=stored & (person == (stored.sum().over("employee_id") - 1)),
        move=pl.col("decided_cell").ne_missing(pl.col("system_cell")),
    )
    rows = rows.filter(pl.col("stored") | ~_same_as_before())
    status = (
        pl.when(pl.col("stored") & ~pl.col("last_stored"))
        .then(pl.lit(OVERRULED))
        .when(_stale(period))
        .then(pl.lit(STALE))
        .when(pl.col("move") & pl.col("reason").is_null())
        .then(pl.lit("NO_REASON"))
        .when(pl.col("move") & pl.col("decided_by").is_null())
        .then(pl.lit("NO_NAME"))
        .otherwise(pl.when("move").then(pl.lit(APPLIED)).otherwise(pl.lit(CONFIRMED)))
    )
    rows = rows.with_columns(status=status).with_columns(good=pl.col("status").is_in([APPLIED, CONFIRMED]))
    later = pl.col("good").cast(pl.Int64).cum_sum(reverse=True).over("employee_id")
    replaced = pl.col("good") & (later > 1)
    return rows.with_columns(status=pl.when(replaced).then(pl.lit(OVERRULED)).otherwise("status"), replaced=replaced)


def _same_as_before() -> pl.Expr:
    """Whether a decision is word for word the one before it on the same person."""
    return pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1).over("employee_id")) for name in _SAME) & (
        pl.int_range(pl.len()).over("employee_id") > 0
    )


def _stale(period: Period) -> pl.Expr:
    other = (pl.col("of_period") != str(period)).fill_null(False)
    return other | pl.col("system_cell").ne_missing(pl.col("now_cell"))


def _decided(frame: pl.DataFrame, held: pl.DataFrame, grid: Grid, policy: Policy) -> pl.DataFrame:
    """The frame with the final cells and everything that follows them."""
    rows = held.select(
        "employee_id",
        "decided_by",
        override_cell=pl.when("move").then("decided_cell"),
        override_reason=pl.when("move").then(pl.concat_str("reason", "decided_by", separator=" — ")),
    )
    joined = frame.join(rows, on="employee_id", how="left", maintain_order="left")
    moved = pl.col("override_cell").is_not_null()
    levels = [
        pl.when(moved).then(level).otherwise(axis.level).alias(axis.level)
        for axis, level in zip(grid.axes, levels_of(pl.col("override_cell"), grid), strict=True)
    ]
    final = pl.coalesce("override_cell", grid.cell)
    return decide(
        joined.with_columns(
            *levels,
            final.alias(grid.cell),
            system_cell=grid.cell,
            final_cell=final,
            unplaced_reason=pl.when(~moved).then("unplaced_reason"),
            **{name: pl.when(~moved).then(name) for name in _OF_THE_SYSTEM if name in frame.columns},
        ),
        policy,
    )


def _refusals(judged: pl.DataFrame, period: Period, lang: Lang) -> Iterator[pl.DataFrame]:
    """Findings of what was not applied, at its cell; of a stored decision, where it once stood."""
    none, of_period = pl.lit("—"), pl.col("of_period")
    words = judged.with_columns(
        sheet=pl.coalesce("sheet", pl.col("cell").str.extract("^(.*)!")),
        decided_cell_at=pl.coalesce("decided_cell_at", pl.col("cell").str.extract("!(.*)$")),
        made_on=pl.when(of_period != str(period)).then(of_period).otherwise(pl.col("system_cell").fill_null(none)),
        now_on=pl.concat_str(pl.lit(f"{period} "), pl.col("now_cell").fill_null(none)),
    )
    stale = pl.col("status") == STALE
    yield refused(words.filter(stale & ~pl.col("stored")), STALE, "decided_cell", lang)
    yield refused(words.filter(stale & pl.col("stored")), STALE, "decided_cell", lang, "warning")
    moved = words.filter(pl.col("move") & ~pl.col("stored") & ~stale)
    yield refused(moved.filter(pl.col("reason").is_null()), "NO_REASON", "reason", lang)
    yield refused(moved.filter(pl.col("decided_by").is_null()), "NO_NAME", "decided_by", lang)


def _overruling(judged: pl.DataFrame, lang: Lang) -> pl.DataFrame:
    """Findings OVERRULED: decisions read now that take the place of a different one that held before."""
    return refused(_overrules(judged), OVERRULED, "decided_cell", lang, "warning")


def _overrules(judged: pl.DataFrame) -> pl.DataFrame:
    """The decisions that hold and replaced a different one, with the `earlier` cell and who decided on it."""
    before = judged.filter(pl.col("replaced")).unique("employee_id", keep="last", maintain_order=True)
    before = before.select(
        "employee_id",
        earlier_cell="decided_cell",
        earlier=pl.concat_str("decided_cell", pl.lit(" — "), pl.col("decided_by").fill_null("—")),
    )
    new = judged.filter(~pl.col("stored") & pl.col("status").is_in([APPLIED, CONFIRMED]))
    joined = new.join(before, on="employee_id", how="inner", maintain_order="left")
    return joined.filter(pl.col("decided_cell") != pl.col("earlier_cell"))


def _notices(judged: pl.DataFrame) -> Iterator[Message]:
    """How many people stand where a calibration decided, by which decisions, and what was overruled or not applied."""
    held = judged.filter(pl.col("status") == APPLIED)
    stored = int(held["stored"].sum())
    if now := held.height - stored:
        yield message("grading.decisions_now", n=now)
    if stored:
        yield message("grading.decisions_stored", n=stored)
    if (over := _overrules(judged)).height:
        change = pl.concat_str("employee_id", pl.lit(" "), "earlier_cell", pl.lit(" → "), "decided_cell")
        yield message("grading.decisions_overruled", n=over.height, changes=_few(over.select(change).to_series()))
    if (stale := judged.filter(pl.col("status") == STALE)).height:
        yield message("grading.decisions_stale", n=stale.height, ids=_few(stale["employee_id"]))


def _few(values: pl.Series) -> tuple[str, ...]:
    return (*values.head(_NAMED), *(["…"] if values.len() > _NAMED else []))


def recorded(inputs: Inputs, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The decisions of this run's files that hold, as rows for the ledger: all its columns but run and period."""
    decisions = pl.DataFrame(schema=DECISIONS) if inputs.decisions is None else inputs.decisions
    held = tables["calibration_log"].filter(pl.col("status").is_in([APPLIED, CONFIRMED]))
    fresh = decisions.filter(pl.col("sheet").is_not_null()).drop("system_cell")
    joined = fresh.join(
        held.select("employee_id", system_cell="from_cell", read_at="decided_at"),
        on=["employee_id", "read_at"],
        how="inner",
        maintain_order="left",
    )
    return joined.select(
        "employee_id", "system_cell", "decided_cell", "reason", "decided_by", "evidence", "file", "cell", "read_at",
    )  # fmt: skip
