"""What typed rows must satisfy: their schema, one row a key, a parent that exists. Faults come back as rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from ninegrid import resources
from ninegrid.model.lazy import all_collected
from ninegrid.model.relations import Relation

if TYPE_CHECKING:
    from pandera.api.polars.components import Column as PanderaColumn
    from pandera.polars import DataFrameSchema

PLACE = ["_source", "_row", "_year"]
"""What tells a row of the inputs apart: the sheet, its row there, and the year of a wide sheet's columns, or null."""

FAULTS = {
    "_source": pl.UInt16(),
    "_row": pl.UInt32(),
    "_year": pl.Int64(),
    "column": pl.String(),
    "value": pl.String(),
    "reason": pl.String(),
    "detail": pl.String(),
}
"""A fault: its row (PLACE), the canonical column, the value if it is known here, a reason and its message's detail."""

NO_FAULTS = pl.DataFrame(schema=FAULTS)
"""Those of clean rows."""

_MOST_CELLS = 5  # cells named in one message


def check(relation: Relation, rows: pl.DataFrame) -> pl.DataFrame:
    """Run the relation's pandera model over the rows; the failing cells as FAULTS.

    rows: PLACE and every canonical column. Reasons: MISSING_REQUIRED, NEGATIVE, OUT_OF_RANGE, UNKNOWN_CATEGORY.
    """
    if rows.is_empty():
        return NO_FAULTS
    schema = resources.model(relation.name).to_schema()
    suspects = _suspects(schema, rows)
    known = [name for name in suspects if _is_known(schema.columns[name], rows.schema.get(name))]
    others = [name for name in suspects if name not in known]
    found = [_told(schema, known, rows)] if known else []
    found += [_told_by_pandera(schema, others, rows)] if others else []
    return pl.concat([_faults(cases, rows) for cases in found]) if found else NO_FAULTS


def _is_known(column: PanderaColumn, dtype: pl.DataType | None) -> bool:
    """Whether a column is of its type, and has only checks that are known here."""
    return dtype == column.dtype.type and all(check.name in _OUTSIDE for check in column.checks)


def _told(schema: DataFrameSchema, names: Sequence[str], rows: pl.DataFrame) -> pl.DataFrame:
    """The cells that fail, as pandera tells them: the row's index, the column, the check; an import of pandera's
    back ends, and of what they need, takes longer than this.
    """
    lazy, plans = rows.lazy().with_row_index("index"), []
    for name in names:
        column, value = schema.columns[name], pl.col(name)
        failing = {} if column.nullable else {"not_nullable": value.is_null()}
        failing |= {check.error: _OUTSIDE[check.name](value, check.statistics) for check in column.checks}
        plans += [
            lazy.filter(fails).select("index", column=pl.lit(name), check=pl.lit(told))
            for told, fails in failing.items()
        ]
    return pl.concat(all_collected(plans))


def _told_by_pandera(schema: DataFrameSchema, names: Sequence[str], rows: pl.DataFrame) -> pl.DataFrame:
    """The same of columns whose checks pandera alone knows, and of those that are not of their type."""
    from pandera.errors import SchemaErrors  # noqa: PLC0415  half a second to import

    try:
        # An eager frame: on a lazy one pandera checks types only, and says nothing of the data.
        schema.select_columns(list(names)).validate(rows.select(names), lazy=True)
    except SchemaErrors as failed:
        cases: pl.DataFrame = failed.failure_cases
        return cases.select("index", "column", "check")
    return pl.DataFrame(schema={"index": pl.UInt32, "column": pl.String, "check": pl.String})


def _suspects(schema: DataFrameSchema, rows: pl.DataFrame) -> list[str]:
    """The columns in which something fails, found in one pass; pandera need not check the others one by one."""
    looked_at = {name: c for name, c in schema.columns.items() if rows.schema.get(name) == c.dtype.type}
    failing = rows.select(_fails(name, column).any().alias(name) for name, column in looked_at.items())
    found = {name for name, fails in failing.row(0, named=True).items() if fails}
    return [name for name in schema.columns if name in found or name not in looked_at]


def _fails(name: str, column: PanderaColumn) -> pl.Expr:
    """Whether a cell may fail one of its column's checks; of checks not known here, that it may."""
    value = pl.col(name)
    absent = pl.lit(False) if column.nullable else value.is_null()
    outside = [_OUTSIDE.get(check.name, _unknown)(value, check.statistics or {}) for check in column.checks]
    return pl.any_horizontal(absent, *(failed.fill_null(False) for failed in outside))


def _unknown(value: pl.Expr, bounds: Mapping[str, Any]) -> pl.Expr:
    return pl.lit(True)


_OUTSIDE: Mapping[str | None, Callable[[pl.Expr, Mapping[str, Any]], pl.Expr]] = {
    "greater_than_or_equal_to": lambda value, bounds: value < bounds["min_value"],
    "less_than_or_equal_to": lambda value, bounds: value > bounds["max_value"],
    "greater_than": lambda value, bounds: value <= bounds["min_value"],
    "isin": lambda value, bounds: ~value.is_in(list(bounds["allowed_values"])),
}


def _faults(cases: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    cells = cases.filter(pl.col("index").is_not_null())
    if cells.height < cases.height:
        broken = cases.filter(pl.col("index").is_null()).select("column", "check").rows()
        raise TypeError(f"rows don't have the schema's columns and types: {broken}")
    bound = pl.col("check").str.extract(r"\(([^()]*)\)$").fill_null("")
    name = pl.col("check").str.extract(r"^(\w+)")
    reason = (
        pl.when(name == "not_nullable")
        .then(pl.lit("MISSING_REQUIRED"))
        .when((name == "greater_than_or_equal_to") & (bound == "0"))
        .then(pl.lit("NEGATIVE"))
        .when(name == "isin")
        .then(pl.lit("UNKNOWN_CATEGORY"))
        .otherwise(pl.lit("OUT_OF_RANGE"))
    )
    sign = name.replace_strict(
        {"greater_than_or_equal_to": "≥ ", "less_than_or_equal_to": "≤ ", "greater_than": "> "}, default=""
    )
    places = rows.select(PLACE).with_row_index("index")
    found = cells.with_columns(pl.col("index").cast(pl.UInt32)).join(places, on="index", how="left")
    return _as_faults(found.with_columns(reason=reason, detail=sign + bound, value=pl.lit(None)))


def duplicates(
    relation: Relation, rows: pl.DataFrame, cells: Callable[[pl.DataFrame], pl.Series]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that share the relation's key: the repeats of equal rows, and all rows of keys with different values.

    rows: PLACE and the canonical columns. cells: names the cell each row's key stands in. Both results are FAULTS,
    with the reasons DUPLICATE_ROW (every row but the first) and DUPLICATE_KEY.
    """
    key, first = list(relation.key), relation.key[0]
    keyed = _perhaps_alike(rows.filter(pl.col(first).is_not_null()), key)
    if keyed.is_empty():
        return NO_FAULTS, NO_FAULTS
    shared = keyed.group_by(key).len().filter(pl.col("len") > 1).select(key)
    if shared.is_empty():
        return NO_FAULTS, NO_FAULTS
    several = keyed.join(shared, on=key, how="semi", nulls_equal=True).sort(PLACE)
    several = several.with_columns(cells(several).alias("_cell"))
    versions = several.unique(relation.names).group_by(key).agg(_versions=pl.len())
    several = several.join(versions, on=key, nulls_equal=True, maintain_order="left")
    named = several.with_columns(
        column=pl.lit(first),
        value=_key_text(relation),
        _rank=pl.int_range(pl.len()).over(key),
        _original=pl.col("_cell").first().over(key),
    )
    conflict = pl.col("_versions") > 1
    others = named.filter(conflict).group_by(key).agg(detail=_joined("_cell"))
    refused = named.filter(conflict).join(others, on=key, nulls_equal=True, maintain_order="left")
    merged = named.filter(~conflict & (pl.col("_rank") > 0)).with_columns(detail=pl.col("_original"))
    return (
        _as_faults(merged.with_columns(reason=pl.lit("DUPLICATE_ROW"))),
        _as_faults(refused.with_columns(reason=pl.lit("DUPLICATE_KEY"))),
    )


def _perhaps_alike(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """The rows whose key has the hash of another's: all that share their key, and hardly any others."""
    hashes = rows.select(key).hash_rows()
    return rows.clear() if hashes.n_unique() == len(hashes) else rows.filter(hashes.is_duplicated())


def orphans(
    relation: Relation, rows: pl.DataFrame, accepted: pl.Series, refused: pl.Series, label: str
) -> pl.DataFrame:
    """Rows whose parent isn't accepted, as FAULTS with the reason ORPHAN/ABSENT or ORPHAN/REFUSED.

    accepted, refused: the parent's key values. label: the parent relation, as named to people.
    """
    if relation.parent is None:
        return NO_FAULTS
    column = relation.parent[1]
    lone = rows.join(accepted.to_frame(column), on=column, how="anti", maintain_order="left")
    lone = lone.filter(pl.col(column).is_not_null())
    was_refused = pl.col(column).is_in(refused.drop_nulls().implode())
    reason = pl.when(was_refused).then(pl.lit("ORPHAN/REFUSED")).otherwise(pl.lit("ORPHAN/ABSENT"))
    return _as_faults(lone.with_columns(column=pl.lit(column), value=column, reason=reason, detail=pl.lit(label)))


def disagreements(relation: Relation, rows: pl.DataFrame, parents: pl.DataFrame) -> pl.DataFrame:
    """Rows that give their parent another id than the parent's own row does, as FAULTS (GROUP_CONFLICT)."""
    if relation.parent is None:
        return NO_FAULTS
    key = relation.parent[1]
    ids = [c.name for c in relation.columns if c.kind == "id" and c.name != key and c.name in parents.columns]
    found = [_disagreeing(rows, parents, key, column) for column in ids]
    return pl.concat(found) if found else NO_FAULTS


def _disagreeing(rows: pl.DataFrame, parents: pl.DataFrame, key: str, column: str) -> pl.DataFrame:
    theirs = parents.select(key, _theirs=pl.col(column)).drop_nulls()
    differing = rows.join(theirs, on=key).filter(pl.col(column) != pl.col("_theirs"))
    return _as_faults(
        differing.with_columns(
            value=pl.col(column), detail=pl.col("_theirs"), column=pl.lit(column), reason=pl.lit("GROUP_CONFLICT")
        )
    )


def tree_faults(rows: pl.DataFrame, node: str, parent: str, depth: int) -> pl.DataFrame:
    """Faults of a tree given by node and parent: SELF_PARENT, UNKNOWN_PARENT, CYCLE and TOO_DEEP, as FAULTS.

    depth: how many may stand above a node. Every node counts for all above it, so that a chain of thousands, such as a
    column of row numbers makes, would fill the memory.
    """
    at_parent = rows.filter(pl.col(parent).is_not_null()).with_columns(column=pl.lit(parent), value=pl.col(parent))
    itself = at_parent.filter(pl.col(node) == pl.col(parent)).with_columns(reason=pl.lit("SELF_PARENT"))
    unknown = at_parent.filter(~pl.col(parent).is_in(rows[node].drop_nulls().implode()))
    endless = _circling(rows, node, parent)
    circling = at_parent.filter(pl.col(node).is_in(endless["up"].implode()))
    deep = _deeper(rows, node, parent, depth)
    too_deep = at_parent.filter(pl.col(node).is_in(deep.implode()) & ~pl.col(node).is_in(endless["node"].implode()))
    found = (
        itself,
        unknown.with_columns(reason=pl.lit("UNKNOWN_PARENT")),
        circling.with_columns(reason=pl.lit("CYCLE")),
        too_deep.with_columns(reason=pl.lit("TOO_DEEP")),
    )
    return pl.concat([_as_faults(frame.with_columns(detail=pl.lit(str(depth)))) for frame in found])


def _circling(rows: pl.DataFrame, node: str, parent: str) -> pl.DataFrame:
    """Who still climbs after more steps than there are nodes (node), and where each stands then (up): at a node that is
    its own ancestor.
    """
    steps = _steps(rows, node, parent)
    for _ in range(steps.height.bit_length() + 1):
        steps = _further(steps, steps)
    return steps


def _deeper(rows: pl.DataFrame, node: str, parent: str, depth: int) -> pl.Series:
    """The nodes that still climb after so many steps."""
    steps = climbing = _steps(rows, node, parent)
    for _ in range(depth):
        climbing = _further(climbing, steps)
    return climbing["node"]


def _steps(rows: pl.DataFrame, node: str, parent: str) -> pl.DataFrame:
    """node, up: who stands above each."""
    steps = rows.select(node=pl.col(node), up=pl.col(parent)).drop_nulls().filter(pl.col("node") != pl.col("up"))
    return steps.unique("node")


def _further(steps: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    return steps.join(more.rename({"node": "up", "up": "next"}), on="up").select("node", up="next")


def _key_text(relation: Relation) -> pl.Expr:
    """A row's key as people say it: the id, and the year where there is one."""
    listed = [name for name in relation.key if relation.column(name).kind in ("id", "text", "year")]
    return pl.concat_str([pl.col(name).cast(pl.String) for name in listed], separator=" ", ignore_nulls=True)


def _joined(column: str) -> pl.Expr:
    more = pl.when(pl.len() > _MOST_CELLS).then(pl.lit(" …")).otherwise(pl.lit(""))
    return pl.col(column).head(_MOST_CELLS).str.join(", ") + more


def _as_faults(frame: pl.DataFrame) -> pl.DataFrame:
    names: Sequence[str] = list(FAULTS)
    return frame.select(names).cast(FAULTS)  # type: ignore[arg-type]
