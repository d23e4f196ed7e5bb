"""The tables over many customers: groups, profile, gaps within and across branches, views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .capital import LEAST_CAPITAL, Row, counts
from .indicators import INDICATORS, badness
from .placing import TIERS, cell, income_level, quantile, quantile_cuts, raroc_level

GRIDS = {"value": "value_cell", "growth": "growth_cell", "group_value": "group_value_cell"}
SCOPES: dict[str, Callable[[Row], str | None]] = {
    "bank": lambda row: "",
    "branch": lambda row: row["branch"],
    "industry": lambda row: row["industry"],
    "scale": lambda row: row["scale"],
}
LEAST_SIDE = 5
LEAST_GROUPS, LEAST_COUNTED = 10, 0.8
Key = tuple[Any, ...]


def gather(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    """Rows by key."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def total(rows: Iterable[Row], name: str) -> float | None:
    """The sum over the rows that have the value; None when none has."""
    values = [row[name] for row in rows if row[name] is not None]
    return sum(values) if values else None


def sums(rows: Iterable[Row]) -> Row:
    """Who counts, Σ over all of them, Σ RANI and Σ EC over who counts, and RAROC as the one over the other."""
    rows = list(rows)
    counted = [row for row in rows if counts(row)]
    found = {name: total(rows, name) for name in ("total_income", "eva", "deposit_avg", "loan_avg")}
    found |= {name: total(counted, name) for name in ("rani", "economic_capital")}
    capital = found["economic_capital"]
    return {**found, "counted": len(counted), "raroc": found["rani"] / capital if capital else None}


def groups(customers: Iterable[Row]) -> dict[str, Row]:
    """By group: sums, RAROC, status and cell in the group grid."""
    found = {}
    for group, members in gather(customers, lambda row: row["group_id"]).items():
        if group is not None:
            found[group] = _group(members)
    incomes = [row["total_income"] for row in found.values() if row["total_income"] is not None]
    cuts = quantile_cuts(incomes) if len(incomes) >= LEAST_GROUPS else None
    for row in found.values():
        at = income_level(row["total_income"], cuts)
        row["group_value_cell"] = cell("IR", at, raroc_level(row) if row["raroc_status"] != "PARTLY_KNOWN" else None)
    return found


def _group(members: list[Row]) -> Row:
    row = sums(members)
    income, capital = row["total_income"], row["economic_capital"] or 0.0
    if income is None:
        status = "MISSING_INPUT"
    elif not row["counted"] or _known_share(members) < LEAST_COUNTED:
        status = "PARTLY_KNOWN"
    else:
        status = "NO_CAPITAL" if capital < LEAST_CAPITAL else "OK"
    names = [member["group_name"] for member in members if member["group_name"] is not None]
    return row | {"group_name": min(names, default=None), "members": len(members), "raroc_status": status}


def _known_share(members: list[Row]) -> float:
    """The share of the income that members who count bring; of the amounts where it is no base."""
    known = [m["total_income"] for m in members if m["total_income"] is not None]
    own = [m["total_income"] for m in members if m["total_income"] is not None and counts(m)]
    if sum(known) > 0:
        return sum(own) / sum(known)
    size = sum(map(abs, known))
    return sum(map(abs, own)) / size if size else 1.0


def profile(customers: list[Row]) -> dict[Key, Row]:
    """By grid, cell, scope, scope value and indicator: n, Σ/Σ, median and quartiles."""
    found = {}
    for grid, column in GRIDS.items():
        for scope, of in SCOPES.items():
            for (in_cell, value), members in gather(customers, lambda r, c=column, of=of: (r[c], of(r))).items():
                if in_cell is not None and value is not None:
                    for indicator in INDICATORS:
                        found[grid, in_cell, scope, value, indicator] = _summary(members, indicator)
    return found


def _summary(members: list[Row], indicator: str) -> Row:
    parts = [p for row in members if (p := INDICATORS[indicator].parts(row)) is not None]
    if not parts:
        return {"n": 0, "ratio": None, "median": None, "p25": None, "p75": None}
    ratios = [over / under for over, under in parts]
    return {
        "n": len(parts),
        "ratio": sum(over for over, _ in parts) / sum(under for _, under in parts),
        **{name: quantile(ratios, share) for name, share in (("median", 0.5), ("p25", 0.25), ("p75", 0.75))},
    }


def _values(rows: Iterable[Row], indicator: str) -> list[float]:
    return [row[indicator] for row in rows if row[indicator] is not None]


def gap_within(customers: list[Row]) -> dict[Key, Row]:
    """By branch and indicator: customers of tier D against those of tiers A and B."""
    found = {}
    for branch, members in gather(customers, lambda row: row["branch"]).items():
        for indicator in INDICATORS if branch is not None else ():
            low = _values((row for row in members if row["tier"] == "D"), indicator)
            high = _values((row for row in members if row["tier"] in {"A", "B"}), indicator)
            found[branch, indicator] = _gap(low, high)
    return found


def _gap(low: list[float], high: list[float]) -> Row:
    row: Row = {
        "low_n": len(low),
        "high_n": len(high),
        "low_median": quantile(low, 0.5) if low else None,
        "high_median": quantile(high, 0.5) if high else None,
    }
    if min(len(low), len(high)) < LEAST_SIDE:
        return row | {"gap": None, "effect": None, "status": "TOO_FEW"}
    gap = row["high_median"] - row["low_median"]
    spread = quantile(low + high, 0.75) - quantile(low + high, 0.25)
    return row | {"gap": gap, "effect": gap / spread if spread else None, "status": "OK"}


def gap_across(customers: list[Row]) -> dict[Key, Row]:
    """By grid, cell, indicator and branch: the branch's median against the best branch's and the whole bank's."""
    found: dict[Key, Row] = {}
    for grid, column in GRIDS.items():
        for in_cell, members in gather(customers, lambda row, c=column: row[c]).items():
            if in_cell is not None:
                for indicator in INDICATORS:
                    for branch, row in _branches(members, indicator).items():
                        found[grid, in_cell, indicator, branch] = row
    return found


def _of_branches(members: list[Row]) -> list[Row]:
    return [row for row in members if row["branch"] is not None]


def _branches(members: list[Row], indicator: str) -> dict[str, Row]:
    samples = {
        branch: values
        for branch, rows in sorted(gather(_of_branches(members), lambda row: row["branch"]).items())
        if (values := _values(rows, indicator))
    }
    medians = {branch: quantile(values, 0.5) for branch, values in samples.items()}
    eligible = [branch for branch, values in samples.items() if len(values) >= LEAST_SIDE]
    best = min(eligible, key=lambda branch: badness(indicator, medians[branch]), default=None)
    everyone = _values(members, indicator)
    bank = quantile(everyone, 0.5) if everyone else None
    return {
        branch: {
            "n": len(values),
            "median": medians[branch],
            "best_branch": best,
            "best_median": medians[best] if best else None,
            "bank_median": bank,
            "gap_to_best": medians[branch] - medians[best] if branch in eligible else None,
            "gap_to_bank": medians[branch] - bank if branch in eligible else None,
            "status": "OK" if branch in eligible else "TOO_FEW",
        }
        for branch, values in samples.items()
    }


VIEWS: dict[str, Callable[[Row], tuple[str | None, str | None]]] = {
    "bank": lambda row: (None, None),
    "branch": lambda row: (row["branch"], None),
    "sub_branch": lambda row: (row["sub_branch"], row["branch"]),
    "industry": lambda row: (row["industry"], None),
    "scale": lambda row: (row["scale"], None),
    "industry_scale": lambda row: (row["industry"], row["scale"]),
    "group": lambda row: (row["group_id"], None),
    "relationship_manager": lambda row: (
        row["relationship_manager"],
        row.get("relationship_manager_id") or row["branch"],
    ),
}


def manager_of(row: Mapping[str, Any]) -> str | None:
    """Who a manager is: the number, else branch and name; nobody without a name or number."""
    if row.get("relationship_manager_id"):
        return str(row["relationship_manager_id"])
    name, branch = row.get("relationship_manager"), row.get("branch")
    return " · ".join(part for part in (branch, name) if part) if name else None


def views(customers: list[Row], institutions: list[Row]) -> dict[Key, Row]:
    """By view and its keys: counts, sums, RAROC and how many of each tier."""
    found: dict[Key, Row] = {}
    for name, key in VIEWS.items():
        for keys, rows in gather(customers, key).items():
            if keys[0] is not None or name == "bank":
                found[name, *keys] = _view(rows)
    return found | _institutions(customers, institutions)


def _institutions(customers: list[Row], places: list[Row]) -> dict[Key, Row]:
    """By name and level: the customers booked there or anywhere below; places of one name and level are one row."""
    parents = {place["institution_id"]: place["parent_id"] for place in places}
    above = {place["institution_id"]: _above(place, parents) for place in places}
    at = [(row, above.get(_booked(row, places, above), set())) for row in customers]
    called = gather(places, lambda place: (place["name"], place["level"]))
    members = {
        name: [row for row, where in at if where & {p["institution_id"] for p in own}] for name, own in called.items()
    }
    return {("institution", *name): _view(rows) for name, rows in members.items() if rows}


def _booked(row: Row, places: list[Row], above: dict[str, set[str]]) -> str | None:
    """The institution a customer is booked at: its sub-branch below its own branch, else its branch.

    Without a branch a sub-branch counts whose name only one institution has.
    """
    here = [p["institution_id"] for p in places if p["name"] == row["sub_branch"]]
    own = [p["institution_id"] for p in places if p["name"] == row["branch"] and row["branch"] is not None]
    below = [place for place in here if above[place] & {*own}] if row["branch"] is not None else here
    if below and (row["branch"] is not None or len(here) == 1):
        return min(below)
    return min(own, default=None)


def _above(place: Row, parents: dict[str, str | None]) -> set[str]:
    """The institution itself and all it belongs to."""
    found, at = set(), place["institution_id"]
    while at is not None:
        found.add(at)
        at = parents[at]
    return found


def _view(rows: list[Row]) -> Row:
    return {
        "n": len(rows),
        "placed": sum(row["value_cell"] is not None for row in rows),
        **sums(rows),
        **{f"tier_{tier.lower()}": sum(row["tier"] == tier for row in rows) for tier in sorted(set(TIERS.values()))},
    }
