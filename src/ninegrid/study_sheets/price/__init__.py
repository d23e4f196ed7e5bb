"""Sheets of `grade price`: a deal on one page, whose terms can be changed and whose figures follow by formulas."""

from ninegrid.study_sheets.price.sheet import build

BUILDERS = {"deal": build}
