"""How a run is graded: everything in memory, a large text file in parts on disk, or a lake's tables in parts on Spark.

The steps of a run ask an engine for the tables of grading and of the way up, and do not know which one it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import polars as pl

from ninegrid.engines.grading import GradedInParts, found_in_parts, grade_again_in_parts
from ninegrid.engines.reading import read_large
from ninegrid.engines.result import grade_in_store, improve_in_store
from ninegrid.files.spill import Spill
from ninegrid.grid.parts import Parts, Within
from ninegrid.grid.past import Past
from ninegrid.grid.tables import Graded
from ninegrid.history.in_parts import THEN
from ninegrid.history.maps import maps_of
from ninegrid.intake.maps.apply import Maps
from ninegrid.intake.read import read_inputs
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.relations import Relation
from ninegrid.model.steps import timed
from ninegrid.model.subject import FoundInValues, Subject
from ninegrid.options import Options
from ninegrid.policy import Policy
from ninegrid.report import is_own_workbook
from ninegrid.result import Result
from ninegrid.subjects.registry import relations


class Engine(Protocol):
    """The way a run is graded: in memory or in parts."""

    def of_values(self, read: Result) -> FoundInValues | None:
        """What grading will find of the values, for a check; None for a subject that grades whatever was read."""

    def grade(self, read: Result, past: Past) -> Graded:
        """The tables of grading, of inputs that were read and checked."""

    def grade_again(self, inputs: Inputs, policy: Policy, period: Period, past: Past) -> Mapping[str, pl.DataFrame]:
        """The tables that grids are over, of an earlier period's inputs; see `history.in_parts.Regrade`."""

    def improve(self, compared: Result, graded: Graded, past: Past) -> Mapping[str, pl.DataFrame]:
        """The tables of the way up, and those that stand for tables too long to hold."""


class InMemory:
    """Grades everyone at once."""

    def __init__(self, subject: Subject) -> None:
        """Of a kind of subject."""
        self._subject = subject

    def of_values(self, read: Result) -> FoundInValues | None:
        """As the subject declares it."""
        of_values = self._subject.of_values
        return of_values(read.inputs, read.policy, read.period) if of_values else None

    def grade(self, read: Result, past: Past) -> Graded:
        """As the subject declares it."""
        return self._subject.grade(read.inputs, read.policy, read.period, past)

    def grade_again(self, inputs: Inputs, policy: Policy, period: Period, past: Past) -> Mapping[str, pl.DataFrame]:
        """As the subject declares it."""
        return self._subject.grade(inputs, policy, period, past).tables

    def improve(self, compared: Result, graded: Graded, past: Past) -> Mapping[str, pl.DataFrame]:
        """As the subject declares it; nothing for a subject that has no way up."""
        if self._subject.improve is None or graded.wide is None:
            return {}
        return self._subject.improve(graded.wide.frame, compared.tables, compared.inputs, compared.policy, past)


class InParts:
    """Grades some customers at a time, with the rest on disk."""

    def __init__(self, parts: Parts) -> None:
        """Nothing is graded yet."""
        self._parts = parts
        self._graded: GradedInParts | None = None

    def of_values(self, read: Result) -> FoundInValues | None:
        """The same, part by part."""
        return found_in_parts(read.inputs, self._parts, read.policy, read.period)

    def grade(self, read: Result, past: Past) -> Graded:
        """The tables of grading; of those that are on disk no rows."""
        with timed("subjects"):
            self._graded, graded = grade_in_store(read, past)
        return graded

    def grade_again(self, inputs: Inputs, policy: Policy, period: Period, past: Past) -> Mapping[str, pl.DataFrame]:
        """The groups; the main table is put down beside the rows of then."""
        with timed("again"):
            return grade_again_in_parts(inputs, Within(self._parts, THEN), policy, period, past)

    def improve(self, compared: Result, graded: Graded, past: Past) -> Mapping[str, pl.DataFrame]:
        """The tables of the way up, and of tables on disk the rows that a workbook shows."""
        assert self._graded is not None
        return improve_in_store(compared, self._graded, past)


def engine_of(subject: Subject, read: Result) -> Engine:
    """The engine for a result whose inputs were read."""
    return InParts(read.parts) if read.parts else InMemory(subject)


def read_files(
    subject: Subject, paths: Sequence[Path], options: Options, spilled: Spill | None
) -> tuple[Inputs, Parts | None]:
    """The inputs; with where their rows are, where they are read to disk or by Spark."""
    maps = maps_of(subject.name, options)
    inputs, parts = _read_files(subject, paths, options, spilled, maps)
    return replace(inputs, given=maps.given), parts


def _read_files(
    subject: Subject, paths: Sequence[Path], options: Options, spilled: Spill | None, maps: Maps
) -> tuple[Inputs, Parts | None]:
    if options.master is not None and isinstance(spilled, Spill):
        return _read_lake(subject, paths, options, spilled, maps), spilled
    if spilled is not None:
        large = read_large(subject, paths[0], options, spilled, maps)
        if large is not None:
            return large.inputs, spilled
    return read_relations(relations(subject.name), paths, options, maps), None


def _read_lake(subject: Subject, paths: Sequence[Path], options: Options, spilled: Spill, maps: Maps) -> Inputs:
    from ninegrid.engines.lake import read_lake  # noqa: PLC0415, as pandera would import Spark too

    return read_lake(paths, subject, spilled, options, maps)  # type: ignore[arg-type]


def read_relations(known: Sequence[Relation], paths: Sequence[Path], options: Options, maps: Maps) -> Inputs:
    """The files as some relations, in memory; InputError for the program's own workbooks where no form comes back."""
    own = [path for path in paths if is_own_workbook(path, options.password)]
    if own and (len(own) == len(paths) or not any(relation.form for relation in known)):
        raise InputError("pipeline.own_workbook", name=own[0].name)
    return read_inputs(
        paths,
        known,
        maps=maps,
        period=options.period,
        password=options.password,
        lang=options.lang or "auto",
        allow_cut=options.allow_cut,
        allow_unused=options.allow_unused,
        own=own,
    )
