"""The one door to pipelines/, schemas/ and sql/: everything else asks here, by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

from ninegrid.grid.dead_band import has_dead_band
from ninegrid.grid.rebased import raw_cell
from ninegrid.model.relations import Column, Measured, Melt, Relation
from ninegrid.model.result_tables import declared, result_table, tables_of
from ninegrid.policy import Policy, Sheet, StudyReport, study_report

# The files of a policy, in the order of its text. A file that is not named here is not read.
_POLICY_FILES = (
    *(
        "parameters",
        "metrics",
        "grids",
        "strategy",
        "agenda",
        "warnings",
        "continuity",
        "improvement",
        "actions",
        "targets",
        "scorecards",
        "pricing",
        "canvas",
        "allocation",
        "campaigns",
        "prospects",
        "coverage",
        "development",
    ),
)
_RULE = 120


@cache
def policy_text(subject: str) -> str:
    """The built-in policy of a subject, what grades and what shows, as one TOML text with a line before each file."""
    home = files("ninegrid.pipelines")
    parts = {name: home.joinpath("policy", subject, f"{name}.toml") for name in _POLICY_FILES}
    parts = {f"policy/{subject}/{name}.toml": file for name, file in parts.items() if file.is_file()}
    parts |= {f"report/{subject}.toml": home.joinpath("report", f"{subject}.toml")}
    texts = {name: file.read_text(encoding="utf-8").strip() for name, file in parts.items()}
    return "\n\n".join(f"{f'# ---- {name} ':-<{_RULE}}\n{text}" for name, text in texts.items()) + "\n"


@cache
def report_of(study: str) -> StudyReport:
    """What pipelines/report/<study>.toml says of a study's workbook."""
    name = f"{study}.toml"
    return study_report(files("ninegrid.pipelines").joinpath("report", name).read_text(encoding="utf-8"), name)


def study_sheets(study: str) -> tuple[Sheet, ...]:
    """The sheets of a study's workbook."""
    return report_of(study).sheets


def with_report(policy: Policy, study: str) -> Policy:
    """The policy with the sheets of a study in the place of its own, and what the study calls columns there."""
    report = report_of(study)
    return replace(policy, sheets=report.sheets, labels={**policy.labels, **report.labels})


def example_jobs() -> Mapping[str, str]:
    """The shipped batch jobs: file name and TOML text."""
    folder = files("ninegrid.pipelines").joinpath("jobs")
    return {job.name: job.read_text(encoding="utf-8") for job in sorted(folder.iterdir(), key=lambda job: job.name)}


def example_policies() -> Mapping[str, str]:
    """The shipped examples of edited policies: name, as ``--policy`` takes it, and TOML text."""
    folder = files("ninegrid.pipelines").joinpath("policy", "examples")
    found = sorted(folder.iterdir(), key=lambda file: file.name)
    return {file.name.removesuffix(".toml"): file.read_text(encoding="utf-8") for file in found}


def sql(name: str) -> str:
    """The text of a file in sql/, by path without suffix: ``sql("marts/institution_members")`` is a SELECT; others
    define the ledger's tables or bring an older database up to date.
    """
    return files("ninegrid.sql").joinpath(*f"{name}.sql".split("/")).read_text(encoding="utf-8")


@cache
def vocabulary(name: str) -> Mapping[str, Any]:
    """The words of ``schemas/vocabulary/<name>.toml``."""
    return tomllib.loads(files("ninegrid.schemas").joinpath("vocabulary", f"{name}.toml").read_text(encoding="utf-8"))


@cache
def model(name: str) -> Any:
    """The pandera model of an input relation."""
    return getattr(import_module(f"ninegrid.schemas.{name}"), "".join(part.title() for part in name.split("_")))


@cache
def relation(name: str) -> Relation:
    """An input relation, derived from its pandera model."""
    whole = model(name)
    meta = whole.Config.metadata
    columns = tuple(_column(field, spec) for field, spec in whole.to_schema().columns.items())
    return Relation(
        name,
        meta["zh"],
        meta["en"],
        columns,
        tuple(meta["key"]),
        meta.get("parent"),
        meta.get("main", False),
        tuple(meta.get("recognised_by", ())),
        Melt(**meta["melt"]) if "melt" in meta else None,
        meta.get("observed", ""),
        tuple(meta.get("identities", ())),
        meta.get("ends"),
        meta.get("closes", False),
        meta.get("departed"),
        meta.get("form", False),
        meta.get("of_sheet", ""),
        meta.get("until", ""),
        Measured(**meta["measured"]) if "measured" in meta else None,
        meta.get("depth", 0),
    )


def stands_for(relation: str, column: str) -> Mapping[str, str]:
    """What each choice of an input column stands for: the engine's own name for it."""
    words: Mapping[str, str] = model(relation).Config.metadata["stands_for"][column]
    return words


def _column(name: str, spec: Any) -> Column:
    meta = dict(spec.metadata)
    return Column(name=name, required=not spec.nullable, **meta)


def results() -> Mapping[str, Any]:
    """schemas/results.toml as it stands: ``tables``, ``columns`` and ``codes`` (see `model.result_tables`)."""
    return declared()


def result_columns(table: str, policy: Policy) -> list[str]:
    """The columns of a result table, in order, with what the policy decides written out or switched off."""
    totals, weight = [*policy.totals.sums, *policy.totals.ratios], policy.totals.weight
    counted = ["counted"] if policy.totals.counts else []
    lists = {
        "@indicators": [m.key for m in policy.indicators],
        "@tier_incomes": [f"income_{t.key.lower()}" for t in policy.tiers],
        "@tiers": [f"tier_{t.key.lower()}" for t in policy.tiers],
        "@totals": [*counted, *totals],
        "@weight": [weight, "income_share"] if weight else [],
        "@others": [*counted, *(name for name in totals if name != weight)],
        "@components": [component.key for component in getattr(policy.rules, "components", ())],
        "@grids": further_grid_columns(table, policy),
    }
    named = [name for column in result_table(table).columns for name in lists.get(column, [column])]
    return [name for name in named if _is_on(name, policy)]


def further_grid_columns(table: str, policy: Policy) -> list[str]:
    """What a table has of the grids over it that it is not declared with: both levels, the cell, the raw cell."""
    of_grids = [
        name
        for grid in policy.grids
        if grid.over == table
        for name in (*(axis.level for axis in grid.axes), grid.cell, *([raw_cell(grid)] if has_dead_band(grid) else []))
    ]
    return [name for name in of_grids if name not in result_table(table).columns]


def _is_on(column: str, policy: Policy) -> bool:
    """Whether the policy leaves a column in its table."""
    if declared()["columns"].get(column, {}).get("when") != "dead_band":
        return True
    return any(raw_cell(grid) == column and has_dead_band(grid) for grid in policy.grids)


def own_tables(study: str) -> tuple[str, ...]:
    """The names of a study's own result tables, without those that every result has."""
    return tuple(table.name for table in tables_of(study) if table.subjects)


def result_tables(subject: str) -> tuple[str, ...]:
    """The names of a subject's result tables."""
    return tuple(table.name for table in tables_of(subject))
