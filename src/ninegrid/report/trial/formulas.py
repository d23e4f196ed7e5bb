"""The formulas of grading as Excel's: RANI, RAROC, levels and cell of one customer, as the engine computes them."""

from __future__ import annotations

from collections.abc import Mapping

from ninegrid.dataclass import dataclass
from ninegrid.policy import Grid, Policy
from ninegrid.report.kit.defined_names import quoted
from ninegrid.report.kit.labels import Labels
from ninegrid.report.kit.shown import cell_names

DRIFT = "1E-12"
"""How far below a cut a figure still reaches it, as a share of the cut, at least of 1: as the engine places."""


@dataclass(frozen=True)
class Figures:
    """The addresses of one column of figures; an empty cell is a figure that is not known."""

    income: str
    cost: str
    loss: str
    capital: str
    given: str
    rani: str
    status: str
    ratio: str
    levels: Mapping[str, str]


@dataclass(frozen=True)
class Given:
    """The addresses of what holds for all columns: parameters, and the low and high cut of each axis by its metric.

    total: the metric that is income; that of the other axis is the ratio.
    """

    total: str
    parameters: Mapping[str, str]
    cuts: Mapping[str, tuple[str, str]]


def rani(own: Figures, given: Given, policy: Policy) -> str:
    """(total income − operating cost − expected loss) · (1 − tax rate), and the capital benefit where it counts."""
    kept = f"(1-{given.parameters['tax_rate']})"
    net = f"({own.income}-{own.cost}-{own.loss})*{kept}"
    if policy.parameters["capital_benefit"]:
        net += f"+{given.parameters['risk_free_rate']}*N({own.capital})*{kept}"
    return f'=IF(AND(ISNUMBER({own.income}),ISNUMBER({own.cost}),ISNUMBER({own.loss})),{net},"")'


def status(own: Figures, given: Given) -> str:
    """OK, SUPPLIED, NO_CAPITAL, MISSING_CAPITAL or MISSING_INPUT."""
    least = given.parameters["no_capital_below"]
    unknown = f'IF(ISNUMBER({own.given}),"SUPPLIED","MISSING_INPUT")'
    known = f'IF({own.capital}="","MISSING_CAPITAL",IF(N({own.capital})<{least},"NO_CAPITAL","OK"))'
    return f'=IF({own.rani}="",{unknown},{known})'


def status_said(own: Figures, labels: Labels) -> str:
    """The status in words."""
    codes = ("OK", "SUPPLIED", "NO_CAPITAL", "MISSING_CAPITAL")
    said = "".join(f'IF({own.status}="{code}",{quoted(labels.code(code))},' for code in codes)
    return f"={said}{quoted(labels.code('MISSING_INPUT'))}{')' * len(codes)}"


def raroc(own: Figures) -> str:
    """RANI / EC; the given one where there are no parts."""
    return f'=IF({own.status}="OK",{own.rani}/{own.capital},IF({own.status}="SUPPLIED",{own.given},""))'


def level(metric: str, own: Figures, given: Given) -> str:
    """The level on an axis: no income is low; without capital it is by whether anything is earned."""
    figure = own.income if metric == given.total else own.ratio
    low, high = given.cuts[metric]
    placed = f'IF(OR({figure}="",{low}=""),"",1+{reaches(figure, low)}+{reaches(figure, high)})'
    if metric == given.total:
        return f"=IF(AND(ISNUMBER({figure}),N({figure})<=0),1,{placed})"
    return f'=IF({own.status}="NO_CAPITAL",IF({own.rani}>0,3,1),{placed})'


def reaches(figure: str, cut: str) -> str:
    """Whether a figure is at or above a cut."""
    return f"({figure}>={cut}-{DRIFT}*MAX(ABS({cut}),1))"


def cell(grid: Grid, own: Figures, labels: Labels, unplaced: str) -> str:
    """The cell's id and name."""
    return _chosen(grid, own, cell_names(grid, labels), unplaced)


def tier(grid: Grid, own: Figures, labels: Labels) -> str:
    """The cell's tier."""
    return _chosen(grid, own, {c.id: labels.code(c.tier) if c.tier else "" for c in grid.cells}, "")


def _chosen(grid: Grid, own: Figures, texts: Mapping[str, str], otherwise: str) -> str:
    one, two = (own.levels[axis.metric] for axis in grid.axes)
    listed = ",".join(quoted(texts[grid.cell_id(a, b)]) for a in (1, 2, 3) for b in (1, 2, 3))
    return f'=IF(OR({one}="",{two}=""),{quoted(otherwise)},CHOOSE(3*({one}-1)+{two},{listed}))'


def to_next(metric: str, own: Figures, given: Given) -> str:
    """What is missing to the level above, in yuan of income or RANI; empty at the top."""
    low, high = given.cuts[metric]
    at, cut = own.levels[metric], f"IF({own.levels[metric]}=1,{low},{high})"
    if metric == given.total:
        return f'=IF(OR({at}="",N({at})=3),"",{cut}-{own.income})'
    short = f'IF({own.status}="NO_CAPITAL",-{own.rani},IF({own.status}="OK",{cut}*{own.capital}-{own.rani},""))'
    return f'=IF(OR({at}="",N({at})=3),"",{short})'
