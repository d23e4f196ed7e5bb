"""Cuts that the policy gives as figures."""

from __future__ import annotations

from ninegrid.cut_methods.method import CutMethod

METHOD = CutMethod("absolute", cuts="values")
