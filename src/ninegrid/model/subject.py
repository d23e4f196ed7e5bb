"""What makes something a subject that can be graded: one frozen value, filled in by each subject's own `subject.py`.

Nothing heavy is imported here, so that the command line can list the subjects at once; what a subject does is named by
functions that import their rooms when they are called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from ninegrid.dataclass import dataclass

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import polars as pl

    from ninegrid.grid.past import Past
    from ninegrid.grid.tables import Graded
    from ninegrid.messages import Message
    from ninegrid.model.inputs import Decided, Inputs
    from ninegrid.model.period import Period
    from ninegrid.model.relations import Lang
    from ninegrid.policy import Policy
    from ninegrid.result import Crowd, Result
    from ninegrid.targets.earlier import Earlier

    Grade = Callable[[Inputs, Policy, Period, Past], Graded]
    OfValues = Callable[[Inputs, Policy, Period], "FoundInValues"]
    Improve = Callable[[pl.DataFrame, Mapping[str, pl.DataFrame], Inputs, Policy, Past], Mapping[str, pl.DataFrame]]
    Assess = Callable[[Result, Graded, Earlier], "Assessed"]
    InAUnit = Callable[[pl.DataFrame, Crowd], pl.DataFrame]
    ReadDecisions = Callable[[Sequence[Path], Inputs, Policy, str | None, dt.datetime], Decided]


# repr, eq: nobody prints or compares these, and every start would make the methods that do, a tenth of its time.
@dataclass(frozen=True, repr=False, eq=False)
class Assessed:
    """The result tables about units, findings, and by input relation how many rows were refused while making them."""

    tables: Mapping[str, pl.DataFrame]
    findings: pl.DataFrame
    refused: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, repr=False, eq=False)
class FoundInValues:
    """What grading finds of the values before it makes figures of them: findings, how many rows of each relation it
    refuses after all, and what a person should know of how they are taken.
    """

    findings: pl.DataFrame
    refused: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[Message, ...] = ()


@dataclass(frozen=True, repr=False, eq=False)
class Decisions:
    """How people's decisions on subjects come back from an edited workbook, and where they are kept.

    relation: the input relation that the edited sheet is read as; it stands in no other input. read: files → decisions.
    recorded: inputs and result tables → the rows that the ledger gets. ledger: the database table, which only grows;
    made, of_period: its definition and a period's decisions, in sql/. moved: the column of the main table that a
    decision fills, why: the one with its reason; system: the one with the system's cell; counted: what a run calls the
    number of decided subjects.
    """

    relation: str
    read: ReadDecisions
    recorded: Callable[[Inputs, Mapping[str, pl.DataFrame]], pl.DataFrame]
    ledger: str
    made: str
    of_period: str
    moved: str
    why: str
    system: str
    counted: str


@dataclass(frozen=True, repr=False, eq=False)
class FormHistory:
    """What a database holds for a form, of this period and earlier ones. log: the rows of its ledger. written: those of
    its result table, with `period`: what the program itself wrote beside and into the cells. Empty without columns.
    """

    log: pl.DataFrame
    written: pl.DataFrame


@dataclass(frozen=True, repr=False, eq=False)
class Said:
    """What people filled in on a form, up to and with this run.

    fresh: what these inputs add to its ledger. known: a row a matter, as everything that was said so far comes to, with
    the columns that the relation has. findings: of reading it.
    """

    fresh: pl.DataFrame
    known: pl.DataFrame
    findings: pl.DataFrame


@dataclass(frozen=True, repr=False, eq=False)
class Form:
    """A relation that people fill in on sheets the program wrote, and that is kept until it is done with.

    table: the result table that the sheets show. said: inputs and what was heard before → what is known now, which
    takes the place of the relation's rows among the inputs. ledger: the database table, which only grows; made, kept:
    its definition and its rows, in sql/.
    """

    relation: str
    table: str
    said: Callable[[Inputs, FormHistory, dt.datetime], Said]
    ledger: str
    made: str
    kept: str


@dataclass(frozen=True, repr=False, eq=False)
class Owned:
    """Rows of a relation that are a subject's own where `column` has `value`: its id or name stands in `naming`."""

    column: str
    value: str
    naming: str


@dataclass(frozen=True, repr=False, eq=False)
class Subject:
    """A kind of subject, by its name on the command line.

    relations: the input relations by name (schemas/), the main one first. table: the main result table. grade: checked
    inputs → every table of grading. columns: the names its metrics may use. help: what the command does. improve: the
    tables that show the way up, from the wide graded frame and the result tables, for a subject that has them.
    assess: how its units stand, from the result with all of these, for a subject whose units have targets. rules:
    the dataclass of its policy's own `[rules]`, if it has any. decisions: how people's decisions are read back, for a
    subject that has them. of_people: whether its workbook can be written without names. in_parts: the relations that
    can be graded some subjects at a time (engines/), as where there are more rows than memory takes. forms: its forms
    that come back. remembered: by result table the columns that grading needs of earlier periods (`Past.earlier`).
    of_values: what grading finds of the values, for a check.
    references: columns in which others' rows name a subject, alone or in a list, and owned: by relation, which
    further rows are its own; both for forgetting one. in_a_unit: by result table that is the subject's alone and an
    aggregate (schemas/results.toml), what the workbook of one unit shows of it.
    """

    name: str
    relations: tuple[str, ...]
    table: str
    grade: Grade
    columns: Callable[[], frozenset[str]]
    help: Mapping[Lang, str]
    of_values: OfValues | None = None
    improve: Improve | None = None
    assess: Assess | None = None
    rules: Callable[[], type] | None = None
    decisions: Decisions | None = None
    of_people: bool = False
    in_parts: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ()
    remembered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    owned: Mapping[str, Owned] = field(default_factory=dict)
    in_a_unit: Mapping[str, InAUnit] = field(default_factory=dict)

    def graded(self, inputs: Inputs, policy: Policy, period: Period, past: Past) -> Graded:
        """Everything that a policy's expressions are run in: grading, and the way up."""
        graded = self.grade(inputs, policy, period, past)
        if self.improve and graded.wide:
            self.improve(graded.wide.frame, graded.tables, inputs, policy, past)
        return graded
