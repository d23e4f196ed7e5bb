"""Which units a result is divided into: who belongs to each, and where each unit's workbook is written."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.files.names import filled_each, places_in
from ninegrid.model.errors import UsageError
from ninegrid.model.paths import refuse_no_text, whole
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from ninegrid.result import Result, Unit
from ninegrid.subjects.registry import SUBJECTS

_UNIT = "unit"
_PERIOD = "period"
_SUFFIX = ".xlsx"
_OF_PATHS = frozenset("{/\\")
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Members:
    """A unit, the ids of its subjects, and its name beside units of the same name: with branch or id after it.

    heads: who leads the unit, of whom its own workbook says nothing; they are not among the ids.
    """

    unit: Unit
    ids: tuple[str, ...]
    label: str
    heads: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Division:
    """The column whose values are the units, and the template of their workbooks' paths."""

    column: str
    template: str


def unit_column(policy: Policy) -> str:
    """The column that says which unit a subject belongs to: the one that gaps compare, else a view's only one."""
    single = [view.keys[0] for view in policy.views if len(view.keys) == 1]
    column = next(filter(None, (policy.gaps.unit, *single)), None)
    if column is None:
        raise UsageError("report.no_unit")
    return column


def unit_columns(policy: Policy) -> tuple[str, ...]:
    """The columns by which a result can be divided: the policy's unit, and what its views begin with."""
    main = result_table(SUBJECTS[policy.subject].table).columns
    firsts = [view.keys[0] for view in policy.views if view.keys and view.keys[0] in main]
    return tuple(dict.fromkeys([unit_column(policy), *firsts]))


def division(asked: str, target: Path, policy: Policy) -> Division:
    """What `--unit-workbooks` asks for: a column ("" for the policy's), or a template of paths that has places.

    Of a column the workbooks are ``<target's stem>-<column>/<unit>.xlsx`` beside the target. UsageError for a column
    that is none, and for a template that gives no .xlsx file of its own to each unit.
    """
    if not is_template(asked):
        column = asked or unit_column(policy)
        if column not in unit_columns(policy):
            raise UsageError("report.unknown_unit", column=column, known=unit_columns(policy))
        literal = Path(str(target).replace("{", "{{").replace("}", "}}"))
        return Division(column, str(beside(literal, column)))
    columns = unit_columns(policy)
    named = [name for name in places_in(asked) if name in columns]
    column = named[0] if named else unit_column(policy)
    unknown = [f"{{{name}}}" for name in places_in(asked) if name not in (_PERIOD, _UNIT, column)]
    if unknown:
        raise UsageError("report.each_unknown_place", template=repr(asked), place=unknown[0], column=column)
    if not {_UNIT, column} & set(places_in(asked)):
        raise UsageError("report.each_same_file", template=repr(asked))
    if not asked.lower().endswith(_SUFFIX):
        raise UsageError("report.each_no_xlsx", template=repr(asked))
    return Division(column, asked)


def beside(workbook: Path, column: str) -> Path:
    """The template of the units' workbooks beside a whole one."""
    return workbook.parent / f"{workbook.stem}-{column}" / f"{{{_UNIT}}}{_SUFFIX}"


def is_template(asked: str) -> bool:
    """Whether it is a path rather than a column's name."""
    return asked.lower().endswith(_SUFFIX) or not _OF_PATHS.isdisjoint(asked)


def members(result: Result, column: str) -> list[Members]:
    """The units of a result by that column, in order of their names; subjects without one are in none.

    Units that share a name are told apart as the policy's view by that column does (a sub-branch by its branch), and
    where the subjects have an id of it (``relationship_manager_id``) by that alone. Heads are those of the policy's own
    units.
    """
    heads = _heads(result, column)
    rows = _main(result).select(
        pl.col(result.policy.id).alias("id"),
        value=_name(result, column),
        key=pl.concat_str(pl.col(_told_by(result, column)).cast(pl.String), separator=_BETWEEN, ignore_nulls=True),
        unit_id=_id(result, column),
    )
    rows = rows.with_columns(key=pl.coalesce(_BETWEEN + pl.col("unit_id"), "key")).drop_nulls("value")
    units = rows.group_by("key", maintain_order=True).agg(pl.col("value", "unit_id").first(), "id").sort("value", "key")
    alone = len(_told_by(result, column)) == 1 and not units["unit_id"].count()
    namesakes = units["value"].is_duplicated().to_list()
    return [
        Members(
            Unit(column, value, "" if alone else key),
            tuple(id_ for id_ in ids if id_ not in heads),
            _label(value, key, unit_id) if shared else value,
            heads.intersection(ids),
        )
        for (key, value, unit_id, ids), shared in zip(units.iter_rows(), namesakes, strict=True)
    ]


def _heads(result: Result, column: str) -> frozenset[str]:
    """Who manages somebody of the own unit and is managed by nobody in it; none where the policy names no manager."""
    main, manager = _main(result), result.policy.privacy.manager
    if manager not in main.columns or column != unit_column(result.policy):
        return frozenset()
    rows = main.select(pl.col(result.policy.id).cast(pl.String).alias("id"), manager=manager, unit=column)
    rows = rows.drop_nulls("unit").filter(pl.col("manager").ne_missing(pl.col("id")) | pl.col("manager").is_null())
    inside = rows.join(rows.select("id", "unit"), left_on=["manager", "unit"], right_on=["id", "unit"], how="semi")
    return frozenset(inside["manager"]) - frozenset(inside["id"])


def unassigned(result: Result, column: str) -> int:
    """How many subjects belong to no unit, and so are in no part."""
    return int(_main(result).select(_name(result, column).is_null().sum()).item())


def paths(
    result: Result, division: Division, taken: Collection[Path] = (), shown: Callable[[str], str] = str
) -> list[tuple[Path, Members]]:
    """A path for every unit, all distinct; UsageError where one would replace a path that is taken, or has letters that
    the system's encoding doesn't have.

    taken: the whole workbook's and the inputs'. shown: how a name is written, such as masked.
    """
    units = members(result, division.column)
    labels = [_distinct(unit, shown) for unit in units]
    found = filled_each(division.template, [_UNIT, division.column], labels, period=str(result.period))
    for path in found.values():
        refuse_no_text(path, UsageError)
    others = {whole(path) for path in taken}
    clash = next((path for path in found.values() if whole(path) in others), None)
    if clash:
        raise UsageError("report.each_clash", path=clash)
    return [(found[label], unit) for label, unit in zip(labels, units, strict=True)]


def _main(result: Result) -> pl.DataFrame:
    return result.tables[SUBJECTS[result.subject].table]


def _told_by(result: Result, column: str) -> list[str]:
    """The column and those by which the policy's view tells values of one name apart."""
    views = (view.keys for view in result.policy.views if view.keys[:1] == (column,))
    return [name for name in next(views, (column,)) if name in _main(result).columns]


def _filled(cells: pl.Expr) -> pl.Expr:
    text = cells.cast(pl.String)
    return pl.when(text.str.strip_chars() != "").then(text)


def _id(result: Result, column: str) -> pl.Expr:
    name = f"{column}_id"
    return _filled(pl.col(name)) if name in _main(result).columns else pl.lit(None, dtype=pl.String)


def _name(result: Result, column: str) -> pl.Expr:
    """What a unit is called; one without a name goes by its id."""
    return pl.coalesce(_filled(pl.col(column)), _id(result, column))


def _label(value: str, key: str, unit_id: str | None) -> str:
    return "-".join([value, unit_id] if unit_id else key.split(_BETWEEN))


def _distinct(unit: Members, shown: Callable[[str], str]) -> str:
    """The unit's label, with its name as it may be shown."""
    return shown(unit.unit.value) + unit.label.removeprefix(unit.unit.value)
