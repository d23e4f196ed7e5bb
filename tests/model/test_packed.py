import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.model.packed import Packed, Tables, as_held, together

ROWS = st.lists(
    st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["x", "y"]), st.none() | st.floats(allow_nan=False)),
    max_size=12,
)
SCHEMA = {"id": pl.String, "code": pl.String, "figure": pl.Float64}


def table(rows: list[tuple[str | None, str, float | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@given(ROWS)
def test_a_packed_table_is_laid_out_as_it_was(rows: list[tuple[str | None, str, float | None]]) -> None:
    packed = Packed.of(table(rows), ("code", "figure"))
    assert packed.laid_out().equals(table(rows))
    assert packed.height == len(rows)
    assert packed.codes == table(rows)["code"].unique(maintain_order=True).to_list()


def test_a_run_is_one_row() -> None:
    packed = Packed.of(table([("a", "x", 1.0), ("a", "y", None), ("b", "x", 2.0)]), ("code", "figure"))
    assert packed.rows.rows() == [("a", "x,y", [1.0, None]), ("b", "x", [2.0])]


def test_tables_put_together_stay_packed_and_are_seen_whole() -> None:
    plain = table([("a", "x", 1.0), ("a", "y", 2.0)])
    tables = together({"n": plain, "t": plain.clear()}, Tables({"t": Packed.of(plain, ("code", "figure"))}))
    assert isinstance(as_held(tables, "t"), Packed)
    assert {name: frame.rows() for name, frame in tables.items()} == {"n": plain.rows(), "t": plain.rows()}
    assert [name in tables for name in ("t", "u")] == [True, False]
