"""Allocation of capital: how much each cell of branch, value cell and industry should have, as a linear program."""
