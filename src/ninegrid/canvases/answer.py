"""The study of canvases: their items, their figures, and the mistakes in them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.canvases.blocks import RELATION, items
from ninegrid.canvases.checks import Mistake, mistakes
from ninegrid.canvases.figures import figures
from ninegrid.intake.validate.locate import findings_at
from ninegrid.messages import Lang
from ninegrid.model import findings
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SOURCE, Inputs
from ninegrid.model.raw import ROW
from ninegrid.model.result_tables import result_table
from ninegrid.model.study import Answer, Asked
from ninegrid.policy.values.studies import CanvasRules
from ninegrid.resources import relation, stands_for

TABLE, FIGURES = "canvas", "canvas_figures"


def answer(asked: Asked) -> Answer:
    """The tables canvas and canvas_figures, with a finding of kind warning for each mistake.

    InputError for more canvases, or for more items in one, than the policy has.
    """
    rows = items(asked.inputs)
    _refuse_many(rows, asked.inputs, asked.policy.canvas)
    wrong = mistakes(rows, asked.policy.canvas)
    canvases = rows.select("canvas_id", "subject").unique(maintain_order=True)
    table = rows.join(_codes(wrong), on=[SOURCE, ROW], how="left", maintain_order="left")
    schema = result_table(TABLE).schema()
    table = table.rename({"kind": "canvas_kind", "item": "content"})
    tables = {
        TABLE: table.select(pl.col(name).cast(kind) for name, kind in schema.items()),
        FIGURES: figures(canvases, asked.stored["customers"], asked.policy),
    }
    counts = {"canvases": canvases.height, "mistakes": len(wrong)}
    return Answer(tables, _findings(wrong, asked.inputs, asked.lang), counts=counts)


def _refuse_many(rows: pl.DataFrame, inputs: Inputs, rules: CanvasRules) -> None:
    sizes = rows.group_by("canvas_id", maintain_order=True).agg(n=pl.len(), source=pl.col(SOURCE).first())
    if sizes.height > rules.most:
        place = inputs.sheets[sizes["source"][0]].place
        raise InputError("studies.many_canvases", place=place, n=sizes.height, most=rules.most)
    if (fullest := sizes.sort("n", maintain_order=True).tail(1)).filter(pl.col("n") > rules.items_most).height:
        name, n, source = fullest.row(0)
        place = inputs.sheets[source].place
        raise InputError("studies.many_items", place=place, canvas=name, n=n, most=rules.items_most)


def _codes(wrong: Sequence[Mistake]) -> pl.DataFrame:
    """Of each item the codes of its own mistakes, joined; those of a whole block or canvas stand at no item."""
    own = [(m.row[SOURCE], m.row[ROW], m.code) for m in wrong if m.column != "block"]
    schema = {SOURCE: pl.UInt16, ROW: pl.UInt32, "mistakes": pl.String}
    rows = pl.DataFrame(own, schema=schema, orient="row").unique(maintain_order=True)
    return rows.group_by(SOURCE, ROW, maintain_order=True).agg(pl.col("mistakes").str.join(";"))


def _findings(wrong: Sequence[Mistake], inputs: Inputs, lang: Lang) -> pl.DataFrame:
    """A finding a mistake, in the order of the canvases, at its cell."""
    listed = []
    for mistake in wrong:
        values = dict(mistake.values)
        if "block" in values:
            values["block"] = _block(values["block"], lang)
        row = pl.DataFrame(
            [(mistake.row[SOURCE], mistake.row[ROW], mistake.row["canvas_id"])],
            schema={SOURCE: pl.UInt16, ROW: pl.UInt32, "subject_id": pl.String},
            orient="row",
        )
        given = {name: pl.lit(text) for name, text in values.items()}
        said = findings.sentences(f"{mistake.code}/{mistake.case}", lang, canvas=pl.col("subject_id"), **given)
        value = pl.lit(mistake.row[mistake.column] if mistake.column != "block" else None, dtype=pl.String)
        listed.append(findings_at(row, inputs, mistake.column, "warning", mistake.code, said, value))
    return findings.combine(listed)


def _block(key: str, lang: Lang) -> str:
    """What a block is called."""
    words = {code: word for word, code in stands_for(RELATION, "block").items()}
    choices = relation(RELATION).column("block").choices
    return words[key] if lang == "zh" else choices[words[key]][0]
