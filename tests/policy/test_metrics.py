import polars as pl
import pytest

from ninegrid.policy.metrics import Condition, Metric, evaluate, goodness, joined_codes, joined_enums

MARGIN = Metric("margin", "", "", "profit", "percent", "higher", "sales", flag_when=(Condition("value > 1", "BIG"),))
PACE = Metric("pace", "", "", "sold", "number", "higher", "months", null_when=(Condition("months < 3", "TOO_SHORT"),))


def test_a_metric_is_its_numerator_over_its_denominator() -> None:
    got = evaluate(pl.DataFrame({"profit": [1.0, 6.0], "sales": [4.0, 3.0]}), [MARGIN])
    assert got["margin"].to_list() == [0.25, 2.0]
    assert got["margin:flag"].to_list() == [None, "BIG"]


@pytest.mark.parametrize(
    ("profit", "sales", "reason"),
    [
        (None, 1.0, "MISSING_INPUT"),
        (1.0, None, "MISSING_INPUT"),
        (1.0, 0.0, "ZERO_DENOMINATOR"),
        (0.0, 0.0, "ZERO_DENOMINATOR"),
        (1.0, -1.0, "NEGATIVE_BASE"),
        (1e308, 1e-10, "OUT_OF_RANGE"),
    ],
)
def test_missing_has_a_reason_and_never_a_number(profit: float | None, sales: float | None, reason: str) -> None:
    frame = pl.DataFrame({"profit": [profit], "sales": [sales]}, schema={"profit": pl.Float64, "sales": pl.Float64})
    got = evaluate(frame, [MARGIN]).row(0, named=True)
    assert got["margin:reason"] == reason
    assert (got["margin"], got["margin:num"], got["margin:den"]) == (None, None, None)


def test_the_metrics_own_reason_comes_first() -> None:
    got = evaluate(pl.DataFrame({"sold": [10.0, 10.0], "months": [2.0, 5.0]}), [PACE])
    assert got.select("pace", "pace:reason").rows() == [(None, "TOO_SHORT"), (2.0, None)]


def test_goodness_turns_lower_and_band_around() -> None:
    frame = pl.DataFrame({"v": [0.1, 0.5, 0.9, None]})
    band = Metric("use", "", "", "x", "percent", "band", band=(0.4, 0.8))
    cost = Metric("cost", "", "", "x", "percent", "lower")
    assert frame.select(goodness(band, pl.col("v"))).to_series().round(9).to_list() == [-0.3, 0.0, -0.1, None]
    assert frame.select(goodness(cost, pl.col("v"))).to_series().to_list() == [-0.1, -0.5, -0.9, None]


def test_codes_are_joined_with_their_names() -> None:
    frame = pl.DataFrame({"a:reason": ["X", None, None], "b:reason": ["Y", "Z", None]})
    named = frame.select(joined_codes(["a:reason", "b:reason"], named=True)).to_series().to_list()
    assert named == ["a=X;b=Y", "b=Z", None]


def test_codes_of_enums_are_joined_in_the_columns_order() -> None:
    sizes, hues = pl.Enum(["BIG", "SMALL"]), pl.Enum(["RED"])
    frame = pl.DataFrame(
        {"size": ["BIG", "SMALL", None, None], "hue": ["RED", None, "RED", None]}, schema={"size": sizes, "hue": hues}
    )
    got = frame.select(joined_enums({"size": sizes, "hue": hues}, "OK")).to_series()
    assert got.to_list() == ["BIG;RED", "SMALL", "RED", "OK"]
