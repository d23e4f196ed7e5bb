"""The sheet of moves between two periods."""
