"""What a unit's workbook leaves out: people elsewhere, findings on them, and moves that are not its own."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ninegrid.model.errors import UsageError
from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.report import write_workbook
from ninegrid.report.division import division, paths
from ninegrid.report.unit_reports import part
from ninegrid.result import Result
from ninegrid.subjects.policies import policy_for
from tests.report.unit_reports.conftest import main, unit_names, without_heads
from tests.small_bank import EAST, NAMELESS, TINY, WEST, Row, customers, write
from tests.unpacked import found, ids_found, text_of

NAMES = {"customers": "customer_name", "talent": "name"}


def nothing_of_others(whole: Result, own: Result, path: Path) -> None:
    """Writes the part's workbook and looks into every part of its package."""
    write_workbook(own, path)
    text, (everyone, ours) = text_of(path), (main(whole), main(own))
    key, name = whole.policy.id, NAMES[whole.subject]
    assert "docProps/core.xml" in text
    assert "docProps/app.xml" in text
    assert str(ours[key][0]) in text  # it is there to be found
    assert not ids_found(text, everyone[key], ours[key])
    assert not found(text, everyone[name].drop_nulls(), [*ours[name].drop_nulls(), *ours[key]])


# ------------------------------------------------------------------------------------------------ people


def test_what_is_about_people_of_other_departments_is_left_out(company: Result) -> None:
    own = part(company, unit_names(company)[0])
    for name in ("raters", "moves", "fairness", "bench"):
        assert own.tables[name].is_empty()
        assert own.tables[name].columns == company.tables[name].columns
    shown = {table.table for sheet in own.policy.sheets for table in sheet.tables}
    assert shown == {
        *("calibration_log", "reliability", "competency_gap", "distribution"),
        *("agenda", "movement", "pools"),
    }


def test_a_manager_elsewhere_is_nobody_here(company: Result) -> None:
    for value in unit_names(company):
        own = part(company, value)
        here = set(main(own)["employee_id"])
        assert set(main(own)["manager_id"].drop_nulls()) <= here
        kept = main(company).filter(pl.col("department") == value, pl.col("manager_id").is_in(list(here)))
        assert main(own)["manager_id"].count() == kept.height


def test_posts_stay_that_name_none_but_the_department_s_people(company: Result) -> None:
    """Of the two posts the head of research's has a successor from another department; and nobody is a head here."""
    company = without_heads(company)
    posts = {value: part(company, value).tables["succession"]["post"].to_list() for value in unit_names(company)}
    owner = {row["employee_id"]: row["department"] for row in main(company).iter_rows(named=True)}
    for row in company.tables["succession"].iter_rows(named=True):
        named = {owner[key] for column in ("holder_ids", "successor_ids") for key in row[column].split("; ") if key}
        for value, kept in posts.items():
            assert (row["post"] in kept) == (named == {value})
    assert sum(map(len, posts.values())) == 1


def test_findings_are_those_of_the_unit_s_people(company: Result) -> None:
    found_there = company.tables["findings"]
    assert found_there["subject_id"].drop_nulls().len()
    for value in unit_names(company):
        own = part(company, value)
        assert set(own.tables["findings"]["subject_id"]) <= set(main(own)["employee_id"])
        assert_frame_equal(own.tables["findings"], own.inputs.findings)


def test_a_finding_that_quotes_a_stranger_is_left_out(bank: Result) -> None:
    own, other = (main(bank).filter(pl.col("branch") == b)["customer_id"][0] for b in (EAST, WEST))
    messages = [f"The row equals that of {other}.", f"{own} is negative.", "Noticed."]
    findings = pl.DataFrame(
        [("f.csv", "", "L2C1", own, None, None, "warning", "X", m) for m in messages]
        + [("f.csv", "", "", None, None, None, "warning", "X", "All.")],
        schema=bank.tables["findings"].schema,
        orient="row",
    )
    whole = dataclasses.replace(bank, tables={**bank.tables, "findings": findings})
    assert part(whole, EAST).tables["findings"]["message"].to_list() == messages[1:]


# ------------------------------------------------------------------------------------------------ nothing else


@pytest.mark.thorough
def test_a_unit_of_one_has_a_workbook_too(bank: Result, tmp_path: Path) -> None:
    nothing_of_others(bank, part(bank, TINY), tmp_path / "one.xlsx")


@pytest.fixture(scope="module")
def east_text(east: Result, tmp_path_factory: pytest.TempPathFactory) -> str:
    """All that is written in the package of the east's workbook."""
    path = tmp_path_factory.mktemp("east") / "east.xlsx"
    write_workbook(east, path)
    return text_of(path)


@pytest.mark.thorough
@pytest.mark.long
def test_a_branch_s_package_holds_no_other_branch_s_customers(sample: Result, tmp_path: Path) -> None:
    assert len(unit_names(sample)) >= 6
    for value in unit_names(sample)[:3]:
        path = tmp_path / "part.xlsx"
        nothing_of_others(sample, part(sample, value), path)


def test_a_department_s_package_holds_no_other_department_s_people(company: Result, tmp_path: Path) -> None:
    assert len(unit_names(company)) == 4
    for value in unit_names(company)[1:2]:
        nothing_of_others(company, part(company, value), tmp_path / "part.xlsx")


def test_the_search_finds_them_in_the_whole_workbook(bank: Result, east: Result, tmp_path: Path) -> None:
    write_workbook(bank, tmp_path / "whole.xlsx")
    text, others = text_of(tmp_path / "whole.xlsx"), main(bank).filter(pl.col("branch") != EAST)
    assert ids_found(text, others["customer_id"], main(east)["customer_id"]) == sorted(others["customer_id"])
    assert found(text, others["customer_name"], main(east)["customer_name"]) == sorted(others["customer_name"])


def test_a_name_within_a_longer_one_is_told_apart(east: Result, east_text: str) -> None:
    assert NAMELESS[1] in main(east)["customer_name"].to_list()
    assert NAMELESS[1] in east_text
    assert found(east_text, [NAMELESS[0]], main(east)["customer_name"]) == []
    assert found(east_text + NAMELESS[0], [NAMELESS[0]], main(east)["customer_name"]) == [NAMELESS[0]]


def test_the_workbook_says_whose_it_is(east_text: str) -> None:
    assert f"<dc:title>customers 2026-10 {EAST}</dc:title>" in east_text


# ------------------------------------------------------------------------------------------------ a run


def month(folder: Path, period: str, rows: list[Row], **options: object) -> tuple[Path, ...]:
    export = write(folder / f"客户_{period}.csv", rows)
    told = Options(
        db=str(folder / "g.duckdb"), out=folder / f"whole_{period}.xlsx", accept_break="drawn anew", **options
    )  # type: ignore[arg-type]
    return run("customers", [export], told).files


@pytest.fixture(scope="module")
def two_months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """September whole; in October one of the east is gone, one of the west is refused, and each has a workbook."""
    folder = tmp_path_factory.mktemp("months")
    month(folder, "2026-09", customers())
    later = [row for row in customers(seed=2) if row[0] != "8800000007"]
    next(row for row in later if row[0] == "8810000009")[9] = "很多"
    template = f"{folder.as_posix()}/{{unit}}/{{branch}}_{{period}}.xlsx"
    files = month(folder, "2026-10", later, each=template, max_rejected=0.5)
    assert [path.relative_to(folder).as_posix() for path in files] == [
        "whole_2026-10.xlsx",
        *(f"{name}/{name}_2026-10.xlsx" for name in (EAST, TINY, "西_城分行")),
    ]
    return folder


@pytest.mark.thorough
def test_each_unit_s_workbook_tells_moves_of_its_own(two_months: Path) -> None:
    ids = {str(row[0]): row[2] for row in customers()}
    for value, name in ((EAST, EAST), (WEST, "西_城分行")):
        text = text_of(two_months / name / f"{name}_2026-10.xlsx")
        here = {key for key, branch in ids.items() if branch == value} - {"8800000007", "8810000009"}
        assert ids_found(text, ids, here) == []
        assert "2026-09" in text


def test_nothing_is_written_over_the_whole_or_an_input(bank: Result, tmp_path: Path) -> None:
    taken = tmp_path / f"{EAST}.xlsx"
    template = f"{tmp_path.as_posix()}/{{unit}}.xlsx"
    by_branch = division(template, tmp_path / "whole.xlsx", bank.policy)
    assert paths(bank, by_branch)[0][0] == taken
    with pytest.raises(UsageError, match="write over"):
        paths(bank, by_branch, [taken])


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{period}.xlsx", "same file"),
        ("各机构\\汇总", "same file"),
        ("{department}.xlsx", "unknown place"),
        ("{unit}.csv", "not an .xlsx"),
    ],
)
def test_a_template_that_won_t_do_is_said_before_anything_is_read(template: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        division(template, Path("whole.xlsx"), policy_for("customers"))


@pytest.mark.thorough
def test_the_name_of_a_refused_customer_is_quoted_nowhere(tmp_path: Path) -> None:
    """Its row is in no table, so that nobody would know it for a stranger's name."""
    rows = customers()
    east, west = (next(row for row in rows if row[2] == branch) for branch in (EAST, WEST))
    refused = "被拒收的公司"
    west[1], west[9] = refused, "没有数"
    east[5] = refused
    path = write(tmp_path / "客户_202610.csv", rows)
    out = {"out": tmp_path / "w.xlsx", "each": str(tmp_path / "u" / "{unit}.xlsx")}
    run("customers", [path], Options(db=":memory:", max_rejected=1.0, **out))  # type: ignore[arg-type]
    assert refused in text_of(tmp_path / "w.xlsx")
    assert refused not in text_of(tmp_path / "u" / f"{EAST}.xlsx")


# ------------------------------------------------------------------------------------------------ the head
def test_a_department_s_head_is_not_in_its_own_workbook(company: Result, tmp_path: Path) -> None:
    """E0000 leads the first department: everybody in it reports to E0000, who reports to nobody."""
    value = main(company).filter(employee_id="E0000")["department"][0]
    own, everyone = part(company, value), main(company).filter(department=value)
    assert sorted(main(own)["employee_id"]) == sorted(set(everyone["employee_id"]) - {"E0000"})
    cells = everyone.filter(pl.col("employee_id") != "E0000")["cell"].drop_nulls()
    assert own.tables["cells"]["n"].sum() == everyone.height - 1
    assert own.tables["cells"].drop_nulls("cell")["n"].sum() == cells.len()
    nothing_of_others(company, own, tmp_path / "w.xlsx")


def test_nor_is_who_could_follow_the_head(company: Result) -> None:
    """E0020 may follow the head of research, E0000."""
    value = main(company).filter(employee_id="E0000")["department"][0]
    own = part(company, value)
    assert main(company).filter(employee_id="E0020", department=value)["successor_for"][0] == "研发总监"
    assert "研发总监" not in own.tables["succession"]["post"].to_list()
    assert main(own).filter(employee_id="E0020")["successor_for"][0] is None


def test_who_leads_nobody_of_the_department_stays_in_it(company: Result) -> None:
    kept = sum(main(part(company, value)).height for value in unit_names(company))
    assert kept == main(company)["department"].count() - 4  # one head each
