"""Rules over typed rows, and the findings about them."""
