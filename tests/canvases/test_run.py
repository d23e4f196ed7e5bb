"""`grade canvas`: read, checked and drawn, with the figures of a stored period where there is one."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook

from ninegrid.canvases.figures import figures
from ninegrid.model.errors import InputError
from ninegrid.options import Options
from ninegrid.result import Written
from ninegrid.studies import ask
from ninegrid.subjects.policies import policy_for

SAMPLE = Path(__file__).parents[2] / "sample_data" / "customers" / "画布.csv"


def asked(tmp_path: Path, path: Path = SAMPLE, lang: str = "zh") -> Written:
    options = Options(db=str(tmp_path / "none.duckdb"), out=tmp_path / "c.xlsx", lang="en" if lang == "en" else "zh")
    return ask("canvas", [path], options)


def test_the_sample_is_drawn_without_any_period(tmp_path: Path) -> None:
    written = asked(tmp_path)
    book = load_workbook(tmp_path / "c.xlsx")
    assert book.sheetnames == ["画布目录", "核心价值客户", "批发零售业", "客户经理画布", "数据质量"]
    assert not (tmp_path / "none.duckdb").exists()
    assert written.result.tables["canvas_figures"].is_empty()


def test_mistakes_are_findings_at_their_cells(tmp_path: Path) -> None:
    told = asked(tmp_path).result.tables["findings"].select("subject_id", "reason", "kind", "cell").rows()
    assert told == [
        ("批发零售业", "E1", "warning", "L34C5"),
        ("批发零售业", "E1", "warning", "L36C6"),
        ("批发零售业", "E2", "warning", "L35C6"),
        ("批发零售业", "E3", "warning", "L32C5"),
        ("批发零售业", "E5", "warning", "L27C4"),
    ]


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("zh", ("07 重要合作", "03 客户群体")),
        pytest.param("en", ("07 Key partners", "03 Customer segments"), marks=pytest.mark.thorough),
    ],
)
def test_the_nine_blocks_stand_as_the_canvas_has_them(tmp_path: Path, lang: str, names: tuple[str, str]) -> None:
    asked(tmp_path, lang=lang)
    page = load_workbook(tmp_path / "c.xlsx")["客户经理画布"]
    at = {
        str(c.value)[:2]: (c.row, c.column)
        for row in page.iter_rows()
        for c in row
        if str(c.value)[:3] in {f"0{n} " for n in range(10)}
    }
    assert [page.cell(*at[key]).value for key in ("07", "03")] == list(names)
    upper, lower, foot = at["07"][0], at["01"][0], at["09"][0]
    assert [key for key, (row, _) in sorted(at.items(), key=lambda one: one[1][1]) if row == upper] == [
        "07",
        "02",
        "04",
        "06",
        "03",
    ]
    assert [key for key in ("01", "05") if at[key][0] == lower] == ["01", "05"]
    assert (at["01"][1], at["05"][1]) == (at["02"][1], at["06"][1])
    assert at["08"] > (foot, at["09"][1])


def test_a_file_without_a_column_of_canvases_is_one_called_as_the_file(tmp_path: Path) -> None:
    path = tmp_path / "小微信贷.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["模块", "内容"], ["核心资源", "行业知识"], ["关键业务", "贷款审批"], ["合计", ""]])
    told = asked(tmp_path, path).result.tables["canvas"]
    assert told.select("canvas_id", "block", "content").rows() == [
        ("小微信贷", "key_activities", "贷款审批"),
        ("小微信贷", "key_resources", "行业知识"),
    ]


def test_sheets_without_the_column_are_a_canvas_each(tmp_path: Path) -> None:
    book = Workbook()
    for name, item in (("零售", "手机银行"), ("对公", "流水审批")):
        page = book.create_sheet(name)
        for row in (["模块", "内容"], ["渠道", item], ["成本", "人力"]):
            page.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "两张.xlsx")
    told = asked(tmp_path, tmp_path / "两张.xlsx").result.tables["canvas"].filter(block="channels")
    assert set(told.select("canvas_id", "content").rows()) == {("零售", "手机银行"), ("对公", "流水审批")}


def test_a_file_without_a_block_is_refused_by_the_column_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("画布编号,内容\nA,行业知识\nA,贷款审批\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"Block|模块"):
        asked(tmp_path, path)


@pytest.mark.parametrize(("ids", "told"), [(map(str, range(501)), "501 canvases"), (["A"] * 201, "'A' has 201 items")])
def test_more_than_anybody_draws_is_refused_before_it_is_drawn(tmp_path: Path, ids: Iterable[str], told: str) -> None:
    path = tmp_path / "c.csv"
    lines = [f"{canvas},渠道,第{at}项" for at, canvas in enumerate(ids)]
    path.write_text("\n".join(["画布编号,模块,内容", *lines]), encoding="utf-8")
    with pytest.raises(InputError, match=told):
        asked(tmp_path, path, "en")


def test_a_segments_figures_are_sums_over_its_customers() -> None:
    customers = pl.DataFrame(
        {
            "customer_id": ["1", "2", "3"],
            "industry": ["制造业", "制造业", "采矿业"],
            "value_cell": ["I3R3", "I1R1", "I3R3"],
            "total_income": [100.0, 50.0, 10.0],
            "fee_income": [20.0, None, 1.0],
            "other_income": [5.0, 1.0, 0.0],
            "operating_cost": [30.0, 20.0, 2.0],
            "expected_loss": [4.0, 6.0, 1.0],
            "economic_capital": [200.0, 100.0, 10.0],
        }
    )
    canvases = pl.DataFrame({"canvas_id": ["A", "B", "C"], "subject": ["行业：制造业", "I3R3", "谁也不是"]})
    told = figures(canvases, customers, policy_for("customers"))
    one = {
        name: (value, known)
        for name, value, known in told.filter(canvas_id="A").select("measure", "value", "known_n").rows()
    }
    assert one["n"] == (2.0, 2)
    assert one["net_interest_income"] == (75.0, 1)
    assert one["total_income"] == (150.0, 2)
    assert one["capital_charge"] == (pytest.approx(33.0), 2)
    assert told.filter(canvas_id="B", measure="n")["value"].to_list() == [2.0]
    assert set(told["scope"]) == {"industry", "value_cell"}
    assert "C" not in set(told["canvas_id"])
