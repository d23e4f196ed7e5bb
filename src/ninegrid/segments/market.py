"""The relation market matched to the segments of the policy: which row is about which segment, and which about none."""

from __future__ import annotations

import polars as pl

from ninegrid.intake.validate.locate import findings_at
from ninegrid.messages import message, say
from ninegrid.model import findings
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.policy import Policy
from ninegrid.policy.values.segments import MARKET
from ninegrid.resources import relation

RELATION = "market"
_KEY = ("segment_kind", "segment")


def market_of(inputs: Inputs, policy: Policy) -> pl.DataFrame:
    """A row a segment: segment_kind (a key of the policy), segment, market_period and the figures of MARKET.

    Of several periods the newest that does not end after the run's, or that holds it, as the year holds its months.
    """
    rows = _rows(inputs, policy)
    table = rows.filter(pl.col("problem").is_null()).sort("ends", maintain_order=True)
    newest = table.group_by(_KEY, maintain_order=True).last()
    return newest.select(*_KEY, pl.col("period").alias("market_period"), *MARKET)


def market_findings(inputs: Inputs, policy: Policy, known: pl.DataFrame) -> pl.DataFrame:
    """A warning for each row that is used for nothing: NO_SEGMENT (a kind or segment that is none), LATER_PERIOD.

    known: segment_kind and segment of the segments there are.
    """
    rows = _rows(inputs, policy)
    if not policy.segments:
        sentence = say(message("grading.market_not_used"), inputs.lang)
        return findings.finding("warning", "NO_SEGMENT", sentence) if rows.height else findings.empty()
    there = known.select(_KEY).drop_nulls().unique().with_columns(there=pl.lit(True))
    rows = rows.join(there, on=_KEY, how="left", maintain_order="left").with_columns(
        problem=pl.coalesce("problem", pl.when(pl.col("there").is_null()).then(pl.lit("NO_SEGMENT/SEGMENT"))),
        subject_id=pl.lit(None, dtype=pl.String),
    )
    cells = {"NO_SEGMENT/KIND": "segment_kind", "NO_SEGMENT/SEGMENT": "segment", "LATER_PERIOD": "period"}
    listed = []
    for problem, column in cells.items():
        some = rows.filter(pl.col("problem") == problem)
        written = pl.col("written" if column == "segment_kind" else column)
        said = findings.sentences(problem, inputs.lang, value=written, kind=pl.col("written"))
        listed.append(findings_at(some, inputs, column, "warning", problem.partition("/")[0], said, written))
    return findings.combine(listed)


def _rows(inputs: Inputs, policy: Policy) -> pl.DataFrame:
    """The rows with segment_kind as a key, `written` as it stood, `ends`, and `problem`: why one is no use."""
    rows = inputs.tables[RELATION]
    words = _words(policy)
    kind = pl.col("segment_kind").str.strip_chars().str.to_lowercase()
    texts = rows["period"].drop_nulls().unique().to_list()
    now, parsed = inputs.period, {text: Period.parse(text) for text in texts}
    ends = {text: min(one.end, now.end) for text, one in parsed.items()}
    late = [text for text, one in parsed.items() if one.end > now.end and not one.holds(now)]
    rows = rows.with_columns(
        written=pl.col("segment_kind"),
        segment_kind=kind.replace_strict(words, default=None, return_dtype=pl.String),
        ends=pl.col("period").replace_strict(ends, default=now.end, return_dtype=pl.Date),
    )
    problem = (
        pl.when(pl.col("segment_kind").is_null())
        .then(pl.lit("NO_SEGMENT/KIND"))
        .when(pl.col("period").is_in(late).fill_null(False))
        .then(pl.lit("LATER_PERIOD"))
    )
    return rows.with_columns(problem=problem)


def _words(policy: Policy) -> dict[str, str]:
    """What a kind of segments may be called: its key, its names, and those of the column it is by."""
    words: dict[str, str] = {}
    for segment in policy.segments:
        of = relation(segment.from_)
        labels = [of.column(segment.by).zh, of.column(segment.by).en] if segment.by in of.names else []
        names = (segment.by, *labels, segment.zh, segment.en, segment.key)
        words |= {name.strip().lower(): segment.key for name in names}
    return words
