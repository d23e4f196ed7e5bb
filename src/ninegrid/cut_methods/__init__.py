"""How an axis is cut into three levels: a module a method, each with a METHOD (see `method.CutMethod`).

`registry` finds them. The policy names one for each axis; `grid.cuts` applies it. Grids over segments have one more,
`scored`, which is no method of this room: their axes add up points (see room segments/).
"""
