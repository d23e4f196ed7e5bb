"""The whole result as the parts of its units are taken from it: what every unit asks for is found once for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import field
from functools import cached_property

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.rebased import id_of
from ninegrid.grid.tables import Wide
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from ninegrid.report.redaction import Everyone
from ninegrid.result import Result
from ninegrid.subjects.registry import SUBJECTS
from ninegrid.targets.unit_levels import sized_units

SUBJECT = "subject_id"
_QUOTING_FINDINGS = ("file", "sheet", "value", "message")
_BETWEEN = "\x1f"
_OF_UNITS = ("level", "unit_key")
_UNIT = pl.concat_str(*_OF_UNITS, separator=_BETWEEN).alias("unit")


class Places:
    """Where each key stands in a table: a unit's rows are found without looking at all the others."""

    def __init__(self, keys: pl.Series) -> None:
        """keys: of every row; several rows may have the same, and some none."""
        known = keys.cast(pl.String).rename("key").to_frame().with_row_index("at").drop_nulls("key")
        known = known.sort("key", maintain_order=True)
        self._keys, self._at = known["key"], known["at"]

    def of(self, wanted: Iterable[str]) -> pl.Series:
        """The numbers of the rows that have one of the keys, in the table's order."""
        asked = pl.Series(sorted(set(wanted)), dtype=pl.String)
        first, last = (self._keys.search_sorted(asked, side=side) for side in ("left", "right"))
        slots = pl.select(pl.int_ranges(first, last, dtype=pl.UInt32).explode().drop_nulls()).to_series()
        return self._at.gather(slots).sort()


@dataclass(frozen=True)
class Whole:
    """A whole, graded result. peers: see `result.Crowd`."""

    result: Result
    peers: dict[tuple[str, str], Counter[str | None]] = field(default_factory=dict)
    _places: dict[str, Places] = field(default_factory=dict)

    @property
    def wide(self) -> Wide:
        """What the whole was added up from; ValueError for a result that was not graded just now."""
        if self.result.wide is None:
            raise ValueError("a result that was not graded just now has no parts")
        return self.result.wide

    @property
    def main(self) -> pl.DataFrame:
        """The table that has a row a subject."""
        return self.result.tables[SUBJECTS[self.result.subject].table]

    def of_subjects(self, table: str, ids: Iterable[str]) -> pl.DataFrame:
        """The rows of a result table about those who, or the groups that, have one of the ids."""
        frame = self.result.tables[table]
        return frame[self._found(table, frame[SUBJECT if table == "findings" else result_table(table).id]).of(ids)]

    def of_units(self, table: str, units: Iterable[str]) -> pl.DataFrame:
        """The rows of a result table about units, as `units_of` gives them."""
        frame = self.result.tables[table]
        level, key = result_table(table).units or _OF_UNITS
        named = frame.select(pl.concat_str(level, key, separator=_BETWEEN)).to_series()
        return frame[self._found(f"{table} units", named).of(units)]

    def own(self, ids: Iterable[str]) -> pl.DataFrame:
        """The rows of these subjects in what everyone's totals are added up from."""
        frame = self.wide.frame
        return frame[self._found("", frame[self.result.policy.id]).of(ids)]

    def names(self, ids: Iterable[str]) -> pl.Series:
        """What these subjects are called."""
        return self._called["name"].gather(self._found("names", self._called["id"]).of(ids))

    def units_of(self, ids: Sequence[str], column: str) -> list[str]:
        """The units, of any level that a table tells of, all of whose subjects are among the ids, those of a unit by
        the column; what is told of a unit above that is its own, even where it has no other subjects.
        """
        tree = self.result.policy.targets.tree
        above = tree[tree.index(column) + 1 :] if column in tree else ()
        own = self._units[self._found("units", self._units["id"]).of(ids)]
        whole = own.group_by("unit").agg(pl.col("level").first(), all=pl.len() == pl.col("n").first()).filter("all")
        return whole.filter(~pl.col("level").is_in(above))["unit"].to_list()

    def _found(self, name: str, keys: pl.Series) -> Places:
        if name not in self._places:
            self._places[name] = Places(keys)
        return self._places[name]

    @cached_property
    def group_sizes(self) -> dict[str, pl.DataFrame]:
        """By id column of a table that another grid is over, such as group_id: it, and n, how many members it has."""
        frame = self.wide.frame
        return {c: frame.drop_nulls(c).group_by(c).agg(n=pl.len()) for c in group_columns(self.result.policy)}

    @cached_property
    def _units(self) -> pl.DataFrame:
        """id, unit, its level, and n, how many subjects the unit has: a row a subject and unit."""
        levels = dict.fromkeys(level for name in self.result.tables for level in self._levels(name))
        counted = [sized_units(self.wide, level, self.result.policy) for level in levels]
        nothing = pl.DataFrame(schema={"id": pl.String, "unit": pl.String, "level": pl.String, "n": pl.UInt32})
        return pl.concat([nothing, *(rows.select("id", _UNIT, "level", "n") for rows in counted)])

    def _levels(self, table: str) -> list[str]:
        """The levels of the units that a result table has rows of."""
        about, frame = result_table(table), self.result.tables[table]
        if about.units:
            return frame.filter(pl.col(about.id).is_null())[about.units[0]].unique(maintain_order=True).to_list()
        return frame["level"].unique(maintain_order=True).to_list() if about.part == "unit" else []

    @cached_property
    def _called(self) -> pl.DataFrame:
        """id and name: a row a name of a subject, as the main table has it."""
        main, key = self.main, self.result.policy.id
        naming = [name for name in result_table(SUBJECTS[self.result.subject].table).naming if name in main.columns]
        each = [main.select(id=pl.col(key).cast(pl.String), name=pl.col(name).cast(pl.String)) for name in naming]
        nobody = pl.DataFrame(schema={"id": pl.String, "name": pl.String})
        return pl.concat([nobody, *each]).drop_nulls().unique()

    @cached_property
    def known(self) -> Everyone:
        """Every id and name, with who is mentioned in every text that may quote somebody."""
        result, tables = self.result, self.result.tables
        of_subjects = [
            frame.filter(~of_groups(frame, result.policy))[SUBJECT]
            for frame in tables.values()
            if SUBJECT in frame.columns
        ]
        ids = pl.concat([self.main[result.policy.id].cast(pl.String), *of_subjects]).drop_nulls().unique()
        everyone = Everyone(ids, self._called["name"])
        texts = [
            frame[column].cast(pl.String).alias("text")
            for name, frame in tables.items()
            for column in (_QUOTING_FINDINGS if name == "findings" else result_table(name).quoting)
            if column in frame.columns
        ]
        everyone.look_up(pl.concat([pl.Series("text", [], dtype=pl.String), *texts]).unique())
        return everyone


def group_columns(policy: Policy) -> dict[str, list[str]]:
    """The id columns of the tables that grids are over besides the main one, such as group_id, and their grids."""
    main = SUBJECTS[policy.subject].table
    columns: dict[str, list[str]] = {}
    for grid in policy.grids:
        if grid.over != main:
            columns.setdefault(id_of(grid.over, policy), []).append(grid.key)
    return columns


def of_groups(frame: pl.DataFrame, policy: Policy) -> pl.Expr:
    """Whether a row is about a group, and not about a subject."""
    grids = [key for keys in group_columns(policy).values() for key in keys]
    return pl.col("grid").is_in(grids) if "grid" in frame.columns else pl.lit(False)
