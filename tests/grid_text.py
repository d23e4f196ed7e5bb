"""The policy text of a nine-grid of one's own, as a user would write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class AxisText:
    """An axis: the letter of its levels, the metric, how and at what it is cut, and the column of its level."""

    letter: str
    metric: str
    method: str
    cuts: Sequence[object]
    level: str
    more: str = ""

    def text(self, table: str) -> str:
        """Its table of the policy, a key a line."""
        cuts = ", ".join(f'"{cut}"' if isinstance(cut, str) else str(cut) for cut in self.cuts)
        return f"""[grids.{table}]
letter = "{self.letter}"
metric = "{self.metric}"
level = "{self.level}"
method = "{self.method}"
cuts = [{cuts}]
{self.more}zh = ["低", "中", "高"]
en = ["Low", "Mid", "High"]
"""


def grid_text(key: str, axes: tuple[AxisText, AxisText], *, over: str, cell: str = "", tier: str = "") -> str:
    """The grid and its nine cells; cell: the column of the cell, `key`_cell where none is named."""
    one, two = axes
    ends = f'tier = "{tier}"\n' if tier else ""
    cells = "".join(
        f'[[grids.cells]]\nid = "{one.letter}{a}{two.letter}{b}"\nzh = "格{a}{b}"\nen = "Cell {a}{b}"\n{ends}'
        for a in "123"
        for b in "123"
    )
    return f"""
[[grids]]
key = "{key}"
zh = "{key.upper()} 九宫格"
en = "{key.upper()} grid"
over = "{over}"
cell = "{cell or f"{key}_cell"}"
{one.text("axis1")}{two.text("axis2")}{cells}"""
