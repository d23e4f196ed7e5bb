"""`grade campaign`: planned on a stored period, worked off by form, judged by later runs, reviewed."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.store.database import open_database
from tests.cli.conftest import Grade, customer, write_customers
from tests.few_sheets import only
from tests.report.way_bank import exports

PLAN = """
campaign_id = "Q4"
name = "存款攻坚"
metric = "deposit_avg"
objective = 1000000
meaning = "稳定负债来源"
starts = 2026-11-01
ends = 2026-12-31
owner = "公司部"
budget = 10000
lever = "deposits"
control = 0.4
"""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the exports of October and a database that holds it."""
    folder = tmp_path_factory.mktemp("bank")
    with only():
        run(
            "customers",
            exports(folder),
            Options(db=str(folder / "bank.duckdb"), out=folder / "october.xlsx", lang="zh"),
        )
    return folder


@pytest.fixture(scope="module")
def october(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds ten customers without a way up."""
    folder = tmp_path_factory.mktemp("small")
    export = write_customers(folder / "客户_202610.xlsx", [customer(i, 60.0 + 10 * i) for i in range(1, 11)])
    with only():
        run("customers", [export], Options(db=str(folder / "bank.duckdb"), out=folder / "october.xlsx"))
    return folder / "bank.duckdb"


@pytest.fixture
def stored(grade: Grade, bank: Path, tmp_path: Path) -> Grade:
    """`grade` in a folder with a copy of that database as ``grade.duckdb``."""
    shutil.copy(bank / "bank.duckdb", tmp_path / "grade.duckdb")
    return grade


def written(text: str = PLAN, **changes: str) -> Path:
    lines = [changes.pop(line.partition(" =")[0], line) for line in text.strip().splitlines()]
    path = Path("campaign.toml")
    path.write_text("\n".join([*lines, *changes.values()]), encoding="utf-8")
    return path


def ids(sheet) -> list[str]:
    header = next(row for row in range(1, 30) if any(cell.value == "客户号" for cell in sheet[row]))
    column = next(cell.column for cell in sheet[header] if cell.value == "客户号")
    return [sheet.cell(row, column).value for row in range(header + 1, sheet.max_row + 1)]


@pytest.mark.thorough
@pytest.mark.whole_workbook
def test_a_campaign_is_planned_on_the_period_before_it(stored: Grade) -> None:
    assert stored("campaign", "plan", written(), "--each", "--tables", "t", "--lang", "zh", "--quiet") == 0
    members = pl.read_parquet("t/campaign_members.parquet")
    row = pl.read_parquet("t/campaigns.parquet").row(0, named=True)
    sides = dict(members["side"].value_counts().iter_rows())
    assert (row["treated"], row["control"], row["base_period"]) == (sides["treated"], sides["control"], "2026-10")
    held_out = set(members.filter(side="control")["subject_id"])
    assert held_out
    with open_database("grade.duckdb", read_only=True) as database:
        leads = database.rows("leads", "customers", "2026-10", lever="deposits")
        red = database.rows("warnings", "customers", "2026-10", severity="red")
    assert set(members["subject_id"]) == set(leads["subject_id"]) - set(red["subject_id"])
    pack, head_office = load_workbook("作战包.xlsx"), load_workbook("作战包-总行.xlsx")
    assert pack.sheetnames == ["作战包", "乙分行", "甲分行"]
    assert sorted(ids(pack["作战包"])) == sorted(set(members["subject_id"]) - held_out)
    assert sorted(ids(pack["乙分行"]) + ids(pack["甲分行"])) == sorted(ids(pack["作战包"]))
    named = {str(cell.value) for sheet in pack for row in sheet.iter_rows() for cell in row}
    assert not named & held_out
    assert held_out <= set(ids(head_office["对照组"]))


@pytest.mark.thorough
def test_the_same_plan_gives_the_same_members(stored: Grade) -> None:
    for folder in ("a", "b"):
        assert stored("campaign", "plan", written(), "--tables", folder, "--quiet") == 0
    one, other = (pl.read_parquet(f"{folder}/campaign_members.parquet") for folder in "ab")
    assert one.equals(other)


@pytest.mark.parametrize(
    ("key", "line", "code", "says"),
    [
        ("who", "who = \"industri = '制造业'\"", 2, "industri"),
        ("who", "who = \"SELECT customer_id FROM customers\"", 2, "SELECT"),
        ("who", "who = \"branch > 5\"", 2, "branch is a text"),
        ("who", "who = \"total_income\"", 2, "no condition"),
        ("never", "never = \"tierr = 'D'\"", 2, "tierr"),
        ("ends", "ends = 2026-10-31", 2, "2026-10-31"),
        ("lever", "lever = \"deposit\"", 2, "deposit"),
        ("metric", "metric = \"profit\"", 2, "profit"),
        ("owners", "owners = \"x\"", 2, "owner"),
        ("objective", "objective = 0", 2, "0"),
        ("who", "who = \"total_income < 0\"", 2, "Q4"),
        ("starts", "starts = 2026-10-01", 3, "2026-10-01"),
        ("who", "who = \"customer_id = '000000'\"", 2, "Nobody is left"),
        ("campaign_id", 'campaign_id = "Q4\\u001b[2J"', 2, "U+001B"),
        ("campaign_id", 'campaign_id = " "', 2, "campaign_id"),
        ("name", 'name = "\\u202e"', 2, "U+202E"),
        ("owner", f'owner = "{"部" * 101}"', 2, "101"),
        ("win", "win = 0", 2, "win"),
        ("budget", "budget = -1", 2, "budget"),
        ("size", "size = 1_000_000_000_000", 2, "size"),
        ("campaigns", "campaigns = []", 2, "campaigns"),
        ("campaigns", "campaigns = [1]", 2, "campaigns"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned(
    grade: Grade, october: Path, key: str, line: str, code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(october, "grade.duckdb")
    assert grade("campaign", "plan", written(**{key: line}), "--quiet") == code
    assert says in capsys.readouterr().err
    assert not list(Path().glob("*.xlsx"))


def test_a_file_in_another_encoding_is_no_campaign(
    grade: Grade, october: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(october, "grade.duckdb")
    Path("campaign.toml").write_bytes(PLAN.encode("gb18030"))
    assert grade("campaign", "plan", "campaign.toml", "--quiet") == 2
    assert "campaign.toml is not UTF-8" in capsys.readouterr().err


def test_campaigns_of_one_id_are_refused(grade: Grade, october: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(october, "grade.duckdb")
    Path("campaign.toml").write_text(f"[[campaigns]]{PLAN}[[campaigns]]{PLAN}", encoding="utf-8")
    assert grade("campaign", "plan", "campaign.toml", "--quiet") == 2
    assert "Q4 stands more than once" in capsys.readouterr().err


@pytest.mark.thorough
def test_packs_of_ids_that_a_file_system_takes_for_one_stand_apart(stored: Grade) -> None:
    two = (PLAN.replace('"Q4"', f'"{name}"\nsize = 10') for name in ("Q/4", "q:4"))
    Path("campaign.toml").write_text("".join(f"[[campaigns]]{one}" for one in two), encoding="utf-8")
    assert stored("campaign", "plan", "campaign.toml", "--lang", "en", "--quiet") == 0
    found = {path.name for path in Path().iterdir() if "作战包" in path.name}
    assert {"作战包-Q_4.xlsx", "作战包-q_4 (2).xlsx"} <= found
    assert not [name for name in found if name.endswith("partial")]


@pytest.mark.thorough
def test_a_plan_is_kept_only_with_its_packs(stored: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("ninegrid.files.outputs._refuse_irreplaceable", refuse)
    assert stored("campaign", "plan", written(), "--quiet") == 6
    with open_database("grade.duckdb", read_only=True) as database:
        assert not database.has("campaign_plans")


@pytest.mark.thorough
def test_nobody_is_in_two_campaigns_of_one_time(stored: Grade) -> None:
    assert stored("campaign", "plan", written(size="size = 20"), "--tables", "a", "--quiet") == 0
    second = {"campaign_id": 'campaign_id = "Q4b"'}
    assert stored("campaign", "plan", written(**second), "--tables", "b", "--quiet") == 0
    later = {"campaign_id": 'campaign_id = "Q1"', "starts": "starts = 2027-01-01", "ends": "ends = 2027-03-31"}
    assert stored("campaign", "plan", written(**later), "--tables", "c", "--quiet") == 0
    one, other, third = (set(pl.read_parquet(f"{f}/campaign_members.parquet")["subject_id"]) for f in "abc")
    assert len(one) == 20
    assert not one & other
    assert third == one | other


@pytest.mark.thorough
def test_campaigns_may_be_rows_of_a_list(stored: Grade, capsys: pytest.CaptureFixture[str]) -> None:
    head = "战役编号,战役名称,战役指标,战役目标(万元),开始日,结束日,战役负责人,战役抓手,战役户数"
    rows = [
        "A,存款,存款日均,100,2026-11-01,2026-12-31,公司部,提升存款份额,15",
        "B,中收,中收,10,2026-11-01,2026-12-31,公司部,fees,15",
    ]
    Path("战役.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    assert stored("campaign", "plan", "战役.csv", "--tables", "t", "--quiet") == 0
    told = pl.read_parquet("t/campaigns.parquet").select("campaign_id", "metric", "objective").rows()
    assert told == [("A", "deposit_avg", 1_000_000.0), ("B", "fee_income", 100_000.0)]
    assert {path.name for path in Path().glob("作战包*.xlsx")} >= {"作战包-A.xlsx", "作战包-B.xlsx"}
    Path("战役.csv").write_text("\n".join([head, rows[0].replace("2026-12-31", "2026-10-31")]), encoding="utf-8")
    assert stored("campaign", "plan", "战役.csv", "--quiet") == 2
    assert "战役.csv" in capsys.readouterr().err


def grown(bank: Path, folder: str, members: pl.DataFrame) -> list[Path]:
    """The exports again, with five million more deposits of each customer treated, and one of them gone."""
    Path(folder).mkdir()
    files = [Path(shutil.copy(path, folder)) for path in sorted(bank.glob("*.csv"))]
    treated = members.filter(side="treated")["subject_id"]
    export = next(path for path in files if "operating_revenue" not in path.read_text(encoding="utf-8"))
    rows = pl.read_csv(export, schema_overrides={"customer_id": pl.String})
    more = pl.col("customer_id").is_in(treated[1:].implode()).cast(pl.Float64) * 5e6
    rows.with_columns(pl.col("deposit_avg") + more).filter(pl.col("customer_id") != treated[0]).write_csv(export)
    return files


@pytest.mark.thorough
@pytest.mark.whole_workbook
def test_a_later_run_judges_it_and_keeps_its_review(stored: Grade, bank: Path) -> None:
    assert stored("campaign", "review", "--quiet") == 2  # nothing is judged yet
    assert stored("campaign", "plan", written(), "--tables", "t", "--lang", "zh", "--quiet") == 0
    members = pl.read_parquet("t/campaign_members.parquet")
    files = grown(bank, "november", members)
    book = load_workbook("作战包.xlsx")
    sheet = book["作战包"]
    header = next(row for row in range(1, 30) if any(cell.value == "客户号" for cell in sheet[row]))
    columns = {cell.value: cell.column for cell in sheet[header]}
    who = sheet.cell(header + 1, columns["客户号"]).value
    sheet.cell(header + 1, columns["状态"], "已办")
    sheet.cell(header + 1, columns["承诺额"], 100)
    book.save("back.xlsx")
    with only("campaigns", "actions"):
        out = ("--out", "november.xlsx", "--tables", "n", "--lang", "zh", "--accept-break", "a test", "--quiet")
        assert stored("customers", *files, "back.xlsx", "--period", "2026-11", *out) == 0
    action = pl.read_parquet("n/actions.parquet").row(0, named=True)
    assert (action["subject_id"], action["campaign_id"], action["matter"]) == (who, "Q4", "deposits")
    row = pl.read_parquet("n/campaigns.parquet").row(0, named=True)
    treated = members.filter(side="treated").height
    assert (row["treated"], row["gone_n"], row["left_out"]) == (treated, 1, 0)
    deltas = pl.read_parquet("n/campaign_members.parquet")
    assert row["gross"] == pytest.approx(deltas.filter(side="treated")["delta"].sum())
    assert deltas.filter(side="control")["delta"].abs().sum() == pytest.approx(0)
    assert (row["verdict_win"], row["net_per_cost"]) == ("ON_TRACK", pytest.approx(row["net"] / 10000))

    assert stored("campaign", "plan", written(size="size = 20"), "--quiet") == 2  # its members stay as they are
    book = load_workbook("november.xlsx")
    sheet = book["战役"]
    at = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "保留做法")
    for column, text in enumerate(("先谈结算", "只靠上浮", "名单再小些"), at.column):
        sheet.cell(at.row + 1, column, text)
    sheet = book["行动"]
    at = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "备注")
    assert "Q4" in [cell.value for cell in sheet[at.row + 1]]
    sheet.cell(at.row + 1, at.column, "归集已签")
    book.save("reviewed.xlsx")
    with only("campaigns"):
        out = ("--out", "december.xlsx", "--tables", "d", "--accept-break", "a test", "--quiet")
        assert stored("customers", *files, "reviewed.xlsx", "--period", "2026-12", *out) == 0
    rows = pl.read_parquet("d/campaigns.parquet")
    assert rows["period"].to_list() == ["2026-11", "2026-12"]
    assert rows.select("keep", "stop", "change").row(1) == ("先谈结算", "只靠上浮", "名单再小些")
    assert rows["verdict_win"].to_list() == ["ON_TRACK", "WON"]
    action = pl.read_parquet("d/actions.parquet").row(0, named=True)  # still one, that of the campaign
    assert (action["campaign_id"], action["note"], pl.read_parquet("d/actions.parquet").height) == ("Q4", "归集已签", 1)

    assert stored("campaign", "review", "Q4", "--tables", "r", "--lang", "zh", "--quiet") == 0
    assert load_workbook("战役.xlsx").sheetnames == ["战役"]
    assert pl.read_parquet("r/campaigns.parquet").select("keep").unique().to_series().to_list() == ["先谈结算"]
    assert stored("campaign", "review", "Q9", "--quiet") == 2
    with only():
        assert (
            stored("customers", *files, "--period", "2027-01", "--tables", "j", "--accept-break", "x", "--quiet") == 0
        )
    assert not Path("j/campaigns.parquet").exists()
