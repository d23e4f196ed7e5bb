"""TOML to Policy: merge over the built-in policy, build the frozen values, and say what is wrong by key and line."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
import typing
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from ninegrid.config import IDENTITY, Blame, build, check_keys, nearest
from ninegrid.messages import message
from ninegrid.model.errors import PolicyError
from ninegrid.policy.checks.rules import broken_rules
from ninegrid.policy.checks.texts import broken_texts
from ninegrid.policy.edited import Edited
from ninegrid.policy.model import Policy
from ninegrid.policy.report import divided, with_looks
from ninegrid.policy.values.sheets import Sheet
from ninegrid.policy.values.shown import ParameterLabel
from ninegrid.policy.words import in_todays_words

# Fields of a policy that say where it came from.
_NOT_WRITTEN = frozenset({"source", "text", "digest", "report_digest", "segment_grids"})
# What an axis says of the metric it had; with another metric it does not hold.
_OF_THE_METRIC = (
    "value", "fallback", "reason", "override", "dead_band", "dead_band_relative", "minimum", "drivers", "formula",
)  # fmt: skip


def load_policy(
    built_in: str,
    edited: str | Edited | None = None,
    *,
    name: str = "policy",
    columns: Collection[str] | None = None,
    rules: type | None = None,
) -> Policy:
    """The policy in force: the built-in text, overridden by an edited one where it says something.

    `columns`: names that SQL expressions may use, checked when given. `rules`: the dataclass of the subject's own
    `[rules]`. Raises PolicyError naming the file, key and line.
    """
    base = _base(built_in)
    edited = Edited.parsed(edited, name) if isinstance(edited, str) else edited
    own = dict(edited.data) if edited is not None else {}
    blame = Blame(name, edited.text if edited is not None else built_in)
    check_keys({k: v for k, v in own.items() if k != "rules"}, Policy, (), blame, _NOT_WRITTEN)
    check_keys(own.get("rules", {}), rules, ("rules",), blame)
    for path, problem in broken_texts(own):
        raise blame(path, problem)
    _check_parameters(own, base, blame)
    if own.get("subject", base["subject"]) != base["subject"]:
        raise blame(("subject",), message("policy.other_subject", own=own["subject"], subject=base["subject"]))
    merged = merge(base, own)
    policy = _built(merged, rules, blame)
    for path, problem in broken_rules(policy, columns):
        raise blame(path, problem)
    return _signed(policy, merged, ("built-in",) if edited is None else ("built-in", name))


@lru_cache(maxsize=8)
def _base(text: str) -> dict[str, Any]:
    """A built-in policy's data, which nobody changes: to parse two thousand lines takes most of the time of loading."""
    return tomllib.loads(text)


@dataclasses.dataclass(frozen=True)
class StudyReport:
    """The report policy of a study: its sheets, and what columns are called there in place of their declared names."""

    sheets: tuple[Sheet, ...]
    labels: Mapping[str, ParameterLabel] = dataclasses.field(default_factory=dict)


def study_report(text: str, name: str) -> StudyReport:
    """What a study's report policy says; PolicyError naming the file, key and line."""
    data, blame = tomllib.loads(text), Blame(name, text)
    check_keys(data, StudyReport, (), blame)
    return typing.cast(StudyReport, build(StudyReport, data, (), blame))


def stored_policy(text: str, source: tuple[str, ...], rules: type | None = None) -> Policy:
    """The policy kept with a run: `text` is the JSON that `Policy.text` held."""
    try:
        data = in_todays_words(json.loads(text))
    except (ValueError, AttributeError) as error:
        raise PolicyError("policy.stored_unreadable") from error
    return _signed(_built(data, rules, Blame("stored policy", "")), data, source)


def _built(data: dict[str, Any], rules: type | None, blame: Blame) -> Policy:
    common = {key: value for key, value in with_looks(data).items() if key != "rules"}
    policy = _with_segment_grids(typing.cast(Policy, build(Policy, common, (), blame)))
    if rules is None:
        return policy
    return dataclasses.replace(policy, rules=build(rules, data.get("rules", {}), ("rules",), blame))


def _with_segment_grids(policy: Policy) -> Policy:
    """The policy with the grids over its segments apart from those over tables of subjects."""
    keys = {segment.key for segment in policy.segments}
    over = tuple(grid for grid in policy.grids if grid.over in keys)
    others = tuple(grid for grid in policy.grids if grid.over not in keys)
    return dataclasses.replace(policy, grids=others, segment_grids=over) if over else policy


def _signed(policy: Policy, data: dict[str, Any], source: tuple[str, ...]) -> Policy:
    graded, shown = divided(with_looks(data))
    return dataclasses.replace(
        policy, source=source, text=_json(data), digest=_digest(graded), report_digest=_digest(shown)
    )


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False)


def _digest(data: dict[str, Any]) -> str:
    return hashlib.sha256(_json(data).encode()).hexdigest()


def merge(base: Any, own: Any) -> Any:
    """`own` laid over `base`: tables by key, lists of tables by their identity, everything else replaced."""
    if isinstance(base, dict) and isinstance(own, dict):
        if own.get("metric", base.get("metric")) != base.get("metric"):
            base = {k: v for k, v in base.items() if k not in _OF_THE_METRIC}
        return {
            k: merge(base[k], own[k]) if k in base and k in own else own.get(k, base.get(k)) for k in {**base, **own}
        }
    if _is_tables(base) and _is_tables(own):
        name = next((k for k in IDENTITY if all(k in row for row in (*base, *own))), None)
        if name:
            return _merged_tables(base, own, name)
    return own


def _merged_tables(base: list[Any], own: list[Any], name: str) -> list[Any]:
    """Both lists by identity, in the order of the own one where it has all; new rules go first, or never decide; what
    is new stands last, or right behind the one its `after` names.
    """
    merged = {row[name]: row for row in base}
    merged |= {row[name]: merge(merged.get(row[name]), row) for row in own}
    mine, theirs = [row[name] for row in own], [row[name] for row in base]
    if set(theirs) <= set(mine):
        return [merged[key] for key in dict.fromkeys(mine)]
    new = [key for key in mine if key not in theirs]
    if name == "rule":
        return [merged[key] for key in (*new, *theirs)]
    order = list(theirs)
    for key in new:
        before = merged[key].get("after")
        order.insert(order.index(before) + 1 if before in order else len(order), key)
    return [merged[key] for key in order]


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _check_parameters(own: dict[str, Any], base: dict[str, Any], blame: Blame) -> None:
    """A parameter that nothing knows is a slip of the pen, unless it is new and labelled."""
    labelled = own.get("parameter_labels", {})
    for key in own.get("parameters", {}):
        if key not in base["parameters"] and key not in labelled:
            raise blame(("parameters", key), message("policy.no_such_parameter", near=nearest(key, base["parameters"])))
        given, built_in = own["parameters"][key], base["parameters"].get(key)
        if built_in is not None and isinstance(given, bool) != isinstance(built_in, bool):
            raise blame(
                ("parameters", key),
                message("policy.other_value", value=json.dumps(given), built_in=json.dumps(built_in)),
            )
