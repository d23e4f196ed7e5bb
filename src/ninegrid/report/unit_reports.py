"""The part of a result that is one unit's: its own subjects, and of all others only sums over enough of them.

What goes into a part is declared for each result table in schemas/results.toml.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.disclosure import enough
from ninegrid.grid.rows import Held
from ninegrid.grid.tables import Wide, spread_views, totals
from ninegrid.grid.totals import with_ratio_parts
from ninegrid.model.inputs import Inputs
from ninegrid.model.reading import Reading
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from ninegrid.report.disclosure_control import AGGREGATES
from ninegrid.report.division import Members, members, unit_column
from ninegrid.report.redaction import Strangers, quoting_figures_only
from ninegrid.report.whole import SUBJECT, Whole, group_columns, of_groups
from ninegrid.result import Crowd, Result, Unit
from ninegrid.subjects.registry import SUBJECTS

_BETWEEN_IDS = "; "


def parts(
    whole: Result, wanted: Sequence[tuple[Path, Members]], on_unit: Callable[[int, str], None] = lambda n, unit: None
) -> Iterator[tuple[Path, Result]]:
    """Every unit's path and its part of the whole, graded result, each made when it is asked for.

    on_unit: called with the number and the name of each unit before its report is made.
    """
    everyone = Whole(whole)
    for number, (path, unit) in enumerate(wanted, 1):
        on_unit(number, unit.unit.value)
        yield path, _Part(everyone, unit.unit, unit.ids, unit.heads).result()


def part(whole: Result, value: str, column: str = "") -> Result:
    """The part of a whole, graded result that is one unit's, as a result of its own.

    Rows of subjects are the whole's; totals are added up again; comparisons hold at least 5 subjects elsewhere or
    none; the inputs' rows and the run's notices stay behind; counts are those of the unit's own subjects.
    """
    units = members(whole, column or unit_column(whole.policy))
    unit = next(unit for unit in units if value in (unit.label, unit.unit.value))
    return _Part(Whole(whole), unit.unit, unit.ids, unit.heads).result()


def _main(result: Result) -> pl.DataFrame:
    return result.tables[SUBJECTS[result.subject].table]


@dataclass(frozen=True)
class _Part:
    """One unit's part while it is made. ids: of the unit's subjects, but for those who lead it, its heads."""

    everyone: Whole
    unit: Unit
    ids: Sequence[str]
    heads: frozenset[str] = frozenset()

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
            policy=self.policy,
            inputs=self._inputs(tables["findings"]),
            tables=tables,
            counts=self._counts(tables),
            notices=(),
            wide=Wide(self.wide.frame),
            unit=self.unit,
        )

    @cached_property
    def policy(self) -> Policy:
        """The whole's, with the sheets that the unit's workbook has."""
        policy = self.whole.policy
        return dataclasses.replace(policy, sheets=_sheets(policy, self.unit.column))

    @cached_property
    def own(self) -> pl.DataFrame:
        """The unit's rows of what everyone's totals are added up from."""
        return self.everyone.own(self.ids)

    @cached_property
    def wide(self) -> Wide:
        """What the unit's own totals are added up from."""
        whole = self.everyone.wide
        members = None if whole.members is None else whole.members.join(self.own, on=self.whole.policy.id, how="semi")
        return Wide(self._emptied(SUBJECTS[self.whole.subject].table, self.own), members)

    @cached_property
    def strangers(self) -> Strangers:
        """Everyone who is known of and does not belong to the unit."""
        return Strangers(self.everyone.known, frozenset((*self.ids, *self.everyone.names(self.ids))))

    @cached_property
    def groups(self) -> Mapping[str, pl.DataFrame]:
        """By id column of a table that another grid is over, such as group_id: it, and `elsewhere`, how many of its
        members are; only those with a member in the unit.
        """
        counted = {
            column: self.own.drop_nulls(column).group_by(column).agg(here=pl.len())
            for column in group_columns(self.whole.policy)
        }
        return {
            column: here.join(self.everyone.group_sizes[column], on=column).select(
                column, "here", elsewhere=pl.col("n") - pl.col("here")
            )
            for column, here in counted.items()
        }

    @cached_property
    def units(self) -> list[str]:
        """The units that are wholly the unit's, as `Whole.units_of` gives them."""
        return self.everyone.units_of(self.ids, self.unit.column)

    @cached_property
    def crowd(self) -> Crowd:
        """The unit's subjects among everyone."""
        return Crowd(self.whole, self.unit, self.ids, self.groups, self.everyone.peers)

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
        if frame.is_empty():
            return frame
        if name == "findings":
            return self._findings(self.everyone.of_subjects(name, self.ids))
        groups = [id_ for group in self.groups.values() for id_ in group.to_series()]
        frame = self.everyone.of_subjects(name, [*self.ids, *groups])
        mine, shared, of_group = self._belonging(name, frame)
        about = result_table(name)
        hidden = [pl.when(~shared).then(c).alias(c) for c in about.shared if c in frame.columns]
        hidden += [pl.when(~of_group).then(c).alias(c) for c in about.shared_before if c in frame.columns]
        rows = frame.with_columns(hidden).filter(mine)
        return pl.concat([self.everyone.of_units(name, self.units), rows]) if about.units else rows

    def _belonging(self, name: str, frame: pl.DataFrame) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        """Of each row: whether it is the unit's; whether its group is shared with too few; whether it is a group's."""
        no = pl.lit(False)
        held = {c: g[c].to_list() for c, g in self.groups.items()}
        fewest = self.whole.policy.privacy.fewest
        few = {c: g.filter(~enough(pl.col("elsewhere"), fewest))[c].to_list() for c, g in self.groups.items()}
        of = result_table(name).id
        if of == self.whole.policy.id:
            shared = [pl.col(c).is_in(ids).fill_null(False) for c, ids in few.items() if c in frame.columns]
            return pl.col(self.whole.policy.id).is_in(self.ids), pl.any_horizontal(no, *shared), no
        if of != SUBJECT:
            # All groups or none: totals over groups of which some have no figure would not be totals.
            return pl.col(of).is_in(held[of]), pl.lit(bool(few[of])), ~no
        mine, shared_with, of_group = pl.col(SUBJECT).is_in(self.ids), no, of_groups(frame, self.whole.policy)
        for column, grids in group_columns(self.whole.policy).items() if "grid" in frame.columns else ():
            here = pl.col("grid").is_in(grids)
            mine = pl.when(here).then(pl.col(SUBJECT).is_in(held[column])).otherwise(mine)
            shared_with = shared_with | (here & pl.col(SUBJECT).is_in(few[column]))
        return mine, shared_with, of_group

    def _findings(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Those of the unit's subjects whose words quote nobody else.

        A text that strayed into another column may name a customer whose own row was refused, of whom nothing is known
        here: it is told where it stands, and not quoted.
        """
        mine = quoting_figures_only(frame, self.whole.lang, self.strangers.own)
        for name in ("file", "sheet", "value", "message"):
            mine = mine.filter(~self.strangers.quoted(mine[name]))
        return mine

    def _aggregate(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        shown = AGGREGATES.get(name) or SUBJECTS[self.whole.subject].in_a_unit[name]
        return shown(frame, self.crowd)

    def _naming_own(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        ids = [pl.col(column).str.split(_BETWEEN_IDS) for column in result_table(name).people]
        ours = [named.list.eval(pl.element().is_in(["", *self.ids])).list.all() for named in ids]
        someone = pl.any_horizontal(pl.col(column) != "" for column in result_table(name).people)
        return frame.filter(pl.all_horizontal(*ours, someone))

    def _of_units(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of units all of whose subjects belong to this one: the unit itself, and those below it."""
        return self.everyone.of_units(name, self.units) if frame.height else frame

    def _whole(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        elsewhere = _main(self.whole).height - len(self.ids)
        return frame.filter(enough(pl.lit(elsewhere), self.whole.policy.privacy.fewest))

    def _recomputed(self, made: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """What is added up: the same totals over the unit's subjects.

        Of what holds subjects of several units, such as the head office of institutions, nothing is said.
        """
        policy = _adding_up(self.policy)
        over = {grid.over for grid in policy.grids} - {SUBJECTS[policy.subject].table}
        others = {name: with_ratio_parts(made[name], policy) for name in over}
        again = totals(Held(self.wide.frame), others, policy)
        spread = [
            view.join(self.whole.tables["views"], on=["view", "key1", "key2", "n"], how="semi", nulls_equal=True)
            for view in spread_views(self.wide, policy)
        ]
        return again | {"views": pl.concat([again["views"], *spread])}

    def _emptied(self, table: str, frame: pl.DataFrame) -> pl.DataFrame:
        """A table without the cells that name or quote a stranger, in the columns that may."""
        about, strangers = result_table(table), self.strangers
        ways = ((about.others, strangers.called), (about.quoting, strangers.quoted), *self._posts_of_heads)
        for columns, found in ways:
            for column in columns if frame.height else ():
                if column in frame.columns and (cells := found(frame[column].cast(pl.String))).any():
                    frame = frame.with_columns(pl.when(~cells).then(column).alias(column))
        return frame

    @cached_property
    def _posts_of_heads(self) -> tuple[tuple[tuple[str, ...], Callable[[pl.Series], pl.Series]], ...]:
        """The column of posts that somebody may follow into, and whether a cell names one that a head holds."""
        main, posts = _main(self.whole), self.whole.policy.privacy.posts
        if not self.heads or not set(posts) <= set(main.columns):
            return ()
        held, followed = posts
        theirs = main.filter(pl.col(self.whole.policy.id).is_in(list(self.heads)))[held].drop_nulls().unique()
        if theirs.is_empty():
            return ()
        return (((followed,), lambda cells: cells.str.contains_any(theirs.to_list()).fill_null(False)),)

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


def _adding_up(policy: Policy) -> Policy:
    """The policy with no further scopes and views than its sheets show: adding up is much of what a part takes."""
    kinds = {sheet.kind for sheet in policy.sheets}
    shown = {table for sheet in policy.sheets for table in (sheet.table, *(part.table for part in sheet.tables))}
    if not kinds & {"profile", "gap_across"} and "profile" not in shown:
        policy = dataclasses.replace(policy, scopes=tuple(scope for scope in policy.scopes if not scope.column))
    if "views" not in kinds | shown:
        told = {wanted.view for sheet in policy.sheets for wanted in sheet.attention}
        views = tuple(view for view in policy.views if not view.keys or view.key in told)
        policy = dataclasses.replace(policy, views=views)
    return policy
