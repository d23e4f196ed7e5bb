"""Worksheets whose cells the reader would lose, change or choke on: read as they stand, or refused at the cell."""

import pytest

from ninegrid.intake.formats.files import open_file
from ninegrid.intake.values.cells import ERRORS
from ninegrid.model.errors import InputError
from tests.intake.handmade_xlsx import xlsx


def sheet(tmp_path, *cells: str):
    rows = "".join(f'<row r="{n}">{cell}</row>' for n, cell in enumerate(cells, 1))
    return next(open_file(xlsx(tmp_path / "a.xlsx", rows)).sheets())


@pytest.mark.parametrize(
    ("written", "number", "text"),
    [
        ('<c r="A1" t="inlineStr"><v>12.5</v></c>', 12.5, None),
        ('<c r="A1" t="inlineStr"><v>甲</v></c>', None, "甲"),
        ('<c r="A1"><v>NaN</v></c>', None, "#NUM!"),
        ('<c r="A1"><v>INF</v></c>', None, "INF"),
        ('<c r="A1" s="0" t="n"><f>B1*2</f><v>1.5abc</v></c>', None, "1.5abc"),
        ("<c><f>B1</f></c>", None, "=?"),
        ('<c s="0"><f>B1</f><v/></c>', None, "=?"),
        ('<c r="A1" t="str"><f>B1</f></c>', None, "=?"),
        ('<c r="A1" t="str"><f t="shared" si="0"/></c>', None, "=?"),
        ('<c r="A1" t="str"><f>B1</f><v></v></c>', None, None),
        ('<c r="A1" t=""><v>12.5</v></c>', 12.5, None),
        ('<c r="A1"><v>12.5</v><extLst><ext><v>9</v></ext></extLst></c>', 12.5, None),
        ('<c r="A1" t="e"><v>#REF!</v></c>', None, "#REF!"),
    ],
)
def test_a_cell_is_read_as_it_stands(tmp_path, written, number, text):
    read = sheet(tmp_path, written, '<c r="A2"><v>7</v></c>').load(1, {0: "number"})
    found = {row: (value, told) for row, value, told in read.rows()}
    assert found.get(1, (None, None)) == (number, text)
    assert found[2] == (7.0, None)


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#FIELD!", "#BUSY!", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!"])
def test_an_error_value_of_newer_programs_is_an_error_at_its_cell(tmp_path, error):
    read = sheet(tmp_path, f'<c r="A1" t="e"><f>B1#</f><v>{error}</v></c>', '<c r="A2"><v>7</v></c>')
    assert read.load(1, {0: "number"}).rows() == [(1, None, error), (2, 7.0, None)]
    assert error in ERRORS


def test_an_error_without_an_error_value_is_one(tmp_path):
    assert sheet(tmp_path, '<c r="A1" t="e"><v>12.5</v></c>').load(1, {0: "number"}).rows() == [(1, None, "#VALUE!")]


def test_a_cell_with_two_values_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"a\.xlsx › 客户 › A1 has two values"):
        sheet(tmp_path, '<c r="A1"><v>1</v><v>2</v></c>').load(1, {0: "number"})


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ('<c r="A1"/><c r="A1"><v>2</v></c>', r"a\.xlsx › 客户 holds the cell A1 twice"),
        ('<c r="B1"/><c r="A1"/><c r="B1"/>', r"a\.xlsx › 客户 holds the cell B1 twice"),
        ('<c r="A1"/><c><v>3</v></c><c r="B1"><v>2</v></c>', r"a\.xlsx › 客户 holds the cell B1 twice"),
        ('<c r="A1"/><c r="B7"><v>2</v></c>', r"a\.xlsx › 客户 › B7 stands in row 1"),
        ('<c r="A1"/></row><row r="1"><c r="A1"><v>2</v></c>', r"a\.xlsx › 客户 holds row 1 twice"),
        ('</row><row r="3"/><row r="2"/><row r="2">', r"a\.xlsx › 客户 holds row 2 twice"),
        ('<c r="A1" t=""/><c r="A1"><v>2</v></c>', r"a\.xlsx › 客户 holds the cell A1 twice"),
        ('<c r="A1" t=""/><c r="B7"><v>2</v></c>', r"a\.xlsx › 客户 › B7 stands in row 1"),
        ('<c r="A1" t=""/><c r="B1" t="number"><v>2</v></c>', r"a\.xlsx › 客户 › B1 is of a type .* \(number\)"),
        ('<c r="A1" t=""/></row><row r="1"><c r="B1"/>', r"a\.xlsx › 客户 holds row 1 twice"),
    ],
)
def test_a_place_that_is_unclear_is_refused(tmp_path, cells, says):
    with pytest.raises(InputError, match=says):
        sheet(tmp_path, cells).load(1, {0: "number"})


@pytest.mark.parametrize("least", [200, 8 << 20], ids=["in blocks", "as a whole"])
def test_a_row_that_is_there_twice_is_refused(tmp_path, monkeypatch, least):
    monkeypatch.setattr("ninegrid.intake.formats.xlsx.blocks.MIN_BYTES", least)
    numbers = [*range(1, 21), 20, *range(22, 41)]
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in numbers)
    with pytest.raises(InputError, match=r"a\.xlsx › 客户 holds row 20 twice"):
        next(open_file(xlsx(tmp_path / "a.xlsx", rows)).sheets()).load(1, {0: "number"})


def test_rows_and_cells_out_of_order_are_read_where_they_belong(tmp_path):
    rows = (
        '<row r="3"><c r="B3"><v>32</v></c><c r="A3"><v>31</v></c></row>'
        '<row r="1"><c r="B1"><v>12</v></c></row><row r="2"><c r="A2"><v>21</v></c></row>'
    )
    read = next(open_file(xlsx(tmp_path / "a.xlsx", rows)).sheets()).load(1, {0: "number", 1: "number"})
    assert read.select("n0", "n1").rows() == [(None, 12.0), (21.0, None), (31.0, 32.0)]
