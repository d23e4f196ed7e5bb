"""What people do with the grid: agenda, decisions, cycles, fairness, plans, pools and posts."""
