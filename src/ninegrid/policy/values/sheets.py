"""What a policy says of the workbook's sheets, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from ninegrid.dataclass import dataclass
from ninegrid.policy.values.portraits import PortraitList, Series, Trail, Trial


@dataclass(frozen=True)
class ColumnGroup:
    """Columns of a list that stand under one heading; `rest` are folded away behind them."""

    key: str
    zh: str
    en: str
    columns: tuple[str, ...]
    rest: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attention:
    """A sentence the overview says when there is cause: `zh` and `en` are texts with places such as {n} or {share};
    a line of it stands in a row of its own; one whose places are all empty is left out, and so is a clause in square
    brackets with a place that is: ``[ at a RAROC of {raroc}]``.

    kind, what it looks at, and the places it fills:
    low_share: the value of `view` with the largest share of low tiers: name, n, low, share, all_share.
    cell: a `cell` of `grid`: id, name, n, share, amount, amount_share and the grid's other figures by key.
    unplaced: what `grid` has not placed: n, share, amount, amount_share, reason.
    code: subjects whose `column` holds `code`: n, share, amount, amount_share.
    gap: the strongest gap between low and high tiers: name, indicator, low, high.
    rejected: refused rows: n, share, reason.
    moved: moves on `grid` since the period before: period, up, down, and of the commonest fall from_cell, to_cell, n.
    warned: warnings of the severity `code`: n, share (of all subjects), cause (the commonest) and cause_n.
    leads: the way up: n, customers, eva (of all leads), lever (the one that brings most), landed (a share of the best
    leads, the least at which something lands), income and rani (what the whole gains if they land); nothing where no
    what-if was computed.
    acted: actions on leads and warnings: n, open, overdue, done, landed (done or not), and since the period before
    (period) how many are new (fresh) and how many have ended.
    earned: the change of income since the period before (period): change, of which of customers kept, new and gone, and
    the units that brought most (rises) and lost most (falls).
    behind: targets behind plan: n, of (all targets), units (the largest shortfalls, each with the lead that closes
    most).
    rows: rows of the result table `table` that `where` (SQL) keeps: n, share (of its rows), names (the first few
    values of `column`, in words). over: nothing where they are this share of the table or less.

    later: it stands below those to read first, under a heading of its own.
    """

    key: str
    kind: Literal[
        "low_share",
        "cell",
        "unplaced",
        "code",
        "gap",
        "rejected",
        "moved",
        "warned",
        "leads",
        "acted",
        "rows",
        "earned",
        "behind",
    ]
    zh: str
    en: str
    grid: str = ""
    cell: str = ""
    view: str = ""
    column: str = ""
    code: str = ""
    table: str = ""
    where: str = ""
    over: float = 0.0
    later: bool = False


@dataclass(frozen=True)
class TablePart:
    """A result table on a sheet, under its heading and a line that says what it shows.

    where: SQL that says which rows; empty: all. order: as a sheet's.
    Flat: `columns` as they are. people: columns of ``; ``-joined subject ids that are shown with their names. headings:
    by column another one whose heading it has here, where its own says less than the rows do.
    Across: a row a value of `rows`, a column a value of `across`, `value` in between; with `heat` on a ground that is
    deepest where the value is that far from 0. status: the column that says why a value is missing or marked.
    marked: codes (``true`` for a flag) that stand on a ground of their own.
    """

    key: str
    zh: str
    en: str
    table: str
    said_zh: str = ""
    said_en: str = ""
    where: str = ""
    columns: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    marked: tuple[str, ...] = ()
    rows: str = ""
    across: str = ""
    value: str = ""
    status: str = ""
    heat: float = 0.0

    def said(self, lang: str) -> str:
        """What the table shows, in a language."""
        return self.said_zh if lang == "zh" else self.said_en


@dataclass(frozen=True)
class Entry:
    """A column people fill in: `choice` offers the cells of the sheet's grid, `text` takes anything."""

    key: str
    zh: str
    en: str
    kind: Literal["choice", "text"] = "text"


@dataclass(frozen=True)
class Matrix:
    """Two columns of the graded table against each other, both of the words `order`, the least first."""

    rows: str = ""
    across: str = ""
    order: tuple[str, ...] = ()
    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class Limits:
    """How much of a long table a sheet tells or draws, the first ones; each at least 1.

    By the kind of the sheet (`LIMITS_OF`; a limit of another kind is refused):
    trend: rows, values a table; charts, charts of the whole; lines, lines of one chart.
    scorecards: cards, whose last periods are drawn (whole levels, the highest first); bars, units whose change of
    income is drawn.
    reconcile: gaps, units behind plan; leads, leads of each; targets, targets in figures (whole levels, the highest
    first).
    gains: sums, rows of a table before the others are added up. warnings: units, likewise.
    views: rows, that are drawn. migration: inside, subjects an axis that a dead-band held in their cell.
    profile: subjects, of fewer a cell's figures are grey. coverage: handovers, proposals that are listed.
    succession: names, in one square of the small grid; holders, of more a post is a title that many hold.
    quality: breaks, rows of the continuity check that are unusual.
    """

    rows: int = 40
    charts: int = 4
    lines: int = 8
    cards: int = 200
    bars: int = 24
    gaps: int = 12
    leads: int = 3
    targets: int = 400
    sums: int = 20
    units: int = 5
    inside: int = 50
    subjects: int = 5
    handovers: int = 20
    names: int = 12
    holders: int = 3
    breaks: int = 40


LIMITS_OF: Mapping[str, tuple[str, ...]] = {
    "trend": ("rows", "charts", "lines"),
    "scorecards": ("cards", "bars"),
    "reconcile": ("gaps", "leads", "targets"),
    "gains": ("sums",),
    "warnings": ("units",),
    "views": ("rows",),
    "migration": ("inside",),
    "profile": ("subjects",),
    "coverage": ("handovers",),
    "succession": ("names", "holders"),
    "quality": ("breaks",),
}
"""By the kind of a sheet the limits that it has."""


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook, in the order they are shown.

    kind: what lays it out, a key of `report.book.BUILDERS`.
    count_zh, count_en: what is counted (户, customers); count_one_en: one of it (customer).
    said_zh, said_en: the grey line under the title, where the sheet has none of its own. figures: columns of the
    totals shown with each count.
    grid, views, table: what the sheet shows. grids: further grids, less of them, under the sheet's own.
    scatter_views: views drawn as dots, not bars.
    groups: a list's columns. order: the columns a list is sorted by, ``-`` first for largest first; codes in the
    policy's order, missing last. attention: what the overview may say. flags: yes-or-no columns the overview counts.
    members: the column a grid's cards list their subjects by, while there are no more than `most` in a card; a sheet of
    names is left out where more than `most` are placed; on a migration sheet `most` is how many of those who moved are
    listed. printed: how many rows of a long list, from its first, are printed.
    strategies: whether a grid's cards say their cell's strategy. tables: what a sheet of tables shows.
    columns: what a calibration sheet shows of each subject, a trend sheet of each period, scorecards of each card over
    periods, an overview of the change.
    entries: what is filled in; priority_tiers: the tiers whose members come first, as do those the flag `unsure` holds
    for; then the least sure by the column `sureness`. Only where there is no table `agenda`, whose order is
    taken else. group_by: the column whose values stand together; before: the column with the cell of the
    time before; people: columns of ids shown with their names.
    facts: what a portrait shows of its subject, a line each: one column over the whole width, or two side by side.
    series: up to three yearly figures that a portrait draws. trial: what can be tried.
    blocks: what a portrait has under the facts, from the top down (`report.portrait.sheet.BLOCKS`); parts: the columns
    that its block scores draws as bars; trail, lists: what its blocks of these names show. about: whom it
    is of. matrix: the small grid under a succession.
    relation: the form that a sheet of kind form is read back as; filled: by its columns that people fill in, the
    table's column with what is known; known: SQL that says of which rows anything is, all where it is empty.
    book: what scorecards show of each unit's book, columns of the table. limits: how much of long tables is shown.
    optional: whether a form or a sheet of tables is left out where no table of it has a row.
    about_unit: the branch whose part of a campaign's pack the sheet is; the program's own, never written down.
    left_out_for: the columns whose units' own workbooks are without the sheet: it compares what they have one of, or
    too few of. after: the key of the sheet that a new one stands behind; else it is the last.
    """

    key: str
    zh: str
    en: str
    kind: str
    count_zh: str = ""
    count_en: str = ""
    count_one_en: str = ""
    figures: tuple[str, ...] = ()
    grid: str = ""
    grids: tuple[str, ...] = ()
    table: str = ""
    views: tuple[str, ...] = ()
    scatter_views: tuple[str, ...] = ()
    groups: tuple[ColumnGroup, ...] = ()
    order: tuple[str, ...] = ()
    attention: tuple[Attention, ...] = ()
    said_zh: str = ""
    said_en: str = ""
    flags: tuple[str, ...] = ()
    members: str = ""
    most: int = 12
    printed: int = 300
    strategies: bool = False
    tables: tuple[TablePart, ...] = ()
    columns: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    priority_tiers: tuple[str, ...] = ()
    unsure: str = ""
    sureness: str = ""
    group_by: str = ""
    before: str = ""
    people: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    series: tuple[Series, ...] = ()
    trial: Trial = field(default_factory=Trial)
    blocks: tuple[str, ...] = ("paths", "leads", "why", "indicators", "years")
    parts: tuple[Series, ...] = ()
    trail: Trail = field(default_factory=Trail)
    lists: tuple[PortraitList, ...] = ()
    about: Literal["customer", "person"] = "customer"
    matrix: Matrix = Matrix()
    relation: str = ""
    filled: Mapping[str, str] = field(default_factory=dict)
    known: str = ""
    left_out_for: tuple[str, ...] = ()
    after: str = ""
    optional: bool = False
    about_unit: str = ""
    book: tuple[str, ...] = ()
    limits: Limits = Limits()

    def counted(self, lang: str, n: int | None = None) -> str:
        """What is counted, in a language, as it stands behind the number `n`."""
        if lang == "zh":
            return self.count_zh
        return self.count_one_en if n == 1 and self.count_one_en else self.count_en

    def said(self, lang: str) -> str:
        """The grey line under the title, in a language."""
        return self.said_zh if lang == "zh" else self.said_en
