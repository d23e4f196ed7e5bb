"""Maps in the database: remembered by the shape of the sheet they were accepted for, and forgotten on request."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from ninegrid.intake.maps.read import map_of
from ninegrid.intake.maps.write import as_toml
from ninegrid.model.mapping import Map
from ninegrid.model.relations import Relation
from ninegrid.model.remembered import Remembered
from ninegrid.store.database import Database

_TABLE, _MADE, _IN_FORCE = "maps", "history/maps_table", "history/maps_in_force"


def remembered_maps(database: Database, subject: str, relations: Sequence[Relation]) -> tuple[Remembered, ...]:
    """The maps in force for a subject, the newest first."""
    if not database.has(_TABLE):
        return ()
    rows = (
        database.select(_IN_FORCE, {"subject": subject})
        .filter(pl.col("map") != "")
        .sort("remembered_at", descending=True)
    )
    return tuple(
        Remembered(
            frozenset(row["headers"]),
            map_of(tomllib.loads(row["map"]), row["source"], relations),
            row["source"],
            row["remembered_at"],
        )
        for row in rows.iter_rows(named=True)
    )


def remember(
    database: Database, subject: str, run_id: str, maps: Sequence[Remembered], relations: Sequence[Relation]
) -> None:
    """Keep maps that a run was told, and what values settled beside those kept. Belongs inside a transaction."""
    known = {one.shape: one.map for one in remembered_maps(database, subject, relations)} if maps else {}
    beside = ((one, _beside(known.get(one.shape, Map()), one.map)) for one in maps)
    new = [(one, as_toml(said)) for one, said in beside if said != known.get(one.shape)]
    _append(database, subject, run_id, new)


def _beside(known: Map, said: Map) -> Map:
    """What was said, or, where values settled something and nobody said anything, the map known with that."""
    if any(one.columns or one.set for one in said.sheets) or not known:
        return said
    settled = {header: unit for one in (*known.sheets, *said.sheets) for header, unit in one.settled.items()}
    first, *rest = known.sheets
    return Map((replace(first, settled=settled), *rest), known.values)


def forget_maps(database: Database, subject: str, relations: Sequence[Relation]) -> int:
    """Forget every map of a subject; how many there were. Belongs inside a transaction."""
    known = remembered_maps(database, subject, relations)
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    _append(database, subject, "", [(Remembered(one.headers, Map(), one.source, now), "") for one in known])
    return len(known)


def _append(database: Database, subject: str, run_id: str, maps: Sequence[tuple[Remembered, str]]) -> None:
    if not maps:
        return
    rows = {
        "subject": [subject for _ in maps],
        "shape": [one.shape for one, _ in maps],
        "headers": [sorted(one.headers) for one, _ in maps],
        "map": [text for _, text in maps],
        "source": [one.source for one, _ in maps],
        "run_id": [run_id for _ in maps],
        "remembered_at": [one.when for one, _ in maps],
    }
    database.append(_MADE, _TABLE, pl.DataFrame(rows))
