"""The elements of a campaign 战役要素, from a TOML file or rows of the relation campaigns, checked against a policy."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import polars as pl

from ninegrid.config import Blame, check_keys
from ninegrid.config.texts import parse_toml
from ninegrid.dataclass import dataclass
from ninegrid.messages import Message, message
from ninegrid.model.errors import PolicyError
from ninegrid.policy import Policy
from ninegrid.policy.checks.texts import LONGEST, LONGEST_KEY, LONGEST_NAME, unfit
from ninegrid.policy.expressions import broken_expression
from ninegrid.resources import stands_for

RELATION = "campaigns"
METRICS = ("total_income", "fee_income", "deposit_avg", "loan_avg", "rani", "eva", "cells_up")
MATTERS = re.compile(r"[、,，;；+]")


@dataclass(frozen=True)
class Campaign:
    """What a campaign is: see schemas/campaigns.py. levers: keys; objective in the metric's own unit, budget in yuan.

    control, win: the share held out and the share of the objective that wins, as in force. size: None for no limit.
    """

    campaign_id: str
    name: str
    metric: str
    objective: float
    starts: dt.date
    ends: dt.date
    owner: str
    levers: tuple[str, ...]
    control: float
    win: float
    meaning: str = ""
    budget: float | None = None
    who: str = ""
    size: int | None = None
    never: str = ""

    def time_gone(self, day: dt.date) -> float:
        """The share of its days that are over at the end of a day, 0 before it starts, 1 from its last day on."""
        days = (self.ends - self.starts).days + 1
        return min(max(((day - self.starts).days + 1) / days, 0.0), 1.0)


@dataclass(frozen=True)
class _Written:
    """The keys of a campaign's TOML file."""

    campaign_id: str
    name: str
    metric: str
    objective: float
    starts: Any
    ends: Any
    owner: str
    lever: Any = None
    levers: Any = None
    meaning: str = ""
    budget: float | None = None
    who: str = ""
    size: int | None = None
    control: float | None = None
    win: float | None = None
    never: str = ""


_NEEDED = ("campaign_id", "name", "metric", "objective", "starts", "ends", "owner")
_KINDS: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("campaign_id", "name", "metric", "owner", "meaning", "who", "never"), str),
    **dict.fromkeys(("objective", "budget", "control", "win"), (int, float)),
    "size": int,
}


def from_toml(text: str, name: str, policy: Policy, columns: Collection[str]) -> tuple[Campaign, ...]:
    """The campaign of a TOML file, or those of its tables [[campaigns]].

    columns: those of the table customers, which `who` and `never` may name. PolicyError with file, line and key for
    what can't be meant: a key that is missing or not known, no such column or lever, an end before the start.
    """
    blame = Blame(name, text)
    data = parse_toml(text, name, "campaigns.no_toml", PolicyError)
    tables = data.get(RELATION)
    if isinstance(tables, list) and tables and all(isinstance(table, dict) for table in tables):
        return tuple(_of_table(table, (RELATION, at), policy, columns, blame) for at, table in enumerate(tables))
    return (_of_table(data, (), policy, columns, blame),)


def _of_table(
    table: Mapping[str, Any], path: tuple[str | int, ...], policy: Policy, columns: Collection[str], blame: Blame
) -> Campaign:
    check_keys(dict(table), _Written, path, blame)
    missing = [key for key in _NEEDED if key not in table]
    if missing or ("lever" not in table and "levers" not in table):
        raise blame(path, message("policy.missing", name=(*missing, "lever")[0]))
    for key, kind in _KINDS.items():
        if key in table and (not isinstance(table[key], kind) or isinstance(table[key], bool)):
            raise blame((*path, key), message("campaigns.no_such_value", value=repr(table[key])))
    values = {**table, "metric": _metric(str(table["metric"]))}
    values |= {key: _day(table[key]) for key in ("starts", "ends")}
    values["levers"] = _levers(table.get("levers", table.get("lever")), policy)
    for key, problem in _problems(values, policy, columns):
        raise blame((*path, key if key in table else "lever"), problem)
    return _built(values, policy)


def from_row(row: Mapping[str, Any], policy: Policy, columns: Collection[str]) -> Campaign | tuple[str, Message]:
    """The campaign of an accepted row of the relation, or its column that is wrong and what is."""
    values = {key: value for key, value in row.items() if value is not None}
    values["metric"] = stands_for(RELATION, "metric").get(values["metric"], values["metric"])
    values["levers"] = _levers(values.pop("lever"), policy)
    for key, problem in _problems(values, policy, columns):
        return ("lever" if key == "levers" else key), problem
    return _built(values, policy)


def _built(values: Mapping[str, Any], policy: Policy) -> Campaign:
    rules, size = policy.campaign, values.get("size")
    return Campaign(
        campaign_id=str(values["campaign_id"]),
        name=str(values["name"]),
        metric=values["metric"],
        objective=float(values["objective"]),
        starts=values["starts"],
        ends=values["ends"],
        owner=str(values["owner"]),
        levers=values["levers"],
        control=float(values.get("control", rules.control)),
        win=float(values.get("win", rules.win)),
        meaning=values.get("meaning", ""),
        budget=float(values["budget"]) if "budget" in values else None,
        who=values.get("who", ""),
        size=None if size is None else int(size),
        never=values.get("never", ""),
    )


def _problems(values: Mapping[str, Any], policy: Policy, columns: Collection[str]) -> Iterator[tuple[str, Message]]:
    """What is wrong, by key."""
    if values["metric"] not in METRICS:
        yield "metric", message("campaigns.no_metric", metric=values["metric"], known=METRICS)
    for key in ("starts", "ends"):
        if not isinstance(values[key], dt.date):
            yield key, message("campaigns.no_day", value=values[key])
            return
    if values["ends"] < values["starts"]:
        yield "ends", message("campaigns.ends_before", starts=values["starts"], ends=values["ends"])
    yield from _of_texts(values)
    known = [lever.key for lever in policy.levers if lever.acts]
    for lever in values["levers"]:
        if lever not in known:
            yield "levers", message("campaigns.no_lever", lever=lever, known=known)
    if not values["levers"]:
        yield "levers", message("campaigns.no_lever", lever="", known=known)
    yield from _of_numbers(values, policy.campaign.control_most)
    for key in ("who", "never"):
        if values.get(key):
            yield from ((key, problem) for _, problem in broken_expression(values[key], (key,), columns))


def _of_texts(values: Mapping[str, Any]) -> Iterator[tuple[str, Message]]:
    """What stands in cells, in names of files and on terminals."""
    for key, most in _LONGEST.items():
        if (problem := unfit(values.get(key, ""), most)) is not None:
            yield key, problem
    for key in ("campaign_id", "name"):
        if not values[key].strip():
            yield key, message("campaigns.no_such_value", value=repr(values[key]))


def _of_numbers(values: Mapping[str, Any], most: float) -> Iterator[tuple[str, Message]]:
    if values["objective"] <= 0:
        yield "objective", message("campaigns.no_objective", value=values["objective"])
    if not 0 <= values.get("control", 0) <= most:
        yield "control", message("campaigns.control", value=values["control"], most=most)
    if values.get("win", 1.0) <= 0:
        yield "win", message("campaigns.no_objective", value=values["win"])
    if values.get("budget", 0.0) < 0:
        yield "budget", message("campaigns.no_budget", value=values["budget"])
    if not 1 <= values.get("size", 1) <= _MOST_CUSTOMERS:
        yield "size", message("campaigns.no_size", value=values["size"], most=_MOST_CUSTOMERS)


_MOST_CUSTOMERS = 100_000_000
_LONGEST = {"campaign_id": LONGEST_KEY, "name": LONGEST_NAME, "owner": LONGEST_NAME, "meaning": LONGEST}
"""Characters."""


def _metric(written: str) -> str:
    """A metric by its key, or by its Chinese name."""
    return stands_for(RELATION, "metric").get(written, written)


def _day(value: Any) -> Any:
    """A day as TOML has it, or written as text."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip().replace("/", "-"))
        except ValueError:
            return value
    return value


def _levers(value: Any, policy: Policy) -> tuple[str, ...]:
    """The keys of levers written by key or name, as a list or with commas between; what is no lever as it stands."""
    texts = value if isinstance(value, list) else MATTERS.split(str(value or ""))
    names = {name.casefold(): lever.key for lever in policy.levers for name in (lever.key, lever.zh, lever.en)}
    found = [str(text).strip() for text in texts]
    return tuple(dict.fromkeys(names.get(text.casefold(), text) for text in found if text))


def rows_of(campaigns: Collection[Campaign]) -> pl.DataFrame:
    """The elements as a frame, levers `;`-joined."""
    schema: dict[str, pl.DataType] = {
        **dict.fromkeys(("campaign_id", "name", "metric"), pl.String()),
        "objective": pl.Float64(),
        **dict.fromkeys(("starts", "ends"), pl.Date()),
        **dict.fromkeys(("owner", "lever"), pl.String()),
        **dict.fromkeys(("control_share", "win"), pl.Float64()),
        "meaning": pl.String(),
        "budget": pl.Float64(),
        "who": pl.String(),
        "size": pl.Int64(),
        "never": pl.String(),
    }
    rows = [{**vars(one), "lever": ";".join(one.levers), "control_share": one.control} for one in campaigns]
    return pl.DataFrame([{key: row[key] for key in schema} for row in rows], schema=schema)


def campaign_of(row: Mapping[str, Any]) -> Campaign:
    """The campaign of a row of `rows_of`."""
    own = {key: row[key] for key in Campaign.__dataclass_fields__ if key in row}
    levers = tuple(filter(None, str(row["lever"]).split(";")))
    return Campaign(**own, levers=levers, control=row["control_share"])
