"""Nine-grids on any subject: fit cuts, place, profile, compare, decide. Knows columns and policy, never the subject."""
