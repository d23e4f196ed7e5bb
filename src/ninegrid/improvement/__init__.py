"""Wayfinding 指路: the way up for every customer, in yuan; estimates from comparable customers, never promises."""

from ninegrid.improvement.find import wayfinding

__all__ = ["wayfinding"]
