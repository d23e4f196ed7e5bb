"""Cuts at shares of the subjects of each peer group."""

from __future__ import annotations

from ninegrid.cut_methods.method import CutMethod
from ninegrid.cut_methods.quantile import quantiles

METHOD = CutMethod("peer_quantile", cuts="shares", fit=quantiles, by_peers=True)
