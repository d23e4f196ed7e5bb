"""The sheet of what leads could bring, and the what-if."""
