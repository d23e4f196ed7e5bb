"""Decide on every row of a relation: accepted, merged, of another period, or rejected, and say why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from functools import lru_cache

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.intake.places import Places
from ninegrid.intake.validate import checks
from ninegrid.intake.validate.ids_alike import differing_in_case, matched
from ninegrid.intake.values.parsed import NO_PROBLEMS, PROBLEMS, YEAR, ParsedBlock, dtype_of
from ninegrid.intake.values.reasons import FOREIGN, REFUSING
from ninegrid.model.inputs import SOURCE, Counts
from ninegrid.model.raw import ROW
from ninegrid.model.relations import Lang, Relation
from ninegrid.model.steps import timed

PLACE = checks.PLACE


MOVED = {SOURCE: pl.UInt16(), ROW: pl.UInt32(), "_to_source": pl.UInt16(), "_to_row": pl.UInt32(), "_id": pl.String()}
"""A row that was put together with another, and where that stands."""


@dataclass(frozen=True)
class Gathered:
    """A relation's rows from all sheets: every canonical column, and where each row came from; its problems so far.

    moved: rows that were put together with another's: _source, _row, where that is (_to_source, _to_row), and _id.
    """

    relation: Relation
    rows: pl.DataFrame
    problems: pl.DataFrame
    present: frozenset[str]
    subtotals: int
    moved: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MOVED))


@dataclass(frozen=True)
class Settled:
    """A relation decided: its accepted rows, the key values of the refused ones, all problems and the counts.

    departed: the key values of subjects who have left.
    """

    relation: Relation
    accepted: pl.DataFrame
    refused: pl.Series
    problems: pl.DataFrame
    counts: Counts
    departed: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.String))


def gather(relation: Relation, blocks: list[ParsedBlock]) -> Gathered:
    """One frame of a relation's rows in all sheets, typed as the relation says."""
    present = frozenset(c for block in blocks for c in block.rows.columns if c in relation.names)
    none = _no_rows(tuple((column.name, dtype_of(column)) for column in relation.columns))
    if not blocks:
        return Gathered(relation, none, NO_PROBLEMS, present, 0)
    rows = pl.concat([none, *(block.rows for block in blocks)], how="diagonal").select(none.columns)
    problems = pl.concat([NO_PROBLEMS, *(block.problems for block in blocks)])
    return Gathered(relation, rows, problems, present, sum(block.subtotals for block in blocks))


@lru_cache(maxsize=64)
def _no_rows(columns: tuple[tuple[str, pl.DataType], ...]) -> pl.DataFrame:
    """A frame of a relation's columns that nobody has filled."""
    return pl.DataFrame(schema={SOURCE: pl.UInt16(), ROW: pl.UInt32(), YEAR: pl.Int64(), **dict(columns)})


def settle(
    gathered: Gathered, places: Places, parent: Settled | None, lang: Lang, period: tuple[str, str] | None
) -> Settled:
    """Check the rows and split them.

    parent: the settled relation the rows hang on. period: the name of the period column and the run's period; rows of
    another are counted and left out, and so are their problems, and rows of subjects who have left likewise.
    """
    relation, rows, problems = gathered.relation, gathered.rows, gathered.problems
    read = rows.height
    if not read:
        return Settled(relation, rows, rows[relation.key[0]], problems, Counts(subtotals=gathered.subtotals))
    if period:
        rows, problems = _of_period(rows, problems, *period)
    other_period = read - rows.height
    left = _departed(relation, rows, parent)
    present = _but_for(rows, left, PLACE)
    problems, rows = _but_for(problems, left, [SOURCE, ROW]), present
    rows, problems = _with_violations(relation, rows, problems)
    problems = pl.concat([problems, *_unfilled(gathered, rows, problems)])
    if "parent_id" in relation.names:
        rows, problems = _with_tree(relation, rows, problems)
    if relation.main:
        problems = pl.concat([problems, differing_in_case(rows, relation.key[0])])
    if parent and relation.parent:
        known = pl.concat([parent.accepted[parent.relation.key[0]], parent.refused])
        rows, zeros = matched(rows, relation.parent[1], known)
        problems = pl.concat([problems, zeros])
    merged, conflicts = (
        (checks.NO_FAULTS, checks.NO_FAULTS)
        if relation.form
        else checks.duplicates(relation, rows, lambda some: places.cells(some, relation.key[0]))
    )
    found = [problems, _problems(conflicts)]
    if parent:
        label = parent.relation.label(lang)
        lone = checks.orphans(relation, rows, parent.accepted[relation.key[0]], parent.refused, label)
        found += [_problems(lone), _problems(checks.disagreements(relation, rows, parent.accepted))]
    problems = pl.concat(found)
    refusing = _where_put(problems.filter(pl.col("reason").is_in(list(REFUSING))), gathered.moved)
    good = without(rows, refusing)
    merged = merged.join(good, on=PLACE, how="semi", nulls_equal=True) if merged.height else merged
    accepted = _but_for(good, merged, PLACE)
    refused = _of(rows, refusing)
    faulty = _of(rows, refusing.filter(~pl.col("reason").is_in(list(FOREIGN)))).height
    counts = Counts(
        read=read,
        subtotals=gathered.subtotals,
        merged=merged.height,
        rejected=refused.height,
        other_period=other_period,
        departed=left.height,
        accepted=accepted.height,
        foreign=refused.height - faulty,
    )
    key = relation.key[0]
    return Settled(
        relation, accepted, refused[key], pl.concat([problems, _problems(merged)]), counts, left[key].unique()
    )


def _departed(relation: Relation, rows: pl.DataFrame, parent: Settled | None) -> pl.DataFrame:
    """The rows of subjects who have left; one who stands in another row as still there has come back."""
    if relation.departed:
        column, value = relation.departed
        said, key = pl.col(column) == value, pl.col(relation.key[0])
        return rows.filter(said.fill_null(False).all().over(key) & key.is_not_null())
    if parent is None or parent.departed.is_empty() or relation.parent is None:
        return rows.clear()
    return rows.filter(pl.col(relation.parent[1]).is_in(parent.departed.implode()))


def _where_put(problems: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """The problems at the rows that theirs were put together with."""
    if moved.is_empty() or problems.is_empty():
        return problems
    to = problems.join(moved, on=[SOURCE, ROW], how="left", maintain_order="left")
    placed = to.with_columns(pl.coalesce("_to_source", SOURCE).alias(SOURCE), pl.coalesce("_to_row", ROW).alias(ROW))
    return placed.select(problems.columns)


def _of_period(
    rows: pl.DataFrame, problems: pl.DataFrame, column: str, period: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The period's rows, and the problems that are not of rows of another."""
    if (rows[column] == period).fill_null(False).all():
        return rows, problems
    others = rows.filter(pl.col(column) != period)
    return rows.filter(pl.col(column) == period), problems.join(others, on=[SOURCE, ROW], how="anti")


def without(rows: pl.DataFrame, problems: pl.DataFrame) -> pl.DataFrame:
    """The rows that none of the problems is about; a problem without a year is about all years of its row."""
    if problems.is_empty():
        return rows
    kept = _but_for(rows, problems.filter(pl.col(YEAR).is_null()), [SOURCE, ROW])
    return _but_for(kept, problems.filter(pl.col(YEAR).is_not_null()), PLACE)


def _of(rows: pl.DataFrame, problems: pl.DataFrame) -> pl.DataFrame:
    """The rows that the problems are about."""
    if problems.is_empty():
        return rows.clear()
    whole, of_a_year = (problems.filter(said) for said in (pl.col(YEAR).is_null(), pl.col(YEAR).is_not_null()))
    about_all = rows.join(whole, on=[SOURCE, ROW], how="semi")
    about_one = rows.join(of_a_year, on=PLACE, how="semi")
    return pl.concat([about_all, _but_for(about_one, about_all, PLACE)])


def _but_for(rows: pl.DataFrame, others: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """The rows that are not among the others; where there are none of those the very frame, and nothing is copied."""
    return rows.join(others, on=on, how="anti", nulls_equal=True, maintain_order="left") if others.height else rows


def _with_violations(
    relation: Relation, rows: pl.DataFrame, problems: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add what the schema refuses, but for cells that are missing only because they were refused already."""
    with timed("check") as work:
        faults, work.rows = checks.check(relation, rows), rows.height
    if faults.is_empty():
        return rows, problems
    spared = list(relation.melt.spared) if relation.melt else []
    faults = faults.filter(~(pl.col("column").is_in(spared) & pl.col(YEAR).is_not_null()))
    known = problems.filter(pl.col("column").is_not_null() & pl.col("reason").is_in([*REFUSING, "LENIENT_MISSING"]))
    whole = known.filter(pl.col(YEAR).is_null())
    faults = faults.join(whole, on=[SOURCE, ROW, "column"], how="anti")
    faults = faults.join(known, on=[*PLACE, "column"], how="anti", nulls_equal=True)
    lenient = [c.name for c in relation.columns if c.lenient]
    eased = pl.col("column").is_in(lenient)
    found = _problems(faults.with_columns(reason=pl.when(eased).then(pl.lit("LENIENT_MISSING")).otherwise("reason")))
    return _blanked(rows, found.filter(eased)), pl.concat([problems, found])


def _unfilled(gathered: Gathered, rows: pl.DataFrame, problems: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """A warning for each expected cell that is empty; one for a whole column that the inputs lack."""
    for column in (c.name for c in gathered.relation.columns if c.expected):
        empty = rows.filter(pl.col(column).is_null())
        reason = "NOT_FILLED" if column in gathered.present else "NO_SUCH_COLUMN"
        empty = (
            empty.head(1) if reason == "NO_SUCH_COLUMN" else _but_for(empty, _about(problems, column), [SOURCE, ROW])
        )
        if empty.height:
            said = {"column": pl.lit(column), "value": pl.lit(None, pl.String), "detail": pl.lit("")}
            yield _problems(empty.select(PLACE).with_columns(reason=pl.lit(reason), **said).select(list(checks.FAULTS)))


def _about(problems: pl.DataFrame, column: str) -> pl.DataFrame:
    return problems.filter(pl.col("column") == column)


def _blanked(rows: pl.DataFrame, problems: pl.DataFrame) -> pl.DataFrame:
    """The rows with the cells of the problems made missing."""
    for column in problems["column"].unique():
        cells = problems.filter(pl.col("column") == column).select(*PLACE, _bad=pl.lit(True)).unique()
        rows = rows.join(cells, on=PLACE, how="left", nulls_equal=True, maintain_order="left")
        rows = rows.with_columns(pl.when(pl.col("_bad").is_null()).then(column).alias(column)).drop("_bad")
    return rows


def _with_tree(relation: Relation, rows: pl.DataFrame, problems: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add the faults of a tree; a node that names itself as its parent becomes a root."""
    faults = _problems(checks.tree_faults(rows, relation.key[0], "parent_id", relation.depth))
    rows = _blanked(rows, faults.filter(pl.col("reason") == "SELF_PARENT"))
    return rows, pl.concat([problems, faults])


def _problems(faults: pl.DataFrame) -> pl.DataFrame:
    if faults.is_empty():
        return NO_PROBLEMS
    return faults.with_columns(index=pl.lit(None, pl.Int64)).select(list(PROBLEMS))
