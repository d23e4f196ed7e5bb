"""A small policy on a subject the engine has never heard of: products on a two-axis grid."""

import dataclasses
import itertools

import pytest

from ninegrid import resources
from ninegrid.policy import Axis, Cell, Gaps, Grid, Policy, Scope, StrategyRule, Tiering, Totals, View, load_policy
from ninegrid.policy.metrics import Metric

LETTERS = {(3, 3): "A", (3, 2): "B", (2, 3): "B"}


def axis(letter: str, metric: str, **changes: object) -> Axis:
    names = ("low", "mid", "high")
    base = Axis(letter, metric, f"{metric}_level", "absolute", (10.0, 20.0), names, names)
    return dataclasses.replace(base, **changes)


def grid(axis1: Axis, axis2: Axis) -> Grid:
    cells = tuple(
        Cell(
            f"{axis1.letter}{a}{axis2.letter}{b}",
            "格",
            "cell",
            LETTERS.get((a, b), "D"),
            "invest" if a == b == 3 else "exit",
        )
        for a, b in itertools.product((1, 2, 3), repeat=2)
    )
    return Grid("market", "市场", "Market", "products", "cell", axis1, axis2, cells)


def products_policy() -> Policy:
    metrics = (
        Metric("sales", "销售", "Sales", "sales", "money", "higher"),
        Metric("margin", "毛利率", "Margin", "profit", "percent", "higher", "sales"),
        Metric("share", "份额", "Share", "sales", "percent", "higher", "market", indicator=1),
        Metric("returns", "退货率", "Returns", "returned", "percent", "lower", "sales", indicator=2),
    )
    return dataclasses.replace(
        load_policy(resources.policy_text("customers")),
        subject="products",
        id="product",
        metrics=metrics,
        grids=(grid(axis("S", "sales"), axis("M", "margin", cuts=(0.1, 0.2))),),
        totals=Totals(("sales", "profit"), ("margin",), "sales"),
        tiering=Tiering("market"),
        gaps=Gaps("region", ("D",), ("A", "B")),
        strategy_rules=(
            StrategyRule("unplaced", "base IS NULL", "verify", "", ""),
            StrategyRule("shrinking", "base = 'exit' AND share > 0.5", "deepen", "", ""),
            StrategyRule("cell", "base IS NOT NULL", "base", "", ""),
        ),
        scopes=(Scope("whole", "全部", "Whole"), Scope("region", "地区", "Region", "region")),
        views=(View("region", ("region",), "地区", "Region"),),
    )


@pytest.fixture
def policy() -> Policy:
    return products_policy()
