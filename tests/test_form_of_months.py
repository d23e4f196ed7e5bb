"""Laws of form over two months: order of rows and files change no figure of any table that needs an earlier period."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from ninegrid import resources
from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.pipeline import run

from .oracle.made_months import Truth, months
from .test_form_of_inputs import Rows, files_of, same_tables, shuffled, split

SEED, MONTHS = 65, ("2026-09", "2026-10")
OPTIONS = Options(
    policy=Path("span"), accept="made for the test", accept_break="made for the test", max_rejected=1, allow_unused=True
)
LINES, LEVERS = ("存款", "贷款", "票据", "保函"), ("提升存款份额", "增加中间业务收入", "预警")
OF_CAMPAIGNS = {"campaigns", "campaign_members"}
NOT_MADE = {"held_back"}  # by a dead-band, which needs four periods before
Tables = Mapping[str, pl.DataFrame]


def _more(truth: Truth, seed: int) -> Truth:
    """Products, targets, actions, visits and a market beside what a made population has."""
    rng, keys = random.Random(seed), [row["customer_id"] for row in truth["customers"]]
    branches = sorted({row["branch"] for row in truth["customers"] if row["branch"]})
    more: dict[str, Rows] = {
        "products": [
            {"customer_id": key, "product_line": line, "active": True, "income": float(rng.randrange(1, 90) * 1000)}
            for key in keys
            for line in rng.sample(LINES, 2)
        ],
        "targets": [
            {"level": level, "name": name, "metric": metric, "target": float(rng.randrange(1, 9) * 1_000_000)}
            for level, names in (("分行", branches), ("客户经理", ["E1", "E2"]))
            for name in names
            for metric in ("总收入", "存款日均")
        ],
        "actions": [
            {"customer_id": key, "matter": rng.choice(LEVERS), "status": "进行中", "due_on": dt.date(2026, 11, 30),
             "promised": "100000", "opened": MONTHS[0]}
            for key in keys[::3]
        ],
        "contacts": [
            {"customer_id": key, "on": dt.date(2026, rng.randrange(3, 9), 5), "kind": "拜访", "by": "王伟"}
            for key in keys[::2]
        ],
        "market": [
            {"segment_kind": "industry", "segment": name, "market_size": 1e9, "market_growth": 0.1, "our_share": 0.1,
             "largest_rival_share": 0.2, "competition": 3, "fit": 4}
            for name in ("制造业", "批发和零售业")
        ],
    }  # fmt: skip
    return truth | more


def _graded(folder: Path, formed: Callable[[Truth], Truth]) -> Tables:
    """The tables of the second month, the first one stored; both in the form that `formed` gives them."""
    tables: Tables = {}
    for at, truth in enumerate(months(SEED, len(MONTHS))):
        own = folder / MONTHS[at]
        own.mkdir(parents=True)
        period = Period.parse(MONTHS[at])
        options = replace(OPTIONS, period=period, db=str(folder / "g.duckdb"), out=own / "b.xlsx")
        tables = run("customers", files_of(own, formed(_more(truth, SEED))), options).result.tables
    return tables


@pytest.fixture(scope="module", autouse=True)
def _without_workbooks() -> Iterator[None]:
    """The workbook takes most of a run and is not looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ninegrid.pipeline.write_outputs", lambda result, *_: result)
        yield


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return _graded(tmp_path_factory.mktemp("plain"), lambda truth: truth)


@pytest.mark.thorough
def test_order_and_files_change_no_figure_of_any_table_of_a_second_month(plain: Tables, tmp_path: Path) -> None:
    assert {name for name, table in plain.items() if table.is_empty()} <= NOT_MADE
    assert plain.keys() >= set(resources.result_tables("customers")) - OF_CAMPAIGNS
    same_tables(plain, _graded(tmp_path, lambda truth: split(shuffled(truth))))


@pytest.mark.thorough
def test_raroc_times_capital_is_rani_in_every_row_of_every_table_of_a_second_month(plain: Tables) -> None:
    """Whichever prefix the three have in common: raroc, expected_raroc …"""
    looked_at = set()
    for name, table in plain.items():
        for prefix in (column.removesuffix("raroc") for column in table.columns if column.endswith("raroc")):
            raroc, capital, rani = (f"{prefix}{part}" for part in ("raroc", "economic_capital", "rani"))
            if {capital, rani} <= set(table.columns):
                looked_at.add(f"{prefix}{name}")
                known = table.drop_nulls([capital, rani])
                gives = pl.when(pl.col(capital) > 0).then(pl.col(rani) / pl.col(capital))
                apart = known.filter(
                    ~pl.col(raroc).eq_missing(gives), (pl.col(raroc) - gives).abs().fill_null(1) > 1e-9
                )
                assert apart.is_empty(), (name, prefix, apart)
                assert name == "customers" or table["counted"].null_count() == 0, name
    assert looked_at == {
        "customers", "groups", "cells", "views", "whatif", "expected_whatif", "trend", "scorecards", "segments",
    }  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("column", ["total_income", "rani", "economic_capital", "eva"])
def test_cells_views_cards_segments_and_the_trend_add_up_to_the_list(plain: Tables, column: str) -> None:
    both = pl.col("rani").is_not_null() & pl.col("economic_capital").is_not_null()
    counted = plain["customers"].filter(both if column in ("rani", "economic_capital") else pl.lit(True))
    whole = pytest.approx(counted[column].sum(), rel=1e-12)
    parts = {
        "cells": plain["cells"].filter(pl.col("grid").is_in(["value", "growth"])).group_by("grid"),
        "views": plain["views"].filter(pl.col("view") != "institution").group_by("view"),
        "scorecards": plain["scorecards"].group_by("level"),
        "segments": plain["segments"].group_by("grid"),
        "trend": plain["trend"].filter(period=MONTHS[1]).group_by("scope"),
    }
    for name, groups in parts.items():
        sums = dict(groups.agg(pl.col(column).sum()).rows())
        without = {"tier", "cell", "industry", "branch"} if name == "trend" else set()  # of those who have one
        assert {key: value for key, value in sums.items() if key not in without}, name
        for key, value in sums.items():
            assert key in without or value == whole, (name, key)
