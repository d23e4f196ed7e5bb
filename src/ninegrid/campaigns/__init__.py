"""Campaigns 关键战役: whom to take, whom to hold out, and whether it worked."""
