"""The checks on typed rows: small frames in, faults out."""

from __future__ import annotations

import polars as pl

from ninegrid import resources
from ninegrid.intake.validate import checks
from ninegrid.model.relations import Column, Relation

STATEMENTS = resources.relation("statements")
TREE = resources.relation("institutions")
TYPES = {"id": pl.String, "text": pl.String, "category": pl.String, "year": pl.Int64, "flag": pl.Boolean}
TYPES["date"] = pl.Date
TINY = Relation(
    "tiny", "小", "Tiny", (Column("id", "id", "号", "Id"), Column("amount", "money", "额", "Amount")), ("id",)
)


def rows(relation: Relation, *values: dict[str, object]) -> pl.DataFrame:
    """Typed rows with every canonical column, on rows 2, 3, … of the first sheet."""
    places = {
        "_source": pl.Series([0] * len(values), dtype=pl.UInt16),
        "_row": pl.Series(range(2, len(values) + 2), dtype=pl.UInt32),
        "_year": pl.Series([None] * len(values), dtype=pl.Int64),
    }
    columns = {
        c.name: pl.Series([v.get(c.name) for v in values], dtype=TYPES.get(c.kind, pl.Float64))
        for c in relation.columns
    }
    return pl.DataFrame({**places, **columns})


def named(frame: pl.DataFrame) -> pl.Series:
    return "A" + frame["_row"].cast(pl.String)


GOOD = {"customer_id": "1", "fiscal_year": 2024, "operating_revenue": 5.0, "net_profit": -1.0}


def test_clean_rows_have_no_faults() -> None:
    assert checks.check(STATEMENTS, rows(STATEMENTS, GOOD)).is_empty()


def test_every_failing_cell_is_a_fault_in_its_place() -> None:
    faults = checks.check(
        STATEMENTS,
        rows(
            STATEMENTS, GOOD, {**GOOD, "customer_id": None, "cash": -1.0}, {**GOOD, "fiscal_year": 1215, "months": 13.0}
        ),
    )
    assert sorted(faults.select("_row", "column", "reason", "detail").rows()) == [
        (3, "cash", "NEGATIVE", "≥ 0"),
        (3, "customer_id", "MISSING_REQUIRED", ""),
        (4, "fiscal_year", "OUT_OF_RANGE", "≥ 1950"),
        (4, "months", "OUT_OF_RANGE", "≤ 12"),
    ]


def test_what_fails_is_told_as_pandera_tells_it() -> None:
    bad = {"customer_id": None, "fiscal_year": 1215, "cash": -1.0, "months": 13.0}
    given, schema = rows(STATEMENTS, GOOD, {**GOOD, **bad}), resources.model("statements").to_schema()
    told = checks._told(schema, list(bad), given)
    assert told.height == len(bad)
    assert sorted(told.rows()) == sorted(checks._told_by_pandera(schema, list(bad), given).rows())


def test_equal_rows_are_repeats_of_the_first() -> None:
    repeats, conflicts = checks.duplicates(
        TINY, rows(TINY, {"id": "1", "amount": 5.0}, {"id": "1", "amount": 5.0}), named
    )
    assert repeats.select("_row", "value", "reason", "detail").rows() == [(3, "1", "DUPLICATE_ROW", "A2")]
    assert conflicts.is_empty()


def test_rows_of_one_key_that_differ_are_all_conflicts() -> None:
    given = rows(TINY, {"id": "1", "amount": 5.0}, {"id": "1"}, {"id": "2"}, {"id": "1", "amount": 5.0}, {}, {})
    repeats, conflicts = checks.duplicates(TINY, given, named)
    assert repeats.is_empty()
    assert conflicts.select("_row", "reason", "detail").rows() == [
        (row, "DUPLICATE_KEY", "A2, A3, A5") for row in (2, 3, 5)
    ]


def test_keys_with_missing_parts_are_compared_as_they_are() -> None:
    _, conflicts = checks.duplicates(STATEMENTS, rows(STATEMENTS, GOOD, {**GOOD, "consolidated": True}), named)
    assert conflicts.is_empty()
    _, conflicts = checks.duplicates(STATEMENTS, rows(STATEMENTS, GOOD, {**GOOD, "cash": 1.0}), named)
    assert conflicts["value"].to_list() == ["1 2024", "1 2024"]


def test_keys_of_one_hash_that_differ_are_no_repeats(monkeypatch) -> None:
    monkeypatch.setattr(pl.DataFrame, "hash_rows", lambda self: pl.repeat(7, self.height, eager=True))
    frame = rows(TINY, *({"id": i, "amount": 1.0} for i in ("1", "2", "3", "2")))
    merged, conflicts = checks.duplicates(TINY, frame, named)
    assert (merged["_row"].to_list(), conflicts.height) == ([5], 0)


def test_rows_without_a_parent_say_why() -> None:
    given = rows(STATEMENTS, GOOD, {**GOOD, "customer_id": "2"}, {**GOOD, "customer_id": "3"})
    faults = checks.orphans(STATEMENTS, given, pl.Series(["1"]), pl.Series(["2", None]), "Customers")
    assert faults.select("_row", "reason").rows() == [(3, "ORPHAN/REFUSED"), (4, "ORPHAN/ABSENT")]


def test_a_group_that_differs_from_the_customer_s_own() -> None:
    groups = resources.relation("groups")
    parents = pl.DataFrame({"customer_id": ["1", "2", "3"], "group_id": ["G1", "G1", None]})
    given = rows(groups, *({"customer_id": i, "group_id": g} for i, g in (("1", "G1"), ("2", "G2"), ("3", "G3"))))
    faults = checks.disagreements(groups, given, parents)
    assert faults.select("_row", "value", "detail", "reason").rows() == [(3, "G2", "G1", "GROUP_CONFLICT")]


def test_faults_of_a_tree() -> None:
    edges = [("1", None), ("2", "1"), ("3", "4"), ("4", "5"), ("5", "3"), ("6", "3"), ("7", "9"), ("8", "8")]
    given = rows(TREE, *({"institution_id": node, "parent_id": up} for node, up in edges))
    faults = checks.tree_faults(given, "institution_id", "parent_id", depth=9).sort("_row")
    assert faults.select("_row", "reason").rows() == [
        (4, "CYCLE"),
        (5, "CYCLE"),
        (6, "CYCLE"),
        (8, "UNKNOWN_PARENT"),
        (9, "SELF_PARENT"),
    ]


def test_a_chain_of_institutions_has_an_end() -> None:
    chain = [{"institution_id": "0", "parent_id": None}]
    chain += [{"institution_id": str(n), "parent_id": str(n - 1)} for n in range(1, 5_000)]
    faults = checks.tree_faults(rows(TREE, *chain), "institution_id", "parent_id", TREE.depth)
    assert set(faults["reason"]) == {"TOO_DEEP"}
    assert min(map(int, faults["value"])) == TREE.depth  # of the first that has more above it
    assert faults.height == 5_000 - 1 - TREE.depth
