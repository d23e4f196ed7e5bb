"""The page on one customer, with live formulas."""
