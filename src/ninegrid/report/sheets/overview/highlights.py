"""What to look at first: the policy's sentences, filled in with figures, each with a way to where it can be seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from string import Formatter

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.grid.disclosure import MERGED
from ninegrid.messages import Values
from ninegrid.model.period import Period
from ninegrid.model.result_tables import result_table
from ninegrid.policy import Attention
from ninegrid.policy.expressions import expression
from ninegrid.report.gains.lead_sums import lead_sums
from ninegrid.report.gains.whatif import landed_gains
from ninegrid.report.kit.cells import place
from ninegrid.report.kit.figures import UNKNOWN, said
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.lead_text import lever_names
from ninegrid.report.migration.moves import moves_of
from ninegrid.report.sheets.grids.grid_tables import unplaced_reasons
from ninegrid.report.sheets.grids.views import named_rows
from ninegrid.report.sheets.lists.actions import counted as counted_actions
from ninegrid.report.sheets.overview.movers import behind, earned

Facts = Mapping[str, str]
_CLAUSE = re.compile(r"\[([^\[\]]*\{[^\[\]]*)\]")
_FEW = 3
# What leads to the first sheet of a kind.
_OWN_SHEETS = {
    "earned": "scorecards",
    "behind": "reconcile",
    "moved": "migration",
    "warned": "warnings",
    "leads": "gains",
    "acted": "actions",
}


@dataclass(frozen=True)
class Sentence:
    """A sentence, the address of the place that shows more, empty where there is none, and whether it can wait."""

    text: str
    target: str
    later: bool


def sentences(book: Book, attention: tuple[Attention, ...]) -> Iterator[Sentence]:
    """The sentences there is cause for, in the policy's order."""
    for wanted in attention:
        facts = _FACTS[wanted.kind](book, wanted)
        if facts:
            yield Sentence(_told(book.labels.of(wanted), facts), _target(book, wanted), wanted.later)


def _told(template: str, facts: Facts) -> str:
    """The sentence with its figures, without the clauses of which one is not known and the lines of which none is."""
    template = _CLAUSE.sub(lambda found: found[1] if all(_known(found[1], facts)) else "", template)
    lines = ((line, _known(line, facts)) for line in template.split("\n"))
    return "\n".join(line.format_map(Values(facts)) for line, known in lines if not known or any(known))


def _known(text: str, facts: Facts) -> list[bool]:
    """Of each place in a text whether there is something to fill it with."""
    names = [name.partition("|")[0] for _, name, _, _ in Formatter().parse(text) if name]
    return [facts[name] not in ("", UNKNOWN) for name in names]


def _target(book: Book, wanted: Attention) -> str:
    if wanted.kind in _OWN_SHEETS:
        kind = _OWN_SHEETS[wanted.kind]
        own = next((s for s in book.result.policy.sheets if s.kind == kind and s.grid in ("", wanted.grid)), None)
        return place(book.title(own), "A1") if own else ""
    if (span := book.spans.get((wanted.grid, wanted.cell or None))) and wanted.grid:
        return place(span.title, f"B{span.first}:C{span.last}")
    if wanted.kind == "rows":
        return _where_shown(book, wanted)
    kinds = {"low_share": "views", "gap": "gap_within", "rejected": "quality", "code": "list"}
    wants = (kinds.get(wanted.kind, "grid"), wanted.grid)
    found = (s for s in book.result.policy.sheets if wants in ((s.kind, s.grid), (s.kind, "")) or wants == ("list", ""))
    sheet = next((s for s in found if s.kind == wants[0]), None)
    return place(book.title(sheet), "A1") if sheet else ""


def _where_shown(book: Book, wanted: Attention) -> str:
    """The first sheet whose rows, tables or agenda are of the sentence's table."""
    shown = (s for s in book.result.policy.sheets if wanted.table in (s.table, *(part.table for part in s.tables)))
    sheets = sorted(shown, key=lambda sheet: sheet.unsure != wanted.where)
    return place(book.title(sheets[0]), "A1") if sheets else ""


def _main_table(book: Book) -> str:
    policy = book.result.policy
    return policy.grid(policy.tiering.grid).over


def _part(book: Book, part: pl.DataFrame, whole: pl.DataFrame) -> dict[str, str]:
    """n and share of some subjects among all; with a weight, amount and amount_share."""
    counted = {"n": f"{part.height:,}", "share": said(part.height / whole.height, "percent", book.lang)}
    weight = book.result.policy.totals.weight
    if not weight:
        return counted
    amount, total = float(part[weight].sum()), float(whole[weight].sum())
    return counted | {
        "amount": said(amount, book.labels.unit(weight), book.lang),
        "amount_share": said(amount / total if total else None, "percent", book.lang),
    }


def _low_share(book: Book, wanted: Attention) -> Facts | None:
    policy = book.result.policy
    rows = named_rows(book, wanted.view).filter(
        pl.col("key1").ne_missing(MERGED), pl.col("placed") >= policy.number("side_minimum")
    )
    rows = rows.sort("low_share", descending=True, nulls_last=True)
    if rows.height < 2 or not rows.item(0, "low_share"):
        return None
    worst = rows.row(0, named=True)
    whole = named_rows(book, next(v.key for v in policy.views if not v.keys)).item(0, "low_share")
    return {
        "name": worst["name"],
        "n": f"{worst['placed']:,}",
        "low": f"{worst['low']:,}",
        "share": said(worst["low_share"], "percent", book.lang),
        "all_share": said(whole, "percent", book.lang),
    }


def _cell(book: Book, wanted: Attention) -> Facts | None:
    policy, labels = book.result.policy, book.labels
    grid = policy.grid(wanted.grid)
    data = book.table("cells").filter(grid=grid.key, cell=wanted.cell).row(0, named=True)
    if not data["n"]:
        return None
    figures = {
        name: said(data[name], labels.unit(name), book.lang) for name in (*policy.totals.sums, *policy.totals.ratios)
    }
    named = {"id": wanted.cell, "name": labels.of(grid.by_id(wanted.cell)), "n": f"{data['n']:,}"}
    facts = figures | named | {"share": said(data["share"], "percent", book.lang)}
    if not policy.totals.weight:
        return facts
    share = said(data["income_share"], "percent", book.lang)
    return facts | {"amount": figures[policy.totals.weight], "amount_share": share}


def _unplaced(book: Book, wanted: Attention) -> Facts | None:
    grid = book.result.policy.grid(wanted.grid)
    whole = book.whole(grid.over, [grid.cell, book.result.policy.totals.weight])
    part = whole.filter(pl.col(grid.cell).is_null())
    if part.is_empty():
        return None
    return _part(book, part, whole) | {"reason": str(unplaced_reasons(book, grid).item(0, "value"))}


def _code(book: Book, wanted: Attention) -> Facts | None:
    whole = book.whole(_main_table(book), [wanted.column, book.result.policy.totals.weight])
    part = whole.filter(pl.col(wanted.column).str.split(";").list.contains(wanted.code).fill_null(False))
    return None if part.is_empty() else _part(book, part, whole)


def _gap(book: Book, wanted: Attention) -> Facts | None:
    """The widest gap by its size over the spread, where the high side does better."""
    rows = book.table("gap_within").filter((pl.col("status") == "OK") & (pl.col("gap_good") > 0))
    if rows.is_empty():
        return None
    widest = rows.sort(pl.col("effect").abs(), descending=True, nulls_last=True).row(0, named=True)
    unit = book.labels.unit(widest["indicator"])
    return {
        "name": str(widest[book.result.policy.gaps.unit]),
        "indicator": book.labels.column(widest["indicator"]),
        "low": said(widest["low_median"], unit, book.lang),
        "high": said(widest["high_median"], unit, book.lang),
    }


def _rejected(book: Book, wanted: Attention) -> Facts | None:
    rejected, read = (book.result.counts.get(name, 0) for name in ("rejected", "rows_read"))
    if not rejected:
        return None
    reasons = book.table("findings").filter(kind="rejected")["reason"].value_counts(sort=True)
    reason = book.labels.code(reasons.item(0, "reason")) if reasons.height else ""
    return {"n": f"{rejected:,}", "share": said(rejected / read, "percent", book.lang), "reason": reason}


def _moved(book: Book, wanted: Attention) -> Facts | None:
    """How many moved either way, and the fall that most subjects made; nothing where nobody fell."""
    moves = moves_of(book, wanted.grid)
    fall = moves.commonest(falls=True) if moves else None
    if moves is None or fall is None:
        return None
    (up, down, _), (origin, target, n) = moves.directions, fall
    counted = {"up": f"{up:,}", "down": f"{down:,}", "n": f"{n:,}"}
    return {"period": moves.period, "from_cell": origin, "to_cell": target, **counted}


def _warned(book: Book, wanted: Attention) -> Facts | None:
    warnings = book.result.tables.get("warnings")
    part = None if warnings is None or warnings.is_empty() else warnings.filter(severity=wanted.code)
    if part is None or part.is_empty():
        return None
    whole = book.result.height(_main_table(book))
    cause, n = part["cause"].value_counts().sort("count", "cause", descending=[True, False]).row(0)
    counted = {"n": f"{part.height:,}", "share": said(part.height / whole, "percent", book.lang)}
    return {**counted, "cause": book.labels.code(cause), "cause_n": f"{n:,}"}


def _leads(book: Book, wanted: Attention) -> Facts | None:
    landed = landed_gains(book)
    if "leads" not in book.result.tables or not book.result.height("leads") or landed is None:
        return None
    whole = lead_sums(book).row(0, named=True)
    if not whole["n"]:
        return None
    best = lead_sums(book, pl.col("lever")).sort("expected_eva", "lever", descending=[True, False])
    amounts = {
        "eva": whole["expected_eva"],
        "full_eva": whole["uplift_eva"],
        "income": landed.income,
        "full_income": landed.full_income,
    }
    rani = {"rani": landed.rani, "full_rani": landed.full_rani}  # none where only the ratio was given
    return {
        "n": f"{whole['n']:,}",
        "customers": f"{whole['customers']:,}",
        "lever": lever_names(book).get(best["lever"][0], best["lever"][0]),
        "landed": f"{landed.share:.0%}",
        **{name: said(float(value), "money", book.lang) for name, value in amounts.items()},
        **{name: said(float(value) or None, "money", book.lang) for name, value in rani.items()},
    }


def _acted(book: Book, wanted: Attention) -> Facts | None:
    rows = book.result.tables.get("actions")
    if rows is None or rows.is_empty():
        return None
    since = book.result.compared_with
    end = Period.parse(since).end if since else None
    fresh = rows.filter(pl.col("opened").is_in(list({since, str(book.result.period)})))
    ended = rows.filter(pl.col("closed_on") >= end) if end else rows.filter(pl.col("closed_on").is_not_null())
    values = {**counted_actions(rows), "fresh": fresh.height, "ended": ended.height}
    return {name: f"{n:,}" for name, n in values.items()} | {"period": since or str(book.result.period)}


def _rows(book: Book, wanted: Attention) -> Facts | None:
    if wanted.table not in book.result.tables:
        return None
    whole = book.whole(wanted.table, [wanted.column, *expression(wanted.where).meta.root_names()])
    part = whole.filter(expression(wanted.where))
    if part.is_empty() or part.height <= wanted.over * whole.height:
        return None
    n, among = (_subjects(frame, wanted.table) for frame in (part, whole))
    counted = {"n": f"{n:,}", "share": said(n / among if among else None, "percent", book.lang)}
    return counted | {"names": _first_few(book, part[wanted.column]) if wanted.column else ""}


def _subjects(rows: pl.DataFrame, table: str) -> int:
    """How many rows, or of a table that may have several rows a person, how many people."""
    key = result_table(table).id
    return rows[key].drop_nulls().n_unique() if key in rows.columns else rows.height


def _first_few(book: Book, values: pl.Series) -> str:
    """The first few values in words, and that there are more."""
    known = values.drop_nulls().cast(pl.String).unique(maintain_order=True)
    names = book.word("between_names").join(map(book.labels.code, known.head(_FEW)))
    return names if known.len() <= _FEW else book.word("and_more", names=names, n=known.len())


_FACTS: Mapping[str, Callable[[Book, Attention], Facts | None]] = {
    "earned": earned,
    "behind": behind,
    "low_share": _low_share,
    "cell": _cell,
    "unplaced": _unplaced,
    "code": _code,
    "gap": _gap,
    "rejected": _rejected,
    "moved": _moved,
    "warned": _warned,
    "leads": _leads,
    "acted": _acted,
    "rows": _rows,
}
