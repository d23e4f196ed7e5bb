"""``python -m benchmarks.kills N --seed S``: N runs of each kind ended at a random moment, and what they left.

Kinds are ``customers``, ``talent``, ``forget`` and ``run`` (a job of two months), with units' workbooks and tables, and
the studies ``price`` (kept), ``campaign``, ``allocate``, ``prospects`` and ``canvas`` over the sample. A run is ended
by SIGKILL, or, as Ctrl-C and a scheduler do it, by SIGINT or SIGTERM. Faults are: outputs and database that do not
belong together, a file that can't be opened, an exit code or a line that isn't as promised, a file left behind (by
SIGKILL: after the next whole run, or one that others may read), and a process that goes on.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import hypothesis  # noqa: F401 - these are imported late, which every run would do anew
import pandera.polars  # noqa: F401
import pyarrow  # noqa: F401

import ninegrid.pipeline  # noqa: F401
from ninegrid import improvement
from ninegrid.__main__ import start
from ninegrid.report import book, unit_workers
from ninegrid.store.database import open_database
from ninegrid.store.journal import journal_of
from ninegrid.subjects.registry import relations

SIGNALS = {"KILL": signal.SIGKILL, "INT": signal.SIGINT, "TERM": signal.SIGTERM}
_DATABASE, _UNITS, _FORGOTTEN = "g.duckdb", 3, "000003"
_SUBJECTS, _MORE = 30, 31
_WITH_PROCESSES = 0.2  # of the runs make units' workbooks in processes of their own
_STAYS = ("", ".lock")  # of the database's name
_WORDS = ("--db", _DATABASE, "--unit-workbooks")
_JOB = """\
name = "monthly"
subject = "customers"
database = "g.duckdb"
[sources]
files = ["客户_{period}.csv"]
[outputs]
workbook = "out/{period}/g.xlsx"
tables = "out/{period}/t"
unit_workbooks = "branch"
"""
_SAMPLES = Path(__file__).parents[1] / "sample_data" / "customers"
_SAMPLE = ("对公客户_2026-10.xlsx", "财报.csv", "业务.csv", "战役.toml", "潜在客户.csv", "画布.csv")
_ENDS_WITHIN = 60.0  # seconds, for processes that notice that theirs has gone


@dataclass(frozen=True)
class Kind:
    """A command: its words; by part, such as a period or what a study keeps, what its files' paths begin with; what it
    reads. first: the words of the run that fills the database, where that is another command.
    """

    words: tuple[str, ...]
    parts: Mapping[str, str]
    write: Callable[[Path, int], None]
    first: tuple[str, ...] = ()


def _customers(folder: Path, count: int, period: str = "2026-10") -> None:
    month = int(period[-2:])
    lines = ["客户号,客户名称,分行,行业,规模,客户经理,总收入,营业费用,预期损失,经济资本"]
    lines += [
        f"{n:06},示例{n}公司,{n % _UNITS}分行,制造业,中型,示例经理,"
        f"{900_000 + 7_000 * n + 10_000 * month},{290_000 + month},{99_000 + month},{2_900_000 + 9_000 * month}"
        for n in range(1, count + 1)
    ]
    (folder / f"客户_{period}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _employees(folder: Path, count: int) -> None:
    lines = ["员工号,姓名,部门,绩效,潜力"]
    lines += [f"{n:06},示例{n},{n % _UNITS}部,{n % 3 + 1},{n // 3 % 3 + 1}" for n in range(1, count + 1)]
    (folder / "盘点_2026Q3.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _months(folder: Path, count: int) -> None:
    (folder / "job.toml").write_text(_JOB, encoding="utf-8")
    for period in ("2026-09", "2026-10"):
        _customers(folder, count, period)


def _sample(folder: Path, _: int) -> None:
    for name in _SAMPLE:
        shutil.copy(_SAMPLES / name, folder / name)


def _study(kept: str, *words: str) -> Kind:
    """A study over the sample; kept: the table that it adds to, if it does."""
    more = ("--db", _DATABASE, "--out", "study/g.xlsx", "--tables", "study/t", "--quiet")
    return Kind((*words, *more), {kept: "study/"}, _sample, ("customers", *_SAMPLE[:2], "--db", _DATABASE, "--quiet"))


KINDS = {
    "customers": Kind(
        ("customers", "客户_2026-10.csv", "--out", "out/g.xlsx", "--tables", "out/t", *_WORDS, "--quiet"),
        {"2026-10": "out/"},
        _customers,
    ),
    "talent": Kind(
        ("talent", "盘点_2026Q3.csv", "--out", "out/g.xlsx", "--tables", "out/t", *_WORDS, "--quiet"),
        {"2026Q3": "out/"},
        _employees,
    ),
    "run": Kind(
        ("run", "job.toml", "--period", "2026-09..2026-10", "--quiet"),
        {"2026-09": "out/2026-09/", "2026-10": "out/2026-10/"},
        _months,
    ),
    "forget": Kind(
        ("forget", "customers", _FORGOTTEN, "--yes", "--db", _DATABASE),
        {"2026-10": "out/"},
        _customers,
        ("customers", "客户_2026-10.csv", "--out", "out/g.xlsx", "--tables", "out/t", *_WORDS, "--quiet"),
    ),
    "price": _study("deals", "price", "业务.csv", "--keep"),
    "campaign": _study("campaign_plans", "campaign", "plan", "战役.toml", "--each"),
    "allocate": _study("", "allocate"),
    "prospects": _study("", "prospects", "潜在客户.csv"),
    "canvas": _study("", "canvas", "画布.csv"),
}
STUDIES = {"price", "campaign", "allocate", "prospects", "canvas"}


# ------------------------------------------------------------------------------------------------ runs


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code, negative for a signal, what it said, seconds, its process group."""

    code: int
    said: str
    seconds: float
    group: int


def run(folder: Path, words: Sequence[str], number: int = 0, after: float = 0.0, *, processes: bool = False) -> Ended:
    """``grade WORDS`` in the folder, in a fork of this process; sent a signal after so many seconds, if it goes on.

    Ctrl-C reaches every process of the run, as from a terminal. processes: whether others make the units' workbooks.
    """
    said, began = folder.parent / f"{folder.name}.said", time.monotonic()
    gone, alive = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(gone)
        if processes:
            unit_workers._FEWEST = _UNITS
        _become(folder, words, said)
    os.close(alive)
    with contextlib.closing(os.fdopen(gone, "rb")):
        if number and not select.select([gone], [], [], after)[0]:
            with contextlib.suppress(ProcessLookupError):
                (os.killpg if number == signal.SIGINT else os.kill)(pid, number)
        _, status = os.waitpid(pid, 0)
        took = time.monotonic() - began
    return Ended(os.waitstatus_to_exitcode(status), said.read_text(encoding="utf-8"), took, pid)


def _become(folder: Path, words: Sequence[str], said: Path) -> None:
    """What the child does; it never returns."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM):  # which a shell has its background jobs ignore
        signal.signal(number, signal.default_int_handler)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream in (1, 2):
        os.dup2(os.open(said, os.O_CREAT | os.O_WRONLY | (os.O_TRUNC if stream == 1 else os.O_APPEND), 0o600), stream)
    os.chdir(folder)
    sys.argv = ["grade", *words]
    start()


def goes_on(group: int) -> bool:
    """Whether a process of the run is still there after a while."""
    until = time.monotonic() + _ENDS_WITHIN
    while any(_group_of(entry) == group for entry in Path("/proc").glob("[0-9]*")):
        if time.monotonic() > until:
            return True
        select.select([], [], [], 0.05)
    return False


def _group_of(entry: Path) -> int | None:
    try:
        state, _, group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
    except OSError:
        return None
    return None if state == "Z" else int(group)


# ------------------------------------------------------------------------------------------------ what is found


@dataclass(frozen=True)
class Found:
    """What a folder holds: the bytes of each file, and by period how many subjects the database has, of how many runs;
    whether somebody stands in it.
    """

    files: dict[str, bytes]
    stored: dict[str, tuple[int, int]]
    stands: bool


def look(folder: Path) -> Found:
    """What a reader finds; it finishes or undoes, as every reader does, what a killed run left."""
    stored, stands = _in_child(_stored, folder)
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return Found(files, {period: (n, runs) for period, n, runs in stored}, stands)


def _in_child(asked: Callable[[Path], object], folder: Path) -> tuple[list[tuple[str, int, int]], bool]:
    """What a function makes of the folder, as plain values; its threads would not live on in the forks of this one."""
    answer = folder.parent / f"{folder.name}.answer"
    answer.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            answer.write_text(json.dumps(asked(folder)))
        os._exit(0)
    os.waitpid(child, 0)
    if not answer.exists():
        raise ValueError("the database can't be read")
    stored, stands = json.loads(answer.read_text())
    return stored, stands


def _stored(folder: Path) -> object:
    """By period: subjects, and runs that they are of; whether `_FORGOTTEN` stands anywhere."""
    database = str(folder / _DATABASE)
    if not Path(database).exists() and not journal_of(database).exists():
        return [], False
    with open_database(database, read_only=True) as db:
        told: list[tuple[str, int, int]] = []
        stands = False
        for subject, table, key in (("customers", "customers", "customer_id"), ("talent", "employees", "employee_id")):
            for period in db.periods(table, subject):
                rows = db.rows(table, subject, period)
                told.append((period, rows.height, rows["run_id"].n_unique()))
                stands = stands or _FORGOTTEN in rows[key].to_list()
        for table, key in (("deals", "deal_id"), ("campaign_plans", "campaign_id")):
            if db.has(table):  # what is kept again is the same, of whatever run
                told.append((table, db.table(table)[key].n_unique(), 1))
    return told, stands


def state(kind: Kind, part: str, now: Found, old: Found, new: Found) -> str:
    """``old`` or ``new``, as far as all of a part agrees; else what does not belong together, or can't be opened."""
    seen = {"database": _side(now.stored.get(part), old.stored.get(part), new.stored.get(part))}
    for name in {*now.files, *old.files, *new.files}:
        if name.startswith(kind.parts[part]) and not name.endswith(".partial"):
            seen[name] = _side_of_file(name, now, old, new)
    sides = {side for side in seen.values() if side != "both"}
    return sides.pop() if len(sides) == 1 and sides <= {"old", "new"} else f"a mixture: {seen}"


def _side(value: object, old: object, new: object) -> str:
    return "both" if value == old == new else "old" if value == old else "new" if value == new else f"other: {value}"


def _side_of_file(name: str, now: Found, old: Found, new: Found) -> str:
    """A workbook says when it was written: whatever is not the earlier one, and can be opened, is a new one."""
    data = now.files.get(name)
    if not name.endswith(".xlsx") or data is None:
        return _side(data, old.files.get(name), new.files.get(name))
    if data == old.files.get(name):
        return "old"
    with tempfile.TemporaryFile() as file:
        file.write(data)
        try:
            with zipfile.ZipFile(file) as package:
                whole = package.testzip() is None
        except zipfile.BadZipFile:
            whole = False
    return "new" if whole and name in new.files else "damaged"


# ------------------------------------------------------------------------------------------------ the driver


@dataclass(frozen=True)
class _Case:
    """A kind with the folder before it, what stands there and what a whole run makes of it; how long that takes, and
    how long with processes for the units' workbooks.
    """

    name: str
    kind: Kind
    before: Path
    old: Found
    new: Found
    seconds: tuple[float, float]


def prepared(name: str, folder: Path) -> _Case:
    """The folder before: a whole run on the earlier inputs, the later ones beside it."""
    kind, before, after = KINDS[name], folder / f"{name}-before", folder / f"{name}-after"
    before.mkdir()
    kind.write(before, _SUBJECTS)
    slow = run(before, kind.first or kind.words, processes=not kind.first)
    _well(slow)
    if not kind.first:
        kind.write(before, _MORE)
    shutil.copytree(before, after)
    ended = run(after, kind.words)
    _well(ended)
    return _Case(name, kind, before, look(before), look(after), (ended.seconds, slow.seconds))


def _well(ended: Ended) -> None:
    if ended.code:
        raise SystemExit(f"an undisturbed run fails: exit {ended.code}: {ended.said}")


def attempts(
    case: _Case, count: int, rng: random.Random, folder: Path, signals: Sequence[signal.Signals]
) -> Iterator[tuple[str, str]]:
    """What became of each run: how it was ended, and ``old``, ``new``, ``part`` or what is wrong.

    Killed runs follow upon what those before them left; the last one is let finish.
    """
    place, killed = folder / f"{case.name}-place", 0
    for number in range(count):
        sent = signals[number % len(signals)]
        if sent != signal.SIGKILL or not killed or not place.exists():
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(case.before, place)
        processes = rng.random() < _WITH_PROCESSES and not case.kind.first
        after = rng.uniform(0, 1.05 * case.seconds[processes])
        ended = run(place, case.kind.words, sent, after, processes=processes)
        killed += sent == signal.SIGKILL
        wrong = judged(case, place, ended, sent)
        yield sent.name, wrong
        if not wrong.endswith("old"):
            killed = 0
            if sent == signal.SIGKILL:
                yield "a whole run after it", _finished(case, place)


def judged(case: _Case, place: Path, ended: Ended, sent: signal.Signals) -> str:
    """What a run that was sent a signal left, or what is wrong with it."""
    if goes_on(ended.group):
        return "a process goes on"
    over = ended.code == 0
    if not over and ended.code != (-sent if sent == signal.SIGKILL else 128 + sent):
        return f"exit {ended.code}: {ended.said}"
    if not over and sent != signal.SIGKILL and len(ended.said.splitlines()) != 1:
        return f"says {ended.said!r}"
    known = {*case.old.files, *case.new.files}
    if readable := _readable_by_others(place, known):
        return f"others may read {readable}"
    now = look(place)
    left = {name for name in now.files if name not in known}
    if sent != signal.SIGKILL and left:
        return f"left {sorted(left)}"
    states = [state(case.kind, part, now, case.old, case.new) for part in case.kind.parts]
    if case.name == "forget":
        states = [_forgotten(case, now)]
    wrong = next((told for told in states if told not in ("old", "new")), "")
    if wrong or states != sorted(states, key=("new", "old").index):
        return wrong or f"{states}: a later period without the earlier one"
    told = states[0] if len(set(states)) == 1 else "part"
    # A signal in the moment between the last file's move and the end is still said to be a stop: "new" is no fault.
    return "over: new" if over and told == "new" else f"exit 0, and {told}" if over else told


def _forgotten(case: _Case, now: Found) -> str:
    """Outputs stay as they are; a subject stands in the database, or in none of its periods."""
    outputs = {name for name in case.old.files if name.startswith(tuple(case.kind.parts.values()))}
    changed = sorted(name for name in outputs if now.files.get(name) != case.old.files[name])
    if changed or now.stored != (case.old.stored if now.stands else case.new.stored):
        return f"a mixture: {changed} changed, {now.stored} stored"
    return "old" if now.stands else "new"


def _readable_by_others(place: Path, known: set[str]) -> list[str]:
    """Files on their way that not their owner alone may read."""
    return [
        str(path.relative_to(place))
        for path in place.rglob("*")
        if path.is_file() and str(path.relative_to(place)) not in known and path.stat().st_mode & 0o077
    ]


def _finished(case: _Case, place: Path) -> str:
    """What a whole run after killed ones leaves."""
    ended = run(place, case.kind.words)
    if case.name != "forget" and ended.code:
        return f"exit {ended.code}: {ended.said}"
    now = look(place)
    left = sorted(set(now.files) - set(case.new.files))
    if left:
        return f"left {left}"
    if case.name == "forget":
        return _forgotten(case, now)
    states = {state(case.kind, part, now, case.old, case.new) for part in case.kind.parts}
    return "new" if states == {"new"} else str(states)


RIGHT = ("old", "new", "part", "over: new")


def kills(
    count: int, seed: int, names: Sequence[str], signals: Sequence[signal.Signals]
) -> Iterator[tuple[str, str, str]]:
    """Of each kind so many runs: its name, how the run was ended, what it left."""
    sought, built = improvement.improvement, book.BUILDERS
    with tempfile.TemporaryDirectory() as folder:
        for subject in ("customers", "talent"):
            relations(subject)
        for name in names:
            whole = name in STUDIES  # else no way up is sought: files are the point
            improvement.improvement = sought if whole else lambda *_: {}
            book.BUILDERS = built if whole else {"list": built["list"]}
            case = prepared(name, Path(folder))
            for how, what in attempts(case, count, random.Random(f"{seed}:{name}"), Path(folder), signals):
                yield name, how, what


def main(words: Sequence[str] | None = None) -> int:
    """The exit code: 1 when something was wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("count", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=tuple(KINDS), help="of these kinds")
    parser.add_argument(
        "--by", nargs="+", choices=SIGNALS, default=tuple(SIGNALS), help="ended by these signals in turn"
    )
    asked = parser.parse_args(words)
    counts: Counter[tuple[str, str, str]] = Counter()
    for name, how, what in kills(asked.count, asked.seed, asked.only, [SIGNALS[name] for name in asked.by]):
        counts[(name, how, what if what in RIGHT else "wrong")] += 1
        if what not in RIGHT:
            print(f"{name}: {how}: {what[:600]}", flush=True)
    for (name, how, what), n in sorted(counts.items()):
        print(f"{name}: {how}: {what}: {n:,}")
    return int(any(what == "wrong" for _, _, what in counts))


if __name__ == "__main__":
    sys.exit(main())
