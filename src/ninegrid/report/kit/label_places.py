"""Where the name of a bubble stands, so that no name hides another: within it, or to one side of it.

Programs lay out charts each in their own way; widths and bubbles are taken a little larger than they draw them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from ninegrid.dataclass import dataclass
from ninegrid.report.kit.shown import text_width

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom in points."""

_LETTER, _LINE = 5.2, 12.0  # of a character half as wide as a Chinese one, and of a line, in points
_LARGEST = 0.25  # of the shorter side of a chart: the diameter of its largest bubble
_BESIDE = ("r", "t", "b", "l")
_WIDEST = 0.2  # of the chart's width, from which on programs break a name into lines


@dataclass(frozen=True)
class Spot:
    """A bubble with its name: its place as shares of the chart's width and height, from the lower left; its area as a
    share of the largest one's.
    """

    name: str
    x: float
    y: float
    area: float


def label_places(spots: Sequence[Spot], width: float, height: float) -> list[str]:
    """For each bubble ctr, r, t, b or l: where its name covers least of others; the largest choose first.

    width, height: of the area in which the bubbles are drawn, in points.
    """
    radii = [_LARGEST * min(width, height) * spot.area**0.5 / 2 for spot in spots]
    rounds = [
        _around(spot.x * width, (1 - spot.y) * height, 2 * radius, 2 * radius)
        for spot, radius in zip(spots, radii, strict=True)
    ]
    taken: list[Box] = []
    found = [""] * len(spots)
    for at in sorted(range(len(spots)), key=lambda n: -spots[n].area):
        others = [box for n, box in enumerate(rounds) if n != at]
        fits = text_width(spots[at].name) * _LETTER <= 2 * radii[at]
        places = ("ctr", *_BESIDE) if fits else (*_BESIDE, "ctr")
        boxes = {place: _label(place, rounds[at], spots[at].name, width) for place in places}
        cost = {
            place: 4 * sum(_shared(box, other) for other in taken)
            + sum(_shared(box, other) for other in others)
            + 4 * _outside(box, width, height)
            for place, box in boxes.items()
        }
        found[at] = min(cost, key=lambda place: cost[place])
        taken.append(boxes[found[at]])
    return found


def _label(place: str, bubble: Box, name: str, width: float) -> Box:
    long = text_width(name) * _LETTER
    wide = min(long, _WIDEST * width)
    high = _LINE * -(-long // (_WIDEST * width))
    left, top, right, bottom = bubble
    x, y = (left + right) / 2, (top + bottom) / 2
    if place in ("l", "r"):
        x = left - wide / 2 if place == "l" else right + wide / 2
    if place in ("t", "b"):
        y = top - high / 2 if place == "t" else bottom + high / 2
    return _around(x, y, wide, high)


def _around(x: float, y: float, wide: float, high: float) -> Box:
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _shared(one: Box, other: Box) -> float:
    return _area((max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])))


def _outside(box: Box, width: float, height: float) -> float:
    return _area(box) - _shared(box, (0.0, 0.0, width, height))
