"""Agreement and leniency once more in plain Python, one rating at a time, to hold the engine against.

Written from the formulas and not from the engine: sums of squares from their definitions, the two-way fit by
backfitting (Gauss–Seidel) where the engine uses conjugate gradients.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import fsum

Rating = tuple[object, object, float]  # target, rater, score


def groups(ratings: Iterable[Rating], part: int) -> dict[object, list[float]]:
    held = defaultdict(list)
    for rating in ratings:
        held[rating[part]].append(rating[2])
    return held


def mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def squares(values: Sequence[float]) -> float:
    middle = mean(values)
    return fsum((v - middle) ** 2 for v in values)


def one_way_components(held: dict[object, list[float]]) -> tuple[float, float, float]:
    """Variance between groups, variance within, and the n₀ that stands for the group size."""
    sizes = [len(v) for v in held.values()]
    total, count = sum(sizes), len(sizes)
    middle = mean([v for values in held.values() for v in values])
    within = fsum(squares(v) for v in held.values()) / (total - count)
    between = fsum(len(v) * (mean(v) - middle) ** 2 for v in held.values()) / (count - 1)
    n0 = (total - sum(n * n for n in sizes) / total) / (count - 1)
    return (between - within) / n0, within, n0


def icc_one_way(ratings: Sequence[Rating]) -> float:
    between, within, _ = one_way_components(groups(ratings, 0))
    return between / (between + within)


def icc_two_way(ratings: Sequence[Rating]) -> float:
    """For ratings in which every target is linked with every other through raters."""
    targets, raters = groups(ratings, 0), groups(ratings, 1)
    total = len(ratings)
    residual_squares = backfitted(ratings)
    residual = residual_squares / (total - len(targets) - len(raters) + 1)
    shares = {}
    for name, part, other in (("target", 0, 1), ("rater", 1, 0)):
        cells = defaultdict(lambda: defaultdict(int))
        for rating in ratings:
            cells[rating[other]][rating[part]] += 1
        expected = total - fsum(sum(n * n for n in row.values()) / sum(row.values()) for row in cells.values())
        explained = fsum(squares(v) for v in groups(ratings, other).values()) - residual_squares
        levels = len(groups(ratings, part))
        shares[name] = (explained - (levels - 1) * residual) / expected
    return shares["target"] / (shares["target"] + shares["rater"] + residual)


def backfitted(ratings: Sequence[Rating]) -> float:
    """The residual sum of squares of target + rater effects, each in turn the mean of what the other leaves."""
    targets, raters = groups(ratings, 0), groups(ratings, 1)
    of_target, of_rater = dict.fromkeys(targets, 0.0), dict.fromkeys(raters, 0.0)
    last, now = float("inf"), sum(y * y for _, _, y in ratings)
    while last - now > 1e-8 * now:
        left = dict.fromkeys(targets, 0.0)
        for target, rater, y in ratings:
            left[target] += y - of_rater[rater]
        of_target = {key: value / len(targets[key]) for key, value in left.items()}
        left = dict.fromkeys(raters, 0.0)
        for target, rater, y in ratings:
            left[rater] += y - of_target[target]
        of_rater = {key: value / len(raters[key]) for key, value in left.items()}
        last, now = now, sum((y - of_target[t] - of_rater[r]) ** 2 for t, r, y in ratings)
    return now


def rater_table(ratings: Sequence[Rating]) -> dict[object, tuple[int, float, float, float]]:
    """n, mean, leniency and shrinkage of each rater, of ratings of one source and dimension."""
    held = groups(ratings, 1)
    middle = mean([r[2] for r in ratings])
    between, within, _ = one_way_components(held)
    share = {j: len(v) / (len(v) + within / between) if between > 0 else 0.0 for j, v in held.items()}
    return {j: (len(v), mean(v), mean(v) - middle, share[j]) for j, v in held.items()}
