"""What grading itself notices: figures that disagree with their parts, mixed capital methods, too few peers."""

from __future__ import annotations

import polars as pl

from ninegrid.intake.validate.locate import findings_at
from ninegrid.messages import Message, message, say
from ninegrid.model import findings
from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.model.raw import ROW
from ninegrid.policy import Policy

# flag column, the column it is about, the two figures {given} and {parts}, the reason and its sentence
_DISAGREEMENTS = (
    ("raroc_disagrees", "raroc", ("raroc_given", "raroc"), "RAROC_DISAGREES"),
    ("raroc_sign_disagrees", "raroc", ("raroc_given", "rani"), "RAROC_DISAGREES/SIGN"),
    ("income_disagrees", "total_income", ("income_given", "income_from_parts"), "INCOME_DISAGREES"),
)
# Columns that are seldom negative: it may be a write-back, or a wrong sign.
_SELDOM_NEGATIVE = ("operating_cost", "impairment_loss")

INCOMES = ("income_disagrees", "income_given", "income_from_parts")
"""What tells whether given totals of income are those of their parts."""
_ABSENT = {"statements": "grading.no_statements", "income_history": "grading.no_income_history"}


def warnings(frame: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """Findings of kind warning, each at the cell of the figure it is about."""
    return findings.combine([disagreements(frame, inputs), mixed_methods(frame, inputs)])


def disagreements(frame: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """A warning for each given figure that its own parts contradict, and each cost that is negative."""
    listed = [_disagreement(frame, inputs, *case) for case in _DISAGREEMENTS]
    return findings.combine([*listed, *(_negative(frame, inputs, column) for column in _SELDOM_NEGATIVE)])


def _negative(frame: pl.DataFrame, inputs: Inputs, column: str) -> pl.DataFrame:
    rows = frame.select("customer_id", SOURCE, ROW, column).filter(pl.col(column) < 0)
    rows = rows.rename({"customer_id": "subject_id"})
    value = _shown(column)
    said = findings.sentences("NEGATIVE_COST", inputs.lang, value=value)
    return findings_at(rows, inputs, column, "warning", "NEGATIVE_COST", said, value)


def mixed_methods(frame: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """A warning when the RAROCs of one grid rest on several capital methods."""
    methods = _methods(frame)
    if len(methods) < 2:
        return findings.empty()
    said = say(message("grading.mixed_ec_methods", methods=methods), inputs.lang)
    return findings.finding("warning", "MIXED_EC_METHODS", said, column="ec_method", value=", ".join(methods))


def _methods(frame: pl.DataFrame) -> list[str]:
    return frame["ec_method"].filter(frame["value_cell"].is_not_null()).drop_nulls().unique().sort().to_list()


def _disagreement(
    frame: pl.DataFrame, inputs: Inputs, flag: str, column: str, figures: tuple[str, str], reason: str
) -> pl.DataFrame:
    rows = frame.select("customer_id", SOURCE, ROW, flag, *figures).filter(flag)
    rows = rows.rename({"customer_id": "subject_id"})
    given, parts = map(_shown, figures)
    said = findings.sentences(reason, inputs.lang, given=given, parts=parts)
    return findings_at(rows, inputs, column, "warning", reason.partition("/")[0], said, given)


def _shown(name: str) -> pl.Expr:
    value = pl.col(name)
    if name.startswith("raroc"):
        return pl.concat_str((value * 100).round(2).cast(pl.String), pl.lit("%"))
    return value.round(2).cast(pl.String)


def notices(frame: pl.DataFrame, cuts: pl.DataFrame, inputs: Inputs, policy: Policy) -> tuple[Message, ...]:
    """Notices about the run as a whole."""
    said = []
    if len(methods := _methods(frame)) > 1:
        said.append(message("grading.mixed_ec_methods", methods=methods))
    said += [message(code) for relation, code in _ABSENT.items() if inputs.tables[relation].is_empty()]
    said += _most_incomes_disagree(frame)
    if frame["group_id"].null_count() == frame.height:
        said.append(message("grading.no_groups"))
    few = cuts.filter(pl.col("status") == "FEW_PEERS")
    if own := few.filter(pl.col("low_cut").is_not_null())["peer_group"].unique().sort().to_list():
        said.append(message("grading.few_peers", groups=own))
    for grid, n in few.filter(pl.col("low_cut").is_null() & (pl.col("n") > 0)).select("grid", "n").iter_rows():
        said.append(message("grading.too_few_to_cut", grid=policy.grid(grid), n=n))
    return tuple(said)


def _most_incomes_disagree(frame: pl.DataFrame) -> list[Message]:
    """A notice where the parts took the place of most given totals: a part may be missing from the file."""
    both = frame.select(INCOMES).filter(
        pl.col("income_given").is_not_null() & pl.col("income_from_parts").is_not_null()
    )
    off = both.filter("income_disagrees")
    if off.height * 2 <= both.height:
        return []
    given, parts = off["income_given"].sum(), off["income_from_parts"].sum()
    return [message("grading.incomes_from_parts", n=off.height, of=both.height, given=given, parts=parts)]
