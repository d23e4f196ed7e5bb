"""What makes something a study: a command that asks something of a stored period, and grades nothing.

A study reads relations of its own (deals, prospects), takes result tables of a stored period, and answers with tables
and findings. One frozen value each, filled in by the study's own `study.py`; nothing heavy is imported there, so that
the command line can list the studies at once. Its sheets are those of `pipelines/report/<name>.toml`, its thresholds
those of the policy of the subject it asks about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from ninegrid.dataclass import dataclass

if TYPE_CHECKING:
    import polars as pl

    from ninegrid.messages import Message
    from ninegrid.model.inputs import Inputs
    from ninegrid.model.period import Period
    from ninegrid.model.relations import Lang
    from ninegrid.policy import Policy

    Answering = Callable[["Asked"], "Answer"]


# repr, eq: nobody prints or compares these, and every start would make the methods that do, a tenth of its time.
@dataclass(frozen=True, repr=False, eq=False)
class Asked:
    """What a study works from: the stored period, its own inputs, the policy and the options.

    inputs: its own relations as they were read, without rows where it has none. policy: the one given, else the one
    that the stored period was graded by. period: the stored period. stored: its result tables by name, without
    `subject`, `period` and `run_id`; an empty frame without columns for one that isn't stored. lang: in which language
    findings are written. options: what the study's own options say, by their names.
    """

    inputs: Inputs
    policy: Policy
    period: Period
    stored: Mapping[str, pl.DataFrame]
    lang: Lang
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, repr=False, eq=False)
class Kept:
    """Rows that a study leaves in the database when it is asked to (`--keep`).

    key: what tells a row; a row of the same key takes the place of one that is there. made: of a table that only grows,
    its definition in sql/, and key is then all that a row says but when it was read; else the table is kept by period.
    """

    table: str
    rows: pl.DataFrame
    key: tuple[str, ...]
    made: str = ""


@dataclass(frozen=True, repr=False, eq=False)
class Answer:
    """What a study gives back: tables, findings, notices, and rows to keep.

    tables: result tables, as schemas/results.toml declares them for the study. findings: what is to be said of rows, at
    their cells. refused: by relation how many rows were refused after they had been read. counts: figures for the
    summary. notices: what a person should know first. kept: what is stored where that is asked for.
    """

    tables: Mapping[str, pl.DataFrame]
    findings: pl.DataFrame
    refused: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[Message, ...] = ()
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, repr=False, eq=False)
class StudyOption:
    """An option that a study has besides those of every study.

    name: as in `Asked.options`; ``--budget`` for ``budget``. kind: text, or a flag. metavar: of a text. help: the code
    of its help in the catalogue.
    """

    name: str
    help: str
    kind: Literal["text", "flag"] = "text"
    metavar: str = "TEXT"


@dataclass(frozen=True, repr=False, eq=False)
class Study:
    """A kind of study, by its name on the command line.

    subject: whose stored period it asks. relations: its own input relations (schemas/), the main one first; none for a
    study that reads no files. stored: the result tables it needs of the period. answer: what it makes of them. help:
    what the command does. options: its own. needs_period: whether there is nothing to answer without a stored period;
    else its tables are empty frames without columns where nothing is stored. A study that keeps something has no answer
    but steps and commands of its own.
    """

    name: str
    subject: str
    relations: tuple[str, ...]
    stored: tuple[str, ...]
    answer: Answering | None
    help: Mapping[Lang, str]
    options: tuple[StudyOption, ...] = ()
    needs_period: bool = True
