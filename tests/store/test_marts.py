import duckdb
import polars as pl
import pytest

from ninegrid.store.marts import Marts, marts

CUSTOMERS = pl.DataFrame(
    {"customer_id": ["b", "a"], "group_id": ["G", None], "group_name": ["Group", None], "position": [0, 1]}
)
GROUPS = pl.DataFrame({"customer_id": ["a"], "group_id": ["H"], "group_name": ["House"]})


def members(store: Marts) -> list[str]:
    return store.select("staging/stg_membership")["group_id"].to_list()


def test_a_select_joins_the_frames_that_were_loaded() -> None:
    with marts() as store:
        store.load({"customers": CUSTOMERS, "groups": GROUPS})
        assert members(store) == ["G", "H"]


def test_two_at_once_do_not_see_each_other() -> None:
    with marts() as one, marts() as other:
        one.load({"customers": CUSTOMERS, "groups": GROUPS})
        other.load({"customers": CUSTOMERS.head(1), "groups": GROUPS})
        assert members(one) == ["G", "H"]
        assert members(other) == ["G"]


def test_nothing_is_left_for_the_next() -> None:
    with marts() as store:
        store.load({"customers": CUSTOMERS, "groups": GROUPS})
    with marts() as store, pytest.raises(duckdb.CatalogException):
        members(store)
