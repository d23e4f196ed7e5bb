"""Containers that would break, hang or fill the machine. Each ends as one clear line."""

import io
import os
import sys
import zipfile
from contextlib import nullcontext
from pathlib import Path

import msoffcrypto.format.ooxml
import openpyxl
import pytest

from ninegrid.intake.formats.archive_safety import check_count, open_archive, reader_failures_reported
from ninegrid.intake.formats.files import open_file
from ninegrid.model.errors import InputError
from tests.intake.handmade_xlsx import xlsx


def cell(reference: str) -> str:
    return f'<row r="{reference.lstrip("ABCDEFGXYZ")}"><c r="{reference}"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "rows",
    [
        cell("A1") + cell("XFD1048576"),
        '<row r="1"><c r="A1048576"><v>1</v></c><c r="XFD1"><v>1</v></c></row>',
        cell("A1048576") + " " * (2 << 20) + cell("XFD1"),
        cell("A1") + cell("A4000000000"),
        cell("A1") + cell("ZZZZZ1"),
        '<row r="1">' + "<c><v>1</v></c>" * 16_000 + '</row><row r="1048576"><c><v>1</v></c></row>',
    ],
    ids=["corner", "row and cell disagree", "out of order", "row beyond Excel", "column beyond Excel", "no references"],
)
def test_an_absurd_reach_is_refused_before_it_is_laid_out(tmp_path, rows):
    with pytest.raises(InputError, match="客户 reaches over"):
        open_file(xlsx(tmp_path / "a.xlsx", rows))


def test_formatted_but_empty_cells_far_out_do_no_harm(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", cell("A1") + '<row r="1048576"><c r="XFD1048576" s="0"/></row>')
    sheet = next(open_file(path).sheets())
    assert sheet.load(1, {0: "number"}).rows() == [(1, 1.0, None)]


def test_backslashes_in_part_names_are_understood(tmp_path):
    assert next(open_file(xlsx(tmp_path / "a.xlsx", cell("B2"), slash="\\")).sheets()).head() == [
        [None, None],
        [None, "1"],
    ]


def test_a_zip_bomb(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/a.xml", "w") as part:
        for _ in range(80):
            part.write(b" " * (1 << 20))
    with pytest.raises(InputError, match="zip bomb"):
        open_file(path)


def test_an_entity_bomb(tmp_path):
    declared = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(InputError, match="document type or entities"):
        open_file(xlsx(tmp_path / "a.xlsx", '<row r="1"><c r="A1" t="str"><v>&b;</v></c></row>', before=declared))


def test_a_declaration_across_two_chunks_is_seen(tmp_path):
    padding = " " * ((1 << 20) - 5)
    with pytest.raises(InputError, match="document type or entities"):
        open_file(xlsx(tmp_path / "a.xlsx", cell("A1"), before=padding + "<!DOCTYPE x>"))


def test_an_ods_that_repeats_a_cell_a_billion_times(tmp_path):
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><table:table table:name="a">'
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float"'
        ' office:value="1" table:number-columns-repeated="16384"/></table:table-row></table:table>'
        "</office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    with pytest.raises(InputError, match="reaches over 1,048,576 rows"):
        open_file(tmp_path / "a.ods")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_workbook_cut_short(tmp_path, share):
    whole = xlsx(tmp_path / "a.xlsx", cell("A1")).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match="damaged or cut short"):
        open_file(path)


def test_what_is_no_archive_is_said_in_both_languages(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(InputError) as refused:
        open_file(path)
    assert "不是完整的压缩包" in refused.value.said("zh")
    assert "no complete zip archive" in refused.value.said("en")


def test_a_wrong_checksum(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook>marker</workbook>")
    path.write_bytes(path.read_bytes().replace(b"marker", b"merkar"))
    with pytest.raises(InputError, match="damaged or cut short"):
        open_file(path)


def test_a_zip_without_a_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("客户.csv", "a,b")
    with pytest.raises(InputError, match="no workbook is inside"):
        open_file(tmp_path / "a.zip")


def locked(path: Path, password: str) -> Path:
    book = openpyxl.Workbook()
    book.active["A1"] = "客户编号"
    plain, out = io.BytesIO(), io.BytesIO()
    book.save(plain)
    msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt(password, out)
    path.write_bytes(out.getvalue())
    return path


def test_a_locked_workbook_names_the_option_that_opens_it(tmp_path):
    with pytest.raises(InputError, match="--password-env NAME"):
        open_file(locked(tmp_path / "a.xlsx", "mi-ma"))


def test_a_locked_workbook_opens_with_its_password(tmp_path):
    opened = open_file(locked(tmp_path / "a.xlsx", "mi-ma"), password="mi-ma")
    assert next(opened.sheets()).head() == [["客户编号"]]


def test_a_wrong_password(tmp_path):
    with pytest.raises(InputError, match="does not open a"):
        open_file(locked(tmp_path / "a.xlsx", "mi-ma"), password="other")


def test_a_workbook_locked_with_excels_default_password_opens(tmp_path):
    assert next(open_file(locked(tmp_path / "a.xlsx", "VelvetSweatshop")).sheets()).head() == [["客户编号"]]


class PanicException(BaseException):
    """Named like the binding's own."""


def panic() -> None:
    os.write(2, b"thread '<unnamed>' panicked at src/xls.rs")
    raise PanicException


def test_a_readers_panic_becomes_an_input_error_and_stays_off_the_screen(capfd):
    with pytest.raises(InputError, match=r"客户\.xls is damaged"), reader_failures_reported("客户.xls"):
        panic()
    assert capfd.readouterr().err == ""


def test_other_words_on_standard_error_are_passed_on(capfd):
    with reader_failures_reported("客户.xls"):
        sys.stderr.write("progress")
        sys.stderr.flush()
    assert capfd.readouterr().err == "progress"


def test_an_interrupt_is_not_swallowed():
    with pytest.raises(KeyboardInterrupt), reader_failures_reported("客户.xls"):
        raise KeyboardInterrupt


@pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "XL/SHAREDSTRINGS.XML"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_is_refused(name):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("xl/sharedStrings.xml", "<sst/>")
        package.writestr(name, "<sst></sst>")
    with pytest.raises(InputError, match="twice"):
        open_archive(made.getvalue(), "a.xlsx")


@pytest.mark.parametrize(("claimed", "is_refused"), [("4000000000", True), ("3", False), ("99999", False)])
def test_more_shared_texts_than_their_part_can_hold_are_refused(claimed, is_refused):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("xl/sharedStrings.xml", f'<sst count="1" uniqueCount="{claimed}"><si><t>a</t></si></sst>')
    archive = open_archive(made.getvalue(), "a.xlsx")
    with pytest.raises(InputError, match="4,000,000,000") if is_refused else nullcontext():
        check_count(archive, "xl/sharedStrings.xml", "a.xlsx")
