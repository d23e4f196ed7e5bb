"""Sheets about branches, teams and managers: cards, targets, coverage, campaigns, trend."""
