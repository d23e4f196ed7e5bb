"""An invented Result to lay sheets out with: seeded, some 300 customers of 4 branches, every declared column."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from pathlib import Path
from typing import Any

import polars as pl

from ninegrid import resources
from ninegrid.messages import message
from ninegrid.model import findings
from ninegrid.model.inputs import Counts, Inputs, SheetSource
from ninegrid.model.period import Period
from ninegrid.model.raw import InputFile
from ninegrid.model.relations import Lang
from ninegrid.model.steps import Step
from ninegrid.policy import Grid, Policy, load_policy
from ninegrid.result import Result
from ninegrid.subjects.registry import relations
from tests.report import invented_moves

BRANCHES = ("北京分行", "上海分行", "深圳分行", "成都分行")
INDUSTRIES = ("制造业", "批发和零售业", "信息技术服务业", "建筑业", "交通运输业")
SCALES = ("大型", "中型", "小型", "微型")
POLICY = load_policy(resources.policy_text("customers"))
TYPES = {"text": pl.String, "code": pl.String, "money": pl.Float64, "percent": pl.Float64, "bp": pl.Float64}
TYPES |= {"number": pl.Float64, "level": pl.Int64, "count": pl.Int64, "year": pl.Int64, "row": pl.Int64}


def invented_result(lang: Lang = "zh", policy: Policy = POLICY, size: int = 300) -> Result:
    """A whole result; the same every time."""
    rng = random.Random(9)
    rows = [customer(rng, number) for number in range(size)]
    customers = declared("customers", rows, policy)
    tables = {
        "customers": customers,
        "groups": declared("groups", groups(customers, policy), policy),
        "indicators": declared("indicators", indicators(customers, policy), policy),
        "profile": declared("profile", profile(customers, policy), policy),
        "gap_within": declared("gap_within", gaps_within(rng, policy), policy),
        "gap_across": declared("gap_across", gaps_across(rng, policy), policy),
        "cuts": declared("cuts", cuts(policy), policy),
        "views": declared("views", views(customers, policy), policy),
        "findings": noticed(),
    }
    tables["cells"] = declared("cells", [row for g in policy.grids for row in cells(tables[g.over], g)], policy)
    tables["migration"] = declared("migration", invented_moves.moves(tables, policy), policy)
    tables["held_back"] = declared("held_back", invented_moves.held_back(customers), policy)
    tables["warnings"] = invented_moves.warned(customers, policy)
    unplaced = customers["value_cell"].null_count()
    counts = {"rows_read": size + 5, "placed": size - unplaced, "unplaced": unplaced, "rejected": 3, "merged": 2}
    return Result(
        run_id="2026-10-1",
        subject="customers",
        period=Period.parse("2026-10"),
        lang=lang,
        policy=policy,
        inputs=inputs(lang, size),
        tables=tables,
        counts=counts,
        started=dt.datetime(2026, 11, 2, 9, 30),
        versions={"ninegrid": "0.1.0", "polars": "2.1.0"},
        notices=(message("common.as_is", text="期间 2026-10 取自文件名。"),),
        steps=(Step("intake", 1.2), Step("grading", 0.4)),
    )


def customer(rng: random.Random, number: int) -> dict[str, Any]:
    income = round(rng.lognormvariate(15, 1.4), 2)
    capital = income * rng.uniform(1.2, 9)
    rani = income * rng.uniform(-0.1, 0.7)
    placed, has_statements = rng.random() > 0.03, rng.random() > 0.1
    level1, level2 = 1 + (income > 3.2e6) + (income > 1e7), 1 + (rani / capital >= 0.11) + (rani / capital >= 0.18)
    cell = POLICY.grid("value").by_id(f"I{level1}R{level2}") if placed else None
    bank, own = rng.gauss(0.05, 0.12), rng.gauss(0.06, 0.15)
    levels = [1 + (x >= 0) + (x >= 0.1) for x in (bank, own)]
    group = rng.randrange(12) if rng.random() < 0.3 else None
    branch = rng.choice(BRANCHES)
    row = {
        "customer_id": f"{number:010d}",
        "customer_name": "=1+1 贸易有限公司" if number == 7 else f"示例企业{number:04d}有限公司",
        "branch": branch,
        "sub_branch": f"{branch[:2]}{rng.choice('东西南北')}支行",
        "industry": rng.choice(INDUSTRIES),
        "scale": rng.choice(SCALES),
        "relationship_manager": f"经理{rng.randrange(16):02d}",
        "group_id": None if group is None else f"G{group:03d}",
        "group_name": None if group is None else f"示例集团{group:03d}",
        "total_income": income,
        "rani": rani if placed else None,
        "economic_capital": capital if placed else None,
        "ec_method": "supplied" if placed else None,
        "raroc": rani / capital if placed else None,
        "raroc_status": "OK" if placed else "MISSING_INPUT",
        "eva": rani - 0.11 * capital if placed else None,
        "value_income_level": level1,
        "value_raroc_level": level2 if placed else None,
        "value_cell": cell and cell.id,
        "raw_value_cell": cell and cell.id,
        "tier": cell and cell.tier,
        "strategy": cell.strategy if cell else "verify",
        "strategy_rule": "value" if cell else "unplaced",
        "unplaced_reason": None if placed else "MISSING_INPUT",
        "bank_growth": bank,
        "bank_growth_status": "OK",
        "customer_growth": own if has_statements else None,
        "customer_growth_status": rng.choice(("OK", "OK", "OK", "STALE")) if has_statements else "TOO_FEW_YEARS",
        "growth_bank_level": levels[0],
        "growth_customer_level": levels[1] if has_statements else None,
        "growth_cell": f"B{levels[0]}C{levels[1]}" if has_statements else None,
        "growth_consistency": (1 + bank) / (1 + own) - 1 if has_statements else None,
        "bank_growth_shape": rng.choice(("↑↑", "↑↓", "↓↑", "↓↓")),
        "operating_cost": income * 0.3,
        "deposit_avg": income * 9,
        "loan_avg": income * 20,
        "months_observed": 12.0,
        "missing": None if placed else "raroc=MISSING_INPUT;wallet_share=STALE",
        "source_file": "客户-2026-10.xlsx",
        "source_sheet": "客户",
        "source_row": number + 4,
    }
    indicators = {m.key: rng.lognormvariate(-2, 0.8) * (60 if m.unit == "number" else 1) for m in POLICY.indicators}
    return row | {key: None if rng.random() < 0.08 else value for key, value in indicators.items()}


def cells(frame: pl.DataFrame, grid: Grid) -> list[dict[str, Any]]:
    placed = frame.filter(pl.col(grid.cell).is_not_null())
    rows = []
    for cell in (*(c.id for c in grid.cells), None):
        here = frame.filter(pl.col(grid.cell).eq_missing(cell))
        share = None if cell is None else here.height / placed.height
        income = here["total_income"].sum()
        part = None if cell is None else income / placed["total_income"].sum()
        rows.append({"grid": grid.key, "cell": cell, "share": share, "income_share": part} | totals(here))
    return rows


def totals(frame: pl.DataFrame) -> dict[str, Any]:
    rani, capital = frame["rani"].sum(), frame["economic_capital"].sum()
    added = {name: frame[name].sum() for name in ("total_income", "eva", "deposit_avg", "loan_avg")}
    sums = {"n": frame.height, "rani": rani, "economic_capital": capital, **added}
    return sums | {"raroc": rani / capital if capital else None}


def groups(customers: pl.DataFrame, policy: Policy) -> list[dict[str, Any]]:
    rows = []
    for (key, name), members in customers.drop_nulls("group_id").group_by(
        "group_id", "group_name", maintain_order=True
    ):
        sums = totals(members)
        levels = (
            1 + (sums["total_income"] > 4e7) + (sums["total_income"] > 7e7),
            1 + (sums["raroc"] > 0.11) + (sums["raroc"] > 0.18),
        )
        cell = policy.grid("group_value").by_id(policy.grid("group_value").cell_id(*levels))
        rows.append({"group_id": key, "group_name": name, "members": sums.pop("n"), "raroc_status": "OK"} | sums)
        rows[-1] |= {"group_value_cell": cell.id, "group_tier": cell.tier}
    return rows


def views(customers: pl.DataFrame, policy: Policy) -> list[dict[str, Any]]:
    rows = []
    for view in policy.views:
        if not set(view.keys) <= set(customers.columns):
            continue
        parts = customers.group_by(view.keys, maintain_order=True) if view.keys else [((), customers)]
        for keys, part in parts:
            tiers = {f"tier_{t.key.lower()}": part.filter(tier=t.key).height for t in policy.tiers}
            named = dict(zip(("key1", "key2"), (*keys, None, None), strict=False))
            placed = part["tier"].count()
            rows.append({"view": view.key, "placed": placed} | named | totals(part) | tiers)
    return rows


def indicators(customers: pl.DataFrame, policy: Policy) -> list[dict[str, Any]]:
    scopes = [("bank", "all", customers)]
    scopes += [("branch", branch, customers.filter(branch=branch)) for branch in BRANCHES]
    return [
        {"scope": scope, "scope_value": value, "indicator": metric.key} | spread(part[metric.key])
        for scope, value, part in scopes
        for metric in policy.indicators
    ]


def spread(column: pl.Series) -> dict[str, Any]:
    values = column.drop_nulls()
    quartiles = {name: values.quantile(q, "linear") for name, q in (("p25", 0.25), ("median", 0.5), ("p75", 0.75))}
    return {"n": values.len(), "ratio": values.mean()} | quartiles


def profile(customers: pl.DataFrame, policy: Policy) -> list[dict[str, Any]]:
    rows = []
    for grid, metric in itertools.product(policy.grids[:2], policy.indicators):
        for cell in (c.id for c in grid.cells):
            part = customers.filter(pl.col(grid.cell) == cell)
            place = {"grid": grid.key, "cell": cell, "scope": "bank", "scope_value": "all", "indicator": metric.key}
            rows.append(place | spread(part[metric.key]))
    return rows


def gaps_within(rng: random.Random, policy: Policy) -> list[dict[str, Any]]:
    rows = []
    for branch, metric in itertools.product(BRANCHES, policy.indicators):
        low, high = rng.lognormvariate(-2, 0.4), rng.lognormvariate(-1.7, 0.4)
        known = rng.random() > 0.05
        row = {
            "branch": branch,
            "indicator": metric.key,
            "low_n": rng.randrange(20, 60),
            "high_n": rng.randrange(3, 30),
        }
        gap = {
            "low_median": low,
            "high_median": high,
            "gap": high - low,
            "gap_good": high - low,
            "effect": (high - low) / 0.1,
        }
        rows.append(row | (gap | {"status": "OK"} if known else {"status": "TOO_FEW"}))
    return rows


def gaps_across(rng: random.Random, policy: Policy) -> list[dict[str, Any]]:
    rows = []
    for grid, metric, branch in itertools.product(policy.grids[:2], policy.indicators, BRANCHES):
        for cell in grid.cells:
            median = rng.lognormvariate(-2, 0.4)
            row = {
                "grid": grid.key,
                "cell": cell.id,
                "indicator": metric.key,
                "branch": branch,
                "n": rng.randrange(2, 30),
            }
            best = {
                "median": median,
                "best_branch": BRANCHES[1],
                "best_median": median * 1.3,
                "bank_median": median * 0.9,
            }
            gaps = {"gap_to_best": -median * 0.3, "gap_to_bank": median * 0.1}
            rows.append(row | (best | gaps | {"status": "OK"} if row["n"] >= 5 else {"status": "TOO_FEW"}))
    return rows


def cuts(policy: Policy) -> list[dict[str, Any]]:
    rows = []
    for grid in policy.grids:
        for axis in grid.axes:
            for peers in SCALES if axis.peer else ("all",):
                low, high = policy.cut_values(axis) if axis.method == "absolute" else (3.2e6, 1e7)
                status = {"absolute": "GIVEN"}.get(axis.method, "FEW_PEERS" if peers == "微型" else "FITTED")
                row = {"grid": grid.key, "axis": axis.metric, "peer_group": peers, "method": axis.method, "n": 75}
                rows.append(
                    row | {"low_cut": low, "high_cut": high, "status": status, "version": 1, "fitted_period": "2026-10"}
                )
    return rows


def noticed() -> pl.DataFrame:
    place = {"file": "客户-2026-10.xlsx", "sheet": "客户"}
    return findings.combine(
        [
            findings.finding(
                "rejected", "NOT_A_NUMBER", "“待补”不是数字。", cell="K9", column="total_income", value="待补", **place
            ),
            findings.finding("rejected", "MISSING_REQUIRED", "缺少分行。", cell="C12", column="branch", **place),
            findings.finding(
                "rejected", "NEGATIVE", "经济资本不能为负。", cell="T33", column="economic_capital", value="-3", **place
            ),
            findings.finding(
                "repaired", "TRIMMED", "去除了空格。", cell="A20", column="customer_id", value=" 0000000016 ", **place
            ),
            findings.finding(
                "warning",
                "RAROC_DISAGREES",
                "=给定 RAROC 与要素不符。",
                cell="M21",
                column="raroc",
                value="0.3",
                **place,
            ),
        ]
    )


def inputs(lang: Lang, size: int) -> Inputs:
    file = InputFile("客户-2026-10.xlsx", Path("客户-2026-10.xlsx"), "ab" * 32, 123_456)
    relation = relations("customers")[0]
    headers = {c.name: c.zh for c in relation.columns[:12]}
    columns = {name: at for at, name in enumerate(headers)}
    sheet = SheetSource(
        file, "客户", relation, False, "", 3, columns, headers, {"total_income": "万元"}, ("备注",), size + 5
    )
    counts = {"customers": Counts(read=size + 5, subtotals=1, merged=2, rejected=3, accepted=size)}
    return Inputs(
        files=(file,),
        sheets=(sheet,),
        tables={},
        present={"customers": frozenset(headers)},
        findings=noticed(),
        counts=counts,
        period=Period.parse("2026-10"),
        period_origin="file name",
        lang=lang,
        notices=(),
    )


def declared(table: str, rows: list[dict[str, Any]], policy: Policy) -> pl.DataFrame:
    """Rows as the declared table: every declared column in its order and type, missing where a row has none."""
    schema: dict[str, Any] = {}
    units = {m.key: m.unit for m in policy.metrics} | {c: d["unit"] for c, d in resources.results()["columns"].items()}
    units |= {f"tier_{t.key.lower()}": "count" for t in policy.tiers}
    for column in resources.result_columns(table, policy):
        schema[column] = TYPES.get(units.get(column, ""), None) or kind_type(column)
    return pl.DataFrame([{c: row.get(c) for c in schema} for row in rows], schema=schema)


def kind_type(column: str) -> Any:
    kinds = {c.name: c.kind for r in relations("customers") for c in r.columns}
    return pl.Float64 if kinds.get(column) in ("money", "ratio", "number", "count") else pl.String
