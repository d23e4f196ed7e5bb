"""Everything a portrait and a trial need of each customer that the list doesn't show: a row a customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from ninegrid.grid.cuts import ALL
from ninegrid.model.packed import Packed, as_packed
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Axis, Grid, Series, Sheet, Trial
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.lead_text import levers_said, reasons_said
from ninegrid.report.kit.shown import cell_names, in_words, shown, values_in_words
from ninegrid.report.kit.style import money_scale
from ninegrid.report.kit.subject_rows import name_column
from ninegrid.report.portrait.block_rows import block_rows

YEARS = 3
TRIAL = "try_"
"""What begins the names of the figures that a trial starts from, which are in yuan and fractions."""
GIVEN = f"{TRIAL}given"
"""The ratio as it was given, where it has no parts."""

_DIGITS, _MONEY_DIGITS = 6, 3
_LONGEST_NAME = 120  # a text that is looked up may have 255 characters


def value_grid(book: Book) -> Grid:
    """The grid that ways up lead on; without any, that of the tiers."""
    policy = book.result.policy
    return policy.grid(policy.way.grid or policy.tiering.grid)


def portrait_of(book: Book) -> Sheet:
    """The policy's portrait."""
    return next(sheet for sheet in book.result.policy.sheets if sheet.kind == "portrait")


def trial_of(book: Book) -> Trial:
    """What the policy's sheet to try it lets a person try; an empty trial without such a sheet."""
    return next((sheet.trial for sheet in book.result.policy.sheets if sheet.kind == "try_it"), Trial())


def series_of(book: Book) -> tuple[Series, ...]:
    """The yearly figures that the policy's portrait draws."""
    return portrait_of(book).series


def factors(book: Book) -> list[str]:
    """The factors that a RAROC is explained by, in the order of the attribution."""
    told = _attribution(book)
    return [] if told is None else told.codes


def last_year(book: Book) -> int | None:
    """The latest fiscal year that anyone has."""
    table = book.result.tables.get("years")
    return None if table is None or table.is_empty() else int(table["fiscal_year"].max())  # type: ignore[arg-type]


def data_rows(book: Book, also: Sequence[str] = ()) -> pl.DataFrame:
    """A row a customer, by id: `pick`, the text it is chosen by; the id; what a trial starts from, in yuan and
    fractions; the years, the path on each axis, the attribution and the warning, as people read them.

    also: further columns of the customers' table, as people read them.
    """
    policy, grid = book.result.policy, value_grid(book)
    customers = book.ways.subjects
    rows = customers.select(pl.col(policy.id), *_trial(book, customers)).with_columns(
        shown(customers, list(also), book.labels, money_scale(book.lang))
    )
    told = block_rows(book, portrait_of(book), customers)
    for part in (_years(book), *_paths(book, grid), _reasons(book), _warned(book), *told):
        rows = rows.join(part, left_on=policy.id, right_on="subject_id", how="left", maintain_order="left")
    if policy.way.grid:
        rows = rows.with_columns(_at_top(book, grid, customers))
    # Only what is shown loses the digits that nobody sees, which would double the file.
    seen = pl.selectors.float() - pl.selectors.starts_with(TRIAL)
    shares = pl.selectors.starts_with("why_", "stretch", "benchmark")
    own = pl.selectors.by_name(*also, require_all=False)
    digits = [(seen - shares - own).round(_MONEY_DIGITS), (seen & shares - own).round(_DIGITS)]
    return rows.with_columns(digits).select(_pick(customers, policy.id), pl.all()).sort("pick")


def _own(book: Book, name: str) -> pl.DataFrame | None:
    """The rows of a result table about the subjects whose ways up are shown."""
    table = book.result.tables.get(name)
    return None if table is None else _of_told(book, table)


def _of_told(book: Book, rows: pl.DataFrame) -> pl.DataFrame:
    """Those of the rows that are about subjects whose ways up are shown."""
    ways = book.ways
    if ways.whole:
        return rows
    table = ways.subjects.select(pl.col(book.result.policy.id).alias("subject_id"))
    return rows.join(table, on="subject_id", how="semi", maintain_order="left")


def _attribution(book: Book) -> Packed | None:
    """The attribution, a row a comparison; None where there is none."""
    tables, name = book.result.tables, "attribution"
    return as_packed(tables, name, result_table(name).packed) if name in tables else None


def _pick(customers: pl.DataFrame, key: str) -> pl.Series:
    """Id and name, so that either can be typed; the id alone where there are no names."""
    names = [pl.col(name).str.slice(0, _LONGEST_NAME) for name in name_column(customers)]
    text = pl.concat_str(key, *names, separator="  ", ignore_nulls=True)
    return customers.select(text.alias("pick")).to_series()


def _trial(book: Book, customers: pl.DataFrame) -> list[pl.Expr | pl.Series]:
    """The figures a trial changes, which cuts hold for the customer, and its own cell as a number, 0 for none."""
    grid = value_grid(book)
    raw = f"raw_{grid.cell}" if f"raw_{grid.cell}" in customers.columns else grid.cell
    codes = {grid.cell_id(a, b): 10 * a + b for a in (1, 2, 3) for b in (1, 2, 3)}
    trial = trial_of(book)
    figures: list[pl.Expr] = []
    if trial.is_whole:
        given = pl.when(pl.col(trial.status) == "SUPPLIED").then(trial.ratio)
        figures = [*(pl.col(name).alias(f"{TRIAL}{name}") for name in trial.columns), given.alias(GIVEN)]
    return [
        *figures,
        pl.col(raw).replace_strict(codes, default=0, return_dtype=pl.Int64).alias("placed_code"),
        *(_cut_row(book, customers, grid, axis).alias(f"cut{i}") for i, axis in enumerate(grid.axes, 1)),
    ]


def _cut_row(book: Book, customers: pl.DataFrame, grid: Grid, axis: Axis) -> pl.Series:
    """Which row of the cuts holds for each customer, from 1; null where it isn't shown."""
    cuts = book.table("cuts").with_row_index("at", 1).filter(pl.col("low_cut").is_not_null())
    own = cuts.filter(grid=grid.key, axis=axis.metric).select("peer_group", pl.col("at").cast(pl.Int64))
    whole = own.filter(peer_group=ALL)["at"]
    everyone = whole[0] if whole.len() else None
    if not axis.peer:
        return pl.Series([everyone], dtype=pl.Int64).new_from_index(0, customers.height)
    peers = customers.select(peer_group=pl.col(axis.peer).cast(pl.String))
    found = peers.join(own, on="peer_group", how="left", maintain_order="left")
    bare = pl.col("peer_group").is_null()
    return found.select(pl.when(bare).then(pl.lit(everyone, dtype=pl.Int64)).otherwise("at").alias("at")).to_series()


def _years(book: Book) -> pl.DataFrame:
    """`{series}{k}`: each series in the last years, 1 the first of them."""
    last, divisor = last_year(book), money_scale(book.lang).divisor
    table = _own(book, "years")
    if last is None or table is None:
        return pl.DataFrame(schema={"subject_id": pl.String})
    wanted = [
        (pl.col(one.key) / divisor).filter(pl.col("fiscal_year") == last - YEARS + k).first().alias(f"{one.key}_{k}")
        for one in series_of(book)
        for k in range(1, YEARS + 1)
    ]
    return table.group_by("subject_id").agg(wanted)


def _paths(book: Book, grid: Grid) -> Iterator[pl.DataFrame]:
    """The path on each axis: `target1`, `short1`, `levers1`, `stretch1`, `income1`, `rani1`, `capital1`, `outcome1`,
    `against1`, `note1` and `nearer1`; the same with 2.
    """
    table = _own(book, "paths")
    if table is None:
        return
    names, divisor = cell_names(grid, book.labels), money_scale(book.lang).divisor
    for i, axis in enumerate(grid.axes, 1):
        rows = table.filter(axis=axis.metric)
        rows = rows.with_columns(
            levers=levers_said(book, rows["levers"]),
            note=reasons_said(book, _joined(rows)),
            target=in_words(rows["target_cell"], names),
            against=pl.format("{} (n = {})", pl.lit(values_in_words(rows["peers"], book.labels)), "peer_n"),
        )
        money = {"short": pl.coalesce("income_shortfall", "rani_shortfall")}
        money |= {"income": pl.col("uplift_income"), "rani": pl.col("uplift_rani"), "capital": pl.col("uplift_capital")}
        yield rows.select(
            "subject_id",
            *(pl.col(name).alias(f"{name}{i}") for name in ("target", "levers", "stretch", "against", "note")),
            *((value / divisor).alias(f"{name}{i}") for name, value in money.items()),
            _outcome(book).alias(f"outcome{i}"),
            pl.col("nearer").cast(pl.Int8).alias(f"nearer{i}"),
        )


def _joined(rows: pl.DataFrame) -> pl.Series:
    text = pl.concat_str("reason", "levers_missing", separator=";", ignore_nulls=True)
    return rows.select(pl.when(text != "").then(text).alias("note")).to_series()


def _outcome(book: Book) -> pl.Expr:
    """Whether the levers get there, or what part of the way."""
    share = pl.format("{}%", (pl.col("share_reached") * 100).round(1))
    there = pl.format(book.word("path_reaches", cell="{}"), "reached_cell")
    return pl.when("reaches").then(there).otherwise(pl.format(book.word("path_falls_short", share="{}"), share))


def _at_top(book: Book, grid: Grid, customers: pl.DataFrame) -> list[pl.Expr]:
    """Where there is no path because there is nothing above."""
    said = []
    for i, axis in enumerate(grid.axes, 1):
        top = (customers[axis.level] == 3) & customers[grid.cell].is_not_null()
        outcome = pl.col(f"outcome{i}") if "paths" in book.result.tables else pl.lit(None, dtype=pl.String)
        said.append(pl.when(pl.lit(top)).then(pl.lit(book.word("path_at_top"))).otherwise(outcome).alias(f"outcome{i}"))
    return said


def _reasons(book: Book) -> pl.DataFrame:
    """`benchmark`, `benchmark_raroc`, and of each factor `why_{factor}` and `worth_{factor}`."""
    told = _attribution(book)
    if told is None:
        return pl.DataFrame(schema={"subject_id": pl.String})
    divisor = money_scale(book.lang).divisor
    own = replace(told, rows=_of_told(book, told.rows.filter(scope="customer"))).laid_out()
    figures = [
        expr
        for factor in told.codes
        for expr in (
            pl.col("share_raroc").filter(pl.col("factor") == factor).first().alias(f"why_{factor}"),
            (pl.col("share_eva") / divisor).filter(pl.col("factor") == factor).first().alias(f"worth_{factor}"),
        )
    ]
    same = pl.col("benchmark", "benchmark_raroc").first()
    rows = own.group_by("subject_id").agg(same, *figures)
    return rows.with_columns(values_in_words(rows["benchmark"], book.labels))


def _warned(book: Book) -> pl.DataFrame:
    """`warning`: severity, cause, who acts and by when, in one line."""
    table, labels = _own(book, "warnings"), book.labels
    if table is None or table.is_empty():
        return pl.DataFrame(schema={"subject_id": pl.String, "warning": pl.String})
    words = [
        in_words(table[name], {code: labels.code(code) for code in table[name].drop_nulls().unique()})
        for name in ("severity", "cause")
    ]
    rows = table.with_columns(words)
    parts = ["severity", "cause", "owner", pl.format(book.word("due_by", date="{}"), "due")]
    return rows.select("subject_id", pl.concat_str(parts, separator=" · ", ignore_nulls=True).alias("warning"))
