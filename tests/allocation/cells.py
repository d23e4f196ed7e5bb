"""Cells of a plan, made up."""

from __future__ import annotations

import polars as pl


def cells(*rows: tuple[str, float, float, float, float], branch: str = "甲", industry: str = "") -> pl.DataFrame:
    """A row a cell: its name, capital, return, least and most capital; an industry each unless they share one."""
    return pl.DataFrame(
        [
            {"branch": branch, "cell": name, "industry": industry or name, "strategy": "invest", "n": 1, "ec_now": has,
             "rani_now": r * has, "income_now": 2 * r * has, "ead_now": 10 * has, "raroc_now": r, "marginal": r,
             "ec_low": low, "ec_high": high}
            for name, has, r, low, high in rows
        ]
    )  # fmt: skip


THREE = cells(("A", 100.0, 0.25, 100.0, 120.0), ("B", 100.0, 0.15, 95.0, 110.0), ("C", 100.0, 0.05, 50.0, 90.0))
