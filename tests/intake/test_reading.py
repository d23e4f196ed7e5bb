"""What the reading says of every source column."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import ninegrid
from ninegrid.intake.maps.write import proposed_toml
from ninegrid.intake.read import read_inputs
from ninegrid.messages import say
from ninegrid.model.errors import NotReadError
from ninegrid.model.reading import SCHEMA, ColumnReading
from ninegrid.subjects.registry import relations

CUSTOMERS = relations("customers")
HEADER = "客户号,客户名称,分行,行业,规模,客户经理,总收入(万元),违约概率,联系地址\n"
ROWS = "0001,甲公司,示例分行,制造业,中型,张三,320.5,0.01,某路1号\n0002,乙公司,示例分行,制造业,小型,李四,,0.02,\n"


def read(path: Path) -> dict[str, ColumnReading]:
    path.write_text(HEADER + ROWS, encoding="utf-8")
    inputs = read_inputs([path], CUSTOMERS)
    return {one.header: one for one in inputs.reading.sheets[0].columns}


def test_a_read_column_says_its_meaning_unit_and_samples(tmp_path: Path) -> None:
    income = read(tmp_path / "c.csv")["总收入(万元)"]
    assert (income.column, income.meaning, income.how) == ("G", "total_income", "alias")
    assert (income.unit, income.factor, income.unit_from, income.sign) == ("万元", 10_000, "header", 1)
    assert income.filled == 0.5
    assert [(one.written, one.read) for one in income.samples] == [("320.5", "3205000.0")]


def test_a_column_set_aside_says_why(tmp_path: Path) -> None:
    address = read(tmp_path / "c.csv")["联系地址"]
    assert (address.meaning, address.how, address.reason) == ("", "none", "UNKNOWN")
    assert address.filled == 0.5


def test_the_table_quotes_figures_and_nobody(tmp_path: Path) -> None:
    read(tmp_path / "c.csv")
    table = read_inputs([tmp_path / "c.csv"], CUSTOMERS).reading.table()
    assert table.schema == pl.Schema(SCHEMA)
    samples = dict(table.select("header", "sample").iter_rows())
    assert samples["总收入(万元)"] == "320.5"
    assert samples["客户名称"] == samples["联系地址"] == samples["客户号"] == ""


def test_a_sheet_that_gives_nothing_says_what_its_columns_may_be(tmp_path: Path) -> None:
    read(tmp_path / "c.csv")
    (tmp_path / "d.csv").write_text("客户号,票面金额\n0001,5\n0002,6\n", encoding="utf-8")
    other = read_inputs([tmp_path / "c.csv", tmp_path / "d.csv"], CUSTOMERS, allow_unused=True).reading.sheets[1]
    assert (other.relation, other.header_rows) == ("", (1, 1))
    assert [(one.header, one.meaning, one.reason) for one in other.columns] == [
        ("客户号", "", "UNKNOWN"),
        ("票面金额", "", "UNKNOWN"),
    ]
    assert other.columns[0].nearest[0].meaning == "customer_id"


def test_proposals_that_are_equally_near_are_the_same_in_every_process(tmp_path: Path) -> None:
    """A header is looked for in several wordings (业务名称, 业务), in the order they are had in: a set has none."""
    read(tmp_path / "c.csv")
    (tmp_path / "d.csv").write_text("业务编号,业务名称\nA1,甲\nA2,乙\n", encoding="utf-8")
    other = read_inputs([tmp_path / "c.csv", tmp_path / "d.csv"], CUSTOMERS, allow_unused=True).reading.sheets[1]
    named = next(one for one in other.columns if one.header == "业务名称")
    assert [one.meaning for one in named.nearest] == ["customer_name", "industry", "branch"]


def test_a_sheet_that_lacks_its_id_alone_says_what_the_other_columns_are(tmp_path: Path) -> None:
    header = "Ref,客户名称,分行,总收入(万元),经济资本(万元)"
    (tmp_path / "c.csv").write_text(f"{header}\nA1,示例甲,示例分行,5,20\n", encoding="utf-8")
    with pytest.raises(NotReadError) as caught:
        read_inputs([tmp_path / "c.csv"], CUSTOMERS)
    (sheet,) = caught.value.reading.sheets
    assert (sheet.relation, sheet.columns[0].meaning) == ("", "")
    assert [(c.meaning, c.how, c.unit) for c in sheet.columns[2:4]] == [
        ("branch", "alias", ""),
        ("total_income", "alias", "万元"),
    ]


def test_weights_of_kpis_may_be_percentages(tmp_path: Path) -> None:
    (tmp_path / "员工.csv").write_text("工号,姓名,部门,绩效,潜力\nE1,甲,一部,A,高\n", encoding="utf-8")
    kpis = "工号,指标,权重,目标值,实际值\nE1,收入,60%,100,90\nE1,回款,40%,50,50\n"
    (tmp_path / "指标.csv").write_text(kpis, encoding="utf-8")
    found = read_inputs([tmp_path / "员工.csv", tmp_path / "指标.csv"], relations("talent"))
    assert found.tables["kpis"]["weight"].to_list() == [0.6, 0.4]


def test_sub_branches_without_a_branch_are_said_and_offered_as_the_branch(tmp_path: Path) -> None:
    for header, told in (("管户支行", 1), ("分行,管户支行", 0)):
        path = tmp_path / "客户_202610.csv"
        cells = ",".join(["甲支行"] * len(header.split(",")))
        path.write_text(f"客户号,{header},总收入,经济资本\n1,{cells},5,6\n2,{cells},5,6\n", encoding="utf-8")
        result = ninegrid.check("customers", [path])
        notices = [say(one, "zh") for one in result.notices if one.code == "intake.level_alone"]
        assert len(notices) == told
        assert all('--map "管户支行=branch"' in notice for notice in notices)
        offered = proposed_toml(result.inputs.reading, relations("customers"), "zh")
        assert ('#? "管户支行" = "branch"' in offered) == bool(told)
