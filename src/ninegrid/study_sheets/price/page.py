"""The page of a deal: where its terms, figures, relationship, table and parameters stand.

    B–E  terms as the deal has them, what is tried, what holds      G–J  the relationship and the group: now, won, lost
    B–E  what the deal is worth, as read and with what is tried     G–O  RAROC by spread and rating
    B–D  what it takes to reach hurdle and target                   G–H  parameters

Behind, in hidden columns: capital by PD, and the row of the chosen deal.
"""

from __future__ import annotations

from ninegrid.dataclass import dataclass
from ninegrid.report.kit.layout import FIRST_ROW

LABEL, READ, TRIED, USED = 2, 3, 4, 5
ITEM, NOW, WON, LOST = 7, 8, 9, 10
FIRST_SPREAD = 9
BEHIND = 18  # hidden: PD, correlation, slope, K

YUAN, BP, PERCENT, FINE = "#,##0;-#,##0;0", "#,##0.0", "0.00%", "0.000%"

TERMS: tuple[tuple[str, str], ...] = (
    ("spread", "bp"), ("amount", "yuan"), ("drawn", "percent"), ("tenor_years", "years"), ("upfront_fee", "yuan"),
    ("yearly_fee", "yuan"), ("pd", "percent"), ("lgd", "percent"), ("maturity", "years"), ("ead", "yuan"),
    ("cost_ratio", "percent"), ("fixed_cost", "yuan"), ("deposits_promised", "yuan"), ("deposit_spread", "bp"),
    ("replaces_amount", "yuan"), ("replaces_spread", "bp"), ("at_risk_deposits", "yuan"), ("at_risk_income", "yuan"),
)  # fmt: skip
"""The terms, in their order, each with how it is written."""

WORTH = ("total_income", "operating_cost", "expected_loss", "economic_capital", "rani", "raroc", "eva")
SUMS = ("total_income", "rani", "economic_capital", "raroc", "eva")
NEEDS = ("shortfall", "min_spread", "deposits_needed", "fee_needed", "max_capital")
PARAMETERS = ("tax_rate", "hurdle", "target", "capital_ratio", "no_capital_below", "risk_free_rate")
FORMATS = {"yuan": YUAN, "bp": BP, "percent": PERCENT, "years": "0.0#"}
STEPS = range(-3, 4)
"""The spreads of the table, in steps from the one that holds."""

FIRST_TERM = FIRST_ROW + 4
_TERMS_AT = {name: FIRST_TERM + at for at, (name, _) in enumerate(TERMS)}
WORTH_AT = FIRST_TERM + len(TERMS) + 3
NEEDS_AT = WORTH_AT + len(WORTH) + 3
RELATION_AT = FIRST_TERM
GROUP_AT = RELATION_AT + len(SUMS) + 4
VERDICT_AT = GROUP_AT + len(SUMS) + 2
TABLE_AT = VERDICT_AT + 6
PARAMETERS_AT = TABLE_AT + 11
"""The first rows under the headings of each block."""


@dataclass(frozen=True)
class At:
    """The address of a cell that doesn't move."""

    @staticmethod
    def term(name: str, column: str = "E") -> str:
        """A term, as it holds or as another column has it."""
        return f"${column}${_TERMS_AT[name]}"

    @staticmethod
    def worth(name: str) -> str:
        """What the deal is worth with the terms that hold."""
        return f"$E${WORTH_AT + WORTH.index(name)}"

    @staticmethod
    def need(name: str, goal: str) -> str:
        """What it takes to reach a goal."""
        return f"${'C' if goal == 'hurdle' else 'D'}${NEEDS_AT + NEEDS.index(name)}"

    @staticmethod
    def parameter(name: str) -> str:
        """A parameter."""
        return f"$H${PARAMETERS_AT + PARAMETERS.index(name)}"

    @staticmethod
    def of(scenario: str, name: str, top: int) -> str:
        """A figure of the relationship, or of the group, in a scenario."""
        column = {"now": "H", "win": "I", "lose": "J"}[scenario]
        return f"${column}${top + (*SUMS, 'cell').index(name)}"
