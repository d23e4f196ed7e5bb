"""Problems as findings: with file, sheet and cell, the customer's id, what stood there, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from ninegrid.intake.places import Places
from ninegrid.intake.values.parsed import quoted
from ninegrid.intake.values.reasons import kind_of, with_messages
from ninegrid.intake.values.texts import FLAGS
from ninegrid.model import findings
from ninegrid.model.inputs import SOURCE, SheetSource
from ninegrid.model.raw import ROW
from ninegrid.model.relations import Lang, Relation


def as_findings(
    relation: Relation,
    problems: pl.DataFrame,
    rows: pl.DataFrame,
    sheets: Sequence[SheetSource],
    raw: Mapping[int, pl.DataFrame],
    places: Places,
    lang: Lang,
    moved: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The problems of a relation as findings (`model.findings.schema`), in the order of sheets, rows and columns.

    rows: all rows of the relation, for their ids; moved: those put together with others (MOVED).
    raw: by source, the rows as read, to quote cells from.
    """
    if problems.is_empty():
        return findings.empty()
    located = _with_values(places.indexed(problems).sort(SOURCE, ROW, "index", maintain_order=True), raw)
    source = pl.col(SOURCE)
    named = located.join(
        _ids(relation, rows, located, moved), on=[SOURCE, ROW], how="left", maintain_order="left"
    ).with_columns(
        places.cell_of_each(located).alias("cell"),
        file=source.replace_strict({i: s.file.name for i, s in enumerate(sheets)}, return_dtype=pl.String),
        sheet=source.replace_strict(
            {i: "" if s.encoding else s.sheet for i, s in enumerate(sheets)}, return_dtype=pl.String
        ),
        kind=kind_of(pl.col("reason")),
    )
    named = _with_words_of(lang, named, relation)
    named = with_messages(named, {c.name: c.label(lang) for c in relation.columns}, lang)
    return named.with_columns(pl.col("reason").str.extract(r"^([^/]+)")).select(list(findings.schema()))


def _with_words_of(lang: Lang, problems: pl.DataFrame, relation: Relation) -> pl.DataFrame:
    """The problems with the words that a column takes (detail) in the language of the findings."""
    unknown = pl.col("reason").str.starts_with("UNKNOWN_CATEGORY")
    asked = set(problems.filter(unknown)["column"]) if lang != "zh" else set()
    for column in (column for column in relation.columns if column.name in asked):
        choices = {word: column.called(word, lang) for word in column.choices} or dict(zip(*FLAGS, strict=True))
        values = {**choices, " / ".join(choices): " / ".join(choices.values())}
        own = unknown & (pl.col("column") == column.name)
        problems = problems.with_columns(detail=pl.when(own).then(pl.col("detail").replace(values)).otherwise("detail"))
    return problems


def _ids(relation: Relation, rows: pl.DataFrame, problems: pl.DataFrame, moved: pl.DataFrame | None) -> pl.DataFrame:
    """_source, _row → subject_id of the rows with problems, for relations whose rows are about a subject."""
    column = relation.parent[1] if relation.parent else relation.key[0] if relation.main else None
    subject = pl.lit(None, pl.String) if column is None else pl.col(column)
    ids = rows.select(SOURCE, ROW, subject_id=subject)
    if column is not None and moved is not None and moved.height:
        ids = pl.concat([ids, moved.select(SOURCE, ROW, subject_id="_id")])
    table = ids.join(problems, on=[SOURCE, ROW], how="semi")
    return table.unique([SOURCE, ROW])


def _with_values(problems: pl.DataFrame, raw: Mapping[int, pl.DataFrame]) -> pl.DataFrame:
    """Problems that came from the checks get the cell's own text as their value."""
    blank = problems.filter(pl.col("value").is_null() & pl.col("index").is_not_null())
    asked = blank.select(SOURCE, "index").unique().rows()
    if not asked:
        return problems
    texts = [
        quoted(raw[source], index)
        .with_columns(
            pl.lit(source, pl.UInt16).alias(SOURCE), pl.lit(index, pl.Int64).alias("index"), _text=pl.col("value")
        )
        .join(blank.filter((pl.col(SOURCE) == source) & (pl.col("index") == index)), on=ROW, how="semi")
        for source, index in asked
    ]
    found = pl.concat(texts).select(SOURCE, ROW, "index", "_text")
    joined = problems.join(found, on=[SOURCE, ROW, "index"], how="left", maintain_order="left")
    return joined.with_columns(value=pl.coalesce("value", "_text")).drop("_text")
