"""How the inputs were read, as lines: what each grid lacks, then the columns of each sheet, doubts with their cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ninegrid.cli import terminal
from ninegrid.cli.display import Display
from ninegrid.cli.speech import phrase, sentence, spoken
from ninegrid.messages import message

if TYPE_CHECKING:
    from ninegrid.model.reading import ColumnReading, Question, SheetReading
    from ninegrid.result import Result

READING_TELLS = frozenset({"intake.kept_aside", "intake.kept_aside_more", "intake.skipped"})
"""The codes of notices whose matter these lines tell."""

_SHOWN = 24  # letters of a sample
_ABOVE = 8  # lines of a screen for the command, the period and what is said of the rows


def show_nobody_placed(result: Result, show: Display) -> bool:
    """Say first that nobody can be placed and what each grid lacks, where that is so; whether it is."""
    from ninegrid.report.needs import nobody_can_be_placed, of_grids

    if not nobody_can_be_placed(result):
        return False
    show.alert(phrase("cli.warning", told=message("cli.nobody_placed")))
    for line in map(sentence, of_grids(result)):
        show.alert(f"  {line}")
    return True


def show_reading(
    result: Result, say: Callable[[str], None], *, on_output: bool, below: Sequence[str] = (), grids: bool = True
) -> None:
    """Say how each sheet and column was understood. grids: what each grid lacks, too.

    on_output: whether `say` writes to standard output. below: the lines that follow. On a terminal too low for a line a
    column, the columns that are certain stand side by side, without their samples.
    """
    lines = list(reading_lines(result, grids=grids))
    screen = terminal.screen(err=not on_output)
    if screen and terminal.height((*lines, *below), screen) > screen.lines - _ABOVE:
        lines = list(reading_lines(result, screen.columns, grids=grids))
    for line in lines:
        say(line)


def reading_lines(result: Result, width: int = 0, *, grids: bool = True) -> Iterator[str]:
    """The lines. width: of those in which columns stand side by side; 0 for a line a column."""
    from ninegrid.report.needs import needs, of_indicators

    yield from map(sentence, (needs if grids else of_indicators)(result, brief=width > 0))
    for sheet in result.inputs.reading.sheets:
        yield from _sheet(result, sheet, width)
    if any(sheet.asked for sheet in result.inputs.reading.sheets):
        yield phrase("cli.how_to_answer", subject=result.subject)
    if width:
        yield phrase("cli.columns_in_brief")


def _labels(result: Result, main: str) -> Callable[[str, str], str]:
    """The label of a column in the relation it is read as; where that has none of the name, in the sheet's own."""
    from ninegrid.subjects.registry import relations

    lang, known = spoken(), relations(result.subject)

    def label(name: str, relation: str) -> str:
        ordered = sorted(known, key=lambda one: (one.name != relation, one.name != main))
        return next((one.column(name).label(lang) for one in ordered if name in one.names), name)

    return label


def _sheet(result: Result, sheet: SheetReading, width: int) -> Iterator[str]:
    from ninegrid import resources

    place = f"{sheet.file} › {sheet.sheet}" if sheet.sheet else sheet.file
    if sheet.hidden_of:
        yield phrase("cli.sheet_hidden", place=place, relation=resources.relation(sheet.hidden_of))
        return
    if not sheet.relation:
        yield phrase("cli.sheet_not_read", place=place)
    else:
        relation = resources.relation(sheet.relation)
        code = "cli.sheet_read" if sheet.rows else "cli.sheet_recognised"  # of inputs that were refused no row was read
        yield phrase(code, place=place, relation=relation, header=_rows(sheet), n=sheet.rows)
    quotable = result.policy.privacy.withheld
    label = _labels(result, sheet.relation)
    read = [column for column in sheet.columns if column.meaning]
    if width:
        yield from terminal.side_by_side([_meaning(column, label) for column in read], width)
    else:
        yield from (_read(column, label, column.meaning not in quotable) for column in read)
    offered = sheet.offered
    for question in sheet.asked.values():
        yield _doubt(question, label, brief=width > 0)
    aside: dict[str, list[str]] = {}
    for column in sheet.columns:
        if not column.meaning and column.index not in offered:
            aside.setdefault(column.reason, []).append(column.map_header)
    for reason, headers in aside.items():
        why = message(f"reading.reason_{reason or 'UNKNOWN'}")
        yield phrase("cli.columns_aside", n=len(headers), reason=why, headers=headers)


def _rows(sheet: SheetReading) -> str:
    first, last = sheet.header_rows or (0, 0)
    return str(last) if first == last else f"{first}–{last}"


def _read(column: ColumnReading, label: Callable[[str, str], str], quote: bool) -> str:
    between = "；" if spoken() == "zh" else "; "
    samples = between.join(one.written[:_SHOWN] for one in column.samples) if quote else ""
    return f"  {column.column:>3}  {_meaning(column, label, group=True)}" + (f"   {samples}" if samples else "")


def _meaning(column: ColumnReading, label: Callable[[str, str], str], *, group: bool = False) -> str:
    from ninegrid.intake.headers.heading import key

    unit = f" [{column.unit}]" if column.unit else ""
    name = label(column.meaning, column.relation) + (f" {column.year}" if column.year else "")
    sign = " (−)" if column.sign < 0 else ""
    header = column.map_header if group else column.header
    return f"{header} → {name}{unit}{sign}" if group or key(header) != key(name) else f"{header}{unit}{sign}"


def _doubt(question: Question, label: Callable[[str, str], str], *, brief: bool) -> str:

    best, columns = question.best, question.columns
    why = message(f"maps.evidence_{best.evidence}", detail=best.detail)
    reason = message(f"reading.reason_{question.reason}")
    at = columns[0] if len(columns) == 1 else f"{columns[0]}–{columns[-1]}"
    said = {"header": question.header, "column": at, "meaning": label(best.meaning, ""), "name": best.meaning}
    code = "cli.column_in_doubt_brief" if brief else "cli.column_in_doubt"
    return phrase(code, **said, why=why, reason=reason)
