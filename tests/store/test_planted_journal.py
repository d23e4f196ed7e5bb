"""A journal that somebody else laid beside the database deletes, moves and overwrites nothing."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from ninegrid.messages import Message, say
from ninegrid.store.database import open_database
from ninegrid.store.turns import turn

PARTIAL = ".victim.xlsx.999999-0a1b2c3d.partial"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "g.duckdb"
    with open_database(str(path)) as db, db.transaction():
        db.replace_period("customers", "2026-10", "r1", {"customers": pl.DataFrame({"customer_id": ["C1"]})})
        db.record_run({"run_id": "r1", "outputs": json.dumps([str(tmp_path / "own.xlsx")])})
    return path


def planted(folder: Path, staged: str, target: str, run_id: str) -> dict[str, object]:
    return {"run_id": run_id, "files": [[str(folder / staged), str(folder / target)]], "folders": []}


FOREIGN = {
    "another name": lambda at: {"runs": [planted(at, "payload", "victim.xlsx", "r1")]},
    "another folder": lambda at: {"runs": [planted(at, f"sub/{PARTIAL}", "victim.xlsx", "r1")]},
    "unknown run": lambda at: {"runs": [planted(at, "payload", "victim.xlsx", "r9")]},
    "folder of others": lambda at: {"runs": [{"run_id": "r9", "files": [], "folders": [str(at / "sub")]}]},
    "no list": lambda at: {"runs": 7},
    "no text": lambda at: {"runs": [{"run_id": 7, "files": [["a"]], "folders": None}]},
    "empty": lambda at: {},
    "list": lambda at: [],
}


# Journals that name no file.
HARMLESS = ("no text", "empty", "list", "deep")


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=pytest.mark.thorough if kind in HARMLESS else ())
        for kind in (*FOREIGN, "no JSON", "deep", "link")
    ],
)
def test_a_planted_journal_is_set_aside_with_a_line(kind: str, database: Path) -> None:
    folder, journal = database.parent, Path(f"{database}.publishing")
    (folder / "sub").mkdir()
    for name in ("payload", "victim.xlsx", f"sub/{PARTIAL}"):
        (folder / name).write_text(name)
    if kind == "link":
        (folder / "j").write_text(json.dumps({"runs": []}))
        journal.symlink_to(folder / "j")
    else:
        texts = {"no JSON": "{", "deep": "[" * 100_000}
        journal.write_text(texts.get(kind) or json.dumps(FOREIGN[kind](folder)))
    lines: list[Message] = []
    with open_database(str(database), read_only=True):
        assert journal.is_symlink() or journal.exists()  # a reader leaves it
    with turn(str(database), on_wait=lines.append):
        pass
    assert all((folder / name).read_text() == name for name in ("payload", "victim.xlsx", f"sub/{PARTIAL}"))
    assert len(lines) == 1
    assert "was not written by grade" in say(lines[0], "en")
    assert not journal.is_symlink()
    assert not journal.exists()


def test_a_known_run_moves_only_what_the_ledger_says_it_wrote(database: Path) -> None:
    folder, journal = database.parent, Path(f"{database}.publishing")
    (folder / PARTIAL).write_text("planted")
    (folder / "victim.xlsx").write_text("mine")
    journal.write_text(json.dumps({"runs": [planted(folder, PARTIAL, "victim.xlsx", "r1")]}))
    with turn(str(database)):
        pass
    assert (folder / "victim.xlsx").read_text() == "mine"


def test_a_link_is_neither_moved_nor_followed(database: Path) -> None:
    folder, journal = database.parent, Path(f"{database}.publishing")
    staged = ".own.xlsx.999999-0a1b2c3d.partial"
    (folder / "secret").write_text("secret")
    (folder / staged).symlink_to(folder / "secret")
    journal.write_text(json.dumps({"runs": [planted(folder, staged, "own.xlsx", "r1")]}))
    with turn(str(database)):
        pass
    assert not (folder / "own.xlsx").exists()
    assert (folder / "secret").read_text() == "secret"


def test_what_a_killed_forget_had_begun_goes_with_the_next_turn(database: Path) -> None:
    left = database.with_name(f".{database.name}.999999-0a1b2c3d.partial")
    left.write_bytes(b"half a copy")
    with turn(str(database)):
        assert not left.exists()
