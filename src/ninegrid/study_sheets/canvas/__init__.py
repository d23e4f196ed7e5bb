"""Sheets of `grade canvas`: a list of the canvases, and each drawn on a sheet of its own."""

from ninegrid.study_sheets.canvas.sheet import build

BUILDERS = {"canvases": build}
