"""The way up of one customer the long way: peers, levers, paths, leads and the reasons for its RAROC, in plain Python.

Rows are those of `customers.grade`: a dictionary a customer, with measures, indicators, levels and cells.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .capital import HURDLE, LEAST_CAPITAL, TAX_RATE, Row
from .placing import BAD_CLASSES, LEAST_PEERS, RAROC_CUTS, Cuts, level, quantile

CEILING = 0.75
LADDER = (("scale", "industry"), ("scale",), ())
INDICATOR = {
    "deposits": "wallet_share", "fees": "fee_income_share", "loan_pricing": "loan_spread",
    "cost": "cost_income_ratio", "capital": "capital_density",
}  # fmt: skip
GROWTH = ("deposits", "fees")
LOWER_IS_BETTER = ("cost", "capital")
MOST = {  # of a step in a year, in the lever's own unit
    "deposits": lambda row: min(0.3 * row["deposit_avg"], row["cash"] - row["deposit_avg"]),
    "fees": lambda row: 0.3 * row["fee_income"],
    "loan_pricing": lambda row: 0.005,
    "cost": lambda row: 0.05,
    "capital": lambda row: 0.1 * row["capital_density"],
}  # fmt: skip
ATTAINMENT = {"deposits": 0.3, "fees": 0.3, "loan_pricing": 0.2, "cost": 0.1, "capital": 0.2}
PD_BANDS = (0.005, 0.01, 0.02, 0.05)
OVERLAPS = {"cross_sell": ("deposits", "fees")}  # may bring the very same yuan: never both
STEPS = 80  # halvings of the stretch


@dataclass(frozen=True)
class Effect:
    """What a lever brings in a year: yuan of income, of cost saved on today's income, of capital relieved."""

    income: float = 0.0
    saving: float = 0.0
    relief: float = 0.0

    @property
    def any(self) -> bool:
        """Whether it brings anything."""
        return self.income > 0 or self.saving > 0 or self.relief > 0


Effects = Mapping[str, Effect]


def targets(row: Row) -> dict[str, str]:
    """The cell one level up by axis."""
    if row["value_cell"] is None:
        return {}
    income, raroc = row["value_income_level"], row["value_raroc_level"]
    up = {"total_income": (income + 1, raroc), "raroc": (income, raroc + 1)}
    return {axis: f"I{i}R{r}" for axis, (i, r) in up.items() if max(i, r) <= 3}


def peers(row: Row, target: str, rows: Iterable[Row], minimum: int = LEAST_PEERS) -> tuple[str | None, list[Row]]:
    """What they share, and the customers of the target cell: as like as their number allows."""
    there = [other for other in rows if other["value_cell"] == target]
    for step in LADDER:
        like = [o for o in there if all(row[c] is not None and o[c] == row[c] for c in step)]
        if len(like) >= minimum or not step:
            return (" · ".join([target, *(row[c] for c in step)]) if like else None), like
    raise AssertionError("the last step takes everyone")


def of_lever(row: Row, lever: str, like: Sequence[Row], minimum: int = LEAST_PEERS) -> Sequence[Row]:
    """The peers that a lever compares with: for loan pricing those of the same band of default, if enough of them."""
    if lever != "loan_pricing" or row.get("pd") is None:
        return like
    band = _band(row["pd"])
    same = [o for o in like if o.get("pd") is not None and _band(o["pd"]) == band]
    return same if len(same) >= minimum else like


def _band(default: float) -> int:
    return sum(default >= cut for cut in PD_BANDS)


def ceiling_of(row: Row, lever: str, like: Sequence[Row], minimum: int = LEAST_PEERS) -> float | None:
    """The good quartile of the peers that have the lever's indicator."""
    values = [o[INDICATOR[lever]] for o in of_lever(row, lever, like, minimum) if o[INDICATOR[lever]] is not None]
    return quantile(values, 1 - CEILING if lever in LOWER_IS_BETTER else CEILING) if values else None


def blocked(row: Row) -> bool:
    """Whether no growth is sought: the red warnings that need no period before, and loans that are looked at."""
    late = (row.get("overdue_balance") or 0) > 0 or row.get("loan_class") in BAD_CLASSES
    return late or (row["raroc"] is not None and row["raroc"] < 0)


def effects(row: Row, like: Sequence[Row], *, warned: bool = False, minimum: int = LEAST_PEERS) -> dict[str, Effect]:
    """The levers that can be pulled, and what each brings in a year; one that can't is not there."""
    found = {}
    for lever, indicator in INDICATOR.items():
        now, ceiling = row[indicator], ceiling_of(row, lever, like, minimum)
        if now is None or ceiling is None or (warned and lever in GROWTH):
            continue
        effect = _to_the_fen(_EFFECTS[lever](row, now, ceiling))
        losing = row["total_income"] > 0 and (row["operating_cost"] or 0) >= row["total_income"]
        if effect is not None and not (effect.income > 0 and losing):
            found[lever] = effect
    return found


def _to_the_fen(effect: Effect | None) -> Effect | None:
    """Less than a fen is float drift."""
    if effect is None:
        return None
    return Effect(*(value if value >= 0.01 else 0.0 for value in (effect.income, effect.saving, effect.relief)))


def _deposits(row: Row, now: float, ceiling: float) -> Effect | None:
    if row["deposit_spread"] is None:
        return None
    won = min(ceiling * row["cash"] - row["deposit_avg"], MOST["deposits"](row))
    return Effect(income=max(0.0, won) * max(0.0, row["deposit_spread"]))


def _fees(row: Row, now: float, ceiling: float) -> Effect | None:
    if ceiling == 1:
        return None
    others = row["total_income"] - row["fee_income"]
    return Effect(income=max(0.0, min(ceiling * others / (1 - ceiling) - row["fee_income"], MOST["fees"](row))))


def _loan_pricing(row: Row, now: float, ceiling: float) -> Effect | None:
    return Effect(income=max(0.0, min(ceiling - now, MOST["loan_pricing"](row))) * row["loan_avg"])


def _cost(row: Row, now: float, ceiling: float) -> Effect | None:
    return Effect(saving=max(0.0, min(now - ceiling, MOST["cost"](row))) * row["total_income"])


def _capital(row: Row, now: float, ceiling: float) -> Effect | None:
    return Effect(relief=max(0.0, min(now - ceiling, MOST["capital"](row))) * row["ead"])


_EFFECTS: dict[str, Callable[[Row, float, float], Effect | None]] = {
    "deposits": _deposits, "fees": _fees, "loan_pricing": _loan_pricing, "cost": _cost, "capital": _capital,
}  # fmt: skip


def changed(row: Row, pulled: Iterable[Effect], stretch: float) -> Row:
    """The row with its inputs changed by effects at a stretch, and its returns computed again."""
    pulled = list(pulled)
    gain = stretch * sum(e.income for e in pulled)
    income, cost, loss = row["total_income"], row["operating_cost"], row["expected_loss"]
    after = row | {"total_income": income + gain}
    if cost is not None and income > 0:
        saving = stretch * sum(e.saving for e in pulled)
        after["operating_cost"] = (cost - saving) / income * (income + gain) if gain or saving else cost
    if row["economic_capital"] is not None:
        after["economic_capital"] = row["economic_capital"] - stretch * sum(e.relief for e in pulled)
    if cost is not None and loss is not None:
        after["rani"] = (after["total_income"] - after["operating_cost"] - loss) * (1 - TAX_RATE)
        if row["raroc_status"] in {"OK", "IMPLIED"}:
            after["raroc"] = after["rani"] / after["economic_capital"]
    return after


def levels(row: Row, cuts: Cuts) -> tuple[int, int | None]:
    """The levels of a changed row on income and RAROC."""
    capital = row["economic_capital"]
    if row["raroc_status"] == "NO_CAPITAL" or (
        capital is not None and capital < LEAST_CAPITAL and row["raroc"] is None
    ):
        return level(row["total_income"], cuts) or 0, 3 if row["rani"] > 0 else 1
    return level(row["total_income"], cuts) or 0, level(row["raroc"], RAROC_CUTS)


def shortfall(row: Row, axis: str, cuts: Cuts) -> float | None:
    """Yuan a year to the cut above; without capital, to earning nothing."""
    if axis == "total_income":
        return cuts[row["value_income_level"] - 1] - row["total_income"]
    if row["rani"] is None:
        return None
    if row["raroc_status"] == "NO_CAPITAL":
        return -row["rani"]
    return RAROC_CUTS[row["value_raroc_level"] - 1] * row["economic_capital"] - row["rani"]


def reaches(row: Row, axis: str, pulled: Sequence[Effect], stretch: float, cuts: Cuts) -> bool:
    """Whether effects at a stretch carry a customer one level up on an axis."""
    after = levels(changed(row, pulled, stretch), cuts)
    if axis == "total_income":
        return after[0] > row["value_income_level"]
    return after[1] is not None and after[1] > row["value_raroc_level"]


def cheapest(row: Row, axis: str, known: Effects, cuts: Cuts) -> tuple[tuple[str, ...], float] | None:
    """The fewest levers, then the least stretch, found by halving; None where nothing reaches."""
    useful = [lever for lever, effect in known.items() if effect.any]
    for size in range(1, len(useful) + 1):
        found = [
            (_least(row, axis, [known[lever] for lever in chosen], cuts), i, chosen)
            for i, chosen in enumerate(itertools.combinations(useful, size))
            if not any(own in chosen and {*others} & {*chosen} for own, others in OVERLAPS.items())
            and reaches(row, axis, [known[lever] for lever in chosen], 1.0, cuts)
        ]
        if found:
            stretch, _, chosen = min(found)
            return chosen, stretch
    return None


def _least(row: Row, axis: str, pulled: Sequence[Effect], cuts: Cuts) -> float:
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if reaches(row, axis, pulled, middle, cuts) else (middle, high)
    return high


def helpful(row: Row, axis: str, known: Effects) -> tuple[str, ...]:
    """The levers that bring a customer nearer on an axis; of those that overlap the side with more income.

    None where what is short is not known.
    """
    if axis == "raroc" and row["rani"] is None:
        return ()
    bare = row["raroc_status"] == "NO_CAPITAL"
    dropped: set[str] = set()
    for own, others in OVERLAPS.items():
        mine, theirs = known.get(own, Effect()).income, sum(known[k].income for k in others if k in known)
        dropped |= {*others} if mine > theirs else {own}
    kept = {lever: effect for lever, effect in known.items() if lever not in dropped}
    if axis == "total_income":
        return tuple(lever for lever, effect in kept.items() if effect.income > 0)
    return tuple(k for k, e in kept.items() if e.income > 0 or e.saving > 0 or (e.relief > 0 and not bare))


def nearer(row: Row, rows: Sequence[Row], cuts: Cuts, minimum: int = LEAST_PEERS) -> str | None:
    """The axis whose shortfall is smaller in interquartile ranges of the same scale; the first among equals."""
    far = {axis: _distance(row, axis, rows, cuts, minimum) for axis in targets(row)}
    known = {axis: distance for axis, distance in far.items() if distance is not None}
    return min(known or far, key=lambda axis: known.get(axis, 0.0), default=None)


def _distance(row: Row, axis: str, rows: Sequence[Row], cuts: Cuts, minimum: int) -> float | None:
    figures = [o for o in rows if o[axis] is not None]
    own = [o[axis] for o in figures if row["scale"] is not None and o["scale"] == row["scale"]]
    values = own if len(own) >= minimum else [o[axis] for o in figures]
    spread = quantile(values, 0.75) - quantile(values, 0.25)
    cut = cuts[row["value_income_level"] - 1] if axis == "total_income" else RAROC_CUTS[row["value_raroc_level"] - 1]
    return None if row[axis] is None or spread <= 0 else (cut - row[axis]) / spread


def reached(row: Row, lever: str, effect: Effect) -> float:
    """The lever's indicator once it is pulled."""
    now = float(row[INDICATOR[lever]])
    match lever:
        case "deposits":
            return float((row["deposit_avg"] + effect.income / row["deposit_spread"]) / row["cash"])
        case "fees":
            return float((row["fee_income"] + effect.income) / (row["total_income"] + effect.income))
        case "loan_pricing":
            return now + effect.income / float(row["loan_avg"])
        case "cost":
            return now - effect.saving / float(row["total_income"])
        case _:
            return now - effect.relief / float(row["ead"])


def leads(row: Row, known: Effects, like: Sequence[Row], cuts: Cuts, minimum: int = LEAST_PEERS) -> dict[str, Row]:
    """By lever: what it brings alone, and what of it is expected."""
    found = {}
    for lever, effect in known.items():
        after = changed(row, [effect], 1.0)
        rani = None if row["rani"] is None else after["rani"] - row["rani"]
        eva = None if rani is None else rani + HURDLE * effect.relief
        if (effect.income if eva is None else eva) <= 0:
            continue
        gained = zip(levels(after, cuts), (row["value_income_level"], row["value_raroc_level"]), strict=True)
        compared = of_lever(row, lever, like, minimum)
        values = [o[INDICATOR[lever]] for o in compared if o[INDICATOR[lever]] is not None]
        found[lever] = {
            "from_value": row[INDICATOR[lever]], "to_value": reached(row, lever, effect),
            "uplift_income": effect.income,
            "expected_income": effect.income * ATTAINMENT[lever], "peer_n": len(compared),
            "uplift_rani": rani, "uplift_eva": eva, "expected_rani": None if rani is None else rani * ATTAINMENT[lever],
            "expected_eva": None if eva is None else eva * ATTAINMENT[lever], "peer_median": statistics.median(values),
            "levels_gained": sum(new - old for new, old in gained if new is not None),
        }  # fmt: skip
    return found


def attribution(row: Row, like: Sequence[Row]) -> dict[str, float] | None:
    """By factor, its part of RAROC less the peers' RAROC: Shapley values by definition, yield's by income source."""
    members = [_parts(o) for o in like if _complete(o)]
    if not members or not _complete(row):
        return None
    own, their = _parts(row), {name: sum(m[name] for m in members) for name in members[0]}
    mine, theirs = _factors(own), _factors(their)
    added, of_a_yield = [0.0] * 4, 0.0
    for order in itertools.permutations(range(4)):
        here = list(theirs)
        for i in order:
            before = _raroc(here)
            if i == 0:  # RAROC is a straight line in the yield: what one of 1 more adds is told of equal yields too
                of_a_yield += (_raroc([here[0] + 1, *here[1:]]) - before) / 24
            here[i] = mine[i]
            added[i] += (_raroc(here) - before) / 24
    sources = ("deposit_income", "loan_income", "fee_income", "other_income")
    apart = {name: own[name] / own["ead"] - their[name] / their["ead"] for name in sources}
    shares = {name: of_a_yield * part for name, part in apart.items()}
    return shares | dict(zip(("cost_income_ratio", "credit_cost", "capital_density"), added[1:], strict=True))


def _complete(row: Row) -> bool:
    ratios = ("exposure_yield", "cost_income_ratio", "credit_cost", "capital_density")
    return row["raroc_status"] in {"OK", "IMPLIED"} and all(row[name] is not None for name in ratios)


def _parts(row: Row) -> dict[str, float]:
    deposits, loans, fees = (row[name] or 0.0 for name in ("deposit_ftp_income", "loan_ftp_income", "fee_income"))
    deposits, loans = (deposits if row["deposit_avg"] else 0.0), (loans if row["loan_avg"] else 0.0)
    rest = row["total_income"] - deposits - loans - fees
    split = {"deposit_income": deposits, "loan_income": loans, "fee_income": fees, "other_income": rest}
    names = ("total_income", "operating_cost", "expected_loss", "economic_capital", "ead")
    return split | {name: row[name] for name in names}


def _factors(parts: Mapping[str, float]) -> tuple[float, float, float, float]:
    income, ead = parts["total_income"], parts["ead"]
    loss, capital = parts["expected_loss"] / ead, parts["economic_capital"] / ead
    return income / ead, parts["operating_cost"] / income, loss, capital


def _raroc(factors: Sequence[float]) -> float:
    y, cost, loss, density = factors
    return (1 - TAX_RATE) * (y * (1 - cost) - loss) / density
