"""Scorecards 经营考核: what a unit's book is, who moved it, and a score that says from what it is made."""
