"""Groups of a long frame by small numbers: the same as grouping by the texts themselves."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ninegrid.grid import grouping
from ninegrid.grid.grouping import as_enum, as_enums, grouped

FRAME = pl.DataFrame(
    {
        "cell": ["S1", "S3", None, "S1", "S3", "S1"],
        "region": ["n", "s", "n", "n", None, "s"],
        "value": [1.0, 2, 4, 8, 16, 32],
    }
)
SUM = [pl.col("value").sum()]


def _grouped(by: list[str], frame: pl.DataFrame = FRAME) -> pl.DataFrame:
    rows = pl.concat([as_enums(frame, ["cell", "region"]), frame.select("value")], how="horizontal")
    return grouped(rows, by, SUM).collect()


@pytest.mark.parametrize("by", [["cell"], ["region", "cell"]])
@pytest.mark.parametrize("few", [60_000, 1])
def test_groups_are_those_of_the_texts(by: list[str], few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "_FEW", few)
    expected = FRAME.drop_nulls(by).group_by(by).agg(SUM)
    assert_frame_equal(_grouped(by), expected, check_row_order=False)


def test_without_columns_everyone_is_one_group() -> None:
    assert _grouped([])["value"].to_list() == [63.0]
    assert _grouped([], FRAME.clear()).is_empty()


def test_nobody_and_nothing_but_nulls_are_no_groups() -> None:
    assert _grouped(["cell"], FRAME.clear()).is_empty()
    assert _grouped(["cell"], FRAME.with_columns(cell=pl.lit(None, dtype=pl.String))).is_empty()


def test_an_enum_in_the_order_of_its_texts_is_kept_and_any_other_put_in_it() -> None:
    kept, turned = (pl.Series(["b", "a"], dtype=pl.Enum(values)) for values in (["a", "b", "c"], ["b", "a"]))
    assert as_enum(kept).dtype == pl.Enum(["a", "b", "c"])
    assert as_enum(turned).dtype == pl.Enum(["a", "b"])
