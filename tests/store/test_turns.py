import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ninegrid.model.errors import OutputError, StoreError, UsageError
from ninegrid.store.turns import turn
from tests.spoken import english


def test_one_run_at_a_time(tmp_path: Path) -> None:
    path, said = str(tmp_path / "g.duckdb"), []

    def other(wait: float) -> None:
        with turn(path, wait=wait, on_wait=said.append):
            pass

    with ThreadPoolExecutor(1) as pool:
        with turn(path):
            with pytest.raises(StoreError, match="in use by another run"):
                pool.submit(other, 0).result()
            assert said == []
            with pytest.raises(StoreError, match="in use by another run"):
                pool.submit(other, 0.01).result()
            assert english(said) == (f"{path} is in use by another run; waiting up to 0.01 s",)
        pool.submit(other, 0).result()
    assert list(tmp_path.iterdir()) == []


def test_a_turn_may_be_taken_again_inside_itself(tmp_path: Path) -> None:
    path = str(tmp_path / "g.duckdb")
    with turn(path), turn(path, wait=0):
        lock = Path(f"{path}.lock")
        assert os.name == "nt" or lock.stat().st_mode & 0o077 == 0
    assert not lock.exists()


def test_a_lock_file_that_was_left_blocks_nobody(tmp_path: Path) -> None:
    (tmp_path / "g.duckdb.lock").touch()
    with turn(str(tmp_path / "g.duckdb"), wait=0):
        pass


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="its folder is not there"), turn(str(tmp_path / "no" / "g.duckdb")):
        pass
    with pytest.raises(UsageError, match="names no file"), turn(" "):
        pass
    assert list(tmp_path.iterdir()) == []
