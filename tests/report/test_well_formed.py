"""Every part of every kind of workbook is XML that Excel reads, whatever the data holds, its elements in their order.

The orders are those of the transitional schema of ECMA-376 (CT_Worksheet, CT_Workbook, CT_Stylesheet and others).
"""

from __future__ import annotations

import dataclasses
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import polars as pl
import pytest
from openpyxl import load_workbook
from openpyxl.formula import Tokenizer

from ninegrid.report import write_portrait, write_template, write_workbook
from ninegrid.report.division import members, unit_column
from ninegrid.report.unit_reports import part
from ninegrid.result import Result
from ninegrid.subjects.registry import relations

ODD = "甲\ufffe乙\uffff\x01\x0b丙\x1b[31m\u202e<&>\"'丁_x0041_\r\n=1+1"
ORDERS = {
    "worksheet": "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection "
    "protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr "
    "conditionalFormatting "
    "dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties "
    "cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF picture oleObjects controls "
    "webPublishItems tableParts extLst",
    "workbook": "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups "
    "externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches webPublishing extLst",
    "styleSheet": "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst",
    "c": "f v is extLst",
    "comments": "authors commentList extLst",
    "chartSpace": "date1904 lang roundedCorners style clrMapOvr pivotSource protection chart spPr txPr externalData "
    "printSettings userShapes extLst",
    "dataValidation": "formula1 formula2",
}
UNIQUE = {"cell": "r", "row": "r"}


def odd(result: Result) -> Result:
    """The result with a text that is hard to write in every column of names."""
    text = pl.lit(ODD)
    spoilt = {
        name: frame.with_columns(
            (pl.col(column) + text).alias(column)
            for column, kind in frame.schema.items()
            if kind == pl.String and (column.endswith("name") or column in ("message", "value", "note"))
        )
        for name, frame in result.tables.items()
    }
    return dataclasses.replace(result, tables=spoilt)


def out_of_order(element: Element) -> Iterator[str]:
    """The elements, anywhere within, whose children stand in another order than the schema's or aren't in it."""
    for node in element.iter():
        name = node.tag.rpartition("}")[2]
        if name in ORDERS:
            order = ORDERS[name].split()
            places = [order.index(child.tag.rpartition("}")[2]) for child in node]
            if places != sorted(places):
                yield f"{name}: {[child.tag.rpartition('}')[2] for child in node]}"


def faults(path: Path) -> list[str]:
    """What is wrong with a package: parts that are no XML, wrong orders, cells twice, parts that aren't there."""
    found: list[str] = []
    with zipfile.ZipFile(path) as package:
        names = set(package.namelist())
        for name in sorted(names):
            tree = fromstring(package.read(name))  # ParseError, with its place, for what is no XML
            found += [f"{name}: {said}" for said in out_of_order(tree)]
            if name.startswith("xl/worksheets/sheet"):
                cells = [cell.get("r") for cell in tree.iter() if cell.tag.endswith("}c")]
                found += [f"{name}: a cell twice"] * (len(cells) != len(set(cells)))
                rows = [int(row.get("r", 0)) for row in tree.iter() if row.tag.endswith("}row")]
                found += [f"{name}: rows not in order"] * (rows != sorted(set(rows)))
            if name.endswith(".rels"):
                found += [f"{name}: no part {target}" for target in _targets(name, tree) if target not in names]
        types = fromstring(package.read("[Content_Types].xml"))
        listed = {str(one.get("PartName")).lstrip("/") for one in types if one.get("PartName")}
        found += [f"no part {name}, which is listed" for name in listed - names]
    return found


def _targets(name: str, tree: Element) -> Iterator[str]:
    folder = posixpath.dirname(posixpath.dirname(name))
    for relation in tree:
        if relation.get("TargetMode") != "External":
            target = str(relation.get("Target"))
            yield target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


@pytest.mark.parametrize(
    "kind", ["customers", *(pytest.param(kind, marks=pytest.mark.thorough) for kind in ("talent", "unit"))]
)
def test_a_workbook_is_well_formed_whatever_the_names(kind: str, request: Any, tmp_path: Path) -> None:
    whole = request.getfixturevalue({"talent": "talent"}.get(kind, "ways"))
    result = part(whole, members(whole, unit_column(whole.policy))[0].label) if kind == "unit" else whole
    write_workbook(odd(result), tmp_path / "x.xlsx")
    assert faults(tmp_path / "x.xlsx") == []


def test_a_template_and_a_portrait_are_well_formed(ways: Result, tmp_path: Path) -> None:
    write_template(relations("customers"), tmp_path / "t.xlsx", "zh")
    one = ways.tables["customers"].drop_nulls("value_cell").head(1)
    write_portrait(odd(dataclasses.replace(ways, tables={**ways.tables, "customers": one})), tmp_path / "p.xlsx")
    assert faults(tmp_path / "t.xlsx") == faults(tmp_path / "p.xlsx") == []


def test_faults_are_seen(tmp_path: Path, ways_file: Path) -> None:
    with zipfile.ZipFile(ways_file) as package, zipfile.ZipFile(tmp_path / "y.xlsx", "w") as bad:
        for name in package.namelist():
            data = package.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = re.sub(rb"(<sheetData.*?</sheetData>)(.*)(<pageMargins[^>]*>)", rb"\3\1\2", data, flags=re.S)
            bad.writestr(name, data)
    assert any("worksheet:" in fault for fault in faults(tmp_path / "y.xlsx"))


QUOTES = '"\'&<>{}"'


@pytest.mark.thorough
def test_names_with_quotes_stay_texts_in_formulas(tmp_path: Path, ways: Result) -> None:
    """Of cells, tiers, axes, levels, strategies, metrics: everything a policy gives a name."""
    policy = ways.policy
    grids = tuple(
        dataclasses.replace(grid, cells=tuple(dataclasses.replace(c, zh=c.zh + QUOTES) for c in grid.cells))
        for grid in policy.grids
    )
    tiers = tuple(dataclasses.replace(tier, zh=tier.zh + QUOTES) for tier in policy.tiers)
    metrics = tuple(dataclasses.replace(metric, zh=metric.zh + QUOTES) for metric in policy.metrics)
    named = dataclasses.replace(policy, grids=grids, tiers=tiers, metrics=metrics)
    write_workbook(dataclasses.replace(ways, policy=named), tmp_path / "x.xlsx")
    assert faults(tmp_path / "x.xlsx") == []
    book = load_workbook(tmp_path / "x.xlsx")
    formulas = [c.value for page in book for row in page.iter_rows() for c in row if c.data_type == "f"]
    rules = [f"={f}" for page in book for area in page.conditional_formatting for r in area.rules for f in r.formula]
    operands = [token for formula in (*formulas, *rules) for token in Tokenizer(str(formula)).items]
    assert any(QUOTES.replace('"', '""') in token.value for token in operands)
    assert not [token.value for token in operands if token.type == "OPERAND" and QUOTES[1:-1] in _outside(token.value)]


def _outside(text: str) -> str:
    """What of a formula's operand is not within a text."""
    return re.sub(r'"(?:[^"]|"")*"', "", text)
