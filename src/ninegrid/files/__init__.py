"""Files written safely: partials moved into place together, tables, temporary parts, file names."""
