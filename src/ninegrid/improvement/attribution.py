"""Why a RAROC differs: from the peers of the target, from another branch or the bank, from the period before."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.cuts import ALL
from ninegrid.grid.past import Before
from ninegrid.grid.place import at_or_above
from ninegrid.grid.rows import Held, Rows
from ninegrid.improvement.earnings import PARTS, SOURCES, complete, earned, earned_of
from ninegrid.improvement.position import EARNINGS, INPUTS
from ninegrid.improvement.shapley import CAPITAL, COST, LOSS, YIELD, shares
from ninegrid.model.lazy import collected
from ninegrid.policy import Policy
from ninegrid.resources import result_columns

UNIT = "branch"


def attribution(
    rows: pl.DataFrame | None, known: pl.DataFrame | None, policy: Policy, before: Before | None = None
) -> pl.DataFrame:
    """The table attribution: a row a subject, benchmark and factor; the factors' shares sum to RAROC − RAROC*.

    scope customer, in the customers' order: against the Σ / Σ of its benchmark peers; branch: each branch against the
    whole bank and against the branch with the best RAROC; period: the customer against itself in the period before,
    under today's policy. Only sides whose parts are all there are compared. share_raroc is a fraction, share_eva =
    share_raroc · economic capital in yuan. rows: the target rows, of which those of the nearer axis are
    held against their peers; known: the customers that are added up by branch and held against the period before; None
    for none of that.
    """
    compared = [] if rows is None else [_customers(rows, policy)]
    compared += [] if known is None else _branches(Held(known), policy)
    if known is not None and before is not None:
        compared.append(_periods(known, before, policy))
    return pl.concat([_explained(sides, policy) for sides in compared])


def _customers(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    named = [policy.id, "row", "peers", *(f"peer:{part}" for part in PARTS), *INPUTS[:-1], *EARNINGS]
    compared = rows.lazy().filter(pl.col("nearer") & complete() & (pl.col("peer:ead") > 0)).select(named)
    sides = earned(collected(compared).sort("row"))
    return _sides(sides, pl.col(policy.id), pl.col("peers"), "customer")


def attribution_of_branches(known: Rows, policy: Policy) -> pl.DataFrame:
    """The rows of `attribution` about branches, among customers wherever they are."""
    return pl.concat([_explained(sides, policy) for sides in _branches(known, policy)])


def attribution_of_periods(known: pl.DataFrame, before: Before, policy: Policy) -> pl.DataFrame:
    """The rows of `attribution` of some customers against themselves in the period before."""
    return _explained(_periods(known, before, policy), policy)


def _branches(known: Rows, policy: Policy) -> list[pl.DataFrame]:
    """Each branch against the bank, and against the best one (n ≥ `side_minimum`; the first by name among equals)."""
    sums = [pl.len().alias("n"), *(pl.col(part).sum() for part in PARTS)]
    units, bank = earned_of(known.those(complete())).added([[UNIT], []], sums)
    return _compared(units.drop_nulls(UNIT).sort(UNIT), bank.select(pl.lit(ALL).alias(UNIT), pl.all()), policy)


def _compared(units: pl.DataFrame, bank: pl.DataFrame, policy: Policy) -> list[pl.DataFrame]:
    enough = units.filter(pl.col("n") >= int(policy.number("side_minimum")))
    rani = pl.sum_horizontal(SOURCES) - pl.col("operating_cost") - pl.col("expected_loss")
    rate = rani / pl.col("economic_capital")
    best = enough.filter(at_or_above(rate, rate.max())).head(1)  # equal within a cut's tolerance: the first by name
    return [_against(units, bank), _against(units.join(best, on=UNIT, how="anti", maintain_order="left"), best)]


def _against(units: pl.DataFrame, one: pl.DataFrame) -> pl.DataFrame:
    other = one.select(pl.col(UNIT).alias("benchmark"), *(pl.col(p).alias(f"peer:{p}") for p in PARTS))
    return _sides(units.join(other, how="cross"), pl.col(UNIT), pl.col("benchmark"), "branch")


def _periods(known: pl.DataFrame, before: Before, policy: Policy) -> pl.DataFrame:
    then = before.rebased[policy.grid(policy.way.grid).over]
    columns = (policy.id, "raroc_status", *INPUTS[:-1], *EARNINGS)
    gone = [pl.lit(None, dtype=pl.Float64).alias(c) for c in columns if c not in then.columns]
    then = earned(then.with_columns(gone).filter(complete()))
    then = then.select(policy.id, *(pl.col(p).alias(f"peer:{p}") for p in PARTS))
    sides = earned(known.filter(complete())).join(then, on=policy.id, how="inner", maintain_order="left")
    return _sides(sides, pl.col(policy.id), pl.lit(before.period), "period")


def _sides(frame: pl.DataFrame, subject: pl.Expr, benchmark: pl.Expr, scope: str) -> pl.DataFrame:
    """Both sides' sums under common names."""
    names = [*PARTS, *(f"peer:{part}" for part in PARTS)]
    return frame.select(subject.alias("subject_id"), benchmark.alias("benchmark"), pl.lit(scope).alias("scope"), *names)


def _explained(sides: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A row a factor, subject by subject."""
    kept = 1 - policy.number("tax_rate")
    found = shares(pl.col, lambda name: pl.col(f"peer:{name}"))
    by_factor = {
        **{source: kept * found[YIELD] * _difference(source) for source in SOURCES},
        **{part: kept * found[part] for part in (COST, LOSS, CAPITAL)},
    }
    told = sides.lazy().with_columns(**_factors(""), **_factors("peer:"))
    told = told.select(
        *("subject_id", "benchmark", "scope", "economic_capital"),
        subject_raroc=_raroc("", policy),
        benchmark_raroc=_raroc("peer:", policy),
        **by_factor,
    )
    long = _interleaved(collected(told), list(by_factor))
    share_eva = pl.col("share_raroc") * pl.col("economic_capital")
    return long.with_columns(share_eva=share_eva).select(result_columns("attribution", policy))


def _interleaved(wide: pl.DataFrame, factors: list[str]) -> pl.DataFrame:
    """The shares, a column a factor, as rows: `factor` and `share_raroc`, row by row, by place and without a sort."""
    place = pl.int_range(wide.height * len(factors), dtype=pl.UInt32, eager=True)
    row, factor = place // len(factors), place % len(factors)
    shares = pl.concat([wide[name] for name in factors])
    return wide.select(pl.exclude(factors).gather(row)).with_columns(
        pl.Series("factor", factors, dtype=pl.String).gather(factor),
        shares.gather(factor * wide.height + row).alias("share_raroc"),
    )


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
