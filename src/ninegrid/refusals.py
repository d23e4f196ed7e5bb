"""When inputs that could be read are not good enough to grade: too many rows refused, or nobody placed.

Both end a run with exit code 4, before anything is stored. What is short of that and a person should know all the same
comes first among the notices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.intake.maps.named_after import may_be_none
from ninegrid.intake.sheet_conflicts import SheetConflict
from ninegrid.intake.values.cells import NOT_CALCULATED
from ninegrid.intake.values.reasons import FOREIGN_CODES
from ninegrid.messages import Lang, Message, advice, message, say
from ninegrid.model.errors import NobodyPlacedError, TooManyRejectedError
from ninegrid.model.findings import combine, named_reason
from ninegrid.model.inputs import Counts, Inputs, SheetSource
from ninegrid.model.reading import ColumnReading
from ninegrid.options import Options
from ninegrid.policy import Grid
from ninegrid.policy.needs import lacking, nearest_first
from ninegrid.resources import relation, results, vocabulary

_DECIMALS = 8  # of a percentage: a row among a hundred million
_MANY = 5  # cells of each word before words are counted
_NUMBER = re.compile(r"[^\w\s]{0,2}\d[\d,]*(?:\.\d+)?\D{0,2}")  # with a sign, a currency sign, a unit
_NAMED = 3  # subjects, kinds of reasons and cells named in one message


def refuse_too_many_rejected(inputs: Inputs, main: str, options: Options, graded: pl.DataFrame | None = None) -> None:
    """TooManyRejectedError when a larger share of a relation's rows was rejected than allowed, or every main row.

    Each relation is looked at by itself, the main one first: a figure depends on all of them, but for the forms that
    people filled in. Rows about subjects that the inputs don't have, or about years after the period, are in order and
    don't count. graded: the findings of grading, which refuses rows of its own, such as scores on an unknown scale.
    """
    error = _too_many(inputs, main, options)
    if error is not None:
        found = inputs.findings if graded is None else combine([inputs.findings, graded])
        kinds = refused_kinds(found, inputs.sheets)[:_NAMED]
        error.findings = None if graded is None else found
        error.details = tuple(kind.notice(quote=not options.mask) for kind in kinds)
        raise error


def _too_many(inputs: Inputs, main: str, options: Options) -> TooManyRejectedError | None:
    whole = _Rejected.of(main, inputs.counts[main])
    if whole.usable and not inputs.counts[main].accepted:
        return TooManyRejectedError("pipeline.none_accepted", usable=whole.usable)
    figured = [name for name in inputs.counts if not relation(name).form]
    for name in sorted(figured, key=lambda name: name != main):
        one = _Rejected.of(name, inputs.counts[name])
        if one.rows > options.max_rejected * one.usable:
            return TooManyRejectedError(one.refused(options))
    return None


@dataclass(frozen=True)
class RefusedKind:
    """What was refused for one reason: how many cells or rows, the first of them (findings), and, where few words
    stand in many cells, the commonest with their counts. conflict: what there is to say of sheets that differ.
    """

    reason: str
    n: int
    first: pl.DataFrame
    words: tuple[tuple[str, int], ...] = ()
    conflict: SheetConflict | None = None

    @property
    def name(self) -> Message:
        """The reason in words."""
        return named_reason(self.reason)

    @property
    def cure(self) -> SimpleNamespace:
        """What to do about it."""
        return SimpleNamespace(zh=advice(self.name, "zh"), en=advice(self.name, "en"))

    def notice(self, *, quote: bool = True) -> Message:
        """All of it in a sentence, with the first cell and, where values may be shown, what stands in it."""
        if self.conflict:
            return self.conflict.notice(quote=quote)
        row = self.first.row(0, named=True)
        words = ", ".join(f"{word} ×{n}" for word, n in self.words) or str(row["value"] or "")
        value = words if quote and row["value"] != NOT_CALCULATED else ""
        code = "pipeline.refused_kind" if value else "pipeline.refused_rows"
        values = {"reason": self.name, "code": self.reason, "n": self.n, "place": _place(row), "value": value}
        return message(code, **values, cure=self.cure)


def _place(row: Mapping[str, Any]) -> Message | str:
    """File, sheet and cell of a finding; a row without a column in words."""
    whole = re.fullmatch(r"row (\d+)", row["cell"] or "")
    place = " › ".join(filter(None, (row["file"], row["sheet"], None if whole else row["cell"])))
    return message("pipeline.whole_row", place=place, n=whole[1]) if whole else place


def refused_kinds(found: pl.DataFrame, sheets: Sequence[SheetSource] = ()) -> list[RefusedKind]:
    """What was refused, by reason: the most first, rows that are about nobody in the inputs last.

    sheets: those that were read, of which some may hold the same columns with other values.
    """
    refused = found.filter(pl.col("kind") == "rejected")
    conflict, kinds = SheetConflict.among(refused, sheets), []
    if conflict:
        refused = refused.join(conflict.rows, on=refused.columns, how="anti", nulls_equal=True, maintain_order="left")
        kinds = [RefusedKind("CONFLICT", conflict.rows.height, conflict.rows.head(_NAMED), (), conflict)]
    kinds += [
        RefusedKind(str(reason), rows.height, rows.head(_NAMED), () if reason in FOREIGN_CODES else _words(rows))
        for (reason,), rows in refused.partition_by("reason", as_dict=True, maintain_order=True).items()
    ]
    return sorted(kinds, key=lambda kind: (kind.reason in FOREIGN_CODES, -kind.n))


def many_rejected(inputs: Inputs, options: Options) -> list[Message]:
    """Notices about relations of which more rows were rejected than the default of --max-rejected."""
    each = [_Rejected.of(name, count) for name, count in inputs.counts.items() if not relation(name).form]
    many = [one for one in each if one.rows > Options.max_rejected * one.usable]
    return [*(one.notice("pipeline.many_rejected", options) for one in many), *many_foreign(inputs)]


def many_foreign(inputs: Inputs) -> list[Message]:
    """Notices about relations most rows of which are about nobody in the inputs."""
    return [
        message("pipeline.many_foreign", relation=relation(name), n=count.foreign, rows=count.read)
        for name, count in inputs.counts.items()
        if 2 * count.foreign > count.read
    ]


def _words(rows: pl.DataFrame) -> tuple[tuple[str, int], ...]:
    """The commonest values of a column that has few; none of others."""
    counts = rows["value"].drop_nulls().value_counts(sort=True)
    few = counts.height > 1 and _MANY * counts.height < rows.height and rows["column"].n_unique() == 1
    return tuple(counts.head(_NAMED).iter_rows()) if few else ()


@dataclass(frozen=True)
class _Rejected:
    """How many of a relation's rows were rejected, of those that could have been used."""

    name: str
    rows: int
    usable: int

    @classmethod
    def of(cls, name: str, count: Counts) -> _Rejected:
        usable = count.read - count.merged - count.other_period - count.departed - count.foreign
        return cls(name, count.rejected - count.foreign, usable)

    @property
    def share(self) -> float:
        """Of those that could have been used."""
        return self.rows / max(self.usable, 1)

    def refused(self, options: Options) -> Message:
        """That they are more than allowed; where both shares look alike, with as many decimals as tell them apart."""
        if f"{self.share:.1%}" != f"{options.max_rejected:.1%}":
            return self.notice("pipeline.too_many_rejected", options)
        pairs = ((f"{self.share:.{n}%}", f"{options.max_rejected:.{n}%}") for n in range(2, _DECIMALS))
        share, allowed = next((pair for pair in pairs if pair[0] != pair[1]), (str(self.share),) * 2)
        what = {"relation": relation(self.name), "rejected": self.rows, "usable": self.usable}
        return message("pipeline.narrowly_rejected", **what, share=share, allowed=allowed)

    def notice(self, code: str, options: Options) -> Message:
        what = {"relation": relation(self.name), "rejected": self.rows, "usable": self.usable, "share": self.share}
        return message(code, **what, allowed=options.max_rejected)


def refuse_nobody_placed(
    grid: Grid, table: pl.DataFrame, everyone: int, inputs: Inputs, main: str, found: pl.DataFrame
) -> None:
    """NobodyPlacedError that says which columns would have placed whom; for a run in which no subject has a cell.

    table: the main result table, without rows where it is too long to hold. everyone: how many subjects there are.
    found: the findings of grading; those whose reason is why subjects are not placed are told too.
    """
    missing = lacking(grid, main, inputs.present)
    rows = inputs.tables[main]
    if rows.height:
        causes = [*_by_subject(grid, table, inputs, main), *_of_grading(found, table)]
    else:
        causes = [_would_place(missing, everyone, (), inputs, main)] if missing else [_why("NO_CUTS", everyone)]
    lacks = bool(missing) and not any(map(_may_be_amount, _columns(inputs)))
    if lacks:
        code, listed = "pipeline.nobody_placed_lacking", "pipeline.nobody_listed_lacking"
    elif not missing and all(cause.code != "pipeline.would_place" for cause in causes):
        code, listed = "pipeline.nobody_placed_as_read", "pipeline.nobody_listed_as_read"
    else:
        code, listed = "pipeline.nobody_placed", NobodyPlacedError.listed
    error = NobodyPlacedError(code, grid=grid, told=causes)
    error.listed = listed
    error.findings = combine([inputs.findings, found])
    error.details = tuple(_may_be(inputs, main, missing))
    raise error


def _columns(inputs: Inputs) -> Iterator[ColumnReading]:
    return (column for sheet in inputs.reading.sheets for column in sheet.columns)


def _may_be_amount(column: ColumnReading) -> bool:
    """Whether a column that was not understood holds numbers that may be amounts: a map can say what they are."""
    if column.meaning or column.reason not in ("UNKNOWN", "AMBIGUOUS"):
        return False
    header = column.header.casefold()
    named = any(word in header for word in vocabulary("amounts")["no_amount"])
    return not named and any(_NUMBER.fullmatch(one.written.strip()) for one in column.samples)


def _may_be(inputs: Inputs, main: str, needs: Sequence[str]) -> Iterator[Message]:
    """The columns in doubt that may be what is lacking, and those that may be 0, with the line for each."""
    wanted = {name.strip() for need in needs for one in need.split("|") for name in one.split("+")}
    for none in may_be_none(inputs.reading, relation(main), inputs.present[main]):
        if none.name in wanted:
            yield message("maps.may_be_none", column=none)
    for sheet in inputs.reading.sheets:
        for question in sheet.asked.values():
            if question.best.meaning in wanted:
                place = " › ".join(filter(None, (sheet.file, sheet.sheet)))
                column = relation(main).column(question.best.meaning)
                yield message("pipeline.may_be", place=place, header=question.header, column=column, name=column.name)


def _of_grading(found: pl.DataFrame, table: pl.DataFrame) -> Iterator[Message]:
    """What grading found of values without which nobody is placed, such as scores on a scale that nothing names."""
    same = found.filter(pl.col("reason").is_in(table["unplaced_reason"].unique().implode()))
    for sentence in same["message"].unique(maintain_order=True).head(_NAMED):
        yield message("common.as_is", text=sentence.rstrip("。."))


def _by_subject(grid: Grid, table: pl.DataFrame, inputs: Inputs, main: str) -> Iterator[Message]:
    """The columns that most subjects lack, and why those are not placed that lack none."""
    key = relation(main).key[0]
    unmet = [
        pl.when(~_meets(need, inputs, main, key)).then(pl.lit(need)).alias(str(i)) for i, need in enumerate(grid.needs)
    ]
    subjects = inputs.tables[main].select(
        key, lacks=pl.concat_list([pl.lit(None, pl.String), *unmet]).list.drop_nulls()
    )
    subjects = subjects.join(table.select(key, "unplaced_reason"), on=key).sort(key)
    lacking_some = subjects.filter(pl.col("lacks").list.len() > 0)
    groups = lacking_some.group_by("lacks", maintain_order=True).agg(n=pl.len(), ids=pl.col(key).head(_NAMED))
    for needs, n, ids in groups.sort("n", descending=True, maintain_order=True).head(_NAMED).rows():
        yield _would_place(needs, n, ids if n < subjects.height else (), inputs, main)
    others = subjects.filter(pl.col("lacks").list.len() == 0)["unplaced_reason"].drop_nulls()
    for reason, n in others.value_counts(sort=True).head(_NAMED).rows():
        yield _why(reason, n)


def _meets(need: str, inputs: Inputs, main: str, key: str) -> pl.Expr:
    """Whether a row of the main relation has all columns of one of a need's alternatives."""
    alternatives = [
        pl.all_horizontal(_filled(name.strip(), inputs, main, key) for name in one.split("+"))
        for one in need.split("|")
    ]
    return pl.any_horizontal(alternatives)


def _filled(name: str, inputs: Inputs, main: str, key: str) -> pl.Expr:
    other, _, column = name.rpartition(".")
    if other in ("", main):
        return pl.col(column).is_not_null()
    rows, parent = inputs.tables[other], relation(other).parent
    ids = rows.filter(pl.col(column).is_not_null())[parent[1] if parent else key].unique()
    return pl.col(key).is_in(ids.implode())


def _would_place(needs: Sequence[str], n: int, ids: Sequence[str], inputs: Inputs, main: str) -> Message:
    """That some columns would have placed so many subjects, the first of whom are named."""
    whom = message("pipeline.subjects", ids=list(ids)) if ids else message("pipeline.all_subjects")
    columns = [
        SimpleNamespace(zh=_spelt(need, inputs, main, "zh"), en=_spelt(need, inputs, main, "en")) for need in needs
    ]
    return message("pipeline.would_place", columns=columns, n=n, whom=whom)


def _spelt(need: str, inputs: Inputs, main: str, lang: Lang) -> str:
    """The alternatives of a need, what is lacking of each: ``Other income (other_income) [Fee income … is there]``."""
    ways = []
    for lacks, there in nearest_first(need, main, inputs.present):
        text = " + ".join(_column(name, main, lang) for name in lacks or there)
        known = " + ".join(relation(main).column(name).label(lang) for name in there if "." not in name)
        ways.append(say(message("cli.needs_rest", lacking=text, there=known), lang) if lacks and known else text)
    return say(message("cli.needs_either"), lang).join(ways)


def _column(name: str, main: str, lang: Lang) -> str:
    other, _, column = name.rpartition(".")
    return f"{relation(other or main).column(column).label(lang)} ({column})"


def _why(code: str, n: int) -> Message:
    said = results()["codes"].get(code, {"zh": code, "en": code})
    return message("pipeline.unplaced_because", n=n, reason=SimpleNamespace(**said))
