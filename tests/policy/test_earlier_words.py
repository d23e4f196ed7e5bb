"""Earlier names of policy keys go on working in the tables that had them, and nowhere else."""

from __future__ import annotations

from ninegrid.policy.words import in_todays_keys


def test_a_key_is_renamed_in_the_table_that_had_it() -> None:
    text = '[way]\nlanded = [0.1]\n[actions]\nlanded = 0.8\n[[sheets]]\nkey = "x"\n  stakes = ["A"]\n'
    told = '[way]\nadoption_rates = [0.1]\n[actions]\nlanded = 0.8\n[[sheets]]\nkey = "x"\n  priority_tiers = ["A"]\n'
    assert in_todays_keys(text) == told
