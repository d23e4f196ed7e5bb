"""Pricing of deals: what one is worth, what it would take, and what it does to the relationship."""
