"""What a person may write down of how files are read."""

from pathlib import Path

import openpyxl
import pytest

from ninegrid.intake.maps import as_toml, read_map, read_maps
from ninegrid.model.errors import UsageError
from ninegrid.model.mapping import ColumnMap, column_map
from ninegrid.subjects.registry import relations

CUSTOMERS = relations("customers")
MAP = """
[sheets."*"]
relation = "customers"
columns = { "考核收入" = "total_income [万元]", "RoRAC" = "raroc [%]", "时点存款" = "aside" }
set = { branch = "{file}" }
[values.scale]
"SME" = "小型"
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("total_income", ColumnMap("total_income")),
        ("total_income [万元]", ColumnMap("total_income", "万元")),
        ("客户名称[万元]", ColumnMap("客户名称", "万元")),
        ("raroc[%]", ColumnMap("raroc", "%")),
        ("expected_loss -", ColumnMap("expected_loss", sign=-1)),
        ("expected_loss [万元] -", ColumnMap("expected_loss", "万元", -1)),
        ("- operating_cost", ColumnMap("operating_cost", sign=-1)),
        ("不用", ColumnMap("aside")),
        ("", None),
        ("[万元]", None),
    ],
)
def test_a_target_is_a_column_a_unit_and_a_sign(text: str, said: ColumnMap | None) -> None:
    assert column_map(text) == said


def test_a_toml_map_is_read_and_written_the_same(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text(MAP, encoding="utf-8")
    found = read_map(str(path), CUSTOMERS)
    assert found.of_sheet("a.xlsx", "客户").columns["考核收入"] == ColumnMap("total_income", "万元")
    assert found.of_sheet("a.xlsx", "客户").set == {"branch": "{file}"}
    assert found.values == {"scale": {"SME": "小型"}}
    path.write_text(as_toml(found), encoding="utf-8")
    assert read_map(str(path), CUSTOMERS) == found


def test_what_is_said_of_one_sheet_stands_over_what_is_said_of_all(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    text = '[sheets."*"]\ncolumns = { "A" = "total_income", "B" = "raroc" }\n'
    path.write_text(text + '[sheets."北京*"]\ncolumns = { "A" = "fee_income" }\n', encoding="utf-8")
    found = read_map(str(path), CUSTOMERS)
    assert {h: c.meaning for h, c in found.of_sheet("x.xlsx", "北京分行").columns.items()} == {
        "A": "fee_income",
        "B": "raroc",
    }
    assert found.of_sheet("x.xlsx", "上海分行").columns["A"].meaning == "total_income"
    assert found.of_sheet("北京_10.csv", "").columns["A"].meaning == "fee_income"


def test_later_maps_stand_over_earlier_ones() -> None:
    found = read_maps(["甲=total_income", "甲=fee_income[万元]"], CUSTOMERS)
    assert found.of_sheet("a.csv", "").columns == {"甲": ColumnMap("fee_income", "万元")}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("没有等号", "HEADER=COLUMN"),
        ("甲=没有这列", "no column"),
        ("甲=", "names no column"),
        ("absent.toml", "can't be read"),
    ],
)
def test_what_says_nothing_is_said(given: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_map(given, CUSTOMERS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[sheet]\n", "no key 'sheet'"),
        ('[sheets."*"]\ncolums = {}\n', "no key 'colums'"),
        ('[sheets."*"]\nrelation = "planets"\n', "no relation 'planets'"),
        ('[values.scale]\nSME = "巨型"\n', "巨型"),
        ('[values.total_income]\n"多" = "3"\n', "total_income is no column of a few words"),
        ("[sheets", "not valid TOML"),
        ("sheets = 5", "sheets is to be a table, not 5"),
        ('sheets."*" = "x"', r"\* is to be a table, not x"),
        ('[sheets."*"]\nset = [1]', r"set is to be a table, not \[1\]"),
        ('[sheets."*"]\ncolumns = "x"', "columns is to be a table"),
        ('[sheets."*"]\nrelation = ["a"]', "no relation 'a'"),
        ("items = 1", "items is to be a table"),
        ('values = "x"', "values is to be a table"),
        ('[values.scale]\nSME = ["小型"]\n', "SME"),
    ],
)
def test_a_wrong_key_of_a_toml_map_is_named(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_map(str(path), CUSTOMERS)


def test_a_line_may_take_a_column_from_the_name_of_the_sheet_or_file() -> None:
    found = read_maps(["{工作表}=分行", "{file}=行业"], CUSTOMERS)
    assert found.of_sheet("a.csv", "").set == {"branch": "{sheet}", "industry": "{file}"}


@pytest.mark.parametrize("given", ["{fiel}=分行", "{sheet}=没有这列"])
def test_another_word_in_braces_is_named(given: str) -> None:
    with pytest.raises(UsageError, match=r"fiel|没有这列"):
        read_map(given, CUSTOMERS)


def test_a_filled_in_check_workbook_is_a_map(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["读法"])
    page.append(["文件", "工作表", "组表头", "表头", "应为", "单位应为"])
    page.append(["a.xlsx", "客户", None, "考核收入", "总收入 · total_income", "万元"])
    page.append(["a.xlsx", "客户", "损失", "拨备", "expected_loss", "万元 -"])
    page.append(["a.xlsx", "客户", None, "时点存款", None, None])
    page.append(["b.csv", None, None, "户名", "客户名称", None])
    path = tmp_path / "check.xlsx"
    book.save(path)
    found = read_map(str(path), CUSTOMERS)
    assert found.of_sheet("a.xlsx", "客户").columns == {
        "考核收入": ColumnMap("total_income", "万元"),
        "损失|拨备": ColumnMap("expected_loss", "万元", -1),
    }
    assert found.of_sheet("b.csv", "").columns == {"户名": ColumnMap("customer_name")}


def test_a_workbook_without_the_form_is_no_map(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(UsageError, match="no check workbook"):
        read_map(str(path), CUSTOMERS)
