"""The formulas of pricing as Excel's, in the terms that hold on the page, as `ninegrid.pricing` computes them."""

from __future__ import annotations

from collections.abc import Sequence

from ninegrid.policy import Grid, Policy
from ninegrid.report.kit.defined_names import quoted
from ninegrid.report.trial.formulas import reaches
from ninegrid.study_sheets.price.page import RELATION_AT, At
from ninegrid.subjects.customers.irb import CONFIDENCE, PD_FLOOR, RWA_PER_CAPITAL

_T, _P = At.term, At.parameter


def capital_steps(pd: str, cells: tuple[str, str, str]) -> tuple[str, str, str, str]:
    """PD with its floor, correlation, maturity slope and K (CRE31.5), a cell each; cells: those of the first three."""
    p, r, b = cells
    floored = f"=MAX({pd},{PD_FLOOR})"
    weight = f"(1-EXP(-50*{p}))/(1-EXP(-50))"
    correlation = f"=0.12*{weight}+0.24*(1-{weight})"
    slope = f"=(0.11852-0.05478*LN({p}))*(0.11852-0.05478*LN({p}))"
    stressed = f"(NORMSINV({p})+SQRT({r})*NORMSINV({CONFIDENCE}))/SQRT(1-{r})"
    years = f"MIN(MAX({_T('maturity')},1),5)"
    k = f"{_T('lgd')}*(NORMSDIST({stressed})-{p})*(1+({years}-2.5)*{b})/(1-1.5*{b})"
    return floored, correlation, slope, f"=IF({p}>=1,0,{k})"


def capital(k: str) -> str:
    """Economic capital of the deal: 12.5 · K · EAD · capital_ratio, none below `no_capital_below`."""
    amount = f"{RWA_PER_CAPITAL}*{k}*{_T('ead')}*{_P('capital_ratio')}"
    return f"IF({amount}>={_P('no_capital_below')},{amount},0)"


def other_income() -> str:
    """What the deal earns besides its spread."""
    upfront, deposits = _T("upfront_fee"), _T("deposits_promised")
    fees = f"IF(N({upfront})>0,{upfront}/{_T('tenor_years')},0)+N({_T('yearly_fee')})"
    return f"{fees}+IF(N({deposits})>0,{deposits}*{_T('deposit_spread')}/10000,0)"


def lent(spread: str) -> str:
    """What a spread in basis points earns."""
    return f"{spread}/10000*{_T('amount')}*{_T('drawn')}"


def rani(income: str, loss: str, own_capital: str, policy: Policy) -> str:
    """(income − cost − loss) · (1 − tax), and the capital benefit where it counts."""
    cost = f"{_T('cost_ratio')}*({income})+{_T('fixed_cost')}"
    return f"(({income})-({cost})-{loss}{_benefit(own_capital, policy)})*(1-{_P('tax_rate')})"


def _benefit(own_capital: str, policy: Policy) -> str:
    return f"+{_P('risk_free_rate')}*{own_capital}" if policy.parameters["capital_benefit"] else ""


def needs(goal: str, policy: Policy) -> dict[str, str]:
    """What it takes to reach a goal, by name."""
    lacking, kept = At.need("shortfall", goal), f"(1-{_T('cost_ratio')})"
    own = At.worth("economic_capital")
    wanted = f"{_P(goal)}/(1-{_P('tax_rate')})*{own}"
    base = f"{_T('amount')}*{_T('drawn')}*{kept}"
    deposits = f"N({_T('deposit_spread')})/10000*{kept}"
    more = f"MAX({lacking},0)"
    loss, income = At.worth("expected_loss"), At.worth("total_income")
    free = f"-{_P('risk_free_rate')}*{own}" if policy.parameters["capital_benefit"] else ""
    return {
        "shortfall": f"={wanted}{free}+{loss}+{_T('fixed_cost')}-{kept}*{income}",
        "min_spread": f'=IF({base}>0,{_T("spread")}+10000*{lacking}/({base}),"")',
        "deposits_needed": f'=IF({deposits}>0,{more}/({deposits}),"")',
        "fee_needed": f'=IF({kept}>0,{more}/{kept},"")',
        "max_capital": f'=IF({At.worth("rani")}>0,{At.worth("rani")}/{_P(goal)},"")',
    }


def scenario(which: str, top: int, policy: Policy) -> dict[str, str]:
    """The figures of winning or losing, by name, from those of now; empty where these are."""
    now = {name: At.of("now", name, top) for name in ("total_income", "rani", "economic_capital")}
    replaced = f"N({_T('replaces_amount')})*N({_T('replaces_spread')})/10000"
    share = f"IF({_T('ead')}>0,{At.worth('economic_capital')}/{_T('ead')},0)"
    old_capital = f"{share}*N({_T('replaces_amount')})"
    old_loss = f"{_T('pd')}*{_T('lgd')}*N({_T('replaces_amount')})"
    kept, costs = f"(1-{_P('tax_rate')})", f"(1-{_T('cost_ratio')})"
    old_rani = f"({replaced}*{costs}-{old_loss}{_benefit(f'({old_capital})', policy)})*{kept}"
    at_risk = _T("at_risk_deposits")
    lost = f"(N({_T('at_risk_income')})+IF(N({at_risk})>0,{at_risk}*{_T('deposit_spread')}/10000,0))"
    changes = {
        "win": {
            "total_income": f"+{At.worth('total_income')}-{replaced}",
            "rani": f"+{At.worth('rani')}-{old_rani}",
            "economic_capital": f"+{At.worth('economic_capital')}-{old_capital}",
        },
        "lose": {"total_income": f"-{lost}", "rani": f"-{lost}*{costs}*{kept}", "economic_capital": ""},
    }[which]
    found = {name: f'=IF({now[name]}="","",{now[name]}{change})' for name, change in changes.items()}
    bare = f"{now['economic_capital']}{changes['economic_capital']}"
    found["economic_capital"] = f'=IF({now["economic_capital"]}="","",IF({bare}<{_P("no_capital_below")},0,{bare}))'
    own = {name: At.of(which, name, top) for name in ("rani", "economic_capital")}
    unknown = f'OR({own["rani"]}="",{own["economic_capital"]}="")'
    found["raroc"] = f'=IF({unknown},"",IF({own["economic_capital"]}>0,{own["rani"]}/{own["economic_capital"]},""))'
    found["eva"] = f'=IF({unknown},"",{own["rani"]}-{_P("hurdle")}*{own["economic_capital"]})'
    return found


def placed(which: str, top: int, grid: Grid, cuts: Sequence[str], names: dict[str, str]) -> str:
    """The cell in a scenario, in words; empty where it isn't known. cuts: lower and upper of each axis."""
    income, own_rani, own_capital, ratio = (
        At.of(which, name, top) for name in ("total_income", "rani", "economic_capital", "raroc")
    )
    one = f"IF({income}<=0,1,1+{reaches(income, cuts[0])}+{reaches(income, cuts[1])})"
    two = f"1+{reaches(ratio, cuts[2])}+{reaches(ratio, cuts[3])}"
    two = f"IF({own_capital}>0,{two},IF({own_rani}>0,3,1))"
    listed = ",".join(quoted(names[grid.cell_id(a, b)]) for a in (1, 2, 3) for b in (1, 2, 3))
    unknown = f'OR({income}="",{own_rani}="",{own_capital}="",{cuts[0]}="")'
    return f'=IF({unknown},"",CHOOSE(3*({one}-1)+{two},{listed}))'


def verdict(words: dict[str, str]) -> str:
    """PASS, BY_RELATIONSHIP, EXCEPTION or FAIL, in words; empty where the relationship isn't known."""

    def earns(own_rani: str, own_capital: str, ratio: str) -> str:
        return f"IF({own_capital}>0,{reaches(ratio, _P('hurdle'))},{own_rani}>0)"

    own = earns(At.worth("rani"), At.worth("economic_capital"), At.worth("raroc"))
    won = {name: At.of("win", name, RELATION_AT) for name in ("rani", "economic_capital", "raroc", "eva")}
    together = earns(won["rani"], won["economic_capital"], won["raroc"])
    unknown = f'OR({won["rani"]}="",{won["economic_capital"]}="")'
    rises = f"{won['eva']}>={At.of('now', 'eva', RELATION_AT)}"
    said = {code: quoted(text) for code, text in words.items()}
    by_it = f"IF({rises},{said['BY_RELATIONSHIP']},{said['EXCEPTION']})"
    return f'=IF({own},{said["PASS"]},IF({unknown},"",IF({together},{by_it},{said["FAIL"]})))'
