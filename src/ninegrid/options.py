"""The options of a run, as one frozen value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from pathlib import Path

from ninegrid.dataclass import dataclass
from ninegrid.messages import Message
from ninegrid.model.period import Period
from ninegrid.model.relations import Lang

LARGE = 512 << 20
"""Bytes of a text file from which on it is graded in blocks: in memory it would take some twelve times as much."""

BLOCK = 48 << 20
"""Bytes of it that are read at a time, some 150,000 rows of 30 columns."""


@dataclass(frozen=True)
class Comparing:
    """With which stored period to compare: the one before, the one named by `period`, or none."""

    period: Period | None = None
    wanted: bool = True


@dataclass(frozen=True)
class Options:
    """The options of a run; the defaults are those of the command line.

    out: the workbook (default ``<first input's stem>-graded.xlsx``). tables: a folder for the result tables.
    excel_safe: whether texts in CSV tables that a spreadsheet would take for formulas get a ' before them.
    maps: how files are to be read, each a line ``HEADER=COLUMN``, a map.toml or a filled-in check workbook. memory:
    whether the database's maps are used and new ones are remembered. save_map: where what was used of maps is written.
    max_rejected: the share of a relation's rows that may be rejected. wait: seconds to wait for the database.
    allow_cut: whether files and sheets that end early are read as far as they go. allow_unused: whether a file may give
    nothing. accept: why amounts that look to be in a wrong unit are right as they are. accept_break: why inputs that do
    not continue the period before are right.
    decisions: edited workbooks whose decisions on subjects are read back. names: whether the workbook names subjects.
    mask: whether names, phone and identity numbers are masked in all that is written and told; not in the database.
    encrypt: the password that every workbook is locked with, if any.
    each: that each unit (branch, department) gets a workbook of its own: the column that says which unit, "" for the
    policy's, or where: ``out/{unit}/{unit}_{period}.xlsx``; None for no such workbooks.
    comparing: with which stored period moves are told.
    large, block_bytes: bytes from which on a text file is graded in blocks, and of each block. master: where Spark runs
    that grades tables of a lake; None for this process. shared: a folder that its workers see; part_rows: customers of
    a part there.
    job, key: the job a run belongs to and what identifies its inputs and settings, for the ledger.
    on_step, on_notice: told of each step as it begins, and of what a person should know. on_unit: told of each unit
    before its workbook is written: its number, of how many, its name. on_done: told of each step as
    it ends: run id, step, rows (read, graded, written or stored; None when that can't be told) and seconds.
    """

    policy: Path | None = None
    period: Period | None = None
    db: str = "grade.duckdb"
    out: Path | None = None
    tables: Path | None = None
    tables_format: str = "parquet"
    excel_safe: bool = False
    lang: Lang | None = None
    maps: tuple[str, ...] = ()
    memory: bool = True
    save_map: Path | None = None
    max_rejected: float = 0.05
    allow_cut: bool = False
    allow_unused: bool = False
    accept: str | None = None
    accept_break: str | None = None
    password: str | None = None
    refit_cuts: str = ""
    comparing: Comparing = field(default_factory=Comparing)
    wait: float = 10.0
    decisions: tuple[Path, ...] = ()
    names: bool = True
    mask: bool = False
    on_step: Callable[[str], None] = lambda step: None
    on_notice: Callable[[Message], None] = lambda told: None
    on_unit: Callable[[int, int, str], None] = lambda number, of, unit: None
    encrypt: str | None = None
    each: str | None = None
    job: str | None = None
    key: str | None = None
    large: int = LARGE
    block_bytes: int = BLOCK
    master: str | None = None
    shared: Path | None = None
    part_rows: int = 50_000
    on_done: Callable[[str, str, int | None, float], None] = lambda run_id, step, rows, seconds: None
