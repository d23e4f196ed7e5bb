"""The looks in a saved workbook are those that openpyxl writes, and looks that rules share stand there once."""

from __future__ import annotations

import io
import zipfile
from xml.etree.ElementTree import canonicalize, tostring

from openpyxl import Workbook, load_workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Protection
from openpyxl.styles.stylesheet import write_stylesheet

from ninegrid.report.kit.style import fill, font, ink, register_styles, style_name
from ninegrid.report.xlsx.saving import save


def dressed() -> Workbook:
    book = Workbook()
    register_styles(book, "zh", ())
    page = book.active
    page["A1"].style = style_name("percent")
    page["A2"].font, page["A2"].alignment = font("zh", 14, bold=True), Alignment("center", wrap_text=True)
    page["A3"].protection, page["A3"].number_format = Protection(locked=False), "0.0000"
    for row, color in enumerate(("AA0000", "AA0000", "00AA00"), 1):
        page.conditional_formatting.add(f"B{row}", FormulaRule([f"A{row}>1"], font=ink(color), fill=fill(color)))
    page.conditional_formatting.add("B4", FormulaRule(["A4>1"], stopIfTrue=True))
    return book


def saved(book: Workbook) -> io.BytesIO:
    made = io.BytesIO()
    save(book, made)
    return made


def test_the_looks_are_those_that_openpyxl_writes() -> None:
    book = dressed()
    for _ in range(2):  # of the second one the looks were written before
        styles = zipfile.ZipFile(saved(book)).read("xl/styles.xml")
        assert canonicalize(styles) == canonicalize(tostring(write_stylesheet(book)))


def test_rules_that_look_alike_share_a_look() -> None:
    read = load_workbook(saved(dressed()))
    looks = [rule.dxfId for area in read.active.conditional_formatting for rule in area.rules]
    assert looks == [0, 0, 1, None]
    assert read._differential_styles[1].font.color.rgb == "0000AA00"
