"""The part of a result that is one unit's: its own subjects, and of the others nothing but what they are together.

What goes into a part is declared for each result table in schemas/results.toml.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from ninegrid.grid.disclosure import enough
from ninegrid.grid.rebased import id_of
from ninegrid.grid.tables import Wide, describe, spread_views
from ninegrid.grid.totals import with_ratio_parts
from ninegrid.model.inputs import Inputs
from ninegrid.model.reading import Reading
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from ninegrid.report.disclosure_control import AGGREGATES
from ninegrid.report.redaction import Everyone, Strangers, quoting_figures_only
from ninegrid.report.units import Members, members, unit_column
from ninegrid.result import Crowd, Result, Unit
from ninegrid.subjects.registry import SUBJECTS
from ninegrid.targets.units import units_within

_SUBJECT = "subject_id"
_BETWEEN_IDS = "; "


def parts(
    whole: Result, wanted: Sequence[tuple[Path, Members]], told: Callable[[int, str], None] = lambda n, unit: None
) -> Iterator[tuple[Path, Result]]:
    """Every unit's path and its part of the whole, graded result, each made when it is asked for.

    told: of the number and the name of each unit before it is made.
    """
    everyone = _Everyone(whole)
    for number, (path, unit) in enumerate(wanted, 1):
        told(number, unit.unit.value)
        yield path, _Part(everyone, unit.unit, unit.ids, unit.heads).result()


def part(whole: Result, value: str, column: str = "") -> Result:
    """The part of a whole, graded result that is one unit's, as a result of its own.

    Rows of subjects are the whole's; totals are added up again; comparisons hold at least 5 subjects elsewhere or
    none; the inputs' rows and the run's notices stay behind; counts are those of the unit's own subjects.
    """
    units = members(whole, column or unit_column(whole.policy))
    unit = next(unit for unit in units if value in (unit.label, unit.unit.value))
    return _Part(_Everyone(whole), unit.unit, unit.ids, unit.heads).result()


def _main(result: Result) -> pl.DataFrame:
    return result.tables[SUBJECTS[result.subject].table]


@dataclass(frozen=True)
class _Everyone:
    """The whole, and what every unit's part is made with."""

    result: Result

    @property
    def wide(self) -> Wide:
        """What the whole was added up from; ValueError for a result that was not graded just now."""
        if self.result.wide is None:
            raise ValueError("a result that was not graded just now has no parts")
        return self.result.wide

    @cached_property
    def called(self) -> pl.DataFrame:
        """id and name: a row a name of a subject, as the main table has it."""
        main, key = _main(self.result), self.result.policy.id
        naming = [name for name in result_table(SUBJECTS[self.result.subject].table).naming if name in main.columns]
        each = [main.select(id=pl.col(key).cast(pl.String), name=pl.col(name).cast(pl.String)) for name in naming]
        nobody = pl.DataFrame(schema={"id": pl.String, "name": pl.String})
        return pl.concat([nobody, *each]).drop_nulls().unique()

    @cached_property
    def known(self) -> Everyone:
        """Every id and name, with who is mentioned in every text that may quote somebody."""
        result, tables = self.result, self.result.tables
        of_subjects = [
            frame.filter(~_of_groups(frame, result.policy))[_SUBJECT]
            for frame in tables.values()
            if _SUBJECT in frame.columns
        ]
        ids = pl.concat([_main(result)[result.policy.id].cast(pl.String), *of_subjects]).drop_nulls().unique()
        everyone = Everyone(ids, self.called["name"])
        texts = [
            frame[column].cast(pl.String).alias("text")
            for name, frame in tables.items()
            for column in (("file", "sheet", "value", "message") if name == "findings" else result_table(name).quoting)
            if column in frame.columns
        ]
        everyone.look_up(pl.concat([pl.Series("text", [], dtype=pl.String), *texts]))
        return everyone


@dataclass(frozen=True)
class _Part:
    """One unit's part while it is made. ids: of the unit's subjects, but for those who lead it, its heads.

    within: by level, the units that are wholly the unit's; filled as they are asked for.
    """

    everyone: _Everyone
    unit: Unit
    ids: Sequence[str]
    heads: frozenset[str] = frozenset()
    within: dict[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def whole(self) -> Result:
        """The result that the part is of."""
        return self.everyone.result

    def result(self) -> Result:
        """The part."""
        whole = self.whole
        tables = {name: self._emptied(name, frame) for name, frame in self._tables().items()}
        return dataclasses.replace(
            whole,
            policy=dataclasses.replace(whole.policy, sheets=_sheets(whole.policy, self.unit.column)),
            inputs=self._inputs(tables["findings"]),
            tables=tables,
            counts=self._counts(tables),
            notices=(),
            wide=Wide(self.wide.frame),
            unit=self.unit,
        )

    @cached_property
    def wide(self) -> Wide:
        """What the unit's own totals are added up from."""
        whole = self.everyone.wide
        key = self.whole.policy.id
        frame = whole.frame.filter(pl.col(key).is_in(self.ids))
        members = None if whole.members is None else whole.members.join(frame, on=key, how="semi")
        main = SUBJECTS[self.whole.subject].table
        return Wide(frame.with_columns(self._emptying(main, frame)), members)

    @cached_property
    def strangers(self) -> Strangers:
        """Everyone who is known of and does not belong to the unit."""
        ours = self.everyone.called.filter(pl.col("id").is_in(self.ids))["name"]
        return Strangers(self.everyone.known, frozenset((*self.ids, *ours)))

    @cached_property
    def groups(self) -> Mapping[str, pl.DataFrame]:
        """By id column of a table that another grid is over, such as group_id: it, and `elsewhere`, how many of its
        members are; only those with a member in the unit.
        """
        assert self.whole.wide is not None
        frame, key = self.whole.wide.frame, self.whole.policy.id
        mine = pl.col(key).is_in(self.ids)
        return {
            column: frame.group_by(column)
            .agg(here=mine.sum(), elsewhere=(~mine).sum())
            .filter(pl.col(column).is_not_null() & (pl.col("here") > 0))
            for column in _group_columns(self.whole.policy)
        }

    def _tables(self) -> dict[str, pl.DataFrame]:
        """Every table of the whole by its rule; what is added up again comes last, from the others."""
        rules: Mapping[str, Callable[[str, pl.DataFrame], pl.DataFrame]] = {
            "subject": self._of_subjects,
            "aggregate": self._aggregate,
            "own": self._naming_own,
            "unit": self._of_units,
            "whole": self._whole,
            "left_out": lambda name, frame: frame.clear(),
        }
        given = {name: (result_table(name).part, frame) for name, frame in self.whole.tables.items()}
        made = {name: rules[rule](name, frame) for name, (rule, frame) in given.items() if rule != "recomputed"}
        again = self._recomputed(made)
        return {name: again[name] if rule == "recomputed" else made[name] for name, (rule, _) in given.items()}

    def _of_subjects(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of the unit's subjects and of the groups they belong to, without what is shared with too few."""
        if name == "findings":
            return self._findings(frame)
        mine, shared, of_group = self._belonging(name, frame)
        about = result_table(name)
        hidden = [pl.when(~shared).then(c).alias(c) for c in about.shared if c in frame.columns]
        hidden += [pl.when(~of_group).then(c).alias(c) for c in about.shared_before if c in frame.columns]
        if about.units:
            mine = mine.fill_null(False) | self._are_within(frame, *about.units)
        return frame.with_columns(hidden).filter(mine)

    def _are_within(self, frame: pl.DataFrame, level: str, key: str) -> pl.Series:
        """Of each row: whether it is about the unit itself, or one below it."""
        asked = frame.select(level=pl.col(level).cast(pl.String), unit_key=pl.col(key).cast(pl.String))
        return asked.join(self._units_of(asked), on=["level", "unit_key"], how="left", maintain_order="left")["within"]

    def _belonging(self, name: str, frame: pl.DataFrame) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        """Of each row: whether it is the unit's; whether its group is shared with too few; whether it is a group's."""
        no = pl.lit(False)
        held = {c: g[c].to_list() for c, g in self.groups.items()}
        few = {c: g.filter(~enough(pl.col("elsewhere")))[c].to_list() for c, g in self.groups.items()}
        of = result_table(name).id
        if of == self.whole.policy.id:
            shared = [pl.col(c).is_in(ids).fill_null(False) for c, ids in few.items() if c in frame.columns]
            return pl.col(self.whole.policy.id).is_in(self.ids), pl.any_horizontal(no, *shared), no
        if of != _SUBJECT:
            # All groups or none: totals over groups of which some have no figure would not be totals.
            return pl.col(of).is_in(held[of]), pl.lit(bool(few[of])), ~no
        mine, shared_with, of_group = pl.col(_SUBJECT).is_in(self.ids), no, _of_groups(frame, self.whole.policy)
        for column, grids in _group_columns(self.whole.policy).items() if "grid" in frame.columns else ():
            here = pl.col("grid").is_in(grids)
            mine = pl.when(here).then(pl.col(_SUBJECT).is_in(held[column])).otherwise(mine)
            shared_with = shared_with | (here & pl.col(_SUBJECT).is_in(few[column]))
        return mine, shared_with, of_group

    def _findings(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Those of the unit's subjects whose words quote nobody else.

        A text that strayed into another column may name a customer whose own row was refused, of whom nothing is known
        here: it is told where it stands, and not quoted.
        """
        mine = frame.filter(pl.col(_SUBJECT).is_in(self.ids))
        mine = quoting_figures_only(mine, self.whole.lang, self.strangers.own)
        told = [self.strangers.quoted(pl.col(name)) for name in ("file", "sheet", "value", "message")]
        return mine if mine.is_empty() else mine.filter(~pl.any_horizontal(told))

    def _aggregate(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        shown = AGGREGATES.get(name) or SUBJECTS[self.whole.subject].in_a_unit[name]
        return shown(frame, Crowd(self.whole, self.unit, self.ids, self.groups))

    def _naming_own(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        ids = [pl.col(column).str.split(_BETWEEN_IDS) for column in result_table(name).people]
        ours = [named.list.eval(pl.element().is_in(["", *self.ids])).list.all() for named in ids]
        someone = pl.any_horizontal(pl.col(column) != "" for column in result_table(name).people)
        return frame.filter(pl.all_horizontal(*ours, someone))

    def _of_units(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of units all of whose subjects belong to this one: the unit itself, and those below it."""
        return frame.join(self._units_of(frame), on=["level", "unit_key"], how="semi", maintain_order="left")

    def _units_of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """level, unit_key and within, which is true: the unit itself and those below it, of the frame's levels."""
        none = pl.DataFrame(schema={"level": pl.String, "unit_key": pl.String})
        own = [self._within(level) for level in frame["level"].unique() if level not in self._above]
        return pl.concat([none, *own]).with_columns(within=pl.lit(True))

    @cached_property
    def _above(self) -> frozenset[str]:
        """The levels of units above this one: what is told of one is its own, even where it has no other customers."""
        tree = self.whole.policy.targets.tree
        own = self.unit.column
        return frozenset(tree[tree.index(own) + 1 :]) if own in tree else frozenset()

    def _within(self, level: str) -> pl.DataFrame:
        """The units of a level all of whose subjects belong to this one; several tables ask for the same."""
        if level not in self.within:
            self.within[level] = units_within(self.everyone.wide, level, self.ids, self.whole.policy)
        return self.within[level]

    def _whole(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        elsewhere = _main(self.whole).height - len(self.ids)
        return frame.filter(enough(pl.lit(elsewhere)))

    def _recomputed(self, made: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """What is added up: the same totals over the unit's subjects.

        Of what holds subjects of several units, such as the head office of institutions, nothing is said.
        """
        policy = self.whole.policy
        over = {grid.over for grid in policy.grids} - {SUBJECTS[policy.subject].table}
        others = {name: with_ratio_parts(made[name], policy) for name in over}
        again = describe(self.wide.frame, others, policy)
        spread = [
            view.join(self.whole.tables["views"], on=["view", "key1", "key2", "n"], how="semi", nulls_equal=True)
            for view in spread_views(self.wide, policy)
        ]
        return again | {"views": pl.concat([again["views"], *spread])}

    def _emptied(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(self._emptying(name, frame))

    def _emptying(self, table: str, frame: pl.DataFrame) -> Sequence[pl.Expr]:
        """The columns that may name or quote a stranger, without the cells that do."""
        about, strangers = result_table(table), self.strangers
        ways = ((about.others, strangers.is_stranger), (about.quoting, strangers.quoted), *self._posts_of_heads())
        told: dict[str, list[pl.Expr]] = {}
        for columns, found in ways:
            for column in columns:
                if column in frame.columns:
                    told.setdefault(column, []).append(found(pl.col(column).cast(pl.String)))
        return [pl.when(~pl.any_horizontal(found)).then(name).alias(name) for name, found in told.items()]

    def _posts_of_heads(self) -> Iterator[tuple[tuple[str, ...], Callable[[pl.Expr], pl.Expr]]]:
        """The column of posts that somebody may follow into, and whether a cell names one that a head holds."""
        main, posts = _main(self.whole), self.whole.policy.privacy.posts
        if not self.heads or not set(posts) <= set(main.columns):
            return
        held, followed = posts
        theirs = main.filter(pl.col(self.whole.policy.id).is_in(list(self.heads)))[held].drop_nulls().unique()
        if theirs.len():
            yield (followed,), lambda cell: cell.str.contains_any(theirs.to_list()).fill_null(False)

    def _inputs(self, findings: pl.DataFrame) -> Inputs:
        """What the inputs were, without their rows; files and sheets that are called after a stranger stay behind."""
        inputs, quoted = self.whole.inputs, self.strangers.quoted_in
        sheets = [s for s in inputs.sheets if not quoted((s.place, *s.headers.values(), *s.ignored))]
        return dataclasses.replace(
            inputs,
            files=tuple(file for file in inputs.files if not quoted((file.name,))),
            sheets=tuple(dataclasses.replace(sheet, titles=(), rows=0) for sheet in sheets),
            tables={},
            findings=findings,
            counts={},
            notices=(),
            decisions=None,
            reading=Reading(),
        )

    def _counts(self, tables: Mapping[str, pl.DataFrame]) -> dict[str, int]:
        """Those of the unit's own subjects; refused rows belong to no unit."""
        policy, subject = self.whole.policy, SUBJECTS[self.whole.subject]
        main = tables[subject.table]
        cell, n = main[policy.grid(policy.tiering.grid).cell], main.height
        decided = {subject.decisions.counted: main[subject.decisions.moved].count()} if subject.decisions else {}
        whose = dict.fromkeys(("rejected", "merged", "other_period", "departed", "subtotals"), 0)
        placed = {"placed": cell.count(), "unplaced": cell.null_count()}
        return {"rows_read": n, "accepted": n, **whose, **placed, **decided, "findings": tables["findings"].height}


def _group_columns(policy: Policy) -> dict[str, list[str]]:
    """The id columns of the tables that grids are over besides the main one, such as group_id, and their grids."""
    main = SUBJECTS[policy.subject].table
    columns: dict[str, list[str]] = {}
    for grid in policy.grids:
        if grid.over != main:
            columns.setdefault(id_of(grid.over, policy), []).append(grid.key)
    return columns


def _of_groups(frame: pl.DataFrame, policy: Policy) -> pl.Expr:
    """Whether a row is about a group, and not about a subject."""
    grids = [key for keys in _group_columns(policy).values() for key in keys]
    return pl.col("grid").is_in(grids) if "grid" in frame.columns else pl.lit(False)


def _sheets(policy: Policy, column: str) -> tuple[Any, ...]:
    """The policy's sheets without the tables that are left out, without those that show nothing else, and without those
    that the policy leaves out for units by this column.

    How the inputs were read is said in the whole workbook: its samples are cells of anybody.
    """
    kept = []
    for sheet in policy.sheets:
        shown = tuple(part for part in sheet.tables if result_table(part.table).part != "left_out")
        left_out = sheet.kind == "reading" or column in sheet.left_out_for
        if (shown or not sheet.tables) and not left_out:
            kept.append(dataclasses.replace(sheet, tables=shown))
    return tuple(kept)
