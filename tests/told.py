"""Maps in tests, from headers and the columns they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ninegrid.intake.maps import read_maps
from ninegrid.intake.maps.apply import Maps
from ninegrid.model.relations import Relation


def told(relations: Sequence[Relation], columns: Mapping[str, str]) -> Maps:
    """As if each were given with ``--map HEADER=COLUMN``."""
    return Maps(read_maps([f"{header}={column}" for header, column in columns.items()], relations))
