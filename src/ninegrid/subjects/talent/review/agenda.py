"""Agenda 议程 of a calibration meeting: whom to talk about first, and why, by doubt and by consequence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import add

import polars as pl

from ninegrid.grid.disclosure import MINIMUM, hidden_of
from ninegrid.model.relations import Lang
from ninegrid.model.result_tables import declared
from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression
from ninegrid.subjects.talent.review.final_cell import STALE
from ninegrid.subjects.talent.rules import AgendaRule, TalentRules

_HOLDS = "holds:"  # before a rule's key: a column of the frame may have the same name
_PLACE = re.compile(r"\{(\w+)\}")
_JOINED = {"zh": "；", "en": "; "}
_OUTSIDE = "ABOVE"
_TOLD = ("n", "placed", "to_discuss", "decided", "first_ids")


def agenda(
    frame: pl.DataFrame, log: pl.DataFrame, distribution: pl.DataFrame, policy: Policy, lang: Lang
) -> pl.DataFrame:
    """A row a person: employee_id, agenda_rank, group_rank, doubt, consequence, priority, reasons, why, decision.

    doubt and consequence: the points of the policy's `[[rules.agenda]]` of that kind that hold; priority:
    (1 + doubt)·(1 + consequence) − 1. agenda_rank: 1 for the largest priority, among equals the least sure, then by id;
    whoever has no cell after all others. group_rank: the same within the first of the policy's `groups`. reasons: the
    rules that hold, ``; ``-joined; why: what they say. decision: the status of the newest decision in the log.
    """
    rules: TalentRules = policy.rules
    facts = _facts(frame, log, distribution, policy)
    held = facts.with_columns(
        expression(rule.when).fill_null(False).cast(pl.Boolean).alias(_HOLDS + rule.key) for rule in rules.agenda
    )
    said = held.with_columns(
        doubt=_points(rules.agenda, "doubt"),
        consequence=_points(rules.agenda, "consequence"),
        reasons=_each(pl.when(_HOLDS + rule.key).then(pl.lit(rule.key)) for rule in rules.agenda).list.join("; "),
        why=_each(pl.when(_HOLDS + rule.key).then(_said(rule, held, lang)) for rule in rules.agenda).list.join(
            _JOINED[lang]
        ),
    ).with_columns(priority=(1 + pl.col("doubt")) * (1 + pl.col("consequence")) - 1)
    cell = policy.grid(policy.tiering.grid).cell
    order = [pl.col(cell).is_null(), -pl.col("priority"), pl.col("confidence"), pl.col("employee_id")]
    ranked = said.sort(order, nulls_last=True, maintain_order=True).with_columns(
        agenda_rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    )
    group = rules.groups[0] if rules.groups else pl.lit("")
    ranked = ranked.with_columns(group_rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(group))
    return ranked.select(
        "employee_id", "agenda_rank", "group_rank", "doubt", "consequence", "priority", "reasons", "why", "decision"
    )


def _facts(frame: pl.DataFrame, log: pl.DataFrame, distribution: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with what rules may name besides its columns: `step`, `outside_range`, `decision`.

    step: levels of both axes together gained since the last review; outside_range: whether the share of the own tier in
    the own department is above its range; decision: the status of the newest decision.
    """
    grid = policy.grid(policy.tiering.grid)
    heights = {grid.cell_id(one, two): one + two for one in (1, 2, 3) for two in (1, 2, 3)}
    now, then = (
        pl.col(c).replace_strict(heights, default=None, return_dtype=pl.Int64) for c in (grid.cell, "last_cell")
    )
    above = distribution.filter(pl.col("status") == _OUTSIDE, pl.col("scope") != "company")
    above = above.select(department="scope_value", tier="tier", outside_range=True)
    newest = log.unique("employee_id", keep="last", maintain_order=True).select("employee_id", decision="status")
    return (
        frame.with_columns(step=now - then)
        .join(above, on=["department", "tier"], how="left", maintain_order="left")
        .join(newest, on="employee_id", how="left", maintain_order="left")
        .with_columns(pl.col("outside_range").fill_null(False), is_stale=pl.col("decision") == STALE)
    )


def _points(rules: Sequence[AgendaRule], kind: str) -> pl.Expr:
    points = [pl.col(_HOLDS + rule.key).cast(pl.Float64) * rule.points for rule in rules if rule.kind == kind]
    return reduce(add, points, pl.lit(0.0))


def _each(texts: Iterator[pl.Expr]) -> pl.Expr:
    """A list of the texts that are there."""
    return pl.concat_list(*texts).list.drop_nulls()


def _said(rule: AgendaRule, frame: pl.DataFrame, lang: Lang) -> pl.Expr:
    """The rule's sentence, with the values of the columns that it names in braces."""
    text = rule.zh if lang == "zh" else rule.en
    parts = _PLACE.split(text)
    listed = [_value(part, frame) if at % 2 else pl.lit(part) for at, part in enumerate(parts)]
    return pl.concat_str(listed)


def _value(name: str, frame: pl.DataFrame) -> pl.Expr:
    column = pl.col(name)
    if declared()["columns"].get(name, {}).get("unit") == "percent":
        return pl.concat_str((100 * column).round(0).cast(pl.Int64), pl.lit("%"))
    if frame.schema[name].is_integer():
        return pl.when(column > 0).then(pl.concat_str(pl.lit("+"), column)).otherwise(column.cast(pl.String))
    return column.cast(pl.String).fill_null("—")


def agenda_groups(frame: pl.DataFrame, ranked: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Rows by value of each of `groups`: grouped_by, scope_value, n, placed, to_discuss, decided, first_ids.

    to_discuss: people of whom a rule of doubt holds; decided: people with a decision that holds; first_ids: the first
    few of those to discuss, ``; ``-joined. Of a group that no table tells of there are neither figures nor ids: who is
    named there is doubted, and the group is small.
    """
    groups, most = policy.rules.groups, int(policy.number("agenda_named"))
    people = frame.select("employee_id", "final_cell", *groups).join(ranked, on="employee_id").sort("agenda_rank")
    doubted = pl.col("doubt") > 0
    listed = [
        people.select(pl.lit(group).alias("grouped_by"), pl.col(group).cast(pl.String).alias("scope_value"), "^[^*].*$")
        .group_by("grouped_by", "scope_value", maintain_order=True)
        .agg(
            n=pl.len().cast(pl.Int64),
            placed=pl.col("final_cell").count().cast(pl.Int64),
            to_discuss=doubted.sum().cast(pl.Int64),
            decided=pl.col("decision").is_in(["APPLIED", "CONFIRMED"]).sum().cast(pl.Int64),
            first_ids=pl.col("employee_id").filter(doubted).head(most).str.join("; "),
        )
        .sort("to_discuss", "scope_value", descending=[True, False], nulls_last=True)
        .with_columns(pl.when(~_untold(frame, group, policy)).then(name).alias(name) for name in _TOLD)
        for group in groups
    ]
    return pl.concat(listed)


def _untold(frame: pl.DataFrame, group: str, policy: Policy) -> pl.Expr:
    hidden = hidden_of(frame, group, "final_cell", int(policy.number(MINIMUM)))
    names, none = [name for name in hidden if name is not None], pl.col("scope_value").is_null()
    return pl.col("scope_value").is_in(names).fill_null(False) | (none if None in hidden else pl.lit(False))
