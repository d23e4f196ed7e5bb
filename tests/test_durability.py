"""A run that is killed, starved or met by another one leaves the state before it or the state after it."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from ninegrid.store.turns import turn
from tests.durable_state import DATABASE, EXPORT, WORDS, WORKBOOK, Known, export, leftovers, openable, recovered
from tests.forked_runs import Ended, Runs

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(sys.platform != "linux", reason="signals, forks and mounts of Linux"),
]

OLD, NEW = 60, 61
SEED, KILLS = 20261031, 6  # in each of two folders at a time
Lanes = tuple[Runs, Runs]


@pytest.fixture(scope="module")
def lanes() -> Iterator[Lanes]:
    with Runs() as one, Runs() as other:
        yield one, other


@pytest.fixture(scope="module")
def known() -> Known:
    return Known()


@pytest.fixture(scope="module")
def earlier(lanes: Lanes, known: Known, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A folder with the state of the old export and the new export beside it, and how long a run takes."""
    folder, length = tmp_path_factory.mktemp("earlier"), 0.0
    for customers in (NEW, OLD):
        export(folder, customers)
        began = time.monotonic()
        assert lanes[0].run(folder, WORDS) == Ended(0, "")
        length = time.monotonic() - began
        known.learn(folder)
    assert known.state(folder) == OLD
    assert leftovers(folder) == set()
    assert {p.stat().st_mode & 0o077 for p in folder.rglob("*.*") if p.name != EXPORT} == {0}
    export(folder, NEW)
    return folder, length


@pytest.fixture
def folder(earlier: tuple[Path, float], tmp_path: Path) -> Path:
    return Path(shutil.copytree(earlier[0], tmp_path / "runs"))


@pytest.mark.long
def test_a_run_killed_at_any_moment_leaves_the_old_or_the_new_state(
    lanes: Lanes, known: Known, earlier: tuple[Path, float], tmp_path: Path
) -> None:
    folders = [Path(shutil.copytree(earlier[0], tmp_path / name)) for name in ("one", "other")]
    draws = [random.Random(SEED), random.Random(SEED + 1)]
    with ThreadPoolExecutor(len(lanes)) as pool:
        kill = partial(_kill_again_and_again, kills=KILLS)
        told = list(pool.map(kill, lanes, folders, [known] * 2, draws, [earlier[1]] * 2))
    assert told == [KILLS] * 2


def _kill_again_and_again(
    runs: Runs, folder: Path, known: Known, moments: random.Random, length: float, *, kills: int
) -> int:
    """Kill runs in one folder at random moments, each on what those before it left; let a last one finish. How many."""
    killed = 0
    state = known.state(folder)
    while killed < kills:
        wanted = _other(state)
        export(folder, wanted)
        seconds = _killed_after(runs, folder, moments.uniform(0, length))
        if seconds is None:
            killed += 1
            openable(folder)
            recovered(folder)
        else:
            length = seconds  # it ended before its moment: the machine has become quicker
        state = known.state(folder)
        assert state in (OLD, NEW)
    export(folder, _other(state))
    assert runs.run(folder, WORDS) == Ended(0, "")
    assert known.state(folder) == _other(state)
    assert leftovers(folder) == set()
    return killed


def _killed_after(runs: Runs, folder: Path, seconds: float) -> float | None:
    """Kill a run after so many seconds; where it has ended before, how long it took."""
    began = time.monotonic()
    pid = runs.start(folder, WORDS)
    if not runs.has_ended_within(seconds):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    ended = runs.ended()
    assert ended
    return None if ended.code == -signal.SIGKILL else time.monotonic() - began


def _other(state: int) -> int:
    return NEW if state == OLD else OLD


KILLED_AT = {"before the journal": (OLD, False), "committed": (NEW, True), "all files moved": (NEW, True)}


def test_each_step_of_publishing_may_be_the_last(
    lanes: Lanes, known: Known, earlier: tuple[Path, float], tmp_path: Path
) -> None:
    def killed_at_each(runs: Runs, steps: list[str]) -> dict[str, tuple[int, bool]]:
        return {
            step: _killed_at(step, runs, known, Path(shutil.copytree(earlier[0], tmp_path / step))) for step in steps
        }

    steps = list(KILLED_AT)
    with ThreadPoolExecutor(len(lanes)) as pool:
        one, other = pool.map(killed_at_each, lanes, (steps[:1], steps[1:]))
    assert one | other == KILLED_AT


def _killed_at(step: str, runs: Runs, known: Known, folder: Path) -> tuple[int, bool]:
    """The state that a run leaves that was killed at a step, and whether a reader had to finish or undo it."""
    assert runs.run(folder, WORDS, at=step).code == -signal.SIGKILL
    openable(folder)
    needed = recovered(folder)
    return known.state(folder), needed


def test_a_run_finishes_what_the_one_before_it_could_not(lanes: Lanes, known: Known, folder: Path) -> None:
    assert lanes[0].run(folder, WORDS, at="one file moved").code == -signal.SIGKILL
    history = ("history", "--db", DATABASE)
    assert lanes[0].run(folder, history, at="one file moved").code == -signal.SIGKILL  # killed while it recovers
    assert lanes[0].run(folder, ("customers", "no.xlsx", "--db", DATABASE)).code == 3
    assert known.state(folder) == NEW
    assert leftovers(folder) <= {f"{DATABASE}.wal"}  # in which the commit may stand until the next one


def test_a_new_database_has_its_name_only_when_it_is_whole(lanes: Lanes, tmp_path: Path) -> None:
    export(tmp_path / "new", OLD)
    assert lanes[0].run(tmp_path / "new", WORDS, at="database made and not named").code == -signal.SIGKILL
    openable(tmp_path / "new")
    assert not any((tmp_path / "new" / name).exists() for name in (DATABASE, WORKBOOK))


def test_a_second_run_waits_for_its_turn(lanes: Lanes, known: Known, folder: Path) -> None:
    first, second = lanes
    first.start(folder, WORDS, at="before the journal", send=signal.SIGSTOP)
    assert first.ended() is None  # it has stopped, and keeps its turn
    refused = second.run(folder, (*WORDS, "--wait", "0"))
    assert (refused.code, refused.errors) == (5, [f"error: {DATABASE} is in use by another run."])
    second.start(folder, (*WORDS[:-1], "--wait", "60"))  # not --quiet
    while "waiting up to" not in second.said:
        assert not second.has_ended_within(0.05)
    first.go_on()
    assert first.code() == 0
    waited = second.ended()
    assert waited
    assert waited.code == 0
    assert waited.said.startswith(f"{DATABASE} is in use by another run; waiting up to 60 s\n")
    assert known.state(folder) == NEW
    assert leftovers(folder) == set()


def test_readers_work_during_a_run_or_say_who_holds_the_database(lanes: Lanes, known: Known, folder: Path) -> None:
    run, reader = lanes
    history = ("history", "--db", DATABASE, "--wait", "0")
    with turn(str(folder / DATABASE)):
        assert reader.run(folder, history).code == 0
    pid = run.start(folder, WORDS, at="journal written", send=signal.SIGSTOP)
    assert run.ended() is None
    told = reader.run(folder, history)
    assert told.code == 5
    assert re.fullmatch(rf"error: {DATABASE} is held by another process \(python\S*, process {pid}\)\.", told.errors[0])
    os.kill(pid, signal.SIGKILL)
    assert run.code() == -signal.SIGKILL
    assert reader.run(folder, history).code == 0
    assert known.state(folder) == OLD
    assert leftovers(folder) == set()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own; only an administrator may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("may not mount a disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("free", [120_000, 400_000])  # enough for the workbook; and for the tables
def test_a_full_disk_is_one_line_and_changes_nothing(
    lanes: Lanes, known: Known, earlier: tuple[Path, float], disk: Path, free: int
) -> None:
    folder = Path(shutil.copytree(earlier[0], disk / "runs"))
    _fill(disk, leaving=free)
    _refuses(lanes[0], folder, known, "No space left on device")


def test_a_file_that_may_not_grow_is_one_line_and_changes_nothing(lanes: Lanes, known: Known, folder: Path) -> None:
    _refuses(lanes[0], folder, known, "File too large", largest_file=20_000)


def _refuses(runs: Runs, folder: Path, known: Known, why: str, **how: int) -> None:
    before = _bytes(folder)
    _refused(runs.run(folder, WORDS, **how), why)
    assert _bytes(folder) == before
    assert known.state(folder) == OLD


def test_a_new_database_on_a_full_disk_leaves_nothing(lanes: Lanes, disk: Path) -> None:
    export(disk / "runs", OLD)
    _fill(disk, leaving=400_000)
    _refused(lanes[0].run(disk / "runs", WORDS), "No space left on device")
    assert [path.name for path in (disk / "runs").iterdir()] == [EXPORT]


def test_a_read_only_folder_is_one_line(lanes: Lanes, known: Known, earlier: tuple[Path, float], disk: Path) -> None:
    folder = Path(shutil.copytree(earlier[0], disk / "runs"))
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    _refused(lanes[0].run(folder, WORDS), "Read-only file system")
    _refused(lanes[0].run(folder, (*WORDS, "--db", ":memory:")), "Read-only file system")
    assert lanes[0].run(folder, ("history", "--db", DATABASE)).code == 0
    assert known.state(folder) == OLD


def _refused(ended: Ended, why: str) -> None:
    """An output that can't be written: exit 6, the line that says why, the hint, and not a word more."""
    assert ended.code == 6, ended.said
    assert [why in line for line in ended.errors] == [True], ended.said
    assert len(ended.said.splitlines()) == 2, ended.said


def _fill(disk: Path, *, leaving: int) -> None:
    free = os.statvfs(disk)
    (disk / "ballast").write_bytes(bytes(free.f_bavail * free.f_frsize - leaving))


def _bytes(folder: Path) -> dict[str, bytes]:
    """Every file of the folder but the database, which is asked for what it holds instead."""
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != DATABASE}
