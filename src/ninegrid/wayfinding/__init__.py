"""Wayfinding 指路: the way up for every customer, in yuan; estimates from comparable customers, never promises."""

from ninegrid.wayfinding.find import wayfinding

__all__ = ["wayfinding"]
