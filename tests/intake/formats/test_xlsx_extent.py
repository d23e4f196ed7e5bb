"""The glance at a worksheet part, which searches chunks, against a slow look at every single cell."""

from __future__ import annotations

import random
import re
from xml.etree import ElementTree

import pytest

from ninegrid.intake.formats.extents import Extent, column_index
from ninegrid.intake.formats.xlsx.extent import xlsx_extent
from ninegrid.intake.formats.xlsx.uniform_columns import UniformColumns
from ninegrid.intake.places import letters
from ninegrid.model.errors import InputError

DAYS, STYLES = {"1", "12"}, ["0", "1", "2", "11", "12", "21", "112"]
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def part(rows: str, prefix: str = "") -> bytes:
    return f'<{prefix}worksheet xmlns{":" + prefix[:-1] if prefix else ""}="{NAMESPACE}"><{prefix}sheetData>{rows}' \
        f"</{prefix}sheetData></{prefix}worksheet>".encode()  # fmt: skip


def cell(reference: str, kind: str, style: str) -> str:
    shown = f' s="{style}"' if style else ""
    return {
        "text": f'<c r="{reference}"{shown} t="inlineStr"><is><t>示例</t></is></c>',
        "shared": f'<c r="{reference}"{shown} t="s"><v>3</v></c>',
        "formula text": f'<c r="{reference}"{shown} t="str"><f>A1</f><v>x</v></c>',
        "number": f'<c r="{reference}"{shown}><v>42284</v></c>',
        "typed number": f'<c r="{reference}"{shown} t="n"><v>42284</v></c>',
        "boolean": f'<c r="{reference}"{shown} t="b"><v>1</v></c>',
        "error": f'<c r="{reference}"{shown} t="e"><v>#N/A</v></c>',
        "date": f'<c r="{reference}"{shown} t="d"><v>2026-10-31</v></c>',
        "formula": f'<c r="{reference}"{shown}><f>A1*2</f><v>3</v></c>',
        "empty": f'<c r="{reference}"{shown}/>',
    }[kind]


KINDS = ("text", "shared", "formula text", "number", "typed number", "boolean", "error", "date", "formula", "empty")
TEXTS = {"s", "str", "inlineStr"}


def sheet(rng: random.Random, height: int) -> bytes:
    """Columns of mostly one kind and style, each with now and then a cell of another, a few far out."""
    usual = {i: (rng.choice(KINDS), rng.choice(["", *STYLES]), rng.choice([0, 0, 0.02])) for i in range(30)}
    rows = []
    for number in range(1, height + 1):
        cells = []
        for index, (kind, style, odd) in usual.items():
            drawn = (rng.choice(KINDS), rng.choice(["", *STYLES])) if rng.random() < odd else (kind, style)
            if rng.random() < 0.9 or number == height:
                cells.append(cell(f"{letters(index)}{number}", *drawn))
        if rng.random() < 1 / height:
            cells.append(cell(f"{rng.choice(['AZ', 'BAA'])}{number}", "number", ""))
        rows.append(f'<row r="{number}">{"".join(cells)}</row>')
    return part("".join(rows))


def looked_at(xml: bytes) -> Extent:
    """Every cell, one by one. A column is of days where it has numbers, all of one style, a day's, and no others."""
    cells: dict[int, list[tuple[str, str, bool]]] = {}
    last = 0
    for one in ElementTree.fromstring(xml).iter(f"{{{NAMESPACE}}}c"):
        letters, row = re.fullmatch(r"([A-Z]+)([0-9]+)", one.attrib["r"]).groups()
        last = max(last, int(row))
        held = (one.get("t", ""), one.get("s", ""), one.find(f"{{{NAMESPACE}}}f") is not None)
        cells.setdefault(column_index(letters), [])
        if len(one):
            cells[column_index(letters)].append(held)
    every = [held for column in cells.values() for held in column]
    return Extent(
        last,
        max(26, *(index + 1 for index in cells)),
        0,
        any(kind == "b" for kind, *_ in every),
        any(formula for *_, formula in every),
        frozenset(i for i, column in cells.items() if column and all(kind in TEXTS for kind, *_ in column)),
        frozenset(i for i, column in cells.items() if _days(column)),
    )


def _days(column: list[tuple[str, str, bool]]) -> bool:
    others = [(kind, style, formula) for kind, style, formula in column if kind not in TEXTS]
    plain = all(kind == "" and not formula for kind, _, formula in others)
    return plain and len(others) > 0 and len({style for _, style, _ in others}) == 1 and others[0][1] in DAYS


@pytest.mark.parametrize("size", [1 << 20, 5000, 701])
@pytest.mark.parametrize("seed", range(8))
def test_a_glance_sees_what_a_close_look_sees(seed, size):
    xml = sheet(random.Random(seed), height=40)
    chunks = [xml[at : at + size] for at in range(0, len(xml), size)]
    seen, truth = xlsx_extent(lambda: chunks, "a.xlsx › 客户", DAYS), looked_at(xml)
    assert (seen.rows, seen.columns, seen.booleans, seen.formulas) == (
        truth.rows, truth.columns, truth.booleans, truth.formulas,
    )  # fmt: skip
    # What is known of columns is told by the first chunk's last row: never more than is true, and all of it at best.
    assert seen.texts <= truth.texts
    assert seen.dates <= truth.dates


@pytest.mark.parametrize("seed", range(20))
def test_uniform_columns_are_never_told_of_one_that_is_not(seed):
    rng = random.Random(seed)
    usual = {"A": "shared", "B": "number", "C": rng.choice(KINDS), "D": rng.choice(KINDS)}
    style = {"A": "", "B": "12", "C": rng.choice(STYLES), "D": rng.choice(STYLES)}
    rows = [[cell(f"{c}{n}", usual[c], style[c]) for c in usual] for n in range(1, 30)]
    odd = rng.randrange(25)
    rows[odd][rng.randrange(4)] = cell(f"{rng.choice('ABCD')}{odd + 1}", rng.choice(KINDS), rng.choice(["", *STYLES]))
    xml = part("".join(f'<row r="{n}">{"".join(cells)}</row>' for n, cells in enumerate(rows, 1)))
    seen, truth = UniformColumns.first(xml, DAYS), looked_at(xml)
    assert seen.text_columns <= truth.texts
    assert seen.date_columns <= truth.dates
    half = xml.index(b'<row r="15"')
    assert UniformColumns.first(xml[:half], DAYS).after(xml[half:]) == seen


def test_columns_without_an_odd_cell_are_told():
    rows = "".join(
        f'<row r="{n}">{cell(f"A{n}", "text", "")}{cell(f"B{n}", "number", "12")}</row>' for n in range(1, 9)
    )
    seen = UniformColumns.first(part(rows), DAYS)
    assert (seen.text_columns, seen.date_columns) == ({0}, {1})


@pytest.mark.parametrize(
    ("rows", "reach"),
    [
        ('<row r="9"><c r="ZZ9"><v>1</v></c></row>', (9, 702)),
        ('<row r="5"><c r="B5000000"><v>1</v></c></row>', None),
        ('<row r="5"><c s="1" r="AB5"><v>1</v></c></row>', (5, 28)),
        ("<row><c><v>1</v></c></row>" * 3, None),
        ("<row>" + "<c><v>1</v></c>" * 40 + "</row>", (0, 40)),
        ("<row r='7'><c r='AC7'><v>1</v></c></row>", (7, 29)),
        ('<row r="3"><c r="c3"><v>1</v></c></row>', (3, 26)),
    ],
)  # fmt: skip
def test_cells_written_in_unusual_ways_are_seen(rows, reach):
    read = lambda: [part(rows)]  # noqa: E731
    if reach is None and "5000000" in rows:
        with pytest.raises(InputError, match="reaches over"):
            xlsx_extent(read, "a.xlsx › 客户")
        return
    seen = xlsx_extent(read, "a.xlsx › 客户")
    assert reach is None or (seen.rows, seen.columns) >= reach


@pytest.mark.parametrize("size", [1 << 20, 97])
def test_a_prefix_changes_nothing(size):
    rows = '<x:row r="4"><x:c r="AD4" t="b"><x:v>1</x:v></x:c></x:row>'
    xml = part(rows, "x:")
    seen = xlsx_extent(lambda: [xml[at : at + size] for at in range(0, len(xml), size)], "a.xlsx › 客户")
    assert (seen.columns, seen.booleans) == (30, True)
