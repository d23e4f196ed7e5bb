"""Maps 映射: read from TOML, from a filled-in check workbook or from one line, and written as TOML."""

from ninegrid.intake.maps.read import read_map, read_maps
from ninegrid.intake.maps.write import as_toml, proposed_toml

__all__ = ["as_toml", "proposed_toml", "read_map", "read_maps"]
