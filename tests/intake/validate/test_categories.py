"""A column that is grouped by and has as many values as rows ends the run early, in words that say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from ninegrid import check, grade
from ninegrid.messages import say
from ninegrid.model.errors import InputError

HEADER = "客户号,客户名称,分行,行业,规模,客户经理,集团号,总收入,营业费用,预期损失,经济资本\n"


def _file(folder: Path, n: int, branches: int, managers: int = 3) -> Path:
    path = folder / "客户_2026-10.csv"
    rows = (
        f"{i:05d},客户{i},分行{i % branches},制造业,中型,经理{i % managers},G{i},{900_000 + i},300000,30000,2000000\n"
        for i in range(n)
    )
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def few(tmp_path: Path) -> Path:
    policy = tmp_path / "few.toml"
    policy.write_text("[parameters]\ncategory_most = 20\n", encoding="utf-8")
    return policy


@pytest.mark.parametrize(
    ("branches", "managers", "said"), [(60, 3, "分行 在 60 行中有 60 个"), (3, 59, "客户经理 在 60 行")]
)
def test_as_many_values_as_rows_end_the_run(few: Path, tmp_path: Path, branches: int, managers: int, said: str) -> None:
    file = _file(tmp_path, 60, branches, managers)
    with pytest.raises(InputError) as refused:
        grade("customers", [file], policy=few)
    assert refused.value.exit_code == 3
    assert said in refused.value.said("zh")
    assert "--map" in refused.value.advice("zh")
    refusal = check("customers", [file], policy=few).refusal
    assert refusal is not None
    assert refusal.message == refused.value.message


def test_many_values_among_many_more_rows_are_units_and_groups_are_as_many_as_they_are(
    few: Path, tmp_path: Path
) -> None:
    assert grade("customers", [_file(tmp_path, 100, 25)], policy=few).counts["placed"] == 100


def test_the_hint_names_the_policys_figure(few: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        grade("customers", [_file(tmp_path, 60, 60)], policy=few)
    assert say(refused.value.problem, "en").endswith(
        "Branch has 60 values in 60 rows (header '分行'): nothing can be grouped by it."
    )
    assert "category_most (now 20)" in refused.value.hint
