"""What is measured: the files, and who works on each."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import past

OURS, MONTHLY, PANDAS, POLARS, FLOOR = "grade", "grade, third month", "pandas", "polars", "floor"
START, IMPORT = "grade --help", "import typer"
XLSX, SHARED, BAD, CSV, GB18030 = "xlsx", "xlsx, shared texts", "xlsx, 10% bad", "csv", "csv, GB18030"
SIZES = (200, 2_000, 10_000, 100_000, 1_000_000, 10_000_000)
EMPLOYEES = (200, 10_000)
QUICK, QUICK_EMPLOYEES = (10_000,), (200,)
CUSTOMERS, TALENT = "customers", "talent"
_SUFFIXES = {XLSX: ".xlsx", SHARED: ".shared.xlsx", BAD: "-bad.xlsx", CSV: ".csv", GB18030: ".gb18030.csv"}
_NAMES = {CUSTOMERS: "customers_2026-10", TALENT: "employees_2026Q3"}
_NEEDED = {PANDAS: ("pandas", "openpyxl"), POLARS: ("polars", "fastexcel", "xlsxwriter")}
_SCRIPTS = {PANDAS: "pandas_openpyxl", POLARS: "polars_write_excel", FLOOR: "floor"}
_SHEET = 1_000_000  # rows; hardly more go on one
_PEERS_UP_TO = 100_000  # rows; a million take them a quarter of an hour and more memory than most machines have
_TEXT_FROM = 1_000_000  # rows


@dataclass(frozen=True)
class File:
    """A file to be graded."""

    kind: str
    rows: int
    subject: str = CUSTOMERS

    def path(self, folder: Path) -> Path:
        """Where it is kept; its name tells the period."""
        return folder / f"{_NAMES[self.subject]}_{self.rows}{_SUFFIXES[self.kind]}"

    @property
    def label(self) -> str:
        """What it is called on the page."""
        return self.kind if self.subject == CUSTOMERS else f"{self.kind}, employees"

    @property
    def bad(self) -> float:
        """The share of rows that can't be accepted."""
        return 0.1 if self.kind == BAD else 0.0


@dataclass(frozen=True)
class Programs:
    """How they are called. grade: the installed command. python: that of `grade`. peers: one with pandas, polars,
    openpyxl, fastexcel and xlsxwriter.
    """

    grade: Path
    python: Path
    peers: Path

    @classmethod
    def installed(cls, peers: Path | None) -> Programs:
        """Those beside the Python that runs this; FileNotFoundError when `grade` is not installed there."""
        python = Path(sys.executable)
        found = shutil.which("grade", path=str(python.parent))
        if found is None:
            raise FileNotFoundError(f"There is no `grade` beside {python}: install this checkout there.")
        return cls(Path(found), python, peers or python)

    def lacking(self, who: str) -> str:
        """The first package of a peer's that its Python does not have; empty where it has all."""
        ask = f"import importlib.util as u; print(next((n for n in {_NEEDED.get(who, ())} if not u.find_spec(n)), ''))"
        told = subprocess.run([str(self.peers), "-c", ask], capture_output=True, text=True, check=True)
        return told.stdout.strip()


@dataclass(frozen=True)
class Task:
    """Someone's work on a file; without a file, only a start.

    The third month's has two months before it in its database, and actions on leads of the last of them.
    """

    who: str
    file: File | None = None

    def command(self, programs: Programs, data: Path, out: Path) -> list[str]:
        """The command line; `out` is an empty folder, for the third month one with what `past` left."""
        if self.file is None:
            return [str(programs.grade), "--help"] if self.who == START else [str(programs.python), "-c", IMPORT]
        source, target = str(self.file.path(data)), str(out / "out.xlsx")
        if self.who in (OURS, MONTHLY):
            more = ["--tables", str(out / "tables")] if self.file.kind in (CSV, GB18030) else []
            more += [str(out / past.ACTIONS)] if self.who == MONTHLY else []
            options = ["--db", str(out / past.DATABASE), "--max-rejected", "20%", "--json", *more]
            return [str(programs.grade), self.file.subject, source, "--out", target, *options]
        python = programs.python if self.who == FLOOR else programs.peers
        return [str(python), "-m", f"benchmarks.peers.{_SCRIPTS[self.who]}", source, target]


def tasks(sizes: Sequence[int], who: Collection[str], employees: Sequence[int] = ()) -> list[Task]:
    """Everything there is to measure with files of these sizes, those to be compared side by side.

    Workbooks of up to a million rows, with their texts in the cells, and, while the peers take them too, with shared
    texts and as a third month; text files of a million and more, or, where none is that large, of the largest
    size; bad rows once, in the largest workbook that the peers are asked to take too. Workbooks of employees are given
    to `grade` and the floor.
    """
    sizes = sorted(sizes)
    wanted = [Task(START), Task(IMPORT)]
    texts = [size for size in sizes if size >= _TEXT_FROM] or sizes[-1:]
    spoiled = max((size for size in sizes if size <= _PEERS_UP_TO), default=None)
    for size in sizes:
        if size <= _SHEET:
            peers = [PANDAS, POLARS] if size <= _PEERS_UP_TO else []
            ours = [OURS, MONTHLY] if peers else [OURS]
            wanted += [Task(one, File(XLSX, size)) for one in (*ours, FLOOR, *peers)]
            wanted += [Task(one, File(SHARED, size)) for one in (OURS, FLOOR, *peers)] if peers else []
        wanted += [Task(OURS, File(BAD, size))] if size == spoiled else []
        wanted += [Task(OURS, File(CSV, size))] if size in texts else []
        wanted += [Task(OURS, File(GB18030, size))] if size in texts[:1] else []
    wanted += [Task(one, File(XLSX, size, TALENT)) for size in sorted(employees) for one in (OURS, FLOOR)]
    return [task for task in wanted if task.who in {*who, START, IMPORT}]
