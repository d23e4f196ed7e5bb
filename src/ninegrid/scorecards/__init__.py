"""Scorecards 经营考核: a unit's book, what changed it, and a score made of items."""
