"""One module a kind of sheet."""
