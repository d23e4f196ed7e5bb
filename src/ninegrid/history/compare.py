"""Compares a graded period with the one before: moves, warnings, departures, and the notices about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from ninegrid import resources
from ninegrid.campaigns import judging
from ninegrid.campaigns.reviews import RELATION
from ninegrid.grid.cuts import signature
from ninegrid.grid.early_warning import warned
from ninegrid.grid.migration import NEW, departures, migration
from ninegrid.grid.rebased import main_table
from ninegrid.grid.tables import Graded
from ninegrid.history.prior_runs import PriorRuns
from ninegrid.messages import Message, message
from ninegrid.model.findings import combine
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.policy import Policy
from ninegrid.result import Result

TURNOVER = "turnover"
"""The table of who joined and who left since the period before."""


def comparison(result: Result, graded: Graded, prior: PriorRuns) -> dict[str, pl.DataFrame]:
    """The tables of grading, the cuts with their version, the moves since the period before, all findings."""
    cuts = _versioned(graded.tables["cuts"], prior, result)
    findings = combine([result.inputs.findings, graded.findings])
    return {
        **graded.tables,
        "cuts": cuts,
        **(_moved(result, graded, prior, cuts, findings) if graded.moved is None else graded.moved),
        "findings": findings,
        **{name: result.tables[name] for name in ("reading", "continuity") if name in result.tables},
    }


def _moved(
    result: Result, graded: Graded, prior: PriorRuns, cuts: pl.DataFrame, findings: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """migration, departures or turnover, and warnings, for a subject and a policy that have them."""
    policy, period = result.policy, result.period
    refused = refused_subjects(result.inputs, findings)
    warnings = {"warnings": warned(graded.tables, cuts, prior.past, period.end, policy)} if policy.warning_rules else {}
    moved = migration(graded.tables, cuts, prior.past, str(period), policy, refused)
    turnover = _turnover(moved, graded, result, prior)
    return {"migration": moved, **_departures(moved, result, prior), **turnover, **warnings}


def notices_of_the_past(
    tables: Mapping[str, pl.DataFrame], prior: PriorRuns, period: Period, policy: Policy
) -> Iterator[Message]:
    """What a person should know of how this period stands to others."""
    if prior.replaces:
        yield message("pipeline.replaces", period=period)
    cuts = tables["cuts"]
    for fitted in cuts.filter(pl.col("status") == "REUSED")["fitted_period"].unique().sort():
        yield message("pipeline.cuts_reused", period=fitted)
    if held := {*cuts.filter(pl.col("status") == "DATA_CHANGED")["grid"]}:
        grids = [grid for grid in policy.grids if grid.key in held]
        options = [f"--refit-cuts {grid.key}" for grid in grids]
        yield message("pipeline.cuts_data_changed", grids=grids, options=options)
    if prior.past.before:
        yield message("pipeline.compared_with", period=prior.past.before.period)
    for later in prior.outdated:
        yield message("pipeline.outdated", period=later)


def campaigns_judged(result: Result, followed: judging.Followed) -> dict[str, pl.DataFrame]:
    """The tables campaigns and campaign_members of a result that was graded and compared, with what reviews say."""
    policy = result.policy
    now = result.columns(main_table(policy), judging.columns_judged(policy))
    refused = refused_subjects(result.inputs, result.tables["findings"])
    reviews = result.inputs.tables[RELATION]
    return judging.judged(followed, now, refused.to_list(), result.period, policy, reviews)


def _departures(moved: pl.DataFrame, result: Result, prior: PriorRuns) -> dict[str, pl.DataFrame]:
    """The table of those who are gone, for a subject that has it."""
    if "departures" not in resources.result_tables(result.subject):
        return {}
    columns = resources.result_columns("departures", result.policy)
    return {"departures": departures(moved, prior.past, result.policy, columns)}


def _turnover(moved: pl.DataFrame, graded: Graded, result: Result, prior: PriorRuns) -> dict[str, pl.DataFrame]:
    """The table of those who joined and those who left, for a subject that has it."""
    if TURNOVER not in resources.result_tables(result.subject):
        return {}
    policy, columns = result.policy, resources.result_columns(TURNOVER, result.policy)
    listed = ["subject_id" if name == policy.id else name for name in columns if name != "to_cell"]
    left = departures(moved, prior.past, policy, listed).rename({"subject_id": policy.id})
    new = moved.filter(pl.col("grid") == policy.tiering.grid, pl.col("cause") == NEW)
    new = new.select(pl.col("subject_id").alias(policy.id), "from_period", "cause", "from_cell", "to_cell")
    about = [name for name in columns if name not in new.columns]
    new = new.join(graded.tables[main_table(policy)].select(policy.id, *about), on=policy.id, how="inner")
    rows = pl.concat([left, new], how="diagonal_relaxed").select(columns)
    return {TURNOVER: rows.sort(pl.col("cause") != NEW, policy.id)}


def refused_subjects(inputs: Inputs, findings: pl.DataFrame) -> pl.Series:
    """The ids of subjects whose own row was refused; a refused row of another relation does not make a subject go."""
    own = [(s.file.name, "" if s.encoding else s.sheet) for s in inputs.sheets if s.relation and s.relation.main]
    sheets = pl.DataFrame(own, schema={"file": pl.String, "sheet": pl.String}, orient="row")
    rejected = findings.filter(pl.col("kind") == "rejected")
    return rejected.join(sheets, on=["file", "sheet"], how="semi")["subject_id"].drop_nulls().unique()


def _versioned(cuts: pl.DataFrame, prior: PriorRuns, result: Result) -> pl.DataFrame:
    """The cuts with version, fitted_period and signature: those they were fitted with, or those of this run."""
    policy, period = result.policy, str(result.period)
    ours = pl.DataFrame(
        [(grid.key, prior.versions.get(grid.key, 1), period, signature(grid, policy)) for grid in policy.grids],
        schema={"grid": pl.String, "version": pl.Int64, "fitted_period": pl.String, "signature": pl.String},
        orient="row",
    )
    both = cuts.join(ours, on="grid", how="left", maintain_order="left", suffix="_now")
    kept = [name for name in ours.columns[1:] if name in cuts.columns]
    both = both.with_columns(pl.coalesce(name, f"{name}_now").alias(name) for name in kept)
    return both.drop(f"{name}_now" for name in kept)
