"""Masking where a name is that of a sheet or a file: shown by number, traceable for who has the originals."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from ninegrid.report.masked_places import _telling
from tests import small_bank
from tests.cli.conftest import Grade, grade
from tests.few_sheets import only

__all__ = ["grade"]  # a fixture

MANAGERS = ("欧阳修文", "司空见", "尉迟恭敬")
NOBODY = "诸葛不亮"  # stands in names of sheets alone
NOTE = "令狐不冲说可以"
FILE = f"{MANAGERS[0]}的客户_2026-10.xlsx"
PLANTED = (*MANAGERS, NOBODY, NOTE)


@pytest.mark.parametrize(
    "name",
    [
        "客户_202610",
        "对公客户明细表2026年10月",
        "Sheet1",
        "customers-2026Q3 (2)",
        "book_2026-10",
        "花名册",
        "m10",
        "A",
        "基础数据",
    ],
)
def test_names_of_plain_words_stay(name: str) -> None:
    assert not _telling(name)


@pytest.mark.parametrize(
    "name", ["王伟", "王客户", "东城分行", "Wang Wei", "wangwei_202610", "客户_欧阳", "O’Neill", "상현"]
)
def test_any_other_may_be_somebodys(name: str) -> None:
    assert _telling(name)


def _bank(folder: Path) -> Path:
    """A sheet a manager, called after them; a sheet of no one's; actions with a note, on a sheet called so too."""
    rows = [row for row in small_bank.customers() if row[2] == small_bank.EAST]
    for at, row in enumerate(rows):
        row[6] = MANAGERS[at % 3]
    book = openpyxl.Workbook()
    book.remove(book.active)
    for who in MANAGERS:
        sheet = book.create_sheet(who)
        sheet.append([*small_bank.HEADINGS, f"{who}的意见"])
        for row in (row for row in rows if row[6] == who):
            sheet.append([*row, "x"])
    book[MANAGERS[1]]["J3"] = "不是数"
    book.create_sheet(NOBODY).append(["客户备注"])
    actions = book.create_sheet(f"行动{NOBODY}")
    actions.append(["客户编号", "事项", "状态", "备注", "计划完成日期"])
    actions.append([rows[0][0], "deposits", "进行中", NOTE, "2026-12-01"])
    book.save(folder / FILE)
    return folder / FILE


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Everything a command left in a folder: names of files, their texts, and the parts of workbooks."""
    for path in folder.rglob("*"):
        yield "name", str(path.relative_to(folder))
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as package:
                yield from (
                    (f"{path}:{part}", package.read(part).decode("utf-8", "ignore")) for part in package.namelist()
                )
        elif path.is_file():
            yield str(path), path.read_text("utf-8", "ignore")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(
            ("customers", "--each", "--tables", "t", "--tables-format", "csv", "--json"), marks=pytest.mark.thorough
        ),
        ("customers", "--max-rejected", "0%", "--log-format", "json"),
        pytest.param(
            ("check", "customers", "--out", "o.xlsx", "--tables", "t", "--tables-format", "csv", "--json"),
            marks=pytest.mark.thorough,
        ),
    ],
    ids=["graded", "refused", "checked"],
)
def test_names_of_sheets_and_files_are_in_no_output(
    tmp_path: Path,
    grade: Grade,
    capfd: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    export = _bank(tmp_path / "in")
    monkeypatch.chdir(tmp_path / "out")
    limit = () if "--max-rejected" in words else ("--max-rejected", "50%")
    stored = () if words[0] == "check" else ("--db", ":memory:")
    with only("list", "reading", "quality", "method"):
        code = grade(*words, *limit, *stored, export, "--mask", "--allow-unused")
    assert code == (4 if not limit else 0)
    told = capfd.readouterr()
    everything = [("terminal", told.out + told.err), *_texts(Path())]
    assert len(list(Path().rglob("*.xlsx"))) == 1 + ("--each" in words)
    assert {(place, one) for place, text in everything for one in PLANTED if one in text} == set()
    assert "文件 1.xlsx" in told.out + told.err
    assert any("表 2" in text for place, text in everything if "worksheets" in place)


def test_without_it_they_are_there(tmp_path: Path, grade: Grade, capfd: pytest.CaptureFixture[str]) -> None:
    words = ("--out", "o.xlsx", "--max-rejected", "50%", "--allow-unused")
    assert grade("check", "customers", _bank(tmp_path), *words) == 0
    assert NOBODY in "".join(capfd.readouterr())
    texts = "".join(text for _, text in _texts(Path()))
    assert [one for one in PLANTED if one not in texts] == []


def test_a_rule_about_somebody_is_quoted_without_the_name(tmp_path: Path, grade: Grade) -> None:
    Path("p.toml").write_text(
        f"""[[strategy_rules]]
rule = "theirs"
zh = "{MANAGERS[0]}的客户"
en = "theirs"
when = "relationship_manager = '{MANAGERS[0]}'"
strategy = "invest"
""",
        "utf-8",
    )
    with only("method", "list"):
        words = ("--db", ":memory:", "--max-rejected", "50%", "--allow-unused", "--policy", "p.toml", "--mask")
        assert (
            grade("customers", _bank(tmp_path), *words, "--accept-break", f"{MANAGERS[1]}同意", "--out", "o.xlsx") == 0
        )
    with zipfile.ZipFile("o.xlsx") as package:
        parts = "".join(package.read(part).decode("utf-8", "ignore") for part in package.namelist())
    assert not [one for one in MANAGERS if one in parts]
    assert re.search("relationship_manager = '客户经理·[0-9A-F]{6}'", parts.replace("&apos;", "'"))
