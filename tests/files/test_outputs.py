import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ninegrid.files.outputs import outputs
from ninegrid.model.errors import OutputError, UsageError
from ninegrid.report.write import workbook_path


def test_files_appear_together_and_nothing_else_is_left(tmp_path: Path) -> None:
    old = tmp_path / "a.txt"
    old.write_text("old")
    with outputs() as staged:
        staged.stage(old).write_text("new")
        staged.stage(tmp_path / "sub" / "b.txt").write_text("b")
        assert old.read_text() == "old"
        assert staged.publish() == (old, tmp_path / "sub" / "b.txt")
    assert old.read_text() == "new"
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.txt", "b.txt", "sub"]


def test_nothing_is_written_twice(tmp_path: Path) -> None:
    with outputs() as staged:
        staged.stage(tmp_path / "a.txt")
        with pytest.raises(UsageError, match="written twice"):
            staged.stage(tmp_path / "b" / ".." / "a.txt")
    assert not list(tmp_path.iterdir())


def test_a_failure_puts_back_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, locked = tmp_path / "a.txt", tmp_path / "locked.txt"
    first.write_text("old a")
    locked.write_text("old locked")
    move = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target == locked:
            raise PermissionError(13, "Permission denied")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with outputs() as staged:
        staged.stage(first).write_text("new a")
        staged.stage(locked).write_text("new locked")
        with pytest.raises(OutputError, match=r"locked\.txt can't be written") as error:
            staged.publish()
    assert "Excel" in error.value.hint
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a.txt": "old a", "locked.txt": "old locked"}


def test_a_full_disk_leaves_the_earlier_file(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with outputs() as staged, pytest.raises(OutputError, match="No space left"), staged.writing(target) as path:
        _fill_the_disk(path)
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a.txt": "old"}


def _fill_the_disk(path: Path) -> None:
    path.write_text("half")
    raise OSError(28, "No space left on device")


def test_a_library_that_says_in_words_that_the_disk_is_full_is_understood(tmp_path: Path) -> None:
    target = tmp_path / "a.parquet"
    with outputs() as staged, pytest.raises(OutputError, match="No space left"), staged.writing(target):
        raise pl.exceptions.ComputeError("underlying IO error: No space left on device (os error 28)")
    with outputs() as staged, pytest.raises(ValueError, match="a bug"), staged.writing(target):
        raise ValueError("a bug")


def test_a_file_that_excel_holds_is_found_before_anything_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, held = tmp_path / "a.xlsx", tmp_path / "held.xlsx"
    held.write_text("old")
    opened = Path.open

    def refuse(self: Path, *how: Any, **named: Any) -> Any:
        if self == held:
            raise PermissionError(13, "Permission denied")
        return opened(self, *how, **named)

    with outputs() as staged:
        staged.stage(first).write_text("new")
        staged.stage(held).write_text("new")
        monkeypatch.setattr(Path, "open", refuse)
        monkeypatch.setattr("ninegrid.files.outputs._WINDOWS", True)
        with pytest.raises(OutputError, match=r"held\.xlsx can't be written"):
            staged.make_sure()
    monkeypatch.undo()
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"held.xlsx": "old"}


def test_a_workbook_that_excel_holds_is_found_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = tmp_path / "held.xlsx"
    workbook_path(held)
    held.write_text("old")
    workbook_path(held)

    def refuse(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr("ninegrid.files.outputs._WINDOWS", True)
    with pytest.raises(OutputError, match=r"held\.xlsx can't be written"):
        workbook_path(held)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("file/a.xlsx", "folder .*file can't be made"),
        ("file/sub/a.xlsx", "folder .*file can't be made"),
        ("sub", "can't be written: it is a folder"),
        (f"{'长' * 100}.xlsx", "can't be written"),
    ],
)
def test_where_no_file_can_be_is_said(tmp_path: Path, target: str, said: str) -> None:
    (tmp_path / "file").write_text("a file, not a folder")
    (tmp_path / "sub").mkdir()
    with pytest.raises(OutputError, match=said), outputs() as staged:
        staged.stage(tmp_path / target)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "sub"]


def test_what_killed_runs_left_goes_with_the_next_file_in_its_place(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    names = [f".a.xlsx.{gone.pid}-0123abcd.partial", f".a.xlsx.{os.getpid()}-0123abcd.partial"]
    others = [f".a.xlsx.{os.getppid()}-0123abcd.partial", f".b.xlsx.{gone.pid}-0123abcd.partial", ".a.xlsx.partial"]
    for name in (*names, *others):
        (tmp_path / name).touch()
    with outputs() as staged, outputs() as meanwhile:
        kept = meanwhile.stage(target)
        staged.stage(target).write_text("new")
        staged.publish()
        assert kept.exists()
    assert {p.name for p in tmp_path.iterdir()} == {"a.xlsx", *others}


@pytest.mark.parametrize("kind", ["itself", "link", "other spelling", "not there yet"])
def test_what_is_read_is_never_an_output(tmp_path: Path, kind: str) -> None:
    kept, target = tmp_path / "export.csv", tmp_path / "export.csv"
    if kind != "not there yet":
        kept.write_text("figures")
    if kind == "link":
        target = tmp_path / "linked.csv"
        target.hardlink_to(kept)
    if kind == "other spelling":
        target = tmp_path / "sub" / ".." / "export.csv"
    with outputs([kept]) as staged, pytest.raises(UsageError, match="can't be an output"):
        staged.stage(target)
    assert kind == "not there yet" or kept.read_text() == "figures"
