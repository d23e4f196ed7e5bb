"""What a workbook may say of one subject: no names where they are not wanted, nothing that is looked at by group only.

It is taken out of the result before anything is laid out, so that no sheet, note or link can bring it back.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import polars as pl

from ninegrid.model.inputs import Inputs
from ninegrid.model.relations import Lang
from ninegrid.policy import Policy
from ninegrid.report.kit.words import word
from ninegrid.report.redaction import reading_of_figures
from ninegrid.result import Result

_ANYONE = "…"
_SUBJECT = "subject_id"  # what tables about any subject call the id
_SHORTEST = 2  # a name of one letter would be found in every other word


def presentable(result: Result, *, names: bool) -> Result:
    """The result as it may be shown: without `names` nobody is named."""
    return result if names or not result.policy.privacy.name else _nameless(result)


def without_withheld(inputs: Inputs, policy: Policy) -> Inputs:
    """The inputs whose findings quote nothing that the policy withholds, in any output.

    So too findings about whole rows of a relation whose key holds such a column: of a rating they name who rated whom.
    """
    withheld = set(policy.privacy.withheld)
    if not withheld or inputs.findings.is_empty():
        return inputs
    keyed = [s for s in inputs.sheets if s.relation and withheld & set(s.relation.key)]
    places = [f"{s.file.name}\n{'' if s.encoding else s.sheet}" for s in keyed]
    place = pl.concat_str("file", pl.lit("\n"), pl.col("sheet").fill_null(""))
    keys = {name for sheet in keyed if sheet.relation for name in sheet.relation.key}
    of_row = pl.col("column").is_null() | (
        pl.col("column").is_in(list(keys)) & (pl.col("value") != pl.col("subject_id"))
    )
    which = pl.col("column").is_in(list(withheld)) | (of_row.fill_null(False) & place.is_in(places))
    return dataclasses.replace(inputs, findings=_unquoted(inputs.findings, which, inputs.lang))


def _nameless(result: Result) -> Result:
    """Without the columns that name people; a name that stands anywhere else gives way to the subject's id."""
    name, naming = result.policy.privacy.name, [result.policy.privacy.name, *result.policy.privacy.free_text]
    ids = _ids(result, name)
    # A finding about a whole line quotes the line, whoever it names.
    which = pl.col("column").is_in(naming) | pl.col("column").is_null()
    findings = _unquoted(result.tables["findings"], which, result.lang)
    known = [key for key in ids if len(key) >= _SHORTEST]
    if known:
        quoting = pl.col("value", "message").str.replace_many(known, [_ANYONE] * len(known))
        findings = findings.with_columns(quoting)
    reading = reading_of_figures(result.inputs.reading)
    tables = {**result.tables, "findings": findings}
    if "reading" in tables:
        tables["reading"] = reading.table(result.policy.privacy.withheld)
    kept = ("findings", "reading")
    unnamed = {key: frame if key in kept else frame.drop(naming, strict=False) for key, frame in tables.items()}
    return dataclasses.replace(
        result,
        inputs=dataclasses.replace(result.inputs, reading=reading),
        tables={key: _by_id(frame, ids) for key, frame in unnamed.items()},
    )


def _ids(result: Result, name: str) -> Mapping[str, str]:
    """Every name with the id of who has it; of several who share it, with nobody's."""
    frames = (*result.tables.values(), *result.inputs.tables.values())
    wanted = (
        frame.select(name, pl.col(key).alias(result.policy.id))
        for frame in frames
        for key in (result.policy.id, _SUBJECT)
        if {name, key} <= set(frame.columns)
    )
    named = pl.concat([pl.DataFrame(schema={name: pl.String, result.policy.id: pl.String}), *wanted])
    owners = named.drop_nulls().group_by(name).agg(pl.col(result.policy.id).unique())
    return {called: ids[0] if len(ids) == 1 else _ANYONE for called, ids in owners.iter_rows()}


def _by_id(frame: pl.DataFrame, ids: Mapping[str, str]) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.String).replace(ids)) if ids else frame


def _unquoted(findings: pl.DataFrame, which: pl.Expr, lang: Lang) -> pl.DataFrame:
    """The findings, those of `which` without the value they quote."""
    which = which.fill_null(False)
    nothing, instead = pl.lit(None, dtype=pl.String), pl.lit(word("not_quoted", lang))
    return findings.with_columns(
        value=pl.when(~which).then("value").otherwise(nothing),
        message=pl.when(~which).then("message").otherwise(instead),
    )
