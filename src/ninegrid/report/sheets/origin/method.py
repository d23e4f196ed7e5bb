"""How it was graded: parameters, formulas, cuts, tiers and strategies, inputs with their hashes, versions and time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid import resources
from ninegrid.messages import say
from ninegrid.model.inputs import SheetSource
from ninegrid.policy import Grid, Sheet
from ninegrid.policy.metrics import Metric
from ninegrid.policy.values.segments import AxisItem
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.defined_names import define
from ninegrid.report.kit.figures import in_unit
from ninegrid.report.kit.labels import Labels
from ninegrid.report.kit.layout import FIRST_COLUMN, FIRST_ROW, Book, head, heading_row, kept_together, widths
from ninegrid.report.kit.sections import Section, rule_sections
from ninegrid.report.kit.shown import LINE_FILL, LINE_HEIGHT, cell_names, reading
from ninegrid.report.kit.style import aligned, money_scale
from ninegrid.report.sheets.grids.profile import good_direction

# Parameters that other sheets' formulas refer to by their keys.
_NAMED = ("tax_rate", "hurdle", "target", "no_capital_below", "risk_free_rate")
_BEGINNING = 4  # rows that are printed with a section's title at least, which is one of them
_SIZES = (34.0, 34.0, 48.0, 16.0, 18.0, 36.0, 10.0, 30.0)


def build(book: Book, sheet: Sheet) -> None:
    """Write the sections one under another."""
    policy = book.result.policy
    line = book.word("method_line", version=policy.version, digest=policy.digest[:12], source=" + ".join(policy.source))
    page = head(book, sheet, line)
    widths(page, _SIZES)
    row, blocks = FIRST_ROW, []
    for section in _sections(book):
        rows = list(section.rows)
        _name(page, section, row + 2, len(rows))
        if rows:
            end = _write(page, row, section, rows)
            begun = min(row + _BEGINNING, end)
            blocks += [(row, begun), *((at, at + 1) for at in range(begun, end))]
            row = end + 1
    kept_together(page, blocks)


def _sections(book: Book) -> Iterator[Section]:
    if book.result.study:
        yield from (make(book) for make in _OF_A_STUDY)
        return
    parameters, *others = _SECTIONS
    yield parameters(book)
    yield from rule_sections(book)
    yield from (make(book) for make in others)


def _write(page: Worksheet, row: int, section: Section, rows: Iterable[Sequence[Any]]) -> int:
    """The section from `row` on; returns the row after it."""
    put(page, row, FIRST_COLUMN, section.title, "section")
    heading_row(page, row + 1, section.headings, section.units)
    row += 2
    for values in rows:
        for column, (value, unit) in enumerate(zip(values, section.units, strict=True), start=FIRST_COLUMN):
            own, role = value if isinstance(value, tuple) else (value, unit)
            cell = put(page, row, column, own, "text wrap" if role == "text" else role)
            if role == "text" and column > FIRST_COLUMN and section.units[column - FIRST_COLUMN - 1] != "text":
                cell.alignment = aligned("left", "top", wrap_text=True, indent=1)  # beside a number
        _make_room(page, row, len(section.units))
        row += 1
    return row


def _name(page: Worksheet, section: Section, first: int, n: int) -> None:
    """Gives the section's cells the names that formulas of other sheets know them by."""
    for position, name in section.columns.items():
        column = get_column_letter(FIRST_COLUMN + position)
        define(page.parent, name, page.title, f"{column}{first}:{column}{first + max(n, 1) - 1}")
    last = get_column_letter(FIRST_COLUMN + len(section.units) - 1)
    for row, name in enumerate(section.cells, first):
        if name:
            define(page.parent, name, page.title, f"{last}{row}")


def _make_room(page: Worksheet, row: int, columns: int) -> None:
    """A row as tall as its longest text needs; Excel alone would do it by itself."""
    texts = (page.cell(row, FIRST_COLUMN + at).value for at in range(columns))
    needed = max(_lines(text, width) for text, width in zip(texts, _SIZES, strict=False))
    if needed > 1:
        page.row_dimensions[row].height = LINE_HEIGHT * needed


def _lines(value: object, width: float) -> int:
    if not isinstance(value, str):
        return 1
    return sum(
        max(1, math.ceil(sum(1 + (ord(c) > 0xFF) for c in line) / (width * LINE_FILL))) for line in value.split("\n")
    )


def _parameters(book: Book) -> Section:
    policy = book.result.policy

    def rows() -> Iterator[Sequence[Any]]:
        for key, value in policy.parameters.items():
            label = policy.parameter_labels.get(key)
            unit = label.unit if label else "number"
            shown = book.word("yes" if value else "no") if isinstance(value, bool) else value
            yield book.labels.of(label) if label else key, key, (shown, "count" if isinstance(value, bool) else unit)

    headings = [book.word("parameter"), book.word("key"), book.word("value")]
    names = [key if key in _NAMED else "" for key in policy.parameters]
    return Section(book.word("parameters"), headings, ["text", "text", "number"], rows(), cells=names)


def _metrics(book: Book) -> Section:
    """Every metric that ran: the formula in words, the very SQL, and what makes it missing or flagged."""

    def rows() -> Iterator[Sequence[str]]:
        for metric in book.result.policy.metrics:
            yield (
                book.labels.of(metric),
                _in_words(metric, book.labels),
                metric.formula,
                book.word(f"unit_{metric.unit}"),
                good_direction(book, metric),
                _conditions(metric, book),
            )

    names = ("formula", "formula_sql", "unit", "good_direction", "exceptions")
    return Section(book.word("metrics"), [book.word("indicator"), *map(book.word, names)], ["text"] * 6, rows())


def _in_words(metric: Metric, labels: Labels) -> str:
    return reading(metric.formula, labels)


def _conditions(metric: Metric, book: Book) -> str:
    return "\n".join(f"{c.when} → {book.labels.code(c.code)}" for c in (*metric.null_when, *metric.flag_when))


def _definitions(book: Book) -> Section:
    """Figures that are computed before any metric, as the result tables declare them."""
    columns, note = resources.results()["columns"], "note_zh" if book.lang == "zh" else "note"
    own = book.result.policy.labels  # what the policy names anew, it means anew
    computed = [name for name in _defined(book) if name not in own and columns.get(name, {}).get(note)]
    rows = ((book.labels.column(name), name, str(columns[name][note])) for name in computed)
    return Section(
        book.word("definitions"), [book.word("figure"), book.word("key"), book.word("meaning")], ["text"] * 3, rows
    )


def _of_tables(book: Book) -> Section:
    """What the columns of a study's own tables mean."""
    labels, own = book.labels, resources.own_tables(book.result.study)
    names = dict.fromkeys(name for table in own for name in resources.result_columns(table, book.result.policy))
    note = "note_zh" if book.lang == "zh" else "note"
    columns = resources.results()["columns"]
    listed = [(name, columns.get(name, {}).get(note) or labels.note(name)) for name in names]
    rows = ((labels.column(name), name, text) for name, text in listed if text)
    headings = [book.word("figure"), book.word("key"), book.word("meaning")]
    return Section(book.word("definitions"), headings, ["text"] * 3, rows)


def _defined(book: Book) -> Sequence[str]:
    lists = [sheet for sheet in book.result.policy.sheets if sheet.kind == "list"]
    return [name for sheet in lists for group in sheet.groups for name in (*group.columns, *group.rest)]


def _cuts(book: Book) -> Section:
    scale = money_scale(book.lang)
    axes = {(grid.key, axis.metric): axis for grid in book.result.policy.grids for axis in grid.axes}
    names = ("grid", "axis", "peer_group", "method", "low_cut", "high_cut", "n", "status")

    def rows() -> Iterator[Sequence[Any]]:
        for cut in book.table("cuts").iter_rows(named=True):
            unit = book.result.policy.metric(axes[cut["grid"], cut["axis"]].metric).unit
            low, high = ((in_unit(cut[side], unit, scale), unit) for side in ("low_cut", "high_cut"))
            words = [book.labels.code(cut[name]) for name in names[:4]]
            yield *words, low, high, cut["n"], f"{book.labels.code(cut['status'])}{_fitted(cut)}"

    is_money = any(book.result.policy.metric(axis.metric).unit == "money" for axis in axes.values())
    title = " · ".join([book.word("cuts"), *([book.word("money_in", unit=scale.unit)] if is_money else [])])
    headings = [book.labels.column(name) for name in names]
    units = ["text", "text", "text", "text", "number", "number", "count", "text"]
    return Section(title, headings, units, rows(), columns={4: "cut_low", 5: "cut_high"})


def _levers(book: Book) -> Section:
    """What may be changed for a customer, how far, and what that brings: each with its formula."""
    labels = book.labels

    def rows() -> Iterator[Sequence[Any]]:
        for lever in book.result.policy.levers:
            effects = {"income": lever.income, "cost": lever.cost, "capital": lever.capital}
            brings = "\n".join(f"{book.word(f'brings_{key}')} = {text}" for key, text in effects.items() if text)
            who = lever.who_zh if book.lang == "zh" else lever.who_en
            name = f"{labels.of(lever)}（{who}）" if book.lang == "zh" else f"{labels.of(lever)} ({who})"
            brings = brings or book.word("brings_nothing")
            yield name, labels.column(lever.indicator), f"delta = {lever.headroom}", brings

    heads = [book.word("lever"), book.word("indicator"), book.word("headroom"), book.word("brings")]
    return Section(book.word("levers_title"), heads, ["text"] * 4, rows())


def _fitted(cut: dict[str, Any]) -> str:
    period, version = cut.get("fitted_period"), cut.get("version")
    return f" · {period} v{version}" if period and version is not None else ""


def _cells(book: Book) -> Section:
    """The cells with their tier and base strategy."""
    labels = book.labels

    def rows() -> Iterator[Sequence[Any]]:
        for grid in (*book.result.policy.grids, *book.result.policy.segment_grids):
            names = cell_names(grid, labels)
            for cell in grid.cells:
                tier = (labels.code(cell.tier), f"tier {cell.tier}") if cell.tier else ""
                yield labels.of(grid), names[cell.id], _levels(grid, cell.id, book), tier, labels.code(cell.strategy)

    headings = [
        labels.column("grid"),
        labels.column("cell"),
        book.word("levels"),
        labels.column("tier"),
        labels.column("strategy"),
    ]
    return Section(book.word("cells"), headings, ["text"] * 5, rows())


def _segments(book: Book) -> Section:
    """What the axes of grids over segments are made of: a row an item, or a figure and what stands in for it."""
    labels, policy = book.labels, book.result.policy

    def bounds(item: AxisItem) -> str:
        return f"{item.floor:g} → {item.full:g}" if item.bounded else book.word("by_rank")

    def rows() -> Iterator[Sequence[Any]]:
        for grid in policy.segment_grids:
            for axis in grid.axes:
                name = f"{labels.of(grid)} · {labels.column(axis.metric)}"
                cuts = " / ".join(f"{cut:g}" for cut in policy.cut_values(axis))
                for item in axis.items:
                    yield name, labels.of(item), item.figure, (item.weight, "number"), bounds(item), cuts
                if axis.value:
                    yield name, labels.column(axis.metric), axis.value, (None, "number"), "", cuts
                for other in axis.instead:
                    own = " / ".join(f"{cut:g}" for cut in other.cuts) or cuts
                    yield name, labels.code(other.flag), other.figure, (None, "number"), labels.code(other.method), own

    headings = [labels.column("axis"), book.word("segment_item"), book.word("formula_sql"), labels.column("weight"),
                book.word("segment_bounds"), book.word("cuts")]  # fmt: skip
    return Section(book.word("segment_axes"), headings, ["text", "text", "text", "number", "text", "text"], rows())


def _levels(grid: Grid, cell: str, book: Book) -> str:
    pairs = [(a, b) for a in range(1, 4) for b in range(1, 4) if grid.cell_id(a, b) == cell]
    (first, second), *_ = pairs
    return " · ".join(
        axis.level_names(book.lang)[level - 1] for axis, level in zip(grid.axes, (first, second), strict=True)
    )


def _rules(book: Book) -> Section:
    labels = book.labels
    rows = (
        (
            labels.of(rule),
            labels.code(rule.strategy) if rule.strategy != "base" else book.word("base_strategy"),
            rule.when,
        )
        for rule in book.result.policy.strategy_rules
    )
    headings = [book.word("rule"), labels.column("strategy"), book.word("condition")]
    return Section(book.word("rules"), headings, ["text"] * 3, rows)


def _files(book: Book) -> Section:
    rows = ((file.name, file.sha256, file.size) for file in book.result.inputs.files)
    headings = [book.labels.column("file"), "SHA-256", book.word("bytes")]
    return Section(book.word("inputs"), headings, ["text", "text", "count"], rows)


def _columns(book: Book) -> Section:
    """How each sheet's columns were understood."""

    def rows() -> Iterator[Sequence[Any]]:
        for sheet in book.result.inputs.sheets:
            if sheet.relation is None:
                yield sheet.place, book.word("skipped"), "", "", (None, "count")
            for name, header in sheet.headers.items() if sheet.relation else ():
                yield (
                    sheet.place,
                    header,
                    _recognised(sheet, name, book),
                    sheet.units.get(name, ""),
                    (sheet.header_row, "row"),
                )
            for header in sheet.ignored if sheet.relation else ():
                yield sheet.place, header, book.word("kept_aside"), "", (sheet.header_row, "row")

    headings = [
        book.labels.column("sheet"),
        book.word("header"),
        book.word("recognised_as"),
        book.word("unit"),
        book.word("header_row"),
    ]
    return Section(book.word("recognised"), headings, ["text", "text", "text", "text", "row"], rows())


def _recognised(sheet: SheetSource, name: str, book: Book) -> str:
    assert sheet.relation is not None
    known = {c.name: c.label(book.lang) for c in sheet.relation.columns}
    base, _, year = name.rpartition("_")
    label = known.get(name) or (f"{known[base]} {year}" if base in known else book.labels.column(name))
    return f"{sheet.relation.label(book.lang)} · {label}"


def _run(book: Book) -> Section:
    result = book.result
    started = result.started.replace(tzinfo=None)
    facts: list[tuple[str, Any]] = [
        (book.word("run_id"), result.run_id),
        (book.word("started"), (started, "time")),
        (book.word("period"), f"{result.period} · {book.word(_origin(book))}"),
        (book.word("policy", version=result.policy.version), result.policy.digest),
        *((name, version) for name, version in result.versions.items()),
        *((book.word("seconds", step=step), (seconds, "number")) for step, seconds in result.seconds.items()),
        *((book.word("notice"), say(notice, result.lang)) for notice in result.notices),
    ]
    return Section(book.word("this_run"), [book.word("fact"), book.word("value")], ["text", "text"], facts)


def _origin(book: Book) -> str:
    return f"origin_{book.result.inputs.period_origin.replace(' ', '_')}"


_OF_A_STUDY: tuple[Callable[[Book], Section], ...] = (_parameters, _of_tables, _files, _columns, _run)
_SECTIONS: tuple[Callable[[Book], Section], ...] = (
    _parameters,
    _metrics,
    _definitions,
    _cuts,
    _cells,
    _segments,
    _rules,
    _levers,
    _files,
    _columns,
    _run,
)
