"""Segments 细分: industries, regions, product lines … as rows of their own, and the grids over them."""
