"""Grades subjects on nine-grids: where each one stands, and the way up."""

from importlib.metadata import version

__version__ = version("ninegrid")
