"""An export with headers nobody knows: settled once, by a map, and never asked again."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from tests.cli.conftest import Grade, run_in

HEADERS = "客户全称,客户代号,所属机构,业绩数,成本,内部损失,占用资本\n"
ROWS = "甲公司,0001,北京分行,120,30,-5,300\n乙公司,0002,上海分行,90,20,-4,200\n"
LINES = (
    *("--map", "业绩数=total_income[万元]"),
    *("--map", "成本=营业费用 [万元]"),
    *("--map", "内部损失=expected_loss [万元] -"),
    *("--map", "占用资本=economic_capital[万元]"),
    *("--map", "客户代号=customer_id"),
)


@pytest.fixture
def unknown(tmp_path: Path) -> Path:
    path = tmp_path / "台账_2026-10.csv"
    path.write_text(HEADERS + ROWS, encoding="utf-8")
    return path


def customers(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "t" / "customers.parquet").sort("customer_id")


def read_as(grade: Grade, path: Path, capsys) -> dict[str, str]:
    """The columns that a map decided, by header."""
    capsys.readouterr()
    grade("check", "customers", path, "--tables", "reading")
    rows = pl.read_parquet(Path("reading") / "reading.parquet").filter(pl.col("how") == "map")
    return dict(rows.select("header", "meaning").rows())


@pytest.fixture(scope="module")
def mapped_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export graded with the lines: its database, and its tables in ``t``."""
    folder = tmp_path_factory.mktemp("mapped")
    (folder / "台账_2026-10.csv").write_text(HEADERS + ROWS, encoding="utf-8")
    return run_in(folder, "台账_2026-10.csv", *LINES, "--tables", "t")


@pytest.fixture
def mapped(mapped_once: Path, tmp_path: Path) -> Path:
    """A folder with all that `mapped_once` left; gives the export."""
    shutil.copytree(mapped_once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "台账_2026-10.csv"


def test_lines_say_column_unit_and_sign(mapped_once: Path) -> None:
    assert customers(mapped_once)["total_income"].to_list() == [1_200_000.0, 900_000.0]
    assert customers(mapped_once)["expected_loss"].to_list() == [50_000.0, 40_000.0]


@pytest.mark.usefixtures("mapped")
def test_what_was_said_once_is_applied_the_month_after(grade: Grade, tmp_path: Path, capsys) -> None:
    later = tmp_path / "台账_2026-11.csv"
    later.write_text(HEADERS + ROWS.replace("120", "130"), encoding="utf-8")
    capsys.readouterr()
    assert grade("customers", later, "--tables", "t", "--lang", "en") == 0
    assert "remembered" in capsys.readouterr().err
    assert customers(tmp_path)["total_income"].to_list() == [1_300_000.0, 900_000.0]


def test_without_memory_nothing_is_remembered_or_used(grade: Grade, unknown: Path, capsys) -> None:
    assert grade("customers", unknown, *LINES, "--no-memory") == 0
    assert read_as(grade, unknown, capsys) == {}


def test_what_is_remembered_can_be_forgotten(grade: Grade, mapped: Path, capsys) -> None:
    assert "业绩数" in read_as(grade, mapped, capsys)
    assert grade("map", "customers", "--forget") == 0
    assert read_as(grade, mapped, capsys) == {}


def test_a_saved_map_serves_without_a_database(grade: Grade, unknown: Path, tmp_path: Path) -> None:
    assert grade("customers", unknown, *LINES, "--save-map", "m.toml", "--db", ":memory:") == 0
    assert grade("customers", unknown, "--map", "m.toml", "--db", ":memory:", "--tables", "t", "--out", "y.xlsx") == 0
    assert customers(tmp_path)["total_income"].to_list() == [1_200_000.0, 900_000.0]


def test_the_map_of_an_export_can_be_read_again(grade: Grade, unknown: Path, tmp_path: Path) -> None:
    assert grade("map", unknown, "--out", "m.toml", "--no-ask") == 0
    text = (tmp_path / "m.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)
    assert "业绩数" in text


@pytest.mark.sheets("reading", "quality")
def test_an_export_that_cannot_be_read_is_shown_column_by_column(grade: Grade, tmp_path: Path, capsys) -> None:
    path = tmp_path / "台账.csv"
    path.write_text("甲列,乙列,丙列\n1,x,3\n2,y,4\n", encoding="utf-8")
    assert grade("check", "customers", path, "--out", "check.xlsx", "--lang", "zh") == 3
    rows = list(openpyxl.load_workbook(tmp_path / "check.xlsx")["读法"].iter_rows(values_only=True))
    assert {"甲列", "乙列", "丙列"} <= {cell for row in rows for cell in row}


def test_a_line_for_a_header_that_is_not_there_is_wrong_usage(grade: Grade, unknown: Path) -> None:
    assert grade("customers", unknown, "--map", "没有的表头=total_income") == 2


def test_check_lists_columns_set_aside_by_reason(grade: Grade, tmp_path: Path, capsys) -> None:
    headers = "客户号,总收入,总收入目标,总收入排名,备注\n"
    (tmp_path / "客户_2026-10.csv").write_text(headers + "0001,100,120,1,好\n0002,90,80,2,好\n", encoding="utf-8")
    grade("check", "customers", tmp_path / "客户_2026-10.csv", "--lang", "zh")
    told = "".join(capsys.readouterr())
    assert "搁置 1 列（是目标或计划）：总收入目标" in told
    assert "搁置 1 列（是排名或分位）：总收入排名" in told
    assert "历年收入·总收入" in told


def two_rows(folder: Path) -> Path:
    """An export of two header rows, whose groups stand over several columns."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(["基本信息", None, "效益", None, None, None, None])
    page.append(["客户号", "客户名称", "口径收入", "拨备额", "营业费用", "经济资本", "RR"])
    for i in range(9):
        page.append([f"{i:04}", f"甲{i}", 100 + i, 5, 30, 300, 12.5])
    path = folder / "台账_2026-10.xlsx"
    book.save(path)
    return path


def test_a_header_below_a_group_over_several_columns_is_named_with_it(grade: Grade, tmp_path: Path, capsys) -> None:
    said = tmp_path / "m.toml"
    said.write_text(
        '[sheets."*".columns]\n"效益|口径收入" = "total_income [万元]"\n"效益|拨备额" = "expected_loss [万元]"\n'
        '"效益|RR" = "raroc [%]"\n"效益|经济资本" = "economic_capital [万元]"\n'
        '"效益|营业费用" = "operating_cost [万元]"\n',
        encoding="utf-8",
    )
    path = two_rows(tmp_path)
    assert grade("customers", path, "--map", said, "--tables", "t", "--save-map", "s.toml", "--lang", "zh") == 0
    told = capsys.readouterr().err
    assert "本次没有" not in told
    assert "已写出 s.toml" in told
    row = customers(tmp_path).row(0, named=True)
    assert (row["total_income"], row["expected_loss"], row["operating_cost"]) == (1_000_000.0, 50_000.0, 300_000.0)
    assert grade("check", "customers", path, "--map", "效益|RR=raroc [%]", "--db", ":memory:") == 0


@pytest.mark.thorough
def test_maps_are_forgotten_without_naming_a_subject(grade: Grade, unknown: Path, capsys) -> None:
    assert grade("customers", unknown, *LINES) == 0
    assert grade("map", "--forget") == 0
    assert read_as(grade, unknown, capsys) == {}


def test_check_says_how_its_questions_are_answered(grade: Grade, tmp_path: Path, capsys) -> None:
    path = tmp_path / "客户_2026-10.csv"
    path.write_text("客户号,考核口径总收入\n0001,100\n0002,90\n", encoding="utf-8")
    grade("check", "customers", path, "--lang", "zh")
    told = capsys.readouterr().out
    assert ("?" in told) is ("grade map customers 文件 --out 映射.toml" in told)


def test_two_columns_are_not_given_one_meaning_by_answers(
    grade: Grade, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "客户_2026-10.csv"
    path.write_text("客户号,考核口径收入,手续费类\n0001,100,5\n0002,90,6\n", encoding="utf-8")
    answers = iter(["total_income [万元]", "total_income", "aside"])
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    assert grade("map", path, "--ask", "--out", "m.toml", "--lang", "zh") == 0
    assert "“考核口径收入”已经是总收入" in capsys.readouterr().err
    columns = next(iter(tomllib.loads((tmp_path / "m.toml").read_text(encoding="utf-8"))["sheets"].values()))["columns"]
    assert columns == {"考核口径收入": "total_income [万元]", "手续费类": "aside"}


@pytest.mark.sheets("reading", "quality")
def test_a_form_with_a_heading_twice_is_refused(grade: Grade, unknown: Path, tmp_path: Path, capsys) -> None:
    grade("check", "customers", unknown, "--out", "check.xlsx", "--lang", "zh")
    workbook = openpyxl.load_workbook(tmp_path / "check.xlsx")
    page = workbook["读法"]
    (heading,) = [cell for row in page.iter_rows() for cell in row if cell.value == "应为"][:1]
    page.cell(heading.row, page.max_column + 1, "应为")
    workbook.save(tmp_path / "check.xlsx")
    assert grade("customers", unknown, "--map", "check.xlsx", "--lang", "zh") == 2
    assert "有两列的表头都是“应为”" in capsys.readouterr().err


@pytest.mark.sheets("reading", "quality")
@pytest.mark.parametrize("said_in", ["lines", "file", "workbook"])
def test_two_columns_with_one_meaning_are_refused_at_their_cells(
    grade: Grade, unknown: Path, tmp_path: Path, capsys, said_in: str
) -> None:
    lines = (*LINES, "--map", "所属机构=customer_id")
    told = {"lines": lines[8:], "file": ("--map", "m.toml"), "workbook": ("--map", "check.xlsx")}[said_in]
    columns = '"客户代号" = "customer_id"\n"所属机构" = "客户号"'
    (tmp_path / "m.toml").write_text(f'[sheets."*".columns]\n{columns}\n', encoding="utf-8")
    if said_in == "workbook":
        grade("check", "customers", unknown, "--out", "check.xlsx", "--lang", "zh")
        workbook = openpyxl.load_workbook(tmp_path / "check.xlsx")
        page = workbook["读法"]
        (top,) = [row for row in page.iter_rows() if "应为" in [cell.value for cell in row]]
        at = {cell.value: cell.column for cell in top}
        for (header,) in page.iter_rows(min_row=top[0].row + 1, min_col=at["表头"], max_col=at["表头"]):
            if header.value in ("客户代号", "所属机构"):
                page.cell(header.row, at["应为"], "客户号 · customer_id")
        workbook.save(tmp_path / "check.xlsx")
    capsys.readouterr()
    assert grade("customers", unknown, *told, "--lang", "zh") == 2
    assert "把 B1“客户代号”和 C1“所属机构”都当作 客户号（customer_id）" in capsys.readouterr().err


@pytest.mark.sheets("reading", "quality")
def test_what_is_said_of_a_file_that_is_not_here_is_not_dropped_in_silence(
    grade: Grade, unknown: Path, tmp_path: Path, capsys
) -> None:
    path = unknown.rename(tmp_path / "王伟_2026-10.csv")
    grade("check", "customers", path, "--out", "check.xlsx", "--lang", "zh", "--mask")
    workbook = openpyxl.load_workbook(tmp_path / "check.xlsx")
    (top,) = [row for row in workbook["读法"].iter_rows() if "应为" in [cell.value for cell in row]]
    at = next(cell.column for cell in top if cell.value == "应为")
    workbook["读法"].cell(top[0].row + 1, at, "aside")
    workbook.save(tmp_path / "check.xlsx")
    capsys.readouterr()
    grade("check", "customers", path, "--map", "check.xlsx", "--lang", "zh")
    assert "check.xlsx：其中对“文件 1.csv”填写的 1 处应为没有采用" in capsys.readouterr().err


PD_HEADERS = "客户号,客户名称,总收入,营业费用,PD,LGD,EAD,经济资本\n"


def with_pd(path: Path, *pds: float) -> Path:
    rows = [f"C{i},{i}公司,{1_000_000 + i},300000,{pd},0.45,30000000,2000000" for i, pd in enumerate(pds)]
    path.write_text(PD_HEADERS + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_unit_that_values_settled_is_kept_beside_what_people_said_and_turns_by_their_word_alone(
    grade: Grade, tmp_path: Path, capsys
) -> None:
    assert grade("customers", with_pd(tmp_path / "客户_2026-09.csv", 1.5, 2.0, 3.0), "--map", "客户名称=aside") == 0
    grade("customers", with_pd(tmp_path / "客户_2026-10.csv", 0.25, 0.3, 0.4), "--tables", "t", "--accept", "R")
    read = pl.read_parquet(tmp_path / "t" / "reading.parquet").filter(pl.col("header").is_in(["客户名称", "PD"]))
    assert read.select("meaning", "unit", "factor").rows() == [("", "", None), ("pd", "%", 0.01)]
    turned = with_pd(tmp_path / "客户_2026-11.csv", 0.015, 0.02, 0.03)
    capsys.readouterr()
    assert grade("customers", turned, "--lang", "en") == 3
    assert '--map "PD=pd[fraction]"' in capsys.readouterr().err
    assert grade("customers", turned, "--map", "PD=pd[fraction]", "--accept", "R") == 0
