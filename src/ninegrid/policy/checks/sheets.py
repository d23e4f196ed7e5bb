"""What must hold for a policy's sheets: what they show exists, Excel takes their names, sentences can be filled in."""

from __future__ import annotations

import dataclasses
import string
from collections import Counter
from collections.abc import Iterator

from ninegrid.messages import NUMBERED, Message, message
from ninegrid.model.result_tables import result_table
from ninegrid.policy.expressions import Path, Problem, broken_expression
from ninegrid.policy.model import Policy
from ninegrid.policy.values.sheets import LIMITS_OF, Attention, Limits, Sheet

_LONGEST_NAME = 31
_FORBIDDEN = set("[]:*?/\\")
_AMOUNTS = ("n", "share", "amount", "amount_share")
# What a sentence of each kind may be filled in with; a cell's also with the totals by their keys.
_PLACES: dict[str, tuple[str, ...]] = {
    "low_share": ("name", "n", "low", "share", "all_share"),
    "cell": ("id", "name", *_AMOUNTS),
    "unplaced": (*_AMOUNTS, "reason"),
    "code": _AMOUNTS,
    "gap": ("name", "indicator", "low", "high"),
    "rejected": ("n", "share", "reason"),
    "moved": ("period", "up", "down", "from_cell", "to_cell", "n"),
    "warned": ("n", "share", "cause", "cause_n"),
    "earned": ("period", "change", "kept", "new", "gone", "rises", "falls"),
    "behind": ("n", "of", "units"),
    "acted": ("n", "open", "overdue", "done", "landed", "fresh", "ended", "period"),
    "leads": (
        *("n", "customers", "eva", "lever", "landed", "income", "rani"),
        *("full_eva", "full_income", "full_rani"),
    ),
    "rows": ("n", "share", "names"),
}
_SIDE_BY_SIDE = 2
_SERIES = 3
_WAYS = ("gains", "leads", "portrait", "try_it")
_OF_WAYS = {"paths", "leads", "why", "indicators"}
_BLOCKS = {*_OF_WAYS, "years", "scores", "trail", "lists"}


def broken_sheets(policy: Policy) -> Iterator[Problem]:
    """Every broken rule of the sheets as (path of the key, what is wrong)."""
    yield from _names(policy)
    for sheet in policy.sheets:
        at: Path = ("sheets", sheet.key)
        yield from _sheet(policy, sheet, at)
        for wanted in sheet.attention:
            yield from _attention(policy, wanted, (*at, "attention", wanted.key))


def _names(policy: Policy) -> Iterator[Problem]:
    for lang in ("zh", "en"):
        taken = Counter(getattr(sheet, lang).casefold() for sheet in policy.sheets)
        for sheet in policy.sheets:
            name, at = getattr(sheet, lang), ("sheets", sheet.key, lang)
            if (
                not 0 < len(name) <= _LONGEST_NAME
                or _FORBIDDEN & set(name)
                or name.startswith("'")
                or name.endswith("'")
            ):
                yield at, message("policy.sheet_name", name=name, most=_LONGEST_NAME)
            if taken[name.casefold()] > 1:
                yield at, message("policy.two_sheets", name=name)


def _sheet(policy: Policy, sheet: Sheet, at: Path) -> Iterator[Problem]:
    grids, views = {g.key for g in policy.grids}, {v.key for v in policy.views}
    figures = {*policy.totals.sums, *policy.totals.ratios, "income_share"}
    known_here = grids | ({g.key for g in policy.segment_grids} if sheet.kind == "grid" else set())
    if (sheet.grid or sheet.kind in ("grid", "migration")) and sheet.grid not in known_here:
        yield (*at, "grid"), message("policy.no_grid", name=sheet.grid)
    units = {"", policy.gaps.unit, *(view.keys[0] for view in policy.views if view.keys)}
    for name, given, known in (
        ("left_out_for", sheet.left_out_for, units),
        ("grids", sheet.grids, grids),
        ("views", sheet.views, views),
        ("scatter_views", sheet.scatter_views, views),
        ("figures", sheet.figures, figures),
    ):
        if unknown := [key for key in given if key not in known]:
            yield (*at, name), message("policy.no_such", what=name.removesuffix("s"), name=unknown[0])
    totals = policy.totals
    if sheet.kind == "overview" and totals.ratios and not set(sheet.figures) & set(totals.ratios):
        yield (*at, "figures"), message("policy.overview_ratio", known=totals.ratios)
    if sheet.kind == "views" and totals.sums and (not sheet.figures or sheet.figures[0] not in totals.sums):
        yield (*at, "figures"), message("policy.overview_sum", known=totals.sums)
    if sheet.kind == "calibration" and (sheet.grid not in grids or not sheet.entries):
        yield at, message("policy.calibration_sheet")
    if sheet.kind == "form":
        yield from _condition(sheet.known, (*at, "known"))
    if sheet.kind == "warnings" and not (policy.warning_rules and policy.warnings.grid in grids):
        yield at, message("policy.warnings_sheet")
    if sheet.kind in _WAYS:
        yield from _way(policy, sheet, at)
    if unknown := [key for key in sheet.priority_tiers if key not in {t.key for t in policy.tiers}]:
        yield (*at, "priority_tiers"), message("policy.no_tier", name=unknown[0])
    yield from _extent(policy, sheet, at)
    yield from _tables(sheet, at)


def _extent(policy: Policy, sheet: Sheet, at: Path) -> Iterator[Problem]:
    """Limits are numbers of rows; scorecards show columns of their table."""
    own = LIMITS_OF.get(sheet.kind, ())
    for field in dataclasses.fields(Limits):
        most = getattr(sheet.limits, field.name)
        if most < 1:
            yield (*at, "limits", field.name), message("policy.no_limit", value=most)
        elif field.name not in own and most != field.default:
            yield (*at, "limits", field.name), message("policy.other_limit", kind=sheet.kind, known=own)
    if sheet.kind != "scorecards":
        return
    tiers = [tier.key.lower() for tier in policy.tiers]
    known = {*result_table("scorecards").columns, *(f"{kind}_{key}" for kind in ("tier", "income") for key in tiers)}
    if not sheet.book:
        yield at, message("policy.no_book")
    if unknown := [name for name in sheet.book if name not in known]:
        yield (*at, "book"), message("policy.no_column", name=unknown[0])


def _way(policy: Policy, sheet: Sheet, at: Path) -> Iterator[Problem]:
    """What shows the way up needs one; a trial needs its customer and its cuts."""
    if unknown := [name for name in sheet.blocks if name not in _BLOCKS]:
        yield (*at, "blocks"), message("policy.no_such", what="block", name=unknown[0])
    for part in sheet.lists:
        if len(part.starts) != len(part.columns):
            yield (*at, "lists", part.key, "starts"), message("policy.list_starts")
    told = sheet.kind != "portrait" or _OF_WAYS & set(sheet.blocks)
    if told and policy.way.grid not in {g.key for g in policy.grids}:
        yield at, message("policy.way_sheet")
    elif sheet.kind == "try_it":
        missing = {"portrait", "method"} - {other.kind for other in policy.sheets}
        yield from ((at, message("policy.try_sheet", kind=kind)) for kind in sorted(missing))
        if not sheet.trial.is_whole:
            yield (*at, "trial"), message("policy.try_parts")
    if any(not 0 < len(line) <= _SIDE_BY_SIDE for line in sheet.facts):
        yield (*at, "facts"), message("policy.facts_line")
    if len(sheet.series) > _SERIES:
        yield (*at, "series"), message("policy.series_many", most=_SERIES)


def _tables(sheet: Sheet, at: Path) -> Iterator[Problem]:
    if sheet.kind == "tables" and not sheet.tables:
        yield (*at, "tables"), message("policy.no_tables")
    for part in sheet.tables:
        here: Path = (*at, "tables", part.key)
        flat, across = bool(part.columns), bool(part.rows and part.across and part.value)
        if flat == across:
            yield here, message("policy.table_shape")
        yield from _condition(part.where, (*here, "where"))


def _condition(text: str, at: Path) -> Iterator[Problem]:
    """An SQL condition that can't be read."""
    if text:
        yield from broken_expression(text, at, None)


def _attention(policy: Policy, wanted: Attention, at: Path) -> Iterator[Problem]:
    grids = {g.key: {c.id for c in g.cells} for g in policy.grids}
    if wanted.kind in ("cell", "unplaced", "moved") and wanted.grid not in grids:
        yield (*at, "grid"), message("policy.no_grid", name=wanted.grid)
    elif wanted.kind == "cell" and wanted.cell not in grids[wanted.grid]:
        yield (*at, "cell"), message("policy.no_cell", name=wanted.cell)
    if wanted.kind == "warned" and wanted.code not in {s.key for s in policy.severities}:
        yield (*at, "code"), message("policy.no_severity", name=wanted.code)
    if wanted.kind == "low_share" and wanted.view not in {v.key for v in policy.views}:
        yield (*at, "view"), message("policy.no_view", name=wanted.view)
    if wanted.kind == "rows" and not (wanted.table and wanted.where):
        yield at, message("policy.rows_sentence")
    yield from _condition(wanted.where, (*at, "where"))
    places = {*_PLACES[wanted.kind], *(policy.totals.sums + policy.totals.ratios if wanted.kind == "cell" else ())}
    for lang in ("zh", "en"):
        if problem := _unfillable(getattr(wanted, lang), places):
            yield (*at, lang), problem


def _place(name: str) -> str:
    """The place that a name means: of ``n|lead|leads``, the word that goes with it, `n`."""
    place, *words = name.split("|")
    return name if words and len(words) != NUMBERED else place


def _unfillable(text: str, places: set[str]) -> Message | None:
    try:
        named = {_place(name) for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        return message("policy.braces", reason=error)
    unknown = sorted(named - places)
    return message("policy.no_place", place=unknown[0], known=sorted(places)) if unknown else None
