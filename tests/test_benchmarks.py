import json
import runpy
import sys
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook

from benchmarks.compare_checkouts import of_tables, of_workbooks
from benchmarks.customers import Table
from benchmarks.employees import company
from benchmarks.make import make, make_company
from benchmarks.measure import CommandFailedError, Cost, measured
from benchmarks.page import BEGIN, END, markdown, put_into
from benchmarks.past import ACTIONS, DATABASE, actions_on
from benchmarks.peers import floor
from benchmarks.peers.polars_write_excel import grade, read
from benchmarks.plan import (
    CSV,
    FLOOR,
    GB18030,
    MONTHLY,
    OURS,
    PANDAS,
    POLARS,
    SHARED,
    START,
    TALENT,
    XLSX,
    File,
    Programs,
    Task,
    tasks,
)
from benchmarks.results import Costs, Spread, goals, ratio
from ninegrid.options import Options
from ninegrid.pipeline import check_files, grade_files

ROWS = 1200  # of which at least ten groups: fewer are not placed
FEW = 40
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
CELLS = ["customer_id", "value_cell", "growth_cell", "group_value_cell", "tier"]
PEER_CELLS = ["客户号", "价值格", "成长格", "集团价值格", "等级"]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = File(XLSX, ROWS).path(tmp_path_factory.mktemp("data"))
    make(Table(ROWS), path)
    return path


def test_a_table_is_the_same_in_whatever_parts_it_is_made() -> None:
    whole = Table(ROWS).part(0, ROWS)
    assert whole.equals(pl.concat([Table(ROWS).part(0, 150), Table(ROWS).part(150, ROWS - 150)]))
    assert whole.equals(pl.concat(Table(ROWS).chunks()))
    assert whole.width == 30
    assert whole["客户号"].n_unique() == ROWS


def test_a_table_is_the_same_on_every_machine() -> None:
    first = Table(ROWS).part(0, 1)
    assert first.select("客户号", "分行", "规模", "交易笔数").row(0) == ("0123456789", "示例05分行", "大型", 626)
    assert first.select("风险敞口", "总收入_2025").row(0) == pytest.approx((194_795_103.63, 6_001_569.47))


def test_every_customer_is_placed_on_every_grid_and_by_the_peers_in_the_same_cells(clean: Path) -> None:
    result = grade_files("customers", [clean])
    ours = result.tables["customers"].sort("customer_id")
    assert (result.counts["placed"], result.counts["findings"]) == (ROWS, 0)
    assert ours["growth_cell"].null_count() == 0
    assert ours["group_value_cell"].n_unique() > 2
    good, bad = read(str(clean))
    theirs = grade(good).sort("客户号")
    assert bad.is_empty()
    assert theirs.select(PEER_CELLS).rows() == ours.select(CELLS).rows()
    strategies = {s.key: s.zh for s in result.policy.strategies}
    assert theirs["策略"].to_list() == [strategies[key] for key in ours["strategy"]]
    assert theirs["RAROC"].to_list() == pytest.approx(ours["raroc"].to_list())


def test_what_is_measured_is_the_default_command_with_its_database(tmp_path: Path) -> None:
    programs = Programs(Path("grade"), Path("python"), Path("python"))
    words = Task(OURS, File(XLSX, 200)).command(programs, tmp_path, tmp_path)
    assert words[:2] == ["grade", "customers"]
    assert words[words.index("--db") + 1].endswith("grade.duckdb")


def test_a_third_month_finds_what_is_stored_and_actions_on_its_leads(tmp_path: Path) -> None:
    programs = Programs(Path("grade"), Path("python"), Path("python"))
    words = Task(MONTHLY, File(XLSX, 200)).command(programs, tmp_path, tmp_path)
    assert words[words.index("--db") + 1] == str(tmp_path / DATABASE)
    assert words[-1] == str(tmp_path / ACTIONS)
    leads = pl.DataFrame({"subject_id": [f"{n:03}" for n in range(50)], "lever": "fees"})
    actions_on(leads).write_csv(path := tmp_path / ACTIONS)
    make(Table(FEW), book := File(CSV, FEW).path(tmp_path))
    read = check_files("customers", [book, path], Options()).inputs.tables["actions"]
    assert read.select("customer_id", "matter", "status").rows() == [
        ("000", "fees", "已办"),
        ("020", "fees", "进行中"),
        ("040", "fees", "已办"),
    ]


def test_a_month_ago_most_customers_were_there_and_amounts_were_others() -> None:
    now, ago = Table(ROWS).part(0, ROWS), Table(ROWS, months_ago=1).part(0, ROWS)
    assert 0 < now.filter(~pl.col("客户号").is_in(ago["客户号"].to_list())).height < ROWS / 50
    changed = ago["经济资本"] / now["经济资本"]
    assert (changed != 1).all()
    assert changed.median() == pytest.approx(1, abs=0.01)
    assert changed.std() == pytest.approx(0.04, abs=0.01)
    assert pl.DataFrame({"a": changed, "b": ago["存款日均"] / now["存款日均"]}).select(pl.corr("a", "b")).item() > 0.9
    assert ago["营业收入_2024"].equals(now["营业收入_2024"])


@pytest.mark.thorough
def test_nearly_all_employees_are_placed_and_the_floor_writes_all_their_sheets(tmp_path: Path) -> None:
    path = File(XLSX, FEW, TALENT).path(tmp_path)
    make_company(FEW, path)
    result = grade_files("talent", [path])
    assert (str(result.period), result.counts["placed"], result.counts["findings"]) == ("2026Q3", FEW - 1, 0)
    floor.main(str(path), str(tmp_path / "floor.xlsx"))
    written = pl.read_excel(tmp_path / "floor.xlsx", sheet_id=0)
    assert {name: sheet.height for name, sheet in written.items()} == {
        name: sheet.height for name, sheet in company(FEW).items()
    }


def test_a_peer_without_its_packages_is_told_and_left_out() -> None:
    programs = Programs(Path("grade"), Path(sys.executable), Path(sys.executable))
    assert programs.lacking(OURS) == ""
    told = markdown(costs_of(grade=[2.0]), about() | {"lacking": {POLARS: "xlsxwriter"}, "load": 7.0})
    assert "- polars: not measured; its Python has no package xlsxwriter" in told
    assert "**other work ran beside it** on the 2 cores (load average 7.0" in told


@pytest.mark.parametrize("kind", [CSV, SHARED, pytest.param(GB18030, marks=pytest.mark.thorough)])
def test_another_form_of_file_holds_the_same(kind: str, tmp_path: Path, clean: Path) -> None:
    path = File(kind, ROWS).path(tmp_path)
    make(Table(ROWS), path)
    inputs, same = (check_files("customers", [file], Options()).inputs for file in (path, clean))
    assert kind == SHARED or inputs.sheets[0].encoding.startswith("GB18030" if kind == GB18030 else "UTF-8")
    assert inputs.findings.is_empty()
    for name, table in inputs.tables.items():
        assert table.drop("_row").equals(same.tables[name].drop("_row"))


@pytest.mark.thorough
def test_bad_rows_are_the_ones_that_were_spoiled(tmp_path: Path) -> None:
    table = Table(ROWS, bad=0.1)
    spoiled = table.part(0, ROWS).filter(
        pl.col("净利息收入").is_nan() | (pl.col("规模") == "巨型") | pl.col("客户号").is_null()
    )
    path = tmp_path / "customers_2026-10.xlsx"
    make(table, path)
    result = grade_files("customers", [path], Options(max_rejected=1))
    refused = result.tables["findings"].filter(pl.col("kind") == "rejected")["subject_id"].unique()
    assert result.counts["rejected"] == spoiled.height > ROWS / 20
    assert set(refused) == set(spoiled["客户号"]) == set(read(str(path))[1]["客户号"])


def test_a_file_that_is_there_is_left(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("mine", encoding="utf-8")
    make(Table(FEW), path)
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_command_that_fails_says_what_it_said() -> None:
    with pytest.raises(CommandFailedError, match="no such thing"):
        measured([sys.executable, "-c", "raise SystemExit('no such thing')"])


def about() -> dict[str, object]:
    on = {"processor": "P", "cores": 2, "memory_gib": None, "system": "S"}
    return {"command": "c", "date": "2026-11-22", "rounds": 1, "machine": on, "versions": {"ours": {"python": "3"}}}


def costs_of(**walls: list[float]) -> Costs:
    file = File(XLSX, 100_000)
    output = json.dumps({"seconds": {"read": 1.0, "store": 0.5, "publish": 0.25}, "timings": []})
    return {Task(who, file): [Cost(wall, wall, 2**30, output) for wall in found] for who, found in walls.items()}


def test_costs_of_one_round_are_compared() -> None:
    costs = costs_of(grade=[1.0, 2.0, 4.0], pandas=[30.0, 40.0, 160.0])
    file = File(XLSX, 100_000)
    assert ratio(costs, Task(PANDAS, file), Task(OURS, file)) == Spread(20, 30)
    assert ratio(costs, Task(FLOOR, file), Task(OURS, file)) is None


def test_a_goal_is_met_missed_or_not_measured() -> None:
    costs = costs_of(grade=[2.0], floor=[0.5], pandas=[30.0])
    met = {goal.text: goal.met for goal in goals(costs)}
    assert met["100k xlsx: pandas and openpyxl take … times as long: at least 25"] is False
    assert met["100k xlsx: times the floor: at most 2"] is False
    assert met["100k xlsx: GiB at the peak: at most 0.8"] is False
    assert met["1M xlsx: times the floor: at most 1.8"] is None


def test_everyone_works_on_a_file_side_by_side() -> None:
    wanted = tasks((10_000,), (OURS, FLOOR, PANDAS))
    assert [task.who for task in wanted if task.file == File(XLSX, 10_000)] == [OURS, FLOOR, PANDAS]
    assert {task.file.kind for task in wanted if task.file and task.who == OURS} >= {XLSX, CSV, GB18030}
    staff = [task for task in tasks((), (OURS, FLOOR, PANDAS), employees=(200,)) if task.file]
    assert [(task.who, task.file.label) for task in staff if task.file] == [
        (OURS, "xlsx, employees"),
        (FLOOR, "xlsx, employees"),
    ]
    million = [task for task in tasks((1_000_000, 10_000_000), (OURS, PANDAS)) if task.file]
    assert {task.who for task in million} == {OURS}
    assert {task.file.kind for task in million if task.file and task.file.rows == 10_000_000} == {CSV}


def test_what_was_measured_goes_between_the_marks_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    costs = {**costs_of(grade=[2.0], pandas=[30.0]), Task(START): [Cost(0.2, None, None)]}
    put_into(page, markdown(costs, about()))
    put_into(page, markdown(costs, about()))
    text = page.read_text(encoding="utf-8")
    assert text.count("| 100,000 | xlsx | pandas | 1 | 30.00 / 30.00 |") == 1
    assert "15.00 (15.00)" in text
    assert "| 100,000 | xlsx | grade | 1.00 | 0.50 | 0.25 | 0.25 |" in text  # of 2 seconds, by step
    assert "other work" not in markdown(costs, about())
    assert (text.count(BEGIN), text.count(END)) == (1, 1)


def test_a_page_without_the_marks_is_left(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("mine", encoding="utf-8")
    with pytest.raises(ValueError, match="no line"):
        put_into(page, "other")
    assert page.read_text(encoding="utf-8") == "mine"


def test_two_checkouts_that_differ_in_a_level_or_a_figure_are_told_apart() -> None:
    table = pl.DataFrame({"cell": ["I1R1", None], "raroc": [0.12, None], "level": [1, 2]})
    assert not list(of_tables(table, table.with_columns(raroc=pl.col("raroc") * (1 + 1e-12))))
    assert list(of_tables(table, table.with_columns(raroc=pl.col("raroc").fill_null(0.0)))) == [
        "raroc: 1 rows differ, first row 2: None before, 0.0 after"
    ]
    assert list(of_tables(table, table.with_columns(level=pl.Series([1, 3])))) == [
        "level: 1 rows differ, first row 2: 2 before, 3 after"
    ]
    assert list(of_tables(table, table.drop("cell"))) == ["columns gone ['cell'], new []"]


def test_workbooks_are_compared_cell_by_cell_but_for_the_run(tmp_path: Path) -> None:
    paths = [tmp_path / "before.xlsx", tmp_path / "after.xlsx"]
    for path, raroc, run_id in zip(
        paths, (0.12, 0.13), ("20260101T000000-aaaaaa", "20260102T000000-bbbbbb"), strict=True
    ):
        book = Workbook()
        for row in (
            ["00123", raroc],
            ["digest 0123456789ab"],
            [f"of run {run_id}"],
            ["run", run_id],
            ["seconds", raroc],
        ):
            book.active.append(row)
        book.save(path)
    assert not list(of_workbooks(paths[0], paths[0]))
    assert list(of_workbooks(*paths)) == ["Sheet, row 1: ['00123', 0.12] before, ['00123', 0.13] after"]


def test_a_file_is_made_by_the_line_that_the_readmes_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["make", "40", "0", str(tmp_path / "lake" / "customers_2026-10.csv")])
    runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "make.py"), run_name="__main__")
    assert pl.read_csv(tmp_path / "lake" / "customers_2026-10.csv").height == 40
