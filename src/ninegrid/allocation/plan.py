"""The plan: which limits hold, the best allocation within them, and what it comes to at other budgets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from ninegrid.allocation.program import Clash, Limit, Solved, clash, solve
from ninegrid.dataclass import dataclass
from ninegrid.policy import Policy

BUDGET, CREDIT, BRANCH, INDUSTRY = "budget", "credit", "branch", "industry"
BUDGETS = (BUDGET, CREDIT)
"""The kinds of limits."""

_REACHED = 1e-7  # how near to a limit is at it, as a share


@dataclass(frozen=True)
class Plan:
    """cells: as `plan_cells` gives them, with ec_plan, delta and eva_delta. limits: those that held, with the price of
    each (EVA a year for one more yuan; below 0 for a floor), in the same order.
    """

    cells: pl.DataFrame
    limits: tuple[Limit, ...]
    prices: tuple[float, ...]

    def price(self, kind: str) -> float:
        """The price of a budget; 0 where there is none."""
        return next((p for one, p in zip(self.limits, self.prices, strict=True) if one.kind == kind), 0.0)


@dataclass(frozen=True)
class Outcome:
    """The totals of a plan, or of the capital as it stands today. Money in yuan a year."""

    capital: float
    eva: float
    rani: float
    income: float
    credit: float

    @property
    def raroc(self) -> float | None:
        """RANI / EC."""
        return self.rani / self.capital if self.capital > 0 else None


def best(cells: pl.DataFrame, policy: Policy, capital: float, credit: float | None = None) -> Plan | Clash:
    """The allocation that brings most EVA with so much capital, and so much credit where that is asked; else why not.

    cells: a row a cell with branch, industry, ec_now, ec_low, ec_high, ead_now, marginal, rani_now.
    """
    limits = tuple(_limits(cells, policy, capital, credit))
    gains = cells["marginal"] - policy.number("hurdle")
    solved = solve(gains, cells["ec_low"], cells["ec_high"], limits)
    if solved is None:
        return clash(cells["ec_low"], cells["ec_high"], limits, [one.kind for one in limits if one.kind in BUDGETS])
    return Plan(_with_plan(cells, solved, limits, policy), limits, tuple(solved.prices))


def now(cells: pl.DataFrame, policy: Policy) -> Outcome:
    """The totals of the capital as it stands today."""
    return _outcome(cells.with_columns(delta=0.0, eva_delta=0.0, ec_plan="ec_now"), policy)


def outcome(plan: Plan, policy: Policy) -> Outcome:
    """The totals of a plan: those of today, and what every shift adds at its cell's marginal return."""
    return _outcome(plan.cells, policy)


def _outcome(cells: pl.DataFrame, policy: Policy) -> Outcome:
    scaled = pl.col("ec_plan") / pl.col("ec_now")
    found = cells.select(
        capital=pl.col("ec_plan").sum(),
        rani=(pl.col("rani_now") + pl.col("marginal") * pl.col("delta")).sum(),
        income=(pl.col("income_now") * scaled).sum(),
        credit=(pl.col("ead_now") * scaled).sum(),
        eva=(pl.col("rani_now") - policy.number("hurdle") * pl.col("ec_now") + pl.col("eva_delta")).sum(),
    )
    return Outcome(**found.row(0, named=True))


def _limits(cells: pl.DataFrame, policy: Policy, capital: float, credit: float | None) -> Iterator[Limit]:
    ones, rules = pl.Series([1.0]).new_from_index(0, cells.height), policy.allocate
    yield Limit(BUDGET, "", ones, high=capital)
    if credit is not None:
        yield Limit(CREDIT, "", cells["ead_now"] / cells["ec_now"], high=credit)
    total = float(cells["ec_now"].sum())
    for name, own in _by(cells, BRANCH):
        has = float((cells["ec_now"] * own).sum())
        yield Limit(BRANCH, name, own, has * (1 - rules.branch), has * (1 + rules.branch))
    for name, own in _by(cells, INDUSTRY):
        most = max(rules.industry, float((cells["ec_now"] * own).sum()) / total)
        if most < 1:
            yield Limit(INDUSTRY, name, own - most, high=0.0)


def _by(cells: pl.DataFrame, column: str) -> Iterator[tuple[str, pl.Series]]:
    """Each value of a column, with 1 for its cells and 0 for others."""
    values = cells[column].cast(pl.String).fill_null("")
    for name in values.unique().sort():
        yield name, (values == name).cast(pl.Float64)


def _with_plan(cells: pl.DataFrame, solved: Solved, limits: Sequence[Limit], policy: Policy) -> pl.DataFrame:
    """The cells with ec_plan, delta, eva_delta and `binding`: what keeps each from moving on, ``;``-joined."""
    near = _REACHED * pl.max_horizontal("ec_now", pl.lit(1.0))
    cells = cells.with_columns(ec_plan=solved.capital.clip(cells["ec_low"], cells["ec_high"]))
    reasons = {
        "LOWER_BOUND": pl.col("ec_plan") <= pl.col("ec_low") + near,
        "UPPER_BOUND": pl.col("ec_plan") >= pl.col("ec_high") - near,
    }
    for limit in limits:
        if limit.kind in (BRANCH, INDUSTRY) and (code := _reached(limit, cells["ec_plan"])):
            own = pl.lit(limit.weights > 0) & ~pl.any_horizontal(reasons["LOWER_BOUND"], reasons["UPPER_BOUND"])
            reasons[code] = reasons.get(code, pl.lit(False)) | own
    codes = [pl.when(holds).then(pl.lit(code)) for code, holds in reasons.items()]
    joined = pl.concat_list(codes).list.drop_nulls().list.join(";")
    cells = cells.with_columns(delta=pl.col("ec_plan") - pl.col("ec_now"), binding=pl.when(joined != "").then(joined))
    return cells.with_columns(eva_delta=(pl.col("marginal") - policy.number("hurdle")) * pl.col("delta"))


def _reached(limit: Limit, capital: pl.Series) -> str:
    """At which end of a limit a plan stands, as a code; "" within."""
    used, size = float((limit.weights * capital).sum()), float((limit.weights.abs() * capital).sum())
    near = _REACHED * max(size, 1.0)
    if used >= limit.high - near:
        return f"{limit.kind.upper()}_CAP"
    return f"{limit.kind.upper()}_FLOOR" if used <= limit.low + near else ""
