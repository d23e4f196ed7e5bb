"""Rows written without cells are the rows that openpyxl writes: the same values, the same looks, the same sheet."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from ninegrid.report.book import Draft, build_workbook, write_workbook
from ninegrid.report.kit import list_writer
from ninegrid.report.kit.list_writer import ListColumn, ListPart, write_list
from ninegrid.report.kit.style import LINK, _table_styles, register_styles, style_name
from ninegrid.report.xlsx import package
from ninegrid.report.xlsx.background_deflate import Ahead
from ninegrid.report.xlsx.deferred_rows import CellStyle, HeldRows, StreamedWorkbook
from ninegrid.report.xlsx.polars_rows import rendered
from ninegrid.report.xlsx.saving import save
from ninegrid.result import Result
from tests.unpacked import note_elements

ROLES = ("head", "head text", "text", "money", "count")  # all of them take most of the time to read back
STYLES = [style for style in _table_styles("zh") if style.name in map(style_name, ROLES)]
OFTEN = 5  # times a text is told for cells to share it
FIRST = 6  # row of data under a header without bands


@pytest.fixture(scope="module", autouse=True)
def _short_lists_too() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(list_writer, "_FEW", 0)
        yield


def written(workbook: Workbook, frame: pl.DataFrame, path: Path, **options: Any) -> tuple[ListPart, ...]:
    """The frame as a list on the sheet 清单, saved: by openpyxl alone, unless rows are held back."""
    for style in STYLES:
        workbook.add_named_style(style)
    workbook.active.title = "清单"
    columns = [ListColumn(name, name, _unit(dtype), 12) for name, dtype in frame.schema.items()]
    parts = write_list(workbook.active, frame, columns, streamed=True, **options)
    if isinstance(workbook, StreamedWorkbook):
        save(workbook, path)
    else:
        workbook.save(path)
    return parts


def _unit(dtype: pl.DataType) -> str:
    return "money" if dtype.is_float() else "count" if dtype.is_integer() else "text"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fast")


def fast(frame: pl.DataFrame, folder: Path, **options: Any) -> Worksheet:
    """The list without cells, read again with openpyxl."""
    written(StreamedWorkbook(), frame, folder / "fast.xlsx", **options)
    return load_workbook(folder / "fast.xlsx")["清单"]


def told(values: Sequence[object], dtype: Any, folder: Path) -> tuple[list[object], list[object]]:
    """A column of values as openpyxl and as calamine read it back; "" for an empty cell in both.

    Told once, when texts stand in the cells, and so often that cells share them: it must be the same.
    """
    (mine, theirs), often = _told(values, dtype, folder), _told([*values] * OFTEN, dtype, folder)
    mine = [unescape(value) if isinstance(value, str) else value for value in mine]  # as openpyxl does if shared
    assert often == (mine * OFTEN, theirs * OFTEN)
    return mine, theirs


def _told(values: Sequence[object], dtype: Any, folder: Path) -> tuple[list[object], list[object]]:
    frame = pl.DataFrame({"value": pl.Series(values, dtype=dtype, strict=False), "last": "x"})
    sheet = fast(frame, folder)
    rows = CalamineWorkbook.from_path(folder / "fast.xlsx").get_sheet_by_name("清单").to_python()[-len(values) :]
    mine = [sheet.cell(row, 2).value for row in range(FIRST, FIRST + len(values))]
    return ["" if value is None else value for value in mine], [row[-2] for row in rows]


TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(" \n\t&<>\"'=+-@_x0041\r\x00\x1f\uffff😀"),
    ),
    max_size=12,
)
MOMENTS = st.datetimes(dt.datetime(1850, 1, 1), dt.datetime(2100, 1, 1)).map(lambda t: t.replace(microsecond=0))
FRAMES = st.integers(1, 4).flatmap(
    lambda n: st.fixed_dictionaries(
        {
            name: st.lists(st.none() | values, min_size=n, max_size=n).map(lambda v, d=dtype: pl.Series(v, dtype=d))
            for name, values, dtype in (
                ("text", TEXTS, pl.String),
                ("float", st.floats(-1e300, 1e300) | st.sampled_from([math.nan, math.inf]), pl.Float64),
                ("int", st.integers(-(2**63), 2**63 - 1), pl.Int64),
                ("yes", st.booleans(), pl.Boolean),
                ("date", MOMENTS.map(dt.datetime.date), pl.Date),
                ("moment", MOMENTS, pl.Datetime("us")),
                ("kind", st.sampled_from(["甲", "=乙"]), pl.Enum(["甲", "=乙"])),
                ("nothing", st.none(), pl.Null),
                ("more", TEXTS, pl.String),
            )
        }
    )
)


@pytest.mark.thorough
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(FRAMES, st.sampled_from([None, 18.0]), st.sampled_from([1, OFTEN]))
def test_it_is_what_openpyxl_writes(
    folder: Path, columns: dict[str, pl.Series], height: float | None, times: int
) -> None:
    frame = pl.concat([pl.DataFrame(columns)] * times)
    options: dict[str, Any] = {"frozen": 1, "heights": pl.Series([height] * frame.height, dtype=pl.Float64)}
    written(Workbook(), frame, folder / "cells.xlsx", **options)
    ours, theirs = fast(frame, folder, **options), load_workbook(folder / "cells.xlsx")["清单"]
    assert [_cell(c) for row in ours.iter_rows() for c in row] == [_cell(c) for row in theirs.iter_rows() for c in row]
    assert ours.dimensions == theirs.dimensions
    assert [ours.row_dimensions[row].height for row in range(1, 12)] == [
        theirs.row_dimensions[row].height for row in range(1, 12)
    ]


def _cell(cell: Cell) -> tuple[object, ...]:
    """All that a cell says; numbers as far as openpyxl writes them."""
    value = f"{cell.value:.16g}" if type(cell.value) in (int, float) else cell.value
    look = (cell.font, cell.fill, cell.border, cell.alignment, cell.number_format, cell.quotePrefix, cell.style)
    return cell.coordinate, cell.data_type, value, *map(repr, look)


@pytest.mark.parametrize(
    "text", [" a ", "a\nb", "a\tb", "\n", "a  b", "&<>\"'", "<c/>", "]]>", "甲😀𠮷", "0001", "1e5", "#N/A", "TRUE"]
)
def test_text_comes_back_as_it_was(text: str, folder: Path) -> None:
    assert told([text, None], pl.String, folder) == ([text, ""], [text, ""])


@pytest.mark.parametrize("text", ["=1+1", "+86 10", "-5", "@SUM(A1)", '=HYPERLINK("x")'])
def test_text_like_a_formula_is_text(text: str, folder: Path) -> None:
    sheet = fast(pl.DataFrame({"text": [text, "x"]}), folder)
    assert [(c.value, c.data_type, bool(c.quotePrefix)) for (c,) in sheet["B6:B7"]] == [
        (text, "s", True),
        ("x", "s", False),
    ]


@pytest.mark.parametrize("text", ["_x0041_", "_x0041_x0042_", "a_x000D_", "__x0041__", "_x0041_x0042"])
def test_what_looks_like_the_code_of_a_character_stays_what_it_looks_like(text: str, folder: Path) -> None:
    assert told([text], pl.String, folder)[1] == [text]  # calamine reads codes, as Excel does


def test_what_xml_cannot_hold_is_left_out(folder: Path) -> None:
    texts = ["A\x00B\x1fC\x0b\uffff", "\x01", "a\r\nb\rc", ""]
    assert told(texts, pl.String, folder) == (["ABC", "", "a\nb\nc", ""],) * 2


@pytest.mark.parametrize(("text", "kept"), [("长" * 32_768, 32_766), ("a" * 40_000, 32_766), ("😀" * 20_000, 16_383)])
def test_overlong_text_is_cut_with_a_mark(text: str, kept: int, folder: Path) -> None:
    assert told([text, "长" * 32_767], pl.String, folder)[0] == [text[:kept] + "…", "长" * 32_767]


@pytest.mark.parametrize(
    "number", [0.1 + 0.2, 1 / 3, 5e-324, -1.7976931348623157e308, 1e-7, 1e16, 123456789012345.67, 99999999.99]
)
def test_numbers_keep_every_digit(number: float, folder: Path) -> None:
    assert told([number], pl.Float64, folder) == ([number], [number])


def test_whole_numbers_keep_every_digit(folder: Path) -> None:
    numbers = [2**53 + 1, -(2**63), 2**63 - 1, 0, None]
    assert told(numbers, pl.Int64, folder)[0] == [*numbers[:-1], ""]


def test_not_finite_is_empty_and_minus_zero_is_zero(folder: Path) -> None:
    numbers = told([math.nan, math.inf, -math.inf, -0.0, 1.0], pl.Float64, folder)[0]
    assert repr(numbers) == repr(["", "", "", 0.0, 1.0])


def test_dates_before_the_leap_day_that_never_was(folder: Path) -> None:
    days = [dt.date(1900, 1, 1), dt.date(1900, 2, 28), dt.date(1900, 3, 1), dt.date(2026, 10, 31), None]
    written(StreamedWorkbook(), pl.DataFrame({"day": days}), folder / "fast.xlsx")
    xml = _parts(folder / "fast.xlsx", keep=True)["xl/worksheets/sheet1.xml"]
    assert re.findall(r"<v>(\d+)</v>", xml) == ["1", "59", "61", "46326"]
    sheet = load_workbook(folder / "fast.xlsx")["清单"]
    assert [c.value.date() for (c,) in sheet["B6:B9"]] == days[:-1]


def test_days_before_excels_first_are_text(folder: Path) -> None:
    days = [dt.date(1899, 12, 31), dt.date(1949, 10, 1)]
    ours, _ = told(days, pl.Date, folder)
    assert ours == ["1899-12-31", dt.datetime(1949, 10, 1)]
    ours, _ = told([dt.datetime(1899, 12, 31, 23, 59)], pl.Datetime("ms"), folder)
    assert ours == ["1899-12-31 23:59:00"]


def test_a_moment_has_no_zone(folder: Path) -> None:
    moment = pl.Series([dt.datetime(2026, 10, 31, 8, 30)]).dt.replace_time_zone("Asia/Shanghai")
    assert fast(pl.DataFrame({"at": moment}), folder)["B6"].value == dt.datetime(2026, 10, 31, 8, 30)


def test_a_workbook_keeps_a_text_of_many_rows_once(folder: Path) -> None:
    """Also one of two columns, or two lists; a text that nearly every row has of its own stays in its cell."""
    workbook, n = StreamedWorkbook(), 40
    frame = pl.DataFrame({"id": [f"编号{i}" for i in range(n)], "tier": ["A & B", "=乙", None, ""] * (n // 4)})
    written(workbook, frame.with_columns(last_tier=pl.col("tier").cast(pl.Categorical)), folder / "fast.xlsx")
    parts = _parts(folder / "fast.xlsx", keep=True)
    assert re.findall(r"<si><t>(.*?)</t></si>", parts["xl/sharedStrings.xml"]) == ["=乙", "A &amp; B"]
    assert re.findall(r't="s"><v>(\d+)</v>', parts["xl/worksheets/sheet1.xml"]) == ["1", "1", "0", "0"] * (n // 4)
    assert parts["xl/worksheets/sheet1.xml"].count("编号") == n


def test_a_workbook_without_long_lists_shares_nothing(folder: Path) -> None:
    written(StreamedWorkbook(), pl.DataFrame({"id": ["甲", "乙"]}), folder / "fast.xlsx")
    assert "xl/sharedStrings.xml" not in _parts(folder / "fast.xlsx")


def test_the_last_column_of_a_sheet() -> None:
    frame = pl.DataFrame({f"{at}": [at] for at in range(3)})
    held = HeldRows(frame, 1_048_576, 16_382, [CellStyle(0, 0)] * frame.width, pl.Series([]))
    row = ElementTree.fromstring(b"".join(rendered(held)))
    assert (row[0].get("r"), row[-1].get("r"), row[-1][0].text) == ("XFB1048576", "XFD1048576", "2")


def test_chunks_follow_each_other() -> None:
    frame = pl.DataFrame({"n": range(1000), "text": [None, "a"] * 500})
    held = HeldRows(frame, 5, 2, [CellStyle(3, 4)] * 2, pl.Series([None, 20.0] * 500))
    in_one, in_many = (b"".join(rendered(held, size)) for size in (1000, 7))
    assert in_one == in_many
    assert in_one.startswith(b'<row r="5"><c r="B5" s="3"><v>0</v></c><c r="C5" s="3"/></row><row r="6" customHeight=')


def test_a_list_longer_than_a_sheet_goes_on(folder: Path) -> None:
    frame = pl.DataFrame({"n": range(25)})
    parts = written(StreamedWorkbook(), frame, folder / "fast.xlsx", max_rows=15, frozen=1)
    assert [(part.first, part.last) for part in parts] == [(6, 15), (6, 15), (6, 10)]
    book = load_workbook(folder / "fast.xlsx")
    assert book.sheetnames == ["清单", "清单 (2)", "清单 (3)"]
    assert [c.value for sheet in book for (c,) in sheet[f"B6:B{sheet.max_row}"]] == list(range(25))
    assert [sheet.auto_filter.ref for sheet in book] == ["B5:B15", "B5:B15", "B5:B10"]
    assert {sheet.freeze_panes for sheet in book} == {"C6"}


def test_nothing_else_may_stand_where_rows_are_held(folder: Path) -> None:
    workbook = StreamedWorkbook()
    written(workbook, pl.DataFrame({"n": range(5)}), folder / "fast.xlsx")
    workbook["清单"].cell(8, 30, "x")
    with pytest.raises(ValueError, match="Row 8 of 清单"):
        save(workbook, folder / "fast.xlsx")


def test_what_stands_around_a_list_stays(folder: Path) -> None:
    """Text above and below it, a chart and colours that point into it."""
    workbook = StreamedWorkbook()
    sheet = workbook.active
    sheet.title = "清单"
    sheet.cell(2, 2, "题目")
    sheet.cell(99, 2, "脚注")
    sheet.conditional_formatting.add("B6:B15", CellIsRule("greaterThan", ["5"], font=Font(bold=True)))
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=5, max_row=15), titles_from_data=True)
    sheet.add_chart(chart, "F2")
    written(workbook, pl.DataFrame({"n": range(10)}), folder / "fast.xlsx")
    again = load_workbook(folder / "fast.xlsx")["清单"]
    assert [again[at].value for at in ("B2", "B5", "B6", "B15", "B99")] == ["题目", "n", 0, 9, "脚注"]
    assert again.dimensions == "B2:B99"
    assert [str(area.sqref) for area in again.conditional_formatting] == ["B6:B15"]
    assert again._charts[0].series[0].val.numRef.f == "'清单'!$B$6:$B$15"


@pytest.mark.thorough
def test_a_whole_workbook_differs_in_nothing_but_the_way(result: Result, folder: Path) -> None:
    write_workbook(result, folder / "fast.xlsx")
    build_workbook(result).save(folder / "cells.xlsx")
    ours, theirs = (_parts(folder / name) for name in ("fast.xlsx", "cells.xlsx"))
    for parts in (ours, theirs):  # what charts draw is kept in them by one way only
        parts |= {name: "" for name in parts if name.startswith("xl/charts/")}
    assert ours.pop("xl/sharedStrings.xml").startswith("<sst ")
    for part in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):  # where that one is announced
        ours[part] = re.sub("<(Override|Relationship) [^>]*sharedStrings[^>]*>", "", ours[part])
    ours, theirs = map(_without_notes_and_drawings, (ours, theirs))  # whose parts have Excel's names in one way only
    assert ours.keys() == theirs.keys()
    assert {name for name in ours if ours[name] != theirs[name]} == set()


def _without_notes_and_drawings(parts: dict[str, str]) -> dict[str, str]:
    told = "<(?:Default|Override|Relationship) [^>]*(?:comment|rawing|vml)[^>]*>"
    return {name: re.sub(told, "", xml) for name, xml in parts.items() if not re.search("comment|rawing", name)}


def _parts(path: Path, *, keep: bool = False) -> dict[str, str]:
    """The parts without the times; unless kept, the sheets without the numbers of styles and what is in cells."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    del parts["docProps/core.xml"], parts["xl/styles.xml"]
    if keep:
        return parts
    return {
        name: str(note_elements(xml))
        if "/comment" in name
        else re.sub(r'(?s) (?:s|outlineLevelCol)="\d+"|<sheetData>.*</sheetData>', "", xml)
        for name, xml in parts.items()
    }


def test_rows_may_have_units_and_ways_of_their_own(folder: Path) -> None:
    frame = pl.DataFrame(
        {
            "id": ["甲", "=乙", "丙", None],
            "figure": [0.5, 2.0, None, 3.0],
            "unit": ["percent", "count", "percent", None],
            "way": ["'清单'!B6", "'清单'!B7", None, "'清单'!B8"],
        }
    )
    columns = [
        ListColumn("id", "编号", "text", 12, ways="way", tip="去"),
        ListColumn("figure", "数", "money", 12, units="unit"),
    ]
    for name, workbook in (("fast.xlsx", StreamedWorkbook()), ("cells.xlsx", Workbook())):
        register_styles(workbook, "zh", ())
        write_list(workbook.active, frame, columns, streamed=True)
        save(workbook, folder / name)
    ours, theirs = (load_workbook(folder / name).active for name in ("fast.xlsx", "cells.xlsx"))
    assert [_cell(c) for row in ours.iter_rows() for c in row] == [_cell(c) for row in theirs.iter_rows() for c in row]
    assert [c.number_format for (c,) in ours["C6:C9"]] == ["0.0%", "#,##0", "0.0%", "#,##0.0"]
    for sheet in (ours, theirs):
        links = {c.coordinate: (c.hyperlink.location, c.hyperlink.tooltip) for (c,) in sheet["B6:B9"] if c.hyperlink}
        assert links == {"B6": ("'清单'!B6", "去"), "B7": ("'清单'!B7", "去"), "B9": ("'清单'!B8", "去")}
        assert [c.font.color.rgb[2:] == LINK for (c,) in sheet["B6:B9"]] == [True, False, False, True]


@pytest.mark.parametrize("has_room", [True, False], ids=["held in a file", "no room for one"])
def test_lists_deflated_ahead_are_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch, has_room: bool) -> None:
    monkeypatch.setattr(package, "_IN_MEMORY", 10)
    if not has_room:
        monkeypatch.setattr(tempfile, "tempdir", str(folder / "none"))
    own, alike = [f"第{i}行" for i in range(20_000)], [f"{i}级" for i in range(20)] * 1_000
    frame = pl.DataFrame({"n": range(20_000), "text": own, "tier": alike})
    columns = [ListColumn(name, name, "text", 12) for name in frame.columns]
    kept = []
    for name, worthwhile in (("ahead.xlsx", 1_000), ("later.xlsx", 50_000)):
        ahead = Ahead(worthwhile, on_disk=True)
        with ahead:
            workbook = StreamedWorkbook(ahead.take)
            register_styles(workbook, "zh", ())
            write_list(workbook.active, frame, columns, streamed=True)
            save(workbook, folder / name, ahead)
        with zipfile.ZipFile(folder / name) as file:
            assert file.testzip() is None
            kept.append(file.read("xl/worksheets/sheet1.xml"))
    assert kept[0] == kept[1]


def test_a_list_that_nobody_asked_for_is_given_up() -> None:
    frame = pl.DataFrame({"n": range(2_000)})
    with Ahead() as ahead:
        workbook = StreamedWorkbook(ahead.take)
        register_styles(workbook, "zh", ())
        write_list(workbook.active, frame, [ListColumn("n", "n", "text", 12)], streamed=True)
        (taken,) = ahead._taken.values()
        waits = taken.result().held
        assert not waits.closed
    assert waits.closed


@pytest.mark.thorough
def test_a_workbook_that_was_begun_before_all_was_known_is_the_same(result: Result, folder: Path) -> None:
    late = ("leads", "paths", "attribution", "whatif", "opportunity")
    placed = dataclasses.replace(result, tables={k: v for k, v in result.tables.items() if k not in late})
    write_workbook(result, folder / "whole.xlsx")
    with Draft(Ahead(worthwhile=1)) as draft:
        draft.begin(placed)
        assert draft.begun
        write_workbook(result, folder / "begun.xlsx", draft=draft)
    ours, theirs = (_parts(folder / name, keep=True) for name in ("begun.xlsx", "whole.xlsx"))
    assert ours == theirs
