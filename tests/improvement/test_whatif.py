import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.improvement.invented import PEER_I1R2, cells_of, graded, policy, ways

ROWS = [{"operating_cost": 400_000.0 + 10_000 * i} for i in range(5)] + [{**PEER_I1R2, "fee_income": 300_000.0}] * 2
ROWS += [{"expected_loss": None}]
COLUMNS = ["cell", "n", "total_income", "rani", "raroc"]


def test_nothing_landed_is_the_cells_as_they_are() -> None:
    own = policy(peer_minimum=1)
    today = ways(ROWS, own)["whatif"].filter(landed_share=0).select(COLUMNS)
    assert_frame_equal(today, cells_of(graded(ROWS, own), own).select(COLUMNS), check_exact=True)


def test_a_cell_that_is_held_stays_held_until_the_figures_leave_their_band() -> None:
    own = policy(peer_minimum=1)
    rows = [{"official_cell": "I2R1"}, {"official_cell": "I2R1"}]  # no peers, no leads
    today = ways(rows, own)["whatif"]
    assert today.filter(pl.col("n") > 0).select("cell", "n").unique().rows() == [("I2R1", 2)]


def test_the_best_share_of_the_leads_lands_and_the_rest_does_not() -> None:
    own = policy(peer_minimum=1, adoption_rates=(0.0, 0.4, 1.0))
    tables = ways(ROWS, own)
    leads, gained = tables["leads"], {}
    for share in (0.4, 1.0):
        before, after = (
            tables["whatif"].filter(landed_share=s)["total_income"].drop_nulls().sum() for s in (0.0, share)
        )
        gained[share] = after - before
    best = leads.head(round(0.4 * leads.height))
    assert 0 < best.height < leads.height
    assert gained[0.4] == pytest.approx(best["uplift_income"].sum())
    assert gained[1.0] == pytest.approx(leads["uplift_income"].sum())


def test_everyone_is_somewhere_whatever_lands() -> None:
    counts = ways(ROWS, policy(peer_minimum=1))["whatif"].group_by("landed_share").agg(pl.col("n").sum())
    assert set(counts["n"]) == {len(ROWS)}
