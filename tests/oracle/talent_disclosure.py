"""Which groups no table may tell of, worked out one group after another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from .talent_placing import Row

LEAST = 5
Group = str | None


def hidden_groups(
    sizes: Mapping[Group, int],
    also: Collection[Group] = (),
    untold: Collection[Group] = (),
    last: Collection[Group] = (),
) -> set[Group]:
    """Those too small, with the smallest others until nothing can be taken off a total: at least two, at least five.

    also: hidden whatever their size. untold: groups no row tells of. last: hidden only when nobody else is left.
    """
    hidden = {group for group, n in sizes.items() if 0 < n < LEAST or group in also or group in untold}
    queue = sorted((group in last, n, str(group), group) for group, n in sizes.items() if n and group not in hidden)
    while hidden and queue and (_gives_away(hidden, untold) or sum(sizes[g] for g in hidden) < LEAST):
        hidden.add(queue.pop(0)[-1])
    return hidden


def _gives_away(hidden: Collection[Group], untold: Collection[Group]) -> bool:
    told = [group for group in hidden if group not in untold]
    return len(told) == 1 and len(told) == len(hidden)


def hidden_of(people: Iterable[Row], column: str) -> set[Group]:
    """The groups of a column with too few people, or too few placed, and those hidden with them."""
    everyone: dict[Group, int] = {}
    placed: dict[Group, int] = {}
    for person in people:
        everyone[person[column]] = everyone.get(person[column], 0) + 1
        placed[person[column]] = placed.get(person[column], 0) + (person["cell"] is not None)
    small = [group for group, n in everyone.items() if n < LEAST or 0 < placed[group] < LEAST]
    return hidden_groups(placed, also=small)
