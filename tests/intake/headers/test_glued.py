"""English words that are written together are parted where the vocabulary has all of them."""

from __future__ import annotations

import pytest

from ninegrid.intake.headers.glued import parted
from ninegrid.intake.headers.heading import Heading
from ninegrid.intake.headers.matching import Match, Vetoed, plain_vocabulary
from ninegrid.resources import relation


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("custname", "customer_name"),
        ("depavgbal", "deposit_avg"),
        ("netintincome", "net_interest_income"),
        ("opcost", "operating_cost"),
        ("overdueamt", "overdue_balance"),
        ("HOMEBRANCH", "branch"),
    ],
)
def test_words_written_together_name_a_column(header: str, meaning: str) -> None:
    found = plain_vocabulary(relation("customers")).match((Heading.read(header),))
    assert isinstance(found, Match)
    assert found.column.name == meaning


@pytest.mark.parametrize(
    ("header", "reason"),
    [("totalincomely", "COMPARISON"), ("eopdeposits", "OTHER_BASIS"), ("budgetincome", "TARGET"), ("creditavail", "")],
)
def test_what_they_veto_is_no_figure(header: str, reason: str) -> None:
    found = plain_vocabulary(relation("customers")).match((Heading.read(header),))
    assert (found.reason if isinstance(found, Vetoed) else "") == reason
    assert not isinstance(found, Match)


@pytest.mark.parametrize("text", ["inactive", "unemployed", "information", "overtime", "custxyz", "收入"])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert parted(text) == text
