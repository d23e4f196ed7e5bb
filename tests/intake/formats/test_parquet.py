import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from ninegrid.intake.formats.files import open_file
from ninegrid.model.errors import InputError


@pytest.fixture(autouse=True)
def _tried_out_by_nobody(request, monkeypatch):
    """A file is read in a process of its own first, which is asked for by the test of a damaged one alone."""
    if request.node.name != "test_a_damaged_parquet_file":
        monkeypatch.setattr("ninegrid.intake.formats.files.probe_parquet", lambda *_: None)


@pytest.fixture
def sheet(tmp_path):
    frame = pl.DataFrame(
        {
            "客户编号": ["001", None, ""],
            "大数": [2**53 + 1, 7, None],
            "收入": [1.5, float("nan"), 1001.0],
            "金额": pl.Series([Decimal("12.34"), None, Decimal("-5.00")], dtype=pl.Decimal(12, 2)),
            "开户": [dt.date(2026, 10, 31), None, None],
            "时间": [dt.datetime(2026, 10, 31), dt.datetime(2026, 10, 31, 8, 5), None],
            "有效": [True, False, None],
            "行业": pl.Series(["制造", None, "农业"], dtype=pl.Categorical),
            "产品": [["a"], None, None],
        }
    )
    frame.write_parquet(tmp_path / "客户.parquet")
    return next(open_file(tmp_path / "客户.parquet").sheets())


def test_head_is_names_then_rows_as_text(sheet):
    assert sheet.name == "客户"
    names, first, second, third = sheet.head()
    assert names == ["客户编号", "大数", "收入", "金额", "开户", "时间", "有效", "行业", "产品"]
    assert first == ["001", "9007199254740993", "1.5", "12.34", "2026-10-31", "2026-10-31", "TRUE", "制造", None]
    assert second == [None, "7", "NaN", None, None, "2026-10-31 08:05:00", "FALSE", None, None]
    assert third == [None, None, "1001", "-5.00", None, None, None, "农业", None]
    assert sheet.head(1) == [names]


def test_text_columns_keep_every_digit(sheet):
    assert sheet.load(2, {0: "text", 1: "text", 2: "text"}).rows() == [
        (2, "001", "9007199254740993", "1.5"),
        (3, None, "7", "NaN"),
        (4, None, None, "1001"),
    ]


def test_number_columns_hold_numbers_and_tell_the_rest(sheet):
    frame = sheet.load(3, {2: "number", 3: "number", 4: "number", 6: "number"})
    assert frame.rows() == [
        (3, None, "NaN", None, None, None, None, None, "FALSE"),
        (4, 1001.0, None, -5.0, None, None, None, None, None),
    ]
    assert frame.schema["_row"] == pl.UInt32
    assert frame.schema["n4"] == pl.Float64


def test_a_column_beyond_the_last_is_null(sheet):
    assert sheet.load(2, {0: "text", 20: "number"}).rows() == [(2, "001", None, None)]


def test_a_column_of_lists_is_refused_by_name(sheet):
    with pytest.raises(InputError, match="产品"):
        sheet.load(2, {8: "text"})


def test_a_damaged_parquet_file(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(InputError, match=r"a\.parquet can't be read as parquet \(parquet: File out of spec"):
        open_file(tmp_path / "a.parquet")


def loaded(path, column: pl.Series, kind="text"):
    pl.DataFrame([column.alias("列")]).write_parquet(path / "a.parquet")
    return next(open_file(path / "a.parquet").sheets()).load(2, {0: kind})


def test_texts_stored_as_bytes_are_texts(tmp_path):
    assert loaded(tmp_path, pl.Series(["甲公司".encode(), None, b"0012"]))["t0"].to_list() == ["甲公司", "0012"]


def test_bytes_that_are_no_text_are_refused(tmp_path):
    with pytest.raises(InputError, match="holds Binary"):
        loaded(tmp_path, pl.Series([b"\xff\xfe"]))


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_moments_in_utc_that_are_days_in_another_zone_are_refused(tmp_path, unit):
    days = pl.Series([dt.datetime(2026, 9, 30, 16), None], dtype=pl.Datetime(unit, "UTC"))
    with pytest.raises(InputError, match=r"2026-09-30 16:00"):
        loaded(tmp_path, days)


def test_moments_in_their_own_zone_and_moments_of_any_time_are_read(tmp_path):
    at_home = pl.Series([dt.datetime(2026, 9, 30, 16)], dtype=pl.Datetime("us", "UTC"))
    assert loaded(tmp_path, at_home.dt.convert_time_zone("Asia/Shanghai"))["t0"].to_list() == ["2026-10-01"]
    times = pl.Series([dt.datetime(2026, 9, 30, 16), dt.datetime(2026, 9, 30, 17)], dtype=pl.Datetime("us", "UTC"))
    assert loaded(tmp_path, times)["t0"].to_list() == ["2026-09-30 16:00:00", "2026-09-30 17:00:00"]
