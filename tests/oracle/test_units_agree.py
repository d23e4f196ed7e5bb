"""Every row of reconcile and the mix of every card of the sample, recomputed apart."""

from __future__ import annotations

import pytest

from ninegrid.result import Result

from .agreement import differences
from .conftest import PERIOD
from .sample import maker
from .units import mixes, reconciled

TOLD = (
    "target_year", "plan", "actual", "attainment", "forecast", "gap", "needed_a_month", "basis", "status", "cover",
    "unit_name", "base", "n", "parent_level", "parent", "assignment", "missing_children",
)  # fmt: skip


@pytest.fixture(scope="module")
def customers(result: Result) -> list[dict[str, object]]:
    return result.tables["customers"].to_dicts()


def test_reconcile(result: Result, customers: list[dict[str, object]]) -> None:
    expected = reconciled(maker().truth(PERIOD)["targets"], customers, 10)
    assert expected
    assert not differences(result.tables["reconcile"], expected, ["level", "unit_key", "metric"], TOLD)


@pytest.mark.parametrize("level", ["branch", "sub_branch", "relationship_manager"])
def test_the_mix_of_every_card(result: Result, customers: list[dict[str, object]], level: str) -> None:
    cards = result.tables["scorecards"].filter(level=level).drop_nulls("unit_key")
    expected = {key: {"mix_raroc": mix} for key, mix in mixes(customers, level).items() if key}
    assert not differences(cards, expected, ["unit_key"], ["mix_raroc"])
