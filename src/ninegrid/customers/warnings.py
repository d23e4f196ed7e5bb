"""What grading itself notices: figures that disagree with their parts, mixed capital methods, too few peers."""

from __future__ import annotations

import polars as pl

from ninegrid import findings
from ninegrid.intake.inputs import Inputs
from ninegrid.intake.places import cell_names
from ninegrid.relations import Lang

# flag column, the column it is about, code, sentence in English and Chinese; {given} and {parts} are the two figures
_DISAGREEMENTS = (
    (
        "raroc_disagrees",
        "raroc",
        "RAROC_DISAGREES",
        "The given RAROC {given} disagrees with its own parts, which give {parts}; the parts were used.",
        "给定的 RAROC 为 {given}，与其计算要素得出的 {parts} 不符；以计算要素为准。",
    ),
    (
        "income_disagrees",
        "total_income",
        "INCOME_DISAGREES",
        "The given total income {given} disagrees with the sum of its parts {parts}; the given total was used.",
        "给定的总收入 {given} 与分项之和 {parts} 不符；以给定总收入为准。",
    ),
)
_FIGURES = {
    "raroc": ("raroc_given", "raroc"),
    "total_income": ("total_income", "income_from_parts"),
}


def warnings(frame: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """Findings of kind warning, each at the cell of the figure it is about."""
    return findings.combine(_disagreement(frame, inputs, *case) for case in _DISAGREEMENTS)


def _disagreement(
    frame: pl.DataFrame, inputs: Inputs, flag: str, column: str, code: str, english: str, chinese: str
) -> pl.DataFrame:
    rows = frame.filter(pl.col(flag))
    given, parts = _FIGURES[column]
    template = english if inputs.lang == "en" else chinese
    before, between, after = template.replace("{parts}", "{given}").split("{given}")
    texts = [_shown(name, column) for name in (given, parts)]
    message = pl.concat_str(pl.lit(before), texts[0], pl.lit(between), texts[1], pl.lit(after))
    return _located(rows, inputs, column).with_columns(
        rows.select(
            pl.col("customer_id").alias("subject_id"),
            pl.lit(column).alias("column"),
            texts[0].alias("value"),
            pl.lit("warning").alias("kind"),
            pl.lit(code).alias("reason"),
            message.alias("message"),
        )
    )


def _located(rows: pl.DataFrame, inputs: Inputs, column: str) -> pl.DataFrame:
    """file, sheet and cell of a column in each row."""
    sheets = inputs.sheets
    index = {i: s.columns[column] for i, s in enumerate(sheets) if column in s.columns}
    source = rows["_source"]
    return pl.DataFrame(
        {
            "file": source.replace_strict({i: s.file.name for i, s in enumerate(sheets)}, return_dtype=pl.String),
            "sheet": source.replace_strict({i: s.sheet for i, s in enumerate(sheets)}, return_dtype=pl.String),
            "cell": cell_names(
                source.replace_strict(index, default=None, return_dtype=pl.Int64),
                rows["_row"],
                source.replace_strict({i: not s.sheet for i, s in enumerate(sheets)}, return_dtype=pl.Boolean),
            ),
        }
    )


def _shown(name: str, column: str) -> pl.Expr:
    value = pl.col(name)
    if column == "raroc":
        return pl.concat_str((value * 100).round(2).cast(pl.String), pl.lit("%"))
    return value.round(2).cast(pl.String)


def notices(frame: pl.DataFrame, cuts: pl.DataFrame, lang: Lang = "en") -> tuple[str, ...]:
    """Sentences about the run as a whole."""
    said = []
    methods = frame.filter(pl.col("value_cell").is_not_null())["ec_method"].drop_nulls().unique().sort().to_list()
    if len(methods) > 1:
        said.append(f"Economic capital comes from several methods ({', '.join(methods)}); RAROCs compare only roughly.")
    few = cuts.filter(pl.col("status") == "FEW_PEERS")
    if few.height:
        groups = ", ".join(few["peer_group"].unique().sort())
        said.append(f"Too few peers for cuts of their own, the whole population's were used: {groups}.")
    return tuple(said)
