"""The first sheet: what there is to look at, and how the whole stands."""
