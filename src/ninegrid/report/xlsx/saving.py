"""Saves a workbook sheet by sheet. Long lists, which were kept as frames, are written as worksheet XML by polars."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

from openpyxl import Workbook
from openpyxl.packaging.relationship import Relationship, RelationshipList
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.dimensions import SheetDimension
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import ARC_STYLE, ARC_WORKBOOK_RELS
from openpyxl.xml.functions import fromstring

from ninegrid.model.steps import timed
from ninegrid.report.kit.cells import ILLEGAL
from ninegrid.report.xlsx.background_deflate import Ahead, is_long
from ninegrid.report.xlsx.chart_parts import Drawing, keep_values
from ninegrid.report.xlsx.deferred_rows import HeldRows, StreamedWorkbook
from ninegrid.report.xlsx.formula_values import FormulaValues
from ninegrid.report.xlsx.limits import refuse_over_limits
from ninegrid.report.xlsx.looks_xml import NO_LOOKS, RuleLooks, looks_xml
from ninegrid.report.xlsx.notes import NoteSheet, boxes, texts
from ninegrid.report.xlsx.openpyxl_rows import cell_rows
from ninegrid.report.xlsx.package import Package, Part
from ninegrid.report.xlsx.polars_rows import rendered, rendered_links
from ninegrid.report.xlsx.shared_texts import SharedTexts
from ninegrid.report.xlsx.sparklines import with_sparklines

_LINKS, _END_OF_LINKS = "links-of-held-rows", b"</hyperlinks>"


def save(workbook: Workbook, path: Path | BytesIO, ahead: Ahead | None = None) -> None:
    """Write the workbook to `path`, or into memory; `ahead` has lists that were deflated already.

    OutputError when something in it is over a limit of Excel's; OSError, once, when the system refuses a part of it.

    openpyxl by itself writes every sheet to the system's folder for temporary files first, where a killed run would
    leave people's figures.
    """
    refuse_over_limits(workbook)
    workbook.properties.modified = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    texts = workbook.texts if isinstance(workbook, StreamedWorkbook) else SharedTexts()
    looks = workbook._cell_styles
    try:
        with _WorkbookFile(path, texts) as package:
            _PackageWriter(workbook, package, ahead).save()
    finally:
        workbook._cell_styles = looks


class _WorkbookFile(Package):
    """A package whose workbook is related to its shared texts, if there are any; openpyxl shares none.

    looks: the element of the looks of cells, which openpyxl doesn't write.
    """

    def __init__(self, path: Path | BytesIO, texts: SharedTexts) -> None:
        super().__init__(path)
        self.texts, self.looks = texts, b""

    def writestr(self, name: str, data: str | bytes) -> None:
        if name == ARC_STYLE:
            before, after = (data.encode() if isinstance(data, str) else data).split(NO_LOOKS)
            data = before + self.looks + after
        if name == ARC_WORKBOOK_RELS and self.texts:
            relations = RelationshipList.from_tree(fromstring(data))
            relations.append(Relationship(type="sharedStrings", Target=self.texts.path))
            data = tostring(relations.to_tree(), encoding="unicode")
        super().writestr(name, data)


class _PackageWriter(ExcelWriter):  # type: ignore[misc]
    """openpyxl's writer, but that sheets go into the package as they are, together with their held rows."""

    def __init__(self, workbook: Workbook, package: _WorkbookFile, ahead: Ahead | None) -> None:
        super().__init__(workbook, package)
        self._ahead = ahead
        self._rules = RuleLooks(workbook)
        self._values = FormulaValues(workbook)

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = Drawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        for chart in ws._charts:
            keep_values(chart, self._values, ws.title)
        held = self.workbook.held(ws) if isinstance(self.workbook, StreamedWorkbook) else ()
        _refuse_others(ws, held)
        sheet = BytesIO()
        writer = _SheetWriter(ws, sheet, held, self._values, self._rules)
        writer.write()
        before, after = re.split(rb"<sheetData ?/>", sheet.getvalue())
        with self._archive.part(ws.path[1:]) as part:
            part.write(before + b"<sheetData>")
            for rows in writer.data:
                with timed("lists" if isinstance(rows, HeldRows) else "cells"):
                    self._write_rows(part, rows)
            part.write(b"</sheetData>" + with_sparklines(ws, writer.with_links(after)))
        ws._rels = writer._rels
        self.manifest.append(ws)

    def _write_rows(self, part: Part, rows: bytes | HeldRows) -> None:
        if isinstance(rows, bytes):
            part.write(rows)
        elif deflated := self._ahead.of(rows) if self._ahead else None:
            part.splice(deflated)
        else:
            for xml in rendered(rows):
                part.write(xml, fast=is_long(rows))

    def _write_charts(self) -> None:
        """As openpyxl does, but for the text, which it encodes tag by tag."""
        for chart in self._charts:
            self._archive.writestr(chart.path[1:], ILLEGAL.sub("", tostring(chart._write(), encoding="unicode")))
            self.manifest.append(chart)

    def _write_external_links(self) -> None:
        """Comes after the sheets, when all their texts and looks are known, and before the manifest and the styles."""
        super()._write_external_links()
        self._archive.looks = looks_xml(self.workbook)
        self.workbook._cell_styles = IndexedList()
        if texts := self._archive.texts:
            self._archive.writestr(texts.path[1:], texts.xml())
            self.manifest.append(texts)

    def _write_comment(self, ws: Any) -> None:
        sheet = NoteSheet(len(self._comments) + 1)
        self._comments.append(sheet)
        self._archive.writestr(sheet.path[1:], texts(ws._comments))
        self.manifest.append(sheet)
        self._archive.writestr(sheet.boxes[1:], boxes(ws._comments))
        # Said from the sheet's folder, as Excel does, and not from the top: some readers know no other way.
        for name, kind, path in (("comments", sheet._rel_type, sheet.path), ("anysvml", "vmlDrawing", sheet.boxes)):
            ws._rels.append(Relationship(Id=name, type=kind, Target=path.replace("/xl/", "../")))


class _SheetWriter(WorksheetWriter):  # type: ignore[misc]
    """openpyxl's writer of a sheet, but that the rows of cells and the held rows are in `data`, from the top."""

    def __init__(
        self, ws: Worksheet, out: BytesIO, held: Sequence[HeldRows], values: FormulaValues, rules: RuleLooks
    ) -> None:
        super().__init__(ws, out)
        self._held, self._values, self._rules = held, values, rules
        self.data: list[bytes | HeldRows] = []
        self._links = "".join(map(rendered_links, held))

    def write_dimensions(self) -> None:
        area = CellRange(self.ws.calculate_dimension())
        for rows in self._held:
            area = area.union(CellRange(None, rows.column, rows.row, rows.right, rows.last))
        self.xf.send(SheetDimension(area.coord).to_tree())

    def write_rows(self) -> None:
        cells = list(cell_rows(self.ws, self._values))
        for rows in self._held:
            above = [xml for row, xml in cells if row < rows.row]
            self.data += ["".join(above).encode(), rows]
            cells = cells[len(above) :]
        self.data.append("".join(xml for _, xml in cells).encode())
        self.xf.send(Element("sheetData"))

    def write_formatting(self) -> None:
        for area in self.ws.conditional_formatting:
            for rule in area.rules:
                if (number := self._rules.number(rule)) is not None:
                    rule.dxfId = number
            self.xf.send(area.to_tree())

    def write_hyperlinks(self) -> None:
        super().write_hyperlinks()
        if self._links:
            self.xf.send(Element(_LINKS))

    def with_links(self, xml: bytes) -> bytes:
        """What follows the rows, with the links of the held rows where they belong."""
        if not self._links:
            return xml
        before, after = re.split(rf"<{_LINKS} ?/>".encode(), xml)
        own = before.endswith(_END_OF_LINKS)
        start = before.removesuffix(_END_OF_LINKS) if own else before + b"<hyperlinks>"
        return start + self._links.encode() + _END_OF_LINKS + after


def _refuse_others(ws: Worksheet, held: Sequence[HeldRows]) -> None:
    """A row that stood there twice would make the file unreadable."""
    real = {row for row, _ in ws._cells} | ws.row_dimensions.keys()
    for rows in held:
        if taken := sorted(row for row in real if rows.row <= row <= rows.last):
            raise ValueError(f"Row {taken[0]} of {ws.title} belongs to a list that is not in cells.")
