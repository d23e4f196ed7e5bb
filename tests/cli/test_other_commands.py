import json
from pathlib import Path

import openpyxl
import pytest

from ninegrid import resources
from ninegrid.subjects.registry import relations
from tests.cli.conftest import Grade, customer, write_customers


def test_check_reports_and_stores_nothing(grade: Grade, tmp_path: Path, capsys) -> None:
    path = write_customers(tmp_path / "c.xlsx", [customer(1), customer(2, 规模="巨型")])
    assert grade("check", "customers", path, "--max-rejected", "50%") == 0
    told = capsys.readouterr()
    assert "(UNKNOWN_CATEGORY): 1, such as '巨型' at c.xlsx › 客户 › E4." in told.out
    assert "2 rows read" in told.err
    assert grade("check", "customers", path, "--max-rejected", "50%", "--json") == 0
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 1
    assert "(UNKNOWN_CATEGORY): 1" in told.err
    assert [p.name for p in Path.cwd().iterdir()] == ["c.xlsx"]
    assert grade("check", "customers", path, "--out", "report.xlsx", "--tables", "t", "--quiet") == 4
    assert Path("report.xlsx").exists()
    assert sorted(p.name for p in Path("t").iterdir()) == [
        "findings.parquet",
        "form_version.parquet",
        "reading.parquet",
    ]


def test_explain_gives_values_cuts_rule_and_distances_also_of_an_id_without_its_zeros(
    grade: Grade, export: Path, capsys
) -> None:
    Path("p.toml").write_text("[parameters]\nfewest_groups = 1\n", encoding="utf-8")
    assert grade("customers", export, "--policy", "p.toml", "--quiet") == 0
    assert grade("explain", "customers", "000010", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    raroc = told["grids"]["value"]["axes"]["raroc"]
    assert (raroc["value"], raroc["level"], raroc["low_cut"], raroc["high_cut"]) == (pytest.approx(0.3), 3, 0.11, 0.18)
    assert raroc["to_fall"] == pytest.approx(0.12)
    assert told["grids"]["group_value"]["cell"] is not None
    assert grade("explain", "customers", "000001", "--lang", "zh") == 0
    assert "依据 exit_group_core" in capsys.readouterr().out
    assert grade("explain", "customers", "nobody") == 2
    assert grade("explain", "customers", "10") == 2
    assert "Did you mean 000010?" in capsys.readouterr().err


def test_explain_says_what_the_next_level_takes_in_yuan(grade: Grade, tmp_path: Path, capsys) -> None:
    path = write_customers(tmp_path / "c_202610.xlsx", [customer(1, 70.0)])
    assert grade("customers", path, "--quiet") == 0
    assert grade("explain", "customers", "000001", "--json") == 0
    raroc = json.loads(capsys.readouterr().out)["grids"]["value"]["axes"]["raroc"]
    # RANI 22.5 on capital 300 (万元) is 7.5%; the hurdle is 11%
    assert raroc["to_next"] == pytest.approx(0.035)
    assert raroc["next_amount"] == pytest.approx(0.035 * 3_000_000)


@pytest.mark.thorough
def test_history_lists_runs_newest_first(grade: Grade, export: Path, capsys) -> None:
    assert grade("history") == 2
    assert grade("customers", export, "--period", "2026-09", "--quiet") == 0
    assert grade("customers", export, "--period", "2026-10", "--quiet") == 7  # last month's file again
    assert grade("customers", export, "--period", "2026-10", "--quiet", "--accept-break", "无变动") == 0
    capsys.readouterr()
    assert grade("history", "--json") == 0
    runs = json.loads(capsys.readouterr().out)["runs"]
    assert sorted(run["period"] for run in runs) == ["2026-09", "2026-10"]
    assert runs[0]["inputs"][0]["name"] == export.name


@pytest.mark.thorough
def test_a_filled_in_template_grades(grade: Grade, capsys) -> None:
    for lang in ("zh", "en"):
        form = Path(f"form-{lang}.xlsx")
        assert grade("template", "customers", "--out", form, "--lang", lang, "--quiet") == 0
        _fill(form, lang)
        assert grade("template", "customers", "--out", form) == 2
        capsys.readouterr()
        assert grade("customers", form, "--db", ":memory:", "--json", "--quiet") == 0
        summary = json.loads(capsys.readouterr().out)
        assert summary["counts"]["placed"] == 1
        assert summary["cells"]["growth"]["B3C3"] == 1
        assert summary["lang"] == lang


def _fill(path: Path, lang: str) -> None:
    """One row of each sheet with the schema's own examples; two more fiscal years where there are years."""
    book = openpyxl.load_workbook(path)
    for relation in relations("customers"):
        page = book[relation.label(lang)]
        header = next(r for r in page.iter_rows() if sum(c.value is not None for c in r) >= len(relation.asked))
        column = {spec.name: cell.column for spec, cell in zip(relation.asked, header, strict=False)}
        years = (2023, 2024, 2025) if "fiscal_year" in relation.names else (None,)
        for offset, year in enumerate(years, 1):
            for spec in relation.asked:
                value = year if spec.kind == "year" else _grown(spec, year)
                page.cell(header[0].row + offset, column[spec.name], value)
    book.save(path)


def _grown(spec, year: int | None) -> object:
    if spec.name == "parent_id":
        return None
    if spec.kind == "money" and year and spec.example:
        return float(spec.example) * 1.2 ** (year - 2025)
    return spec.example or None


def test_policy_show_init_and_check(grade: Grade, capsys) -> None:
    assert grade("policy", "customers") == 0
    assert capsys.readouterr().out == resources.policy_text("customers")
    assert grade("policy", "init", "customers", "--out", "mine.toml") == 0
    assert grade("policy", "init", "customers", "--out", "mine.toml") == 2
    assert grade("policy", "check", "mine.toml") == 0
    Path("mine.toml").write_text("[parameters]\nhurdel = 0.12\n", encoding="utf-8")
    capsys.readouterr()
    assert grade("policy", "check", "customers", "mine.toml") == 2
    assert "mine.toml › line 2 › parameters.hurdel" in capsys.readouterr().err
    assert grade("policy", "show", "a.toml", "b.toml") == 2
    assert "subjects: customers, talent" in capsys.readouterr().err


def test_an_edited_policy_grades_by_it(grade: Grade, export: Path, capsys) -> None:
    Path("strict.toml").write_text("[parameters]\nhurdle = 0.5\ntarget = 0.6\n", encoding="utf-8")
    assert grade("customers", export, "--policy", "strict.toml", "--json", "--quiet", "--db", ":memory:") == 0
    cells = json.loads(capsys.readouterr().out)["cells"]["value"]
    assert sum(n for cell, n in cells.items() if cell.endswith("R1")) == 10


def test_help_and_version(grade: Grade, capsys) -> None:
    assert grade("--version") == 0
    assert capsys.readouterr().out.startswith("grade ")
    assert grade("--help") == 0
    assert "Exit codes" in capsys.readouterr().out
