"""73,421 real ratings of 1,128 lecturers by 2,972 students (the InstEval data of the R package lme4).

The file is not part of the project: set GRADE_RATERS_DATA to its folder, or put that at ../shared/data/raters.
"""

import os
from functools import cache
from pathlib import Path

import polars as pl
import pytest

_FOLDER = Path(os.environ.get("GRADE_RATERS_DATA", Path(__file__).parents[5] / "shared" / "data" / "raters"))
_FILE = _FOLDER / "lme4_InstEval.csv"

needed = pytest.mark.skipif(not _FILE.is_file(), reason="the InstEval ratings are absent")


@cache
def scores() -> pl.DataFrame:
    """target, rater, score (1–5)."""
    return pl.read_csv(_FILE).select(target="d", rater="s", score=pl.col("y").cast(pl.Float64))
