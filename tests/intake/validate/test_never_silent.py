"""No export in another unit, percent or scale than it seems ends well without a person's word."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ninegrid
from ninegrid import resources
from ninegrid.model.errors import GradeError
from ninegrid.options import Options
from ninegrid.pipeline import grade_files
from tests import small_bank
from tests.short_runs import grading_alone

MONEY = [small_bank.HEADINGS.index(name) for name in ("总收入", "营业费用", "预期损失", "经济资本", "EAD")]
STOCKS = [small_bank.HEADINGS.index(name) for name in ("存款日均", "贷款日均")]
RATIOS = {"RAROC": "raroc", "PD": "pd", "LGD": "lgd"}
SAMPLE = Path(__file__).parents[3] / "sample_data" / "customers" / "对公客户_2026-10.xlsx"
COLUMNS = [column for column in resources.relation("customers").columns if column.name != "period"]
HEADERS = {column.name: column.zh for column in COLUMNS}
AMOUNTS = [column.name for column in COLUMNS if column.kind == "money"]
UNITS = ("", "(元)", "（万元）", "(亿元)")
quick = settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
long = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def bank(seed: int) -> list[small_bank.Row]:
    """The customers, with the PD and LGD of each."""
    rng = random.Random(seed)
    rows = small_bank.customers(seed)
    return [[*row, rng.choice((0.005, 0.01, 0.02)) * rng.uniform(0.8, 1.2), rng.uniform(0.3, 0.6)] for row in rows]


def exit_code(subject: str, path: Path, **options: str) -> int:
    try:
        with grading_alone():
            grade_files(subject, [path], Options(**options))  # type: ignore[arg-type]
    except GradeError as error:
        return error.exit_code
    return 0


def in_another_unit(folder: Path, seed: int, off: Sequence[int], factor: float, unit: str) -> Path:
    """An export whose money is `factor` times what its headers say, in some columns."""
    exponent = {"（万元）": 1e4, "(亿元)": 1e8}.get(unit, 1.0)
    rows = [row[:16] for row in bank(seed)]
    for row in rows:
        for at in (*MONEY, *STOCKS):
            row[at] = float(str(row[at])) / exponent * (factor if at in off else 1)
    head = [f"{name}{unit}" if at in (*MONEY, *STOCKS) else name for at, name in enumerate(small_bank.HEADINGS)]
    return small_bank.write(folder / "客户_202610.csv", rows, head)


@pytest.mark.parametrize(
    "unit", [*UNITS[1:3], *(pytest.param(unit, marks=pytest.mark.thorough) for unit in (UNITS[0], UNITS[3]))]
)
def test_sound_exports_end_well(tmp_path: Path, unit: str) -> None:
    assert checked(in_another_unit(tmp_path, 1, (), 1, unit)) == 0


anything_off = st.one_of(
    st.just([*MONEY, *STOCKS]), st.just(STOCKS), st.sampled_from(MONEY).map(lambda at: [at]),
    st.lists(st.sampled_from([*MONEY, *STOCKS]), min_size=1, unique=True),
)  # fmt: skip
ten_thousand = st.sampled_from([1e4, 1e-4])


@quick
@given(seed=st.integers(1, 99), off=anything_off, factor=ten_thousand, unit=st.sampled_from(UNITS))
def test_amounts_ten_thousand_times_off_stop(
    tmp_path: Path, seed: int, off: list[int], factor: float, unit: str
) -> None:
    assert checked(in_another_unit(tmp_path, seed, off, factor, unit)) == 3


@pytest.mark.thorough
@pytest.mark.long
@long
@given(seed=st.integers(1, 9999), off=anything_off, factor=ten_thousand, unit=st.sampled_from(UNITS))
def test_amounts_ten_thousand_times_off_never_grade(
    tmp_path: Path, seed: int, off: list[int], factor: float, unit: str
) -> None:
    path = in_another_unit(tmp_path, seed, off, factor, unit)
    assert exit_code("customers", path) == 3
    assert exit_code("customers", path, accept="as they are") == 0


def checked(path: Path) -> int:
    refusal = ninegrid.check("customers", [path]).refusal
    return refusal.exit_code if refusal else 0


@quick
@given(
    seed=st.integers(1, 99),
    off=st.sampled_from(list(RATIOS)),
    factor=st.sampled_from([100.0, 0.01]),
    percent=st.booleans(),
)
def test_ratios_a_hundred_times_off_stop_or_are_read_right(
    tmp_path: Path, seed: int, off: str, factor: float, percent: bool
) -> None:
    """RAROC, PD and LGD with a sign in the header, or without; one of the three times a factor."""
    true = [
        [(income - cost - loss) / capital, pd, lgd]
        for *_, income, cost, loss, capital, _, _, _, pd, lgd in (
            [float(str(cell)) for cell in row[9:18]] for row in bank(seed)
        )
    ]
    rows = [
        [*row[:9], row[9], *ratios] for row, ratios in zip(bank(seed), scaled(true, off, factor, percent), strict=True)
    ]
    head = [*small_bank.HEADINGS[:10], *(f"{name}(%)" if percent else name for name in RATIOS)]
    path = small_bank.write(tmp_path / "客户_202610.csv", rows, head)
    result = ninegrid.check("customers", [path])
    at = list(RATIOS).index(off)
    if result.refusal is None:
        read = result.inputs.tables["customers"]
        accepted = dict(read.select("customer_id", RATIOS[off]).rows())
        right = {str(row[0]): one[at] for row, one in zip(rows, true, strict=True)}
        assert all(value is None or value == pytest.approx(right[key]) for key, value in accepted.items())


def scaled(true: list[list[float]], off: str, factor: float, percent: bool) -> list[list[float]]:
    times = [(100 if percent else 1) * (factor if name == off else 1) for name in RATIOS]
    return [[value * by for value, by in zip(row, times, strict=True)] for row in true]


@pytest.fixture(scope="module")
def sample() -> pl.DataFrame:
    """Three hundred customers of the sample, as they were read: yuan and fractions."""
    read = ninegrid.check("customers", [SAMPLE]).inputs.tables["customers"].sample(300, seed=3)
    return read.select(*(name for name in read.columns if name in HEADERS and read[name].count()))


def exported(folder: Path, rows: pl.DataFrame, off: Sequence[str], factor: float) -> Path:
    """The rows as a CSV file that says yuan over every amount, with some columns times a factor."""
    path = folder / "客户_2026-10.csv"
    columns = (
        (pl.col(n) * factor if n in off else pl.col(n)).alias(HEADERS[n] + "(元)" * (n in AMOUNTS))
        for n in rows.columns
    )
    rows.select(columns).write_csv(path)
    return path


@pytest.mark.thorough
@pytest.mark.long
@pytest.mark.parametrize("factor", [1e4, 1e-4])
def test_no_amount_of_the_sample_is_taken_ten_thousand_times_off(
    tmp_path: Path, sample: pl.DataFrame, factor: float
) -> None:
    """Each amount by itself, and all of them."""
    amounts = [name for name in sample.columns if name in AMOUNTS]
    assert len(amounts) > 15
    assert checked(exported(tmp_path, sample, (), 1)) == 0
    offs = [*([name] for name in amounts), amounts]
    assert [off for off in offs if checked(exported(tmp_path, sample, off, factor)) != 3] == []


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["pd", "lgd", "raroc"])
@pytest.mark.parametrize("factor", [100.0, 0.01])
def test_no_ratio_of_the_sample_is_taken_a_hundred_times_off(
    tmp_path: Path, sample: pl.DataFrame, name: str, factor: float
) -> None:
    result = ninegrid.check("customers", [exported(tmp_path, sample, [name], factor)])
    if result.refusal is None:
        read = result.inputs.tables["customers"].sort("customer_id")[name].to_list()
        assert read == pytest.approx(sample.sort("customer_id")[name].to_list())


@settings(quick, max_examples=2)
@given(
    scores=st.lists(st.integers(1, 10), min_size=3, max_size=12).filter(lambda them: max(them) > 3),
    header=st.sampled_from(["绩效", "绩效结果", "绩效得分", "Performance Rating"]),
)
def test_levels_on_a_scale_nobody_named_grade_nobody(tmp_path: Path, scores: list[int], header: str) -> None:
    path = tmp_path / "盘点_2026.csv"
    people = [f"{at:03},示例{at},一部,{score},高" for at, score in enumerate(scores)]
    path.write_text("\n".join([f"工号,姓名,部门,{header},潜力", *people]), encoding="utf-8")
    assert exit_code("talent", path) == 4


@settings(quick, max_examples=2)
@given(scores=st.lists(st.integers(1, 10), min_size=4, max_size=12).filter(lambda them: max(them) > 5))
def test_ratings_on_a_scale_nobody_named_grade_nobody(tmp_path: Path, scores: list[int]) -> None:
    rows = [
        {"工号": f"E{at}", "姓名": f"示例{at}", "部门": "一部", "自评分": 3, "上级评分": s}
        for at, s in enumerate(scores)
    ]
    path = tmp_path / "绩效_2026.csv"
    pl.DataFrame(rows).write_csv(path)
    assert exit_code("talent", path) == 4
