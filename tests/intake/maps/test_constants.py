"""Columns that an export doesn't have: from a map, or offered where its sheets or files are named after them."""

from __future__ import annotations

from pathlib import Path

import pytest

import ninegrid
from ninegrid.intake.maps import proposed_toml
from ninegrid.messages import say
from ninegrid.model.errors import NobodyPlacedError, UsageError
from ninegrid.result import Result
from ninegrid.subjects.registry import relations

pytestmark = pytest.mark.usefixtures("graded_alone")
HEAD = "客户号,客户名称,总收入,营业费用,预期损失,经济资本"


def files(folder: Path, *names: str) -> list[Path]:
    paths = [folder / f"{name}.csv" for name in names]
    for n, path in enumerate(paths):
        rows = [f"{n}{i:03},甲{n}{i},{100_000 + i},30000,10000,100000" for i in range(6)]
        path.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    return paths


def check(paths: list[Path], *maps: str) -> Result:
    return ninegrid.check("customers", paths, maps=maps, lang="zh")


def offers(result: Result) -> list[str]:
    return [say(notice, "en") for notice in result.notices if notice.code == "maps.named_after"]


def test_files_named_after_branches_are_offered_as_such_with_the_line_that_accepts_it(tmp_path: Path) -> None:
    paths = files(tmp_path, "北京分行_2026-10", "上海分行_2026-10")
    offered = offers(check(paths))
    assert len(offered) == 1
    assert '--map "{file}=branch"' in offered[0]
    accepted = check(paths, "{file}=branch")
    assert offers(accepted) == []
    assert sorted(accepted.inputs.tables["customers"]["branch"].unique()) == ["上海分行", "北京分行"]
    toml = proposed_toml(check(paths).inputs.reading, relations("customers"), "zh")
    assert '#? set.branch = "{file}"' in toml


@pytest.mark.parametrize("names", [("北京分行_2026-10",), ("一月", "二月"), ("北京分行", "导出2")])
def test_other_names_are_no_offer(tmp_path: Path, names: tuple[str, ...]) -> None:
    assert offers(check(files(tmp_path, *names))) == []


def test_a_constant_is_read_as_its_column_is(tmp_path: Path) -> None:
    said = tmp_path / "map.toml"
    said.write_text('[sheets."*"]\nset = { months_observed = "10", scale = "small", branch = "总行" }\n', "utf-8")
    rows = check(files(tmp_path, "客户_2026-10"), str(said)).inputs.tables["customers"]
    assert rows.select("months_observed", "scale", "branch").unique().rows() == [(10.0, "小型", "总行")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('branch = "{月数}"', "月数"),
        ('months_observed = "{month}0"', "month"),
        ('months_observed = "ten"', "ten"),
        ('scale = "巨型"', "巨型"),
        ('branch = "{dir}"', "{dir}"),
    ],
)
def test_a_constant_that_its_column_cannot_hold_is_said(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(f'[sheets."*"]\nset = {{ {text} }}\n', "utf-8")
    with pytest.raises(UsageError, match=said):
        check(files(tmp_path, "客户_2026-10"), str(path))


def test_a_text_whose_columns_nothing_parts_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("客户号 客户名称 总收入\n0001 甲公司 12345\n", "utf-8")
    refusal = check([path]).refusal
    assert refusal is not None
    assert refusal.problem.code == "intake.one_column"


def without_other_income(folder: Path) -> Path:
    path = folder / "客户_2026-10.csv"
    rows = [f"{i:03},{100_000 + i},20000,30000,10000,100000" for i in range(6)]
    path.write_text("\n".join(["客户号,净利息收入,中间业务收入,营业费用,预期损失,经济资本", *rows]) + "\n", "utf-8")
    return path


def test_a_part_of_income_that_is_not_there_is_named_alone_with_the_line_that_says_there_is_none(
    tmp_path: Path,
) -> None:
    path = without_other_income(tmp_path)
    with pytest.raises(NobodyPlacedError) as refused:
        ninegrid.grade("customers", [path], lang="zh")
    assert "补上 其他收入 (other_income)（已有 净利息收入 + 中间业务收入） 或 总收入" in refused.value.said("zh")
    assert any('--map "其他收入=0"' in say(one, "zh") for one in refused.value.details)
    assert '#? set.other_income = "0"' in proposed_toml(check([path]).inputs.reading, relations("customers"), "zh")


@pytest.mark.parametrize(
    "line",
    ["其他收入=0", *(pytest.param(one, marks=pytest.mark.thorough) for one in ("Other income = 0", "other_income=0"))],
)
def test_a_person_may_say_that_there_is_none_of_it(tmp_path: Path, line: str) -> None:
    result = ninegrid.grade("customers", [without_other_income(tmp_path)], maps=[line], lang="zh")
    assert result.tables["customers"]["total_income"].sort().to_list() == [120_000.0 + i for i in range(6)]
    told = [say(notice, "zh") for notice in result.notices]
    assert any("“其他收入”按映射取 0" in one for one in told)
    assert not any("确实没有这一项" in one for one in told)


def test_a_given_total_asks_for_no_part_of_it(tmp_path: Path) -> None:
    result = check(files(tmp_path, "客户_2026-10"))
    assert [notice for notice in result.notices if notice.code == "maps.may_be_none"] == []


@pytest.mark.parametrize(
    "text", ['set = { branch = "a" }', '[sheets."*".columns]\nset = { branch = "a" }', 'columns = { a = "branch" }']
)
def test_what_is_of_a_sheet_and_stands_elsewhere_is_said_with_where_it_belongs(tmp_path: Path, text: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text + "\n", "utf-8")
    with pytest.raises(UsageError) as refused:
        check(files(tmp_path, "客户_2026-10"), str(path))
    assert refused.value.problem.code == "maps.of_a_sheet"
