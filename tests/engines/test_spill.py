"""What a run in blocks keeps on disk goes when it ends, however it ends."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from filelock import FileLock
from polars.testing import assert_frame_equal

from ninegrid.files.outputs import outputs
from ninegrid.files.spill import Spill, spill
from ninegrid.files.tables import write_tables
from ninegrid.grid.parts import RowsInParts
from ninegrid.model.errors import OutputError, TooManyRejectedError
from ninegrid.options import Options
from ninegrid.pipeline import check_files, run
from tests.engines import faulty_text
from tests.engines.same import LINES


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def graded(folder: Path, max_rejected: float) -> None:
    path = faulty_text.write(folder / "客户.csv", faulty_text.spoil(faulty_text.rows(250)))
    told = Options(out=folder / "out.xlsx", db=":memory:", large=1, block_bytes=LINES, max_rejected=max_rejected)
    run("customers", [path], told)


@pytest.mark.thorough
def test_nothing_is_left_after_a_run(tmp_path: Path, scratch: Path) -> None:
    graded(tmp_path, 0.5)
    assert (tmp_path / "out.xlsx").exists()
    assert list(scratch.iterdir()) == []


def test_what_a_killed_run_left_goes_with_the_next_one(scratch: Path) -> None:
    """Its lock is free; that of a run that is still at work is not."""
    killed, working = (scratch / f"grade-spill-{letter * 32}" for letter in "ab")
    for folder in (killed, working):
        (folder / "input.customers").mkdir(parents=True)
        (folder / "input.customers" / "00000.parquet").write_bytes(b"rows")
        (folder / "made-by-grade").write_text(folder.name)
        folder.with_suffix(".lock").touch()
    with FileLock(working.with_suffix(".lock")):
        with spill() as fresh:
            assert fresh.folder.is_dir()
            assert not killed.exists()
        assert {path.name for path in scratch.iterdir()} == {working.name, f"{working.name}.lock"}
        assert (working / "input.customers" / "00000.parquet").exists()


PLANTED = ("grade-2026", f"grade-spill-{'c' * 32}", "grade-spill-notes", f"grade-spill-{'C' * 32}")


@pytest.mark.parametrize("name", PLANTED)
def test_what_only_looks_like_a_folder_of_ours_stays(scratch: Path, name: str) -> None:
    """Another program's folder, one that was planted without its mark, a link to somebody's files."""
    other, treasure = scratch / name, scratch / "treasure"
    for folder in (other, treasure):
        folder.mkdir()
        (folder / "keep.txt").write_text("mine")
    other.with_suffix(".lock").touch()
    linked = scratch / f"grade-spill-{'d' * 32}"
    linked.symlink_to(treasure)
    linked.with_suffix(".lock").symlink_to(treasure / "keep.txt")
    with spill():
        pass
    assert (other / "keep.txt").read_text() == (treasure / "keep.txt").read_text() == "mine"
    assert other.with_suffix(".lock").exists()
    assert linked.is_symlink()


@pytest.mark.thorough
def test_nothing_is_left_after_an_error(tmp_path: Path, scratch: Path) -> None:
    with pytest.raises(TooManyRejectedError, match="out-data-quality"):
        graded(tmp_path, 0.0)
    assert list(scratch.iterdir()) == []


def test_a_full_disk_is_said(tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(OutputError, match="No space left") as caught:
        graded(tmp_path, 0.5)
    assert "TMPDIR" in caught.value.hint
    assert list(scratch.iterdir()) == []
    assert not (tmp_path / "out.xlsx").exists()


def test_parts_keep_the_order_of_their_blocks() -> None:
    with spill() as folder:
        for block in (2, 0, 1):
            folder.put("rows", block, pl.DataFrame({"block": [block, block]}))
        assert isinstance(folder, Spill)
        assert RowsInParts(folder, "rows").narrow(["block"])["block"].to_list() == [0, 0, 1, 1, 2, 2]
        assert folder.table("rows").height == 6


def test_on_a_share_nothing_is_removed_but_the_own_folder(tmp_path: Path) -> None:
    left = tmp_path / f"grade-spill-{'a' * 32}"
    left.mkdir()
    (left / "made-by-grade").write_text(left.name, encoding="ascii")
    left.with_suffix(".lock").touch()
    with spill(tmp_path) as own:
        own.put("rows", 0, pl.DataFrame({"a": [1]}))
    assert left.exists()
    assert not own.folder.exists()


@pytest.mark.thorough
def test_a_check_alone_tells_the_same(tmp_path: Path, scratch: Path) -> None:
    path = faulty_text.write(tmp_path / "客户.csv", faulty_text.spoil(faulty_text.rows(250)))
    whole, blocks = (
        check_files("customers", [path], Options(large=large, block_bytes=LINES)) for large in (1 << 30, 1)
    )
    assert blocks.counts == whole.counts
    assert_frame_equal(blocks.tables["findings"], whole.tables["findings"])
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(("form", "read"), [("csv", pl.read_csv), ("parquet", pl.read_parquet)])
def test_a_long_table_is_written_as_one_file(tmp_path: Path, form: str, read: Callable[[Path], pl.DataFrame]) -> None:
    rows = pl.DataFrame({"name": ["甲", None, "丙,丁"], "amount": [1.5, None, -2.0]})
    with spill() as folder, outputs() as staged:
        for block in range(3):
            folder.put("rows", block, rows.slice(block, 1))
        tables, long = {"rows": rows.head(0)}, {"rows": folder.table("rows")}
        write_tables(tables, tmp_path, form, staged.writing, long)
        staged.publish()
    assert_frame_equal(read(tmp_path / f"rows.{form}"), rows)
