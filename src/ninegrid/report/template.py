"""An empty workbook to fill in: a sheet a relation, headed by its columns' labels, by which it is recognised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.model.relations import Column, Kind, Lang, Relation
from ninegrid.report.kit.cells import link, place, put, remark
from ninegrid.report.kit.layout import FIRST_COLUMN, heading_row, paper, widths
from ninegrid.report.kit.style import fill, font, register_styles
from ninegrid.report.kit.words import word
from ninegrid.report.mark import mark_form
from ninegrid.report.xlsx.saving import save

REQUIRED_FILL, OPTIONAL_FILL = "B7DDD6", "EEF1F4"
_LAST_ROW = 1_048_576
_FORMATS: dict[Kind, str] = {
    "id": "@",
    "text": "@",
    "category": "@",
    "score": "@",
    "period": "@",
    "flag": "@",
    "money": "#,##0.00",
    "ratio": "0.00%",
    "number": "General",
    "count": "General",
    "year": "0",
    "date": "yyyy-mm-dd",
}
_GUIDE_WIDTHS = (28, 10, 30, 48, 26)


def write_template(relations: Sequence[Relation], path: Path, lang: Lang) -> None:
    """Write the empty workbook to `path`: a guide, then a sheet a relation, the main one first.

    Headings are the schema's labels (money says 元: amounts are filled in in yuan); required ones stand out; each
    carries a note on what it is. Categories and flags have dropdowns.
    """
    workbook = Workbook()
    workbook.remove(workbook.active)
    register_styles(workbook, lang, ())
    guide = workbook.create_sheet(word("guide", lang))
    for relation in relations:
        _form(workbook.create_sheet(relation.label(lang)), relation, lang)
    _guide(guide, relations, lang)
    mark_form(workbook)
    save(workbook, path)


def header(column: Column, lang: Lang) -> str:
    """A column's heading in the form; money says its unit."""
    if column.kind != "money":
        return column.label(lang)
    return word("in_yuan", lang, name=column)


def choices(column: Column, lang: Lang) -> tuple[str, ...]:
    """What may be chosen in a column, in words that are recognised; empty where anything may be written."""
    if column.kind == "flag":
        return word("yes", lang), word("no", lang)
    return tuple(column.called(choice, lang) for choice in column.choices)


def _form(page: Worksheet, relation: Relation, lang: Lang) -> None:
    for position, column in enumerate(relation.asked, start=1):
        text = header(column, lang)
        cell = put(page, 1, position, text, "head text")
        cell.fill = fill(REQUIRED_FILL if column.required else OPTIONAL_FILL)
        cell.font = font(lang, bold=column.required)
        remark(cell, _remark(column, lang))
        _dress(page, position, column, lang, len(text.encode("gb18030")))
        _restrict(page, position, choices(column, lang), lang)
    page.row_dimensions[1].height = 32
    page.freeze_panes = page.cell(2, 1 + sum(c.required for c in relation.columns[:2]))
    paper(page, relation.label(lang), word("page", lang), repeat="1:1")


def _dress(page: Worksheet, position: int, column: Column, lang: Lang, width: int) -> None:
    """Width, font and number format for the whole column, so that empty cells below already have them."""
    dimension = page.column_dimensions[get_column_letter(position)]
    dimension.width = max(width + 3, len(str(column.example)) + 3, 11)
    dimension.number_format = _FORMATS[column.kind]
    dimension.font = font(lang)


def _restrict(page: Worksheet, position: int, allowed: Sequence[str], lang: Lang) -> None:
    if not allowed:
        return
    letter = get_column_letter(position)
    rule = DataValidation("list", formula1=f'"{",".join(allowed)}"', allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = word("not_allowed", lang), word("choose_one", lang, choices=" / ".join(allowed))
    rule.add(f"{letter}2:{letter}{_LAST_ROW}")
    page.add_data_validation(rule)


def _remark(column: Column, lang: Lang) -> str:
    label = f"{column.label(lang)} · {column.name}"
    must = word("required" if column.required else "optional", lang)
    example = word("example", lang, example=_example(column, lang)) if column.example != "" else ""
    return "\n".join(
        line for line in (label, f"{must} · {_unit(column, lang)}", _meaning(column, lang), example) if line
    )


def _unit(column: Column, lang: Lang) -> str:
    return word(f"kind_{column.kind}", lang)


def _meaning(column: Column, lang: Lang) -> str:
    allowed = choices(column, lang)
    own = column.note_zh if lang == "zh" else column.note_en
    return own or (word("one_of", lang, choices=" / ".join(allowed)) if allowed else "")


def _example(column: Column, lang: Lang) -> str:
    if column.kind == "flag":
        return word("yes", lang)
    if column.kind == "category":
        return column.called(str(column.example), lang)
    if column.kind == "money" and isinstance(column.example, int | float):
        return f"{column.example:,}"
    if column.kind == "ratio" and isinstance(column.example, int | float):
        return f"{column.example:.1%}"
    return str(column.example)


def _guide(page: Worksheet, relations: Iterable[Relation], lang: Lang) -> None:
    page.sheet_view.showGridLines = False
    put(page, 2, FIRST_COLUMN, word("guide", lang), "title")
    row = 3
    for rule in word("guide_rules", lang).splitlines():
        put(page, row, FIRST_COLUMN, rule, "body")
        row += 1
    _legend(page, row, lang)
    row += 3
    for relation in relations:
        row = _guide_table(page, row, relation, lang) + 1
    page.column_dimensions["A"].width = 2.5
    widths(page, _GUIDE_WIDTHS)
    paper(page, word("guide", lang), word("page", lang))


def _legend(page: Worksheet, row: int, lang: Lang) -> None:
    for offset, (key, color) in enumerate((("required", REQUIRED_FILL), ("optional", OPTIONAL_FILL))):
        put(page, row, FIRST_COLUMN + offset, word(key, lang), "center").fill = fill(color)


def _guide_table(page: Worksheet, row: int, relation: Relation, lang: Lang) -> int:
    """One relation's columns in a table; returns the row after it."""
    title = put(page, row, FIRST_COLUMN, relation.label(lang), "section")
    link(title, place(relation.label(lang), "A1"))
    main = word("main_relation" if relation.main else "other_relation", lang)
    put(page, row, FIRST_COLUMN + 1, main, "subtitle")
    heading_row(page, row + 1, word("guide_columns", lang).split("|"), ["text"] * 5)
    for at, column in enumerate(relation.asked, start=row + 2):
        must = word("required", lang) if column.required else ""
        texts = (header(column, lang), must, _unit(column, lang), _meaning(column, lang), _example(column, lang))
        for position, text in enumerate(texts, start=FIRST_COLUMN):
            put(page, at, position, text, "text wrap")
    return row + 2 + len(relation.asked)
