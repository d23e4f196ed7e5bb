from pathlib import Path

import pytest

from ninegrid.errors import OutputError
from ninegrid.outputs import outputs


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


def test_a_failure_puts_back_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, locked = tmp_path / "a.txt", tmp_path / "locked.txt"
    first.write_text("old a")
    locked.write_text("old locked")
    move = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if self == locked:
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
