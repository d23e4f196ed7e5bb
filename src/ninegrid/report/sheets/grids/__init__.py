"""Sheets of grids: who stands where, what each cell looks like, how the sides differ."""
