"""``python -m benchmarks``: make the files, measure everyone on them in turn, and say how they compare."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.machine import machine, versions
from benchmarks.measure import CommandFailedError, Cost, measured
from benchmarks.page import markdown, put_into
from benchmarks.past import ACTIONS, DATABASE
from benchmarks.plan import (
    EMPLOYEES,
    FLOOR,
    MONTHLY,
    OURS,
    PANDAS,
    POLARS,
    QUICK,
    QUICK_EMPLOYEES,
    SIZES,
    TALENT,
    Programs,
    Task,
    tasks,
)
from benchmarks.results import Costs, goals

_ROOT = Path(__file__).parent.parent
_EVERYONE = (OURS, MONTHLY, FLOOR, PANDAS, POLARS)
_ONCE_FROM = {PANDAS: 100_000, POLARS: 100_000}  # rows; the scripts take minutes
_ONCE_FROM_BY_OTHERS = 1_000_000  # rows


def main(words: Sequence[str] | None = None) -> int:
    """The exit code: 0 when all was measured, whatever came of it."""
    asked = _parser().parse_args(words)
    os.chdir(_ROOT)  # where the commands find the package `benchmarks`
    sizes, employees = (QUICK, QUICK_EMPLOYEES) if asked.quick else (asked.sizes, asked.employees)
    try:
        programs = Programs.installed(asked.peers)
        lacking = {who: name for who in asked.who if (name := programs.lacking(who))}
        wanted = tasks(sizes, {*asked.who} - lacking.keys(), employees)
        about = _about(asked, programs, lacking)
        _make_files(programs, wanted, asked.data)
        costs = _measure(programs, wanted, asked)
    except (CommandFailedError, FileNotFoundError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    text = markdown(costs, about)
    print(text)
    if asked.json:
        asked.json.write_text(json.dumps(_as_json(costs, about), ensure_ascii=False, indent=1), encoding="utf-8")
    if asked.page:
        put_into(asked.page, text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 rows only")
    parser.add_argument(
        "--sizes", type=_sizes, default=SIZES, metavar="N,…", help="rows; 200,2000,10000,100000,1000000,10000000"
    )
    parser.add_argument(
        "--employees", type=_sizes, default=EMPLOYEES, metavar="N,…", help="of workbooks of employees; 200,10000"
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=5,
        metavar="N",
        help="how often (5); once a million rows, and the scripts from 100,000 on",
    )
    parser.add_argument(
        "--minutes", type=float, default=math.inf, metavar="N", help="no round begins that would end later; no limit"
    )
    parser.add_argument("--who", nargs="+", choices=_EVERYONE, default=_EVERYONE, help="who is measured; everyone")
    parser.add_argument(
        "--peers", type=_absolute, metavar="PYTHON", help="a Python with pandas and xlsxwriter; this one"
    )
    data = Path(tempfile.gettempdir()) / "grade-benchmarks"
    parser.add_argument("--data", type=_absolute, default=data, metavar="DIR", help=f"where files are kept ({data})")
    parser.add_argument("--json", type=_absolute, metavar="FILE", help="also everything as JSON")
    parser.add_argument("--page", type=_absolute, metavar="FILE.md", help="also into a page, between its two marks")
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(number.replace("_", "")) for number in text.split(",") if number)


def _absolute(text: str) -> Path:
    """Where a path leads from here; links are kept, because an environment's Python is one."""
    return Path(text).absolute()


def _about(asked: argparse.Namespace, programs: Programs, lacking: Mapping[str, str]) -> dict[str, object]:
    kept = [f"--sizes {','.join(map(str, asked.sizes))}"] if tuple(asked.sizes) != SIZES and not asked.quick else []
    if tuple(asked.employees) != EMPLOYEES and not asked.quick:
        kept += [f"--employees {','.join(map(str, asked.employees)) or ','}"]
    kept += ["--quick"] if asked.quick else []
    kept += [f"--who {shlex.join(asked.who)}"] if set(asked.who) != set(_EVERYONE) else []
    kept += [f"--rounds {asked.rounds}"]
    return {
        "command": " ".join(["python -m benchmarks", *kept]),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "rounds": asked.rounds,
        "machine": machine(),
        "versions": versions(programs),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "lacking": lacking,
    }


def _make_files(programs: Programs, wanted: Sequence[Task], folder: Path) -> None:
    for file in dict.fromkeys(task.file for task in wanted if task.file):
        path = file.path(folder)
        if not path.exists():
            print(f"making {path}", file=sys.stderr)
            words = [str(file.rows), str(file.bad), str(path), *([TALENT] if file.subject == TALENT else [])]
            subprocess.run([str(programs.python), "-m", "benchmarks.make", *words], check=True)


def _measure(programs: Programs, wanted: Sequence[Task], asked: argparse.Namespace) -> Costs:
    """Every task once a round, so that what slows the machine for a while slows all that is compared."""
    costs: dict[Task, list[Cost]] = {task: [] for task in wanted}
    with tempfile.TemporaryDirectory(dir=_made(asked.data)) as home:
        pasts = _make_pasts(programs, wanted, Path(home))
        began = time.monotonic()
        for number in range(asked.rounds):
            if number and (time.monotonic() - began) * (1 + 1 / number) > 60 * asked.minutes:
                break
            for task in wanted:
                rows = task.file.rows if task.file else 0
                if number and rows >= _ONCE_FROM.get(task.who, _ONCE_FROM_BY_OTHERS):
                    continue
                with tempfile.TemporaryDirectory(dir=asked.data) as out:
                    for name in (DATABASE, ACTIONS) if task.who == MONTHLY else ():
                        shutil.copy(pasts[rows] / name, out)
                    cost = measured(task.command(programs, asked.data, Path(out)))
                costs[task].append(cost)
                told = f"{rows:,} {task.file.label}" if task.file else "start"
                print(f"round {number + 1}: {told}: {task.who} {cost.wall:.2f} s", file=sys.stderr, flush=True)
    return costs


def _make_pasts(programs: Programs, wanted: Sequence[Task], home: Path) -> dict[int, Path]:
    """By rows, where the months before a third one are; made anew, for they are of this program."""
    pasts = {task.file.rows: home / str(task.file.rows) for task in wanted if task.who == MONTHLY and task.file}
    for rows, folder in pasts.items():
        print(f"grading the months before, {rows:,} rows", file=sys.stderr, flush=True)
        words = [str(programs.grade), str(rows), str(_made(folder))]
        subprocess.run([str(programs.python), "-m", "benchmarks.past", *words], check=True)
    return pasts


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _as_json(costs: Costs, about: dict[str, object]) -> dict[str, object]:
    runs = [{**asdict(task), "costs": [_cost_as_json(task, cost) for cost in found]} for task, found in costs.items()]
    return {**about, "runs": runs, "goals": [asdict(goal) for goal in goals(costs)]}


def _cost_as_json(task: Task, cost: Cost) -> dict[str, object]:
    """wall and cpu in seconds, memory in bytes, and of ours the timings of its steps."""
    timings = json.loads(cost.output)["timings"] if task.who in (OURS, MONTHLY) and task.file else None
    return {"wall": cost.wall, "cpu": cost.cpu, "memory": cost.memory, "timings": timings}


if __name__ == "__main__":
    sys.exit(main())
