"""SQL relations: one SELECT a file, the stem names the relation."""
