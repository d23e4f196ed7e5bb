import io
import sys
from pathlib import Path

import msoffcrypto
import openpyxl
import polars as pl
import pytest
from msoffcrypto.exceptions import InvalidKeyError

from ninegrid.context import writing
from ninegrid.model.errors import UsageError
from ninegrid.options import Options
from ninegrid.report.encryption import MAX_LENGTH, checked_password, unlocked, write_locked
from ninegrid.report.kit.list_writer import ListColumn, write_list
from ninegrid.report.kit.style import register_styles
from ninegrid.report.xlsx import package
from ninegrid.report.xlsx.deferred_rows import StreamedWorkbook
from ninegrid.report.xlsx.saving import save
from ninegrid.store.database import MEMORY


def lock(path: Path, password: str) -> None:
    plain = path.read_bytes()
    write_locked(path, password, lambda target: target.write(plain))  # type: ignore[union-attr,return-value]


OLE = b"\xd0\xcf\x11\xe0"


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["示例客户", 12.5])
    path = tmp_path / "b.xlsx"
    book.save(path)
    path.chmod(0o600)
    return path


def test_a_locked_workbook_opens_with_its_password_and_holds_what_it_held(workbook: Path) -> None:
    plain = workbook.read_bytes()
    lock(workbook, "密码 pass🔑")
    assert workbook.read_bytes().startswith(OLE)
    assert plain[:64] not in workbook.read_bytes()
    opened = unlocked(workbook, "密码 pass🔑")
    assert opened is not None
    assert opened.getvalue() == plain
    assert [cell.value for cell in openpyxl.load_workbook(opened).active[1]] == ["示例客户", 12.5]


def test_another_password_does_not_open_it(workbook: Path) -> None:
    lock(workbook, "right")
    with workbook.open("rb") as file:
        office = msoffcrypto.OfficeFile(file)
        with pytest.raises(InvalidKeyError):
            office.load_key(password="wrong", verify_password=True)
        office.load_key(password="right", verify_password=True)
        office.decrypt(io.BytesIO(), verify_integrity=True)
    assert unlocked(workbook, "wrong") is None
    assert unlocked(workbook, None) is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_the_file_keeps_its_rights_and_nothing_stands_beside_it(workbook: Path) -> None:
    lock(workbook, "right")
    assert workbook.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in workbook.parent.iterdir()] == ["b.xlsx"]


def test_what_is_no_locked_workbook_is_not_unlocked(workbook: Path) -> None:
    assert unlocked(workbook, "right") is None
    workbook.write_bytes(OLE + b"damaged" * 100)
    assert unlocked(workbook, "right") is None
    assert unlocked(workbook.with_name("nowhere.xlsx"), "right") is None


def test_a_password_that_excel_could_not_take_is_refused() -> None:
    assert checked_password("x" * MAX_LENGTH) == "x" * MAX_LENGTH
    with pytest.raises(UsageError, match="empty"):
        checked_password("")
    with pytest.raises(UsageError, match="more than 255"):
        checked_password("🔑" * 128)


def test_a_locked_workbook_is_never_plain_on_the_disk(tmp_path: Path) -> None:
    """Whoever writes it gets memory to write to; the file is opened once, for what is locked."""
    seen: list[object] = []

    def write(target: Path | io.BytesIO) -> None:
        seen.append(type(target))
        save(openpyxl.Workbook(), target)
        assert list(tmp_path.iterdir()) == []

    write_locked(tmp_path / "x.xlsx", "secret", write)
    assert seen == [io.BytesIO]
    assert (tmp_path / "x.xlsx").read_bytes().startswith(OLE)


@pytest.mark.parametrize(("password", "may_wait"), [("secret", False), (None, True)])
def test_the_lists_of_a_locked_workbook_wait_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str | None, may_wait: bool
) -> None:
    opened: list[object] = []

    def file(most: int) -> io.BytesIO:
        opened.append(most)
        return io.BytesIO()

    monkeypatch.setattr(package, "SpooledTemporaryFile", file)
    options = Options(db=MEMORY, out=tmp_path / "x.xlsx", encrypt=password)
    with writing("customers", [tmp_path / "x.csv"], options) as run:
        assert run.draft is not None
        workbook = StreamedWorkbook(run.draft.ahead.take)
        register_styles(workbook, "zh", ())
        write_list(
            workbook.active, pl.DataFrame({"n": range(2_000)}), [ListColumn("n", "n", "text", 12)], streamed=True
        )
        save(workbook, io.BytesIO(), run.draft.ahead)
    assert bool(opened) is may_wait
