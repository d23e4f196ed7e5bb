from pathlib import Path

import openpyxl
import pytest

from ninegrid.report.encryption import unlocked
from tests.cli.conftest import Grade, customer, write_customers

pytestmark = pytest.mark.sheets("list", "quality")

OLE = b"\xd0\xcf\x11\xe0"


def test_workbooks_are_locked_and_still_known_as_ours(
    grade: Grade, export: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setenv("BOOK_KEY", "a secret")
    words = ("customers", export, "--db", ":memory:", "--quiet", "--encrypt-env", "BOOK_KEY", "--out", "locked.xlsx")
    assert grade(*words) == 0
    assert Path("locked.xlsx").read_bytes().startswith(OLE)
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["locked.xlsx", export.name]
    opened = unlocked(Path("locked.xlsx"), "a secret")
    assert opened is not None
    assert "客户清单" in openpyxl.load_workbook(opened, read_only=True).sheetnames
    capsys.readouterr()
    assert grade("customers", "locked.xlsx") == 3
    assert "is locked with a password" in capsys.readouterr().err
    assert grade("customers", "locked.xlsx", "--password-env", "BOOK_KEY") == 3
    assert "is a workbook that grade wrote" in capsys.readouterr().err


def test_the_data_quality_workbook_is_locked_too(grade: Grade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOK_KEY", "a secret")
    bad = write_customers(tmp_path / "c_202610.xlsx", [customer(1, 规模="巨型")])
    assert grade("customers", bad, "--db", ":memory:", "--quiet", "--encrypt-env", "BOOK_KEY") == 4
    report = Path("c_202610-graded-data-quality.xlsx")
    assert report.read_bytes().startswith(OLE)
    assert unlocked(report, "a secret") is not None


@pytest.mark.thorough
def test_the_report_of_a_check_is_locked_too(grade: Grade, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOK_KEY", "a secret")
    assert grade("check", "customers", export, "--out", "report.xlsx", "--quiet", "--encrypt-env", "BOOK_KEY") == 0
    report = Path("report.xlsx")
    assert report.read_bytes().startswith(OLE)
    opened = unlocked(report, "a secret")
    assert opened is not None
    assert openpyxl.load_workbook(opened, read_only=True).sheetnames == ["读法", "数据质量"]


def test_without_a_password_nothing_is_written(grade: Grade, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPTY", "")
    monkeypatch.delenv("UNSET", raising=False)
    for name in ("EMPTY", "UNSET"):
        assert grade("customers", export, "--encrypt-env", name) == 2
    assert [path.name for path in Path.cwd().iterdir()] == [export.name]
