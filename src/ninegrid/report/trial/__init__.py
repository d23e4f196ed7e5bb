"""The page on which a figure is changed and the cell moves, with live formulas."""
