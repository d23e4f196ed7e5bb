"""What a grid is made from, as the policy says it, and what of that an export lacks."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ninegrid.policy.values.grids import Grid


def lacking(grid: Grid, main: str, present: Mapping[str, Collection[str]]) -> list[str]:
    """The needs of a grid that no input meets, each as the policy writes it.

    A need is alternatives, joined by ``|``, of columns that belong together, joined by ``+``; a column is of the main
    relation, or of another one where that stands before it: ``statements.net_profit``. present: by relation, the
    columns that the inputs have.
    """
    return [need for need in grid.needs if not any(_met(one, main, present) for one in need.split("|"))]


def _met(alternative: str, main: str, present: Mapping[str, Collection[str]]) -> bool:
    return all(_there(name.strip(), main, present) for name in alternative.split("+"))


def _there(name: str, main: str, present: Mapping[str, Collection[str]]) -> bool:
    relation, dot, column = name.rpartition(".")
    return column in present.get(relation if dot else main, ())


def nearest_first(need: str, main: str, present: Mapping[str, Collection[str]]) -> list[tuple[list[str], list[str]]]:
    """The alternatives of a need, each as the columns that are lacking and those that are there, the nearest first.

    An alternative of which a part is there comes before the others, which keep the policy's order.
    """
    each = [columns_of(one) for one in need.split("|")]
    split = [
        ([n for n in names if not _there(n, main, present)], [n for n in names if _there(n, main, present)])
        for names in each
    ]
    return sorted(split, key=lambda one: len(one[0]) if one[0] and one[1] else len(need))


def columns_of(need: str) -> list[str]:
    """The columns a need names, each as the policy writes it: with its relation where that isn't the main one."""
    return [name.strip() for one in need.split("|") for name in one.split("+")]
