"""Targets 目标对账: for whom they are set, where the figures stand against the plan to date, and who carries them."""
