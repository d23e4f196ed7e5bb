"""A small invented bank with ways up, graded for real, and its workbook as LibreOffice computes it."""

from __future__ import annotations

import csv
import dataclasses
import random
from pathlib import Path
from typing import Any

from ninegrid.improvement import improvement
from ninegrid.model.relations import Lang
from ninegrid.options import Options
from ninegrid.pipeline import grade_files
from ninegrid.result import Result

BRANCHES = ("甲分行", "乙分行")
_SCALES, _INDUSTRIES = ("中型", "小型"), ("制造业", "建筑业")
_SEEDS = {"deposit_avg": 3e7, "loan_avg": 6e7}
SIZE = 160


def customers(seed: int = 3) -> list[dict[str, Any]]:
    """A row a customer; some lack what a RAROC is made of, one has no capital, one only a RAROC that was given."""
    rng = random.Random(seed)
    rows = [_customer(rng, number) for number in range(SIZE)]
    rows[5] |= {"operating_cost": None}
    rows[6] |= {"economic_capital": 0}
    rows[7] |= {"operating_cost": None, "economic_capital": None, "expected_loss": None, "raroc": 0.2}
    rows[8] |= {"deposit_ftp_income": None}
    rows[9] |= {"customer_name": '=1+1 "公司" *~?'}
    return rows


def _customer(rng: random.Random, number: int) -> dict[str, Any]:
    size = rng.lognormvariate(0, 0.8)
    deposits, loans = (round(size * volume * rng.uniform(0.3, 1.7), 2) for volume in _SEEDS.values())
    from_deposits, from_loans = (
        round(deposits * rng.uniform(0.008, 0.02), 2),
        round(loans * rng.uniform(0.008, 0.04), 2),
    )
    fees = round((from_deposits + from_loans) * rng.uniform(0.05, 0.4), 2)
    income, ead = round(from_deposits + from_loans + fees, 2), round(loans * rng.uniform(1.0, 1.4), 2)
    return {
        "customer_id": f"{number:08d}",
        "customer_name": f"示例{number:03d}有限公司",
        "branch": rng.choice(BRANCHES),
        "industry": rng.choice(_INDUSTRIES),
        "scale": rng.choice(_SCALES),
        "relationship_manager": f"经理{number % 7}",
        "total_income": income,
        "fee_income": fees,
        "operating_cost": round(income * rng.uniform(0.25, 0.5), 2),
        "expected_loss": round(ead * rng.uniform(0.001, 0.008), 2),
        "economic_capital": round(ead * rng.uniform(0.04, 0.09), 2),
        "raroc": None,
        "ead": ead,
        "deposit_avg": deposits,
        "deposit_ftp_income": from_deposits,
        "loan_avg": loans,
        "loan_ftp_income": from_loans,
    }


def statements(seed: int = 3) -> list[dict[str, Any]]:
    """Three years of each customer."""
    rng = random.Random(seed)
    return [
        {
            "customer_id": f"{number:08d}",
            "fiscal_year": year,
            "operating_revenue": round(rng.uniform(1e8, 3e8), 2),
            "net_profit": round(rng.uniform(-1e6, 2e7), 2),
            "cash": round(rng.uniform(5e7, 2e8), 2),
        }
        for number in range(SIZE)
        for year in (2023, 2024, 2025)
    ]


def exports(folder: Path) -> list[Path]:
    """The bank as two files."""
    return [_written(folder / "customers_202610.csv", customers()), _written(folder / "statements.csv", statements())]


def _written(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def graded(folder: Path, lang: Lang = "zh") -> Result:
    """The bank graded, with its ways up; it is so small that its leads only count where nothing is discounted."""
    result = grade_files("customers", exports(folder), Options(db=":memory:", lang=lang))
    assert result.wide is not None
    way = dataclasses.replace(result.policy.way, discounted=("IMPLAUSIBLE",))
    policy = dataclasses.replace(result.policy, way=way)
    ways = improvement(result.wide.frame, result.tables, policy)
    return dataclasses.replace(result, policy=policy, tables={**result.tables, **ways})
