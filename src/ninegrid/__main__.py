"""``python -m ninegrid`` is the `grade` command."""

from ninegrid.cli import main

if __name__ == "__main__":
    main()
