"""What a job file says, as frozen values. The field names are the keys of the TOML file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from ninegrid.dataclass import dataclass
from ninegrid.jobs.templates import fill
from ninegrid.model.paths import whole
from ninegrid.model.period import Period

PeriodWord = Literal[
    "previous-month", "this-month", "previous-quarter", "this-quarter",
    "previous-half", "this-half", "previous-year", "this-year",
]  # fmt: skip


@dataclass(frozen=True)
class Sources:
    """What is read.

    files: globs of which each must match; optional: globs that may match nothing. folder: where both start.
    map: headers that the program doesn't know, by hand, with the column they are; maps: files that say so.
    decisions: globs of edited workbooks whose decisions on subjects are read back; each may match nothing.
    password_env: the environment variable that holds the password of locked workbooks. memory: whether the maps that
    the database remembers are used, and new ones remembered.
    """

    files: tuple[str, ...]
    folder: str = "."
    optional: tuple[str, ...] = ()
    map: Mapping[str, str] = field(default_factory=dict)
    maps: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    password_env: str = ""
    memory: bool = True


@dataclass(frozen=True)
class Outputs:
    """What is written: the whole workbook, one a unit (branch, department), the tables; "" for none.

    unit_workbooks: a column, or a path with a place for the unit. each: its old name, "" once the job is loaded.
    lang: language of headings. names: whether workbooks and tables name subjects. mask: whether names, phone and
    identity numbers are written as codes. encrypt_env: the environment variable that holds the password workbooks are
    locked with. excel_safe: whether texts in CSV tables that a spreadsheet would take for formulas get a ' before them.
    save_map: where what was used of maps is written; "" for nowhere.
    """

    workbook: str
    unit_workbooks: str = ""
    each: str = ""
    tables: str = ""
    tables_format: Literal["parquet", "csv"] = "parquet"
    excel_safe: bool = False
    lang: Literal["auto", "zh", "en"] = "auto"
    names: bool = True
    mask: bool = False
    encrypt_env: str = ""
    save_map: str = ""


@dataclass(frozen=True)
class Afterwards:
    """What becomes of the inputs of a period once it is stored: left, or moved to `folder`."""

    inputs: Literal["leave", "move"] = "leave"
    folder: str = "done/{period}"


@dataclass(frozen=True)
class Limits:
    """max_rejected: share of the main relation's rows that may be rejected. wait: seconds to wait for the database.

    allow_cut: whether files and sheets that end early are read as far as they go. allow_unused: whether a file may give
    nothing. accept: why amounts that look to be in a wrong unit are right as they are, accept_break: why inputs that do
    not continue the period before are right; "" to stop at them. To take accept_break out again changes no output, so
    it is no setting that makes a run anew.
    """

    max_rejected: float = 0.05
    allow_cut: bool = False
    allow_unused: bool = False
    accept: str = ""
    accept_break: str = ""
    wait: float = 60.0


@dataclass(frozen=True)
class Retention:
    """keep: how many periods stay in the database, the newest; 0 for all."""

    keep: int = 0


@dataclass(frozen=True)
class Job:
    """A batch job.

    root: the folder that relative paths start from, itself relative to the job file; "" for the current folder.
    period: the period of a run that isn't told one; its kind is the kind of the job's periods.
    refit_cuts: the grid whose cuts are fitted anew in every run, or all; "" to keep those in force.
    when_nothing: whether a period without files is in order (exit 0) or an error (exit 3).
    on_failure, on_success: commands that get the JSON of a failed or finished run on standard input.
    file: the job file, as it was named. policy_digest, report_digest: those of the policy in force.
    """

    name: str
    subject: str
    sources: Sources
    outputs: Outputs
    root: str = ""
    period: PeriodWord = "previous-month"
    policy: str = ""
    database: str = "grade.duckdb"
    afterwards: Afterwards = Afterwards()
    limits: Limits = Limits()
    retention: Retention = Retention()
    refit_cuts: str = ""
    when_nothing: Literal["ok", "error"] = "ok"
    on_failure: tuple[str, ...] = ()
    on_success: tuple[str, ...] = ()
    file: Path = Path()
    policy_digest: str = ""
    report_digest: str = ""

    @property
    def kind(self) -> str:
        """The kind of its periods: month, quarter, half or year."""
        return self.period.partition("-")[2]

    @cached_property
    def home(self) -> Path:
        """The folder that relative paths start from; absolute, so that the ledger's paths hold in any folder."""
        return whole(self.file.parent / self.root if self.root else Path())

    def path(self, template: str, period: Period) -> Path:
        """A path of the job file in a period."""
        return self.home / fill(template, period)

    @property
    def policy_file(self) -> Path | None:
        """The policy's file, if it has one of its own."""
        return self.home / self.policy if self.policy else None

    @property
    def database_file(self) -> Path:
        """Where the periods are kept."""
        return self.home / self.database

    @property
    def _outputs(self) -> dict[str, Any]:
        """Under the names that the ledger has always known, so that a new name or setting runs nothing anew."""
        said = dataclasses.asdict(self.outputs)
        later = {key: value for key in ("excel_safe", "save_map") if (value := said.pop(key))}
        return said | {"each": said.pop("unit_workbooks")} | later

    @property
    def settings(self) -> dict[str, Any]:
        """What of the job changes its outputs, as plain values."""
        return {
            "outputs": self._outputs,
            "map": dict(self.sources.map),
            "maps": list(self.sources.maps),
            "max_rejected": self.limits.max_rejected,
            "allow_cut": self.limits.allow_cut,
            "allow_unused": self.limits.allow_unused,
            "accept": self.limits.accept,
            **({} if self.sources.memory else {"memory": False}),
            **({"refit_cuts": self.refit_cuts} if self.refit_cuts else {}),
        }
