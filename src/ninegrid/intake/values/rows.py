"""Which rows of a sheet are data: not blank, not a subtotal, not a footer, not the header again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.values.cells import BLANKS, PROBLEMS, WORDS, half_width
from ninegrid.model.raw import ROW
from ninegrid.model.relations import NUMERIC

RAGGED = "_ragged"

_TOTALS = WORDS["totals"]
_TOTAL_WORDS, _BEFORE, _AFTER = ("|".join(_TOTALS[name]) for name in ("words", "before", "after"))
_TOTAL = rf"^(?:(?:{_BEFORE})?(?:{_TOTAL_WORDS})(?:{_AFTER})?|(?:grand|sub)?-?total[s]?|sum|ttl)[:：]?$"
_TOTAL_OF = rf"(?:{_TOTAL_WORDS})[:：]?$|(?i)(?:^|\s)(?:sub-?|grand )?totals?[:：]?$"
_STATISTICS = WORDS["statistics"]
_COUNT = rf"(?i)^(?:{'|'.join(_STATISTICS['counts'])})(?:{_STATISTICS['counted']})? ?[:：]?$"
_STATISTIC = rf"^(?:{'|'.join(_STATISTICS['words'])})[:：]?$"
_FOOTER = rf"(?i)^[(\[*※#]*\s*(?:{'|'.join(WORDS['notes']['begins'])})"
_FEW: int = resources.vocabulary("limits")["totals"]["cells"]
_TOTAL_PARTS = "|".join(_TOTALS["parts"])
_VISIBLE = rf"[^{BLANKS}]"
_SENTENCE = r"[:：。；;]|^.{40,}$"
_NO_ID = r"\p{Han}|\S\s+\S|^[^\p{L}\p{N}]+$"
_USUAL = 0.5  # of the ids
_ENOUGH = 1000  # ids that tell what ids look like


@dataclass(frozen=True)
class Texts:
    """Where a sheet keeps its texts, as 0-based columns.

    identifier: the id column. names: columns of required texts. others: further text columns, and the unnamed columns
    beside them, where a label such as 合计 may stand. headers: each column's header texts. titles: texts above them.
    """

    identifier: int
    names: tuple[int, ...]
    others: tuple[int, ...]
    headers: dict[int, tuple[str, ...]]
    titles: tuple[str, ...]

    @property
    def all(self) -> tuple[int, ...]:
        """Every column a label may stand in, leftmost first."""
        return tuple(sorted({self.identifier, *self.names, *self.others}))


@dataclass(frozen=True)
class Rows:
    """The data rows, and the rows set aside as problems (PROBLEMS with `_row` and `index` in place of `at`)."""

    data: pl.DataFrame
    aside: pl.DataFrame


ASIDE = {ROW: pl.UInt32(), "index": pl.Int64(), **{k: v for k, v in PROBLEMS.items() if k != "at"}}
_NOTHING_ASIDE = pl.DataFrame(schema=ASIDE)


def is_value(kind: str) -> bool:
    """Whether a column of this kind holds values and no labels."""
    return kind in NUMERIC or kind in ("year", "date", "period", "flag")


def data_rows(frame: pl.DataFrame, texts: Texts, mapped: Sequence[int]) -> Rows:
    """Split a loaded sheet into data rows and the rows that only look like data.

    aside has the reasons SUBTOTAL_ROW, FOOTER_ROW and REPEATED_HEADER (repaired) and RAGGED_ROW (rejected).
    """
    frame = frame.with_columns(_has_id=_filled(frame, texts.identifier))
    suspects = _suspects(frame, texts)
    blank = frame.filter(~pl.col("_has_id"))
    blank = blank.filter(~pl.any_horizontal(_filled(blank, i) for i in mapped if _has(blank, i)))
    out = pl.concat([suspects.select(ROW), blank.select(ROW)])
    kept = (frame.join(out, on=ROW, how="anti", maintain_order="left") if out.height else frame).drop("_has_id")
    aside = suspects
    if RAGGED in frame.columns:
        ragged = kept.filter(RAGGED).select(ROW, index=None, value=None, reason=pl.lit("RAGGED_ROW"), detail=pl.lit(""))
        aside = pl.concat([suspects, ragged.cast(ASIDE)])  # type: ignore[arg-type]
    return Rows(kept, aside)


def moved_header(frame: pl.DataFrame, texts: Texts, aside: pl.DataFrame) -> tuple[int, str, int] | None:
    """Where the header stands again with its columns in another order: its row, a header, and its column there.

    frame: the loaded sheet; aside: as in `Rows`. None where every repeated header is in the first one's order.
    """
    again = frame.join(aside.filter(pl.col("reason") == "REPEATED_HEADER").select(ROW), on=ROW, how="semi")
    at = {text: i for i, headers in texts.headers.items() for text in headers}
    for row in again.sort(ROW).iter_rows(named=True):
        for i, headers in texts.headers.items():
            text = (row.get(f"t{i}") or "").strip(BLANKS)
            if text in at and text not in headers:
                return row[ROW], text, i
    return None


def _suspects(frame: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """The subtotal, footer and repeated header rows, each with the cell that gave it away."""
    labels = [i for i in texts.all if f"t{i}" in frame.columns]
    if not labels or frame.is_empty():
        return _NOTHING_ASIDE
    likely = frame.filter(_suspicious(frame, texts))
    likely = likely.with_columns(_filled_cells=pl.sum_horizontal(_filled(frame, i) for i in _columns(frame)))
    likely = likely.filter(pl.col("_filled_cells") > 0)
    if likely.is_empty():
        return _NOTHING_ASIDE
    likely = likely.with_columns(
        half_width(pl.col(f"t{i}")).str.replace_all(r"\s+", " ").replace("", None).alias(f"_plain{i}") for i in labels
    )
    plain = {i: pl.col(f"_plain{i}") for i in labels}
    likely = likely.with_columns(_is_total(texts, i, plain[i]).alias(f"_total{i}") for i in labels).with_columns(
        _first=pl.coalesce(plain.values())
    )
    total = {i: pl.col(f"_total{i}") for i in labels}
    reason = (
        pl.when(_repeats(texts, labels))
        .then(pl.lit("REPEATED_HEADER"))
        .when(pl.any_horizontal(total.values()))
        .then(pl.lit("SUBTOTAL_ROW"))
        .when(_is_footer(texts) | _is_no_id(frame, texts) | _is_statistic(texts, plain))
        .then(pl.lit("FOOTER_ROW"))
    )
    where = pl.coalesce(
        *[pl.when(total[i]).then(i) for i in labels], *[pl.when(plain[i].is_not_null()).then(i) for i in labels]
    )
    likely = likely.select(ROW, *(f"t{i}" for i in labels), index=where, reason=reason).filter(
        pl.col("reason").is_not_null()
    )
    if likely.is_empty():
        return _NOTHING_ASIDE
    value = pl.coalesce(*[pl.when(pl.col("index") == i).then(f"t{i}") for i in labels])
    return likely.select(ROW, "index", value=value, reason="reason", detail=pl.lit("")).cast(ASIDE)  # type: ignore[arg-type]


def _suspicious(frame: pl.DataFrame, texts: Texts) -> pl.Expr:
    """A cheap first look, so that the close look is at a few rows only: those without an id, with few cells, with a
    word for a total in the id or a name, or with the id's header for an id.
    """
    identifier = pl.col(f"t{texts.identifier}")
    named = [pl.col(f"t{i}").str.contains(_TOTAL_PARTS) for i in (texts.identifier, *texts.names)]
    few = pl.sum_horizontal(pl.col(f"t{i}").is_not_null() | _is_number(frame, i) for i in _columns(frame)) <= _FEW
    headers = list(texts.headers.get(texts.identifier, ()))
    may_be_headed = frame[f"t{texts.identifier}"].str.contains_any(headers).any() if headers else False
    headed = identifier.str.strip_chars(BLANKS).is_in(headers) if may_be_headed else pl.lit(False)
    return ~pl.col("_has_id") | few | pl.any_horizontal(*named, headed).fill_null(False)


def _is_number(frame: pl.DataFrame, index: int) -> pl.Expr:
    return pl.col(f"n{index}").is_not_null() if f"n{index}" in frame.columns else pl.lit(False)


def _is_total(texts: Texts, index: int, plain: pl.Expr) -> pl.Expr:
    """Whether a label says that its row is a total of others, and not that a firm is called so."""
    word = plain.str.replace_all(" ", "").str.to_lowercase().str.contains(_TOTAL)
    if index == texts.identifier:
        found = word | plain.str.contains(_TOTAL_OF)
    elif index in texts.names:
        found = word | (~pl.col("_has_id") & plain.str.contains(_TOTAL_OF))
    else:  # 合计 before how many there are, which stands under the id
        counted = word & (pl.col("_filled_cells") <= _FEW)
        found = counted | (~pl.col("_has_id") & (word | plain.str.contains(_TOTAL_OF)))
    return found.fill_null(False)


def _is_footer(texts: Texts) -> pl.Expr:
    """A note, a signature line or a page's title again: few cells, and none that reads as data."""
    first, count = pl.col("_first"), pl.col("_filled_cells")
    note = first.str.contains(_FOOTER) & (count <= _FEW)
    sentence = (count == 1) & (first.str.contains(_SENTENCE) | first.is_in(list(texts.titles)))
    return (note | sentence).fill_null(False)


def _is_statistic(texts: Texts, plain: Mapping[int, pl.Expr]) -> pl.Expr:
    """Whether the row is an average of the rows above, or how many they are: 平均 or 总人数 stands in the id, or in a
    text of a row without one.
    """
    few = pl.col("_filled_cells") <= _FEW
    said = [
        (plain[i].str.to_lowercase().str.contains(_STATISTIC) | (plain[i].str.contains(_COUNT) & few))
        & (~pl.col("_has_id") | (i == texts.identifier))
        for i in plain
    ]
    return pl.any_horizontal(said).fill_null(False)


def _is_no_id(frame: pl.DataFrame, texts: Texts) -> pl.Expr:
    """Whether the row has one text alone, which is no id, among rows whose ids are codes: 以下空白, 深圳地区."""
    ids = frame[f"t{texts.identifier}"].drop_nulls().head(_ENOUGH)
    if not ids.len() or (ids.str.contains(_NO_ID).mean() or 0.0) > _USUAL:  # type: ignore[operator]
        return pl.lit(False)
    return ((pl.col("_filled_cells") == 1) & pl.col("_first").str.contains(_NO_ID)).fill_null(False)


def _repeats(texts: Texts, labels: list[int]) -> pl.Expr:
    """Whether two cells or more say again what the header says there."""
    same = [
        pl.col(f"t{i}").str.strip_chars(BLANKS).is_in(list(texts.headers[i])).fill_null(False)
        for i in labels
        if texts.headers.get(i)
    ]
    return pl.sum_horizontal(same) >= 2 if len(same) >= 2 else pl.lit(False)


def _columns(frame: pl.DataFrame) -> list[int]:
    return sorted({int(name[1:]) for name in frame.columns if name[0] in "tn" and name[1:].isdigit()})


def _has(frame: pl.DataFrame, index: int) -> bool:
    return f"t{index}" in frame.columns


def _filled(frame: pl.DataFrame, index: int) -> pl.Expr:
    """Whether a cell holds something that can be seen."""
    text = pl.col(f"t{index}").str.contains(_VISIBLE).fill_null(False)
    return text | _is_number(frame, index)
