"""The way up 指路 of every customer, in yuan: targets, peers, levers, paths, leads. Estimates, never promises."""

from ninegrid.improvement.find import improvement

__all__ = ["improvement"]
