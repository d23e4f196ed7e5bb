"""Makes the tables `actions` (what each one delivered) and `warnings` (the state of each) of a run."""

from __future__ import annotations

import dataclasses

import polars as pl

from ninegrid.actions.outcomes import attained, judged, watched
from ninegrid.actions.recall import Followed
from ninegrid.grid.rebased import main_table
from ninegrid.grid.unit_ids import BRANCH, MANAGER, MANAGER_ID
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from ninegrid.policy.expressions import expression
from ninegrid.result import Result


def followed_up(result: Result, followed: Followed) -> dict[str, pl.DataFrame]:
    """The table actions, and the table warnings with its states, of a result that was graded and compared.

    Without any action the table actions has no rows.
    """
    policy, period = result.policy, result.period
    warnings = result.tables.get("warnings")
    values = {} if warnings is None else {"warnings": watched(warnings, followed.actions, followed.warned, period)}
    if followed.actions.is_empty():
        return values | {"actions": pl.DataFrame(schema=result_table("actions").schema())}
    main = result.columns(main_table(policy), _needed(followed.actions, policy))
    return values | {"actions": judged(followed.actions, main, values.get("warnings"), period, policy)}


def _needed(actions: pl.DataFrame, policy: Policy) -> list[str]:
    """The columns of the main table that the actions are judged by."""
    texts = [lever.measure for lever in policy.levers if lever.measure]
    metrics = set(actions["metric"].drop_nulls())
    texts += [text for metric in policy.metrics if metric.key in metrics for text in metric.texts]
    roots = [name for text in texts for name in expression(text).meta.root_names()]
    return [policy.id, BRANCH, MANAGER, MANAGER_ID, *metrics, *dict.fromkeys(roots)]


def with_attainment(policy: Policy, actions: pl.DataFrame | None) -> Policy:
    """The policy whose levers expect what judged actions attained, where there are enough of them."""
    shares = attained(policy, actions) if actions is not None and actions.height else {}
    if not shares:
        return policy
    levers = tuple(
        dataclasses.replace(lever, attainment=shares.get(lever.key, lever.attainment)) for lever in policy.levers
    )
    return dataclasses.replace(policy, levers=levers)
