"""Why a RAROC differs: from the peers of the target, from another branch or the bank, from the period before."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from ninegrid.grid.cuts import ALL
from ninegrid.grid.past import Before
from ninegrid.grid.place import at_or_above
from ninegrid.grid.rows import Rows
from ninegrid.improvement.earnings import PARTS, SOURCES, complete, earned, earned_of
from ninegrid.improvement.position import EARNINGS, INPUTS
from ninegrid.model.lazy import collected
from ninegrid.model.packed import SEPARATOR, Packed
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Policy
from ninegrid.resources import result_columns

UNIT = "branch"
_TABLE = "attribution"
YIELD, COST, LOSS, CAPITAL = "exposure_yield", "cost_income_ratio", "credit_cost", "capital_density"
Side = Callable[[str], pl.Expr]
Pair = tuple[pl.Expr, pl.Expr]


def attribution(sides: pl.DataFrame, policy: Policy) -> Packed:
    """The table attribution: a row a subject, benchmark and factor; the factors' shares sum to RAROC − RAROC*.

    Of each row of sides, in their order, a run of a row a factor. share_raroc is a fraction, share_eva = share_raroc ·
    economic capital in yuan.
    """
    kept = 1 - policy.number("tax_rate")
    found = shapley_shares(pl.col, lambda name: pl.col(f"peer:{name}"))
    by_factor = {
        **{source: kept * found[YIELD] * _difference(source) for source in SOURCES},
        **{part: kept * found[part] for part in (COST, LOSS, CAPITAL)},
    }
    rows = sides.lazy().with_columns(**_factors(""), **_factors("peer:"))
    rows = rows.select(
        *("subject_id", "benchmark", "scope", "economic_capital"),
        subject_raroc=_raroc("", policy),
        benchmark_raroc=_raroc("peer:", policy),
        **by_factor,
    )
    lists = {
        "share_raroc": _listed(by_factor),
        "share_eva": _listed(pl.col(name) * pl.col("economic_capital") for name in by_factor),
    }
    runs = collected(rows).with_columns(factor=pl.lit(SEPARATOR.join(by_factor)), **lists)
    return Packed(runs.select(result_columns(_TABLE, policy)), result_table(_TABLE).packed)


def sides_of_customers(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """scope customer, in the customers' order: each against the Σ / Σ of its benchmark peers.

    A row a comparison: subject_id, benchmark, scope, and of both sides what a RAROC is made of (PARTS), those of the
    benchmark after ``peer:``; so do the other scopes. Only sides whose parts are all there are compared. rows: the
    target rows, of which those of the nearer axis are held against their peers.
    """
    named = [policy.id, "row", "peers", *(f"peer:{part}" for part in PARTS), *INPUTS[:-1], *EARNINGS]
    compared = rows.lazy().filter(pl.col("nearer") & complete() & (pl.col("peer:ead") > 0)).select(named)
    sides = earned(collected(compared).sort("row"))
    return _sides(sides, pl.col(policy.id), pl.col("peers"), "customer")


def sides_of_branches(known: Rows, policy: Policy) -> pl.DataFrame:
    """scope branch, of customers wherever they are: each branch against the bank, and against the one with the best
    RAROC (n ≥ `side_minimum`; the first by name among equals).
    """
    sums = [pl.len().alias("n"), *(pl.col(part).sum() for part in PARTS)]
    units, bank = earned_of(known.those(complete())).added([[UNIT], []], sums)
    whole = bank.select(pl.lit(ALL).alias(UNIT), pl.all())
    return pl.concat(_compared(units.drop_nulls(UNIT).sort(UNIT), whole, policy))


def sides_of_periods(known: pl.DataFrame, before: Before, policy: Policy) -> pl.DataFrame:
    """scope period: each customer against itself in the period before, under today's policy."""
    then = before.rebased[policy.grid(policy.way.grid).over]
    columns = (policy.id, "raroc_status", *INPUTS[:-1], *EARNINGS)
    held = [pl.col(c) if c in then.columns else pl.lit(None, dtype=pl.Float64).alias(c) for c in columns]
    then = earned(then.select(held).filter(complete()))
    then = then.select(policy.id, *(pl.col(p).alias(f"peer:{p}") for p in PARTS))
    now = earned(known.select(columns).filter(complete()))
    sides = now.join(then, on=policy.id, how="inner", maintain_order="left")
    return _sides(sides, pl.col(policy.id), pl.lit(before.period), "period")


def _compared(units: pl.DataFrame, bank: pl.DataFrame, policy: Policy) -> list[pl.DataFrame]:
    enough = units.filter(pl.col("n") >= int(policy.number("side_minimum")))
    rani = pl.sum_horizontal(SOURCES) - pl.col("operating_cost") - pl.col("expected_loss")
    rate = rani / pl.col("economic_capital")
    best = enough.filter(at_or_above(rate, rate.max())).head(1)  # equal within a cut's tolerance: the first by name
    return [_against(units, bank), _against(units.join(best, on=UNIT, how="anti", maintain_order="left"), best)]


def _against(units: pl.DataFrame, one: pl.DataFrame) -> pl.DataFrame:
    other = one.select(pl.col(UNIT).alias("benchmark"), *(pl.col(p).alias(f"peer:{p}") for p in PARTS))
    return _sides(units.join(other, how="cross"), pl.col(UNIT), pl.col("benchmark"), "branch")


def _sides(frame: pl.DataFrame, subject: pl.Expr, benchmark: pl.Expr, scope: str) -> pl.DataFrame:
    """Both sides' sums under common names."""
    names = [*PARTS, *(f"peer:{part}" for part in PARTS)]
    return frame.select(subject.alias("subject_id"), benchmark.alias("benchmark"), pl.lit(scope).alias("scope"), *names)


def _listed(shares: Iterable[pl.Expr | str]) -> pl.Expr:
    """Shares, a column a factor, as one list a row."""
    return pl.concat_arr(list(shares)).arr.to_list()


def _factors(prefix: str) -> dict[str, pl.Expr]:
    """The four factors of a side."""
    income, ead = _income(prefix), pl.col(f"{prefix}ead")
    return {
        f"{prefix}{YIELD}": income / ead,
        f"{prefix}{COST}": pl.col(f"{prefix}operating_cost") / income,
        f"{prefix}{LOSS}": pl.col(f"{prefix}expected_loss") / ead,
        f"{prefix}{CAPITAL}": pl.col(f"{prefix}economic_capital") / ead,
    }


def _income(prefix: str) -> pl.Expr:
    return pl.sum_horizontal(f"{prefix}{source}" for source in SOURCES)


def _difference(source: str) -> pl.Expr:
    return pl.col(source) / pl.col("ead") - pl.col(f"peer:{source}") / pl.col("peer:ead")


def _raroc(prefix: str, policy: Policy) -> pl.Expr:
    """A side's RAROC from its sums."""
    kept = 1 - policy.number("tax_rate")
    costs = pl.col(f"{prefix}operating_cost") + pl.col(f"{prefix}expected_loss")
    raroc = kept * (_income(prefix) - costs) / pl.col(f"{prefix}economic_capital")
    return raroc + policy.number("risk_free_rate") * kept if policy.parameters["capital_benefit"] else raroc


def shapley_shares(subject: Side, benchmark: Side) -> dict[str, pl.Expr]:
    """What each factor adds to the difference of [y·(1 − c) − l] / d, RAROC before tax, between two sides.

    A side is a function from a factor's name to its column. With q = 1 − c and u = 1 / d this is y·q·u − l·u, and
    Shapley values (Shapley 1953) add over a sum: in a product of three Δy counts for (q₁u₁ + q₀u₀)/3 + (q₁u₀ + q₀u₁)/6,
    in a product of two Δl for (u₁ + u₀)/2. The three others are differences; YIELD's is what a unit of yield counts
    for, so that the sources of income can each be weighed by it.
    """
    y, loss = _pair(YIELD, subject, benchmark), _pair(LOSS, subject, benchmark)
    q = (1 - subject(COST), 1 - benchmark(COST))
    u = (1 / subject(CAPITAL), 1 / benchmark(CAPITAL))
    return {
        YIELD: _others(q, u),
        COST: (q[0] - q[1]) * _others(y, u),
        LOSS: -(loss[0] - loss[1]) * (u[0] + u[1]) / 2,
        CAPITAL: (u[0] - u[1]) * (_others(y, q) - (loss[0] + loss[1]) / 2),
    }


def _pair(name: str, subject: Side, benchmark: Side) -> Pair:
    return subject(name), benchmark(name)


def _others(one: Pair, two: Pair) -> pl.Expr:
    """What a unit of the third factor of a product counts for, given the other two on both sides."""
    return (one[0] * two[0] + one[1] * two[1]) / 3 + (one[0] * two[1] + one[1] * two[0]) / 6
