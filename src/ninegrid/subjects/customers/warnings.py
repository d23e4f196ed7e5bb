"""What grading itself notices: figures that disagree with their parts, mixed capital methods, too few peers."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.units import managers
from ninegrid.improvement.set_targets import named
from ninegrid.intake.validate.locate import findings_at
from ninegrid.messages import Message, message
from ninegrid.model import findings
from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.model.raw import ROW

# flag column, the column it is about, the two figures {given} and {parts}, code, sentence in English and Chinese
_DISAGREEMENTS = (
    (
        "raroc_disagrees",
        "raroc",
        ("raroc_given", "raroc"),
        "RAROC_DISAGREES",
        "The given RAROC {given} disagrees with its own parts, which give {parts}; the parts were used.",
        "给定的 RAROC 为 {given}，与其计算要素得出的 {parts} 不符；以计算要素为准。",
    ),
    (
        "raroc_sign_disagrees",
        "raroc",
        ("raroc_given", "rani"),
        "RAROC_DISAGREES",
        "The given RAROC {given} has another sign than RANI, {parts}: no capital follows from it; it was not used.",
        "给定的 RAROC {given} 与风险调整后净收入 {parts} 正负相反，不能据此推算资本；未采用。",
    ),
    (
        "income_disagrees",
        "total_income",
        ("income_given", "income_from_parts"),
        "INCOME_DISAGREES",
        "The given total income {given} disagrees with the sum of its parts {parts}; the parts were used.",
        "给定的总收入 {given} 与分项之和 {parts} 不符；以分项之和为准。",
    ),
)
# Columns that are seldom negative: it may be a write-back, or a wrong sign.
_SELDOM_NEGATIVE = ("operating_cost", "impairment_loss")
_NEGATIVE = {
    "en": ("", " is negative; it was used as it stands. Check the sign."),
    "zh": ("数值 ", " 为负，已按原值采用，请核对正负号。"),
}

# before the name, between it and those who have it, and after them
_SEVERAL = {
    "en": ("Several relationship managers are called ", ": ", ". Name the one meant by number, or say the branch."),
    "zh": ("名为“", "”的客户经理不止一位：", "。目标未计入任何一位；请填工号，或在“所属分行”一列写明分行。"),
}

_ABSENT = {"statements": "grading.no_statements", "income_history": "grading.no_income_history"}


def warnings(frame: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """Findings of kind warning, each at the cell of the figure it is about."""
    return findings.combine(
        [disagreements(frame, inputs), mixed_methods(frame, inputs), ambiguous_targets(frame, inputs)]
    )


def ambiguous_targets(frame: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """A warning for each target of a manager by a name that several have: it is held against none of them."""
    targets = inputs.tables["targets"]
    if targets.is_empty():
        return findings.empty()
    rows = named(targets, managers(frame)).filter(pl.col("n") > 1)
    rows = rows.with_columns(subject_id=pl.lit(None, dtype=pl.String))
    before, between, after = _SEVERAL["en" if inputs.lang == "en" else "zh"]
    who = pl.col("keys").list.join("; ")
    message = pl.concat_str(pl.lit(before), "name", pl.lit(between), who, pl.lit(after))
    return findings_at(rows, inputs, "name", "warning", "AMBIGUOUS", message, pl.col("name"))


def disagreements(frame: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """A warning for each given figure that its own parts contradict, and each cost that is negative."""
    told = [_disagreement(frame, inputs, *case) for case in _DISAGREEMENTS]
    return findings.combine([*told, *(_negative(frame, inputs, column) for column in _SELDOM_NEGATIVE)])


def _negative(frame: pl.DataFrame, inputs: Inputs, column: str) -> pl.DataFrame:
    rows = frame.select("customer_id", SOURCE, ROW, column).filter(pl.col(column) < 0)
    rows = rows.rename({"customer_id": "subject_id"})
    before, after = _NEGATIVE["en" if inputs.lang == "en" else "zh"]
    value = _shown(column)
    message = pl.concat_str(pl.lit(before), value, pl.lit(after))
    return findings_at(rows, inputs, column, "warning", "NEGATIVE_COST", message, value)


def mixed_methods(frame: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """A warning when the RAROCs of one grid rest on several capital methods."""
    methods = _methods(frame)
    if len(methods) < 2:
        return findings.empty()
    joined = ", ".join(methods)
    english = f"Economic capital comes from several methods ({joined}); RAROCs compare only roughly."
    chinese = f"经济资本来自多种口径（{joined}），RAROC 只能粗略比较。"
    message = english if inputs.lang == "en" else chinese
    return findings.finding("warning", "MIXED_EC_METHODS", message, column="ec_method", value=joined)


def _methods(frame: pl.DataFrame) -> list[str]:
    return frame["ec_method"].filter(frame["value_cell"].is_not_null()).drop_nulls().unique().sort().to_list()


def _disagreement(
    frame: pl.DataFrame,
    inputs: Inputs,
    flag: str,
    column: str,
    figures: tuple[str, str],
    code: str,
    english: str,
    chinese: str,
) -> pl.DataFrame:
    rows = frame.select("customer_id", SOURCE, ROW, flag, *figures).filter(flag)
    rows = rows.rename({"customer_id": "subject_id"})
    given, parts = map(_shown, figures)
    template = english if inputs.lang == "en" else chinese
    before, between, after = template.replace("{parts}", "{given}").split("{given}")
    message = pl.concat_str(pl.lit(before), given, pl.lit(between), parts, pl.lit(after))
    return findings_at(rows, inputs, column, "warning", code, message, given)


def _shown(name: str) -> pl.Expr:
    value = pl.col(name)
    if name.startswith("raroc"):
        return pl.concat_str((value * 100).round(2).cast(pl.String), pl.lit("%"))
    return value.round(2).cast(pl.String)


def notices(frame: pl.DataFrame, cuts: pl.DataFrame, inputs: Inputs) -> tuple[Message, ...]:
    """What a person should know of the run as a whole."""
    said = []
    if len(methods := _methods(frame)) > 1:
        said.append(message("grading.mixed_ec_methods", methods=methods))
    unplaced = frame["value_cell"].null_count()
    if unplaced == frame.height:
        said.append(message("grading.nobody_placed", reasons=_most_common(frame["unplaced_reason"])))
    said += [message(code) for relation, code in _ABSENT.items() if inputs.tables[relation].is_empty()]
    if frame["group_id"].null_count() == frame.height:
        said.append(message("grading.no_groups"))
    few = cuts.filter(pl.col("status") == "FEW_PEERS")
    if own := few.filter(pl.col("low_cut").is_not_null())["peer_group"].unique().sort().to_list():
        said.append(message("grading.few_peers", groups=own))
    for grid, n in few.filter(pl.col("low_cut").is_null() & (pl.col("n") > 0)).select("grid", "n").iter_rows():
        said.append(message("grading.too_few_to_cut", grid=grid, n=n))
    return tuple(said)


def _most_common(reasons: pl.Series) -> list[str]:
    counts = reasons.drop_nulls().value_counts(sort=True)
    return [f"{reason} ({n:,})" for reason, n in counts.head(3).iter_rows()]
