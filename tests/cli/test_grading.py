import json
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest

from tests.cli.conftest import EXPORT, HEADERS, Grade, customer, write_customers


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return json.loads(capsys.readouterr().out)


def test_a_run_leaves_a_workbook_tables_and_a_period(grade: Grade, export: Path, capsys) -> None:
    assert grade("customers", export, "--tables", "out", "--tables-format", "csv", "--json", "--quiet") == 0
    summary = said(capsys)
    assert (summary["period"], summary["period_origin"], summary["lang"]) == ("2026-10", "file name", "zh")
    assert summary["counts"]["rows_read"] == summary["counts"]["placed"] == 10
    assert Path("客户_202610-graded.xlsx").exists()
    customers = pl.read_csv("out/customers.csv", schema_overrides={"customer_id": pl.String})
    first = customers.filter(pl.col("customer_id") == "000010").row(0, named=True)
    assert (first["total_income"], first["rani"]) == (1_600_000, (160 - 30 - 10) * 0.75 * 10_000)
    assert first["raroc"] == pytest.approx(0.30)
    with duckdb.connect("grade.duckdb", read_only=True) as db:
        assert db.sql("SELECT count(*), min(period) FROM customers").fetchall() == [(10, "2026-10")]
        assert db.sql("SELECT count(*) FROM input.customers").fetchall() == [(10,)]


def test_the_same_period_again_replaces_it_and_quiet_is_silent(stored: Grade, tmp_path: Path, capsys) -> None:
    fewer = write_customers(tmp_path / "again_202610.xlsx", [customer(i) for i in range(1, 4)])
    assert stored("customers", fewer, "--quiet") == 0
    assert capsys.readouterr() == ("", "")
    with duckdb.connect("grade.duckdb", read_only=True) as db:
        assert db.sql("SELECT count(*) FROM customers").fetchall() == [(3,)]
        assert db.sql("SELECT count(*) FROM runs").fetchall() == [(2,)]


@pytest.mark.thorough
def test_cuts_are_held_until_refitted_on_purpose(grade: Grade, export: Path, capsys) -> None:
    def cuts(*words: str) -> tuple[float, str, int]:
        assert grade("customers", export, "--tables", "t", "--quiet", "--accept-break", "invented", *words) == 0
        fitted = pl.read_parquet("t/cuts.parquet").filter(pl.col("axis") == "total_income", pl.col("grid") == "value")
        row = fitted.filter(pl.col("peer_group") == "all").row(0, named=True)
        return row["low_cut"], row["status"], row["version"]

    first = cuts("--period", "2026-09")
    assert first[1:] == ("FITTED", 1)
    write_customers(export, [customer(i, 1000.0 + i) for i in range(1, 11)])
    assert cuts("--period", "2026-10") == (first[0], "REUSED", 1)
    refitted = cuts("--period", "2026-10", "--refit-cuts")
    assert refitted[1:] == ("FITTED", 2)
    assert refitted[0] > first[0]
    assert cuts("--period", "2026-10") == refitted
    assert cuts("--period", "2026-11")[1:] == ("REUSED", 2)


def test_memory_keeps_nothing_and_piped_output_is_plain(grade: Grade, export: Path, capsys) -> None:
    assert grade("customers", export, "--db", ":memory:") == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "\x1b" not in err
    assert "10 rows read = 10 placed + 0 unplaced" in err
    assert not list(Path.cwd().glob("*.duckdb"))


def test_wrong_usage_is_2(grade: Grade, export: Path, capsys) -> None:
    assert grade("customers", export, "--period", "October") == 2
    assert "is not a period" in capsys.readouterr().err
    assert grade("customers", export, "--map", "nonsense") == 2
    assert grade("customers", export, "--max-rejected", "many") == 2
    assert grade("customers", export, "--password-env", "NO_SUCH_VARIABLE") == 2
    assert grade("customers", export, "--policy", "nowhere.toml") == 2
    assert grade("customers") == 2
    assert grade("check", "planets", export) == 2


def test_an_input_that_can_not_be_read_is_3_and_changes_nothing(stored: Grade, tmp_path: Path, capsys) -> None:
    export = tmp_path / EXPORT
    before = Path("客户_202610-graded.xlsx").read_bytes(), Path("grade.duckdb").read_bytes()
    export.write_bytes(export.read_bytes()[:3000])
    assert stored("customers", export, "--json") == 3
    out, err = capsys.readouterr()
    assert json.loads(out)["exit_code"] == 3
    assert err.startswith("error: ")
    assert (Path("客户_202610-graded.xlsx").read_bytes(), Path("grade.duckdb").read_bytes()) == before
    assert stored("customers", "no-such-file.xlsx") == 3


@pytest.mark.sheets("quality")
def test_too_many_rejected_is_4_and_still_says_which(grade: Grade, tmp_path: Path, capsys) -> None:
    rows = [customer(1), customer(2, 规模="巨型"), customer(3, 总收入="many")]
    path = write_customers(tmp_path / "bad.xlsx", rows)
    assert grade("customers", path) == 4
    assert "2 of 3 rows were rejected" in capsys.readouterr().err
    assert {p.name for p in Path.cwd().iterdir()} == {"bad.xlsx", "bad-graded-data-quality.xlsx"}
    book = openpyxl.load_workbook("bad-graded-data-quality.xlsx")
    texts = {c.value for page in book for row in page.iter_rows() for c in row}
    assert {"巨型", "many"} <= texts
    assert grade("customers", path, "--max-rejected", "70%", "--quiet", "--db", ":memory:") == 0


def test_an_output_that_can_not_be_written_is_6(grade: Grade, export: Path, capsys) -> None:
    Path("folder.xlsx").mkdir()
    assert grade("customers", export, "--out", "folder.xlsx") == 6
    assert "folder.xlsx can't be written" in capsys.readouterr().err
    assert sorted(p.name for p in Path.cwd().iterdir()) == ["folder.xlsx", export.name]


def test_an_input_is_never_overwritten(grade: Grade, export: Path, capsys) -> None:
    before = export.read_bytes()
    assert grade("customers", export, "--out", export) == 2
    assert grade("check", "customers", export, "--out", export) == 2
    assert grade("customers", export, "--out", "out.xls") == 2
    assert export.read_bytes() == before
    assert [p.name for p in Path.cwd().iterdir()] == [export.name]


@pytest.mark.sheets("list")
def test_its_own_workbook_is_no_export(grade: Grade, export: Path, capsys) -> None:
    assert grade("customers", export, "--out", "graded.xlsx", "--quiet") == 0
    assert grade("customers", "graded.xlsx") == 3
    assert "a workbook that grade wrote" in capsys.readouterr().err


def test_what_is_missing_is_said(grade: Grade, tmp_path: Path, capsys) -> None:
    path = write_customers(tmp_path / "c_202610.xlsx", [customer(1, 经济资本=None, 营业费用=None)])
    assert grade("customers", path, "--db", ":memory:") == 4
    first = capsys.readouterr().err.splitlines()[0]
    assert "Nobody was placed on the Value grid" in first
    assert "RAROC (raroc) or Operating cost (operating_cost)" in first


def test_a_database_that_is_none_is_2(grade: Grade, export: Path) -> None:
    Path("notes.duckdb").write_text("just notes\n" * 1000)
    assert grade("customers", export, "--db", "notes.duckdb", "--quiet") == 2
    assert Path("notes.duckdb").read_text() == "just notes\n" * 1000


def test_every_row_is_accounted_for(grade: Grade, tmp_path: Path, capsys) -> None:
    rows = [customer(1), customer(1), customer(2, 经济资本=None, 营业费用=None), customer(3, 规模="巨型"), customer(4)]
    path = write_customers(tmp_path / "mix.xlsx", [*rows, ["合计", *[None] * 5, 500, *[None] * 6]])
    assert grade("customers", path, "--max-rejected", "50%", "--json", "--quiet", "--db", ":memory:") == 0
    counts = said(capsys)["counts"]
    assert counts["rows_read"] == 5
    assert {k: counts[k] for k in ("placed", "unplaced", "rejected", "merged", "subtotals")} == {
        "placed": 2,
        "unplaced": 1,
        "rejected": 1,
        "merged": 1,
        "subtotals": 1,
    }


@pytest.mark.sheets("overview")
def test_english_headers_make_an_english_workbook(grade: Grade, tmp_path: Path) -> None:
    english = (
        "Customer ID", "Customer name", "Branch", "Industry", "Scale", "Relationship manager", "Total income",
        "Operating cost", "Expected loss", "Economic capital", "Group ID", "2024 income", "2025 income",
    )  # fmt: skip
    assert len(english) == len(HEADERS)
    path = write_customers(tmp_path / "clients.xlsx", [customer(i) for i in range(1, 4)], english)
    assert grade("customers", path, "--period", "2026Q3", "--quiet", "--db", ":memory:") == 0
    assert openpyxl.load_workbook("clients-graded.xlsx").sheetnames[0] == "Overview"
    assert grade("customers", path, "--lang", "zh", "--period", "2026Q3", "--quiet", "--db", ":memory:") == 0
    assert openpyxl.load_workbook("clients-graded.xlsx").sheetnames[0] == "总览"


@pytest.mark.thorough
def test_cuts_that_were_fitted_on_nothing_are_not_held(grade: Grade, export: Path) -> None:
    lonely = write_customers(Path("lonely_202609.xlsx"), [customer(i, 集团号=None) for i in range(1, 4)])
    Path("p.toml").write_text("[parameters]\nfewest_groups = 1\n", encoding="utf-8")
    assert grade("customers", lonely, "--policy", "p.toml", "--quiet") == 0
    assert grade("customers", export, "--policy", "p.toml", "--tables", "t", "--quiet") == 0
    assert pl.read_parquet("t/groups.parquet")["group_value_cell"].null_count() == 0


@pytest.mark.thorough
def test_peers_that_are_new_take_everyones_held_cuts_and_the_table_says_so(grade: Grade, export: Path) -> None:
    assert grade("customers", export, "--period", "2026-09", "--quiet") == 0
    write_customers(export, [*(customer(i) for i in range(1, 4)), customer(4, 规模="大型")])
    assert grade("customers", export, "--tables", "t", "--quiet", "--accept-break", "invented") == 0
    cuts = pl.read_parquet("t/cuts.parquet").filter(pl.col("axis") == "total_income", pl.col("grid") == "value")
    assert dict(cuts.select("peer_group", "status").iter_rows()) == {
        "all": "REUSED",
        "中型": "FEW_PEERS",
        "大型": "NEW_PEERS",
    }
