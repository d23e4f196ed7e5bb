"""The commands of `grade`, one module each; `cli/main.py` lists them."""
