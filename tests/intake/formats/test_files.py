import hashlib
import os
from pathlib import Path

import openpyxl
import pytest

from ninegrid.intake.formats.files import open_file
from ninegrid.model.errors import InputError
from tests.spoken import english


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_file_is_named_hashed_and_measured(tmp_path):
    opened = open_file(written(tmp_path / "客户.csv", b"id,name\n1,A\n"))
    assert opened.file.name == "客户.csv"
    assert opened.file.sha256 == hashlib.sha256(b"id,name\n1,A\n").hexdigest()
    assert opened.file.size == 12
    assert english(opened.notices) == ()
    assert [sheet.name for sheet in opened.sheets()] == ["客户"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\xef\xbb\xbf\r\n  \r\n", "is empty"),
        ("a.xls", b"<html><p>1</p></html>", "web page"),
        ("a.xls", b"\xef\xbb\xbf\n<HTML xmlns:o='x'>", "web page"),
        ("a.xls", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "XML file"),
        ("a.csv.gz", b"\x1f\x8b\x08\x00\x00", "gzip archive"),
        ("a.xls", b"%TSD-Header-###%\x00\x01\x02", "document security (DRM)"),
        ("a.xlsx", b"b\x14#e\x45-SafeNet\x00LOCK", "document security (DRM)"),
        ("a.slk", b"ID;PWXL;N;E\r\n", "is a SYLK file"),
        ("a.numbers", b"PK\x03\x04" + bytes(26), "is a Numbers file"),
        ("a.pdf", b"%PDF-1.7 ...", "PDF document"),
        ("a.dat", b"\x01\x02\x03\x04", "format that is not supported"),
        ("a.xlsx", b"\x01\x02\x03\x04", "damaged, or no .xlsx file"),
        ("a.parquet", b"id,name\n", "damaged, or no .parquet file"),
        ("a.xlsx", b"PK\x03\x04 and then nothing", "damaged or cut short"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and then nothing", "damaged or cut short"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, name, content, says):
    with pytest.raises(InputError) as caught:
        open_file(written(tmp_path / name, content))
    assert says in caught.value.message
    assert caught.value.message.startswith(name)
    assert "\n" not in str(caught.value)
    assert caught.value.hint


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="There is no file"):
        open_file(tmp_path / "none.xlsx")


def test_a_folder(tmp_path):
    with pytest.raises(InputError, match="folder, not a file"):
        open_file(tmp_path)


@pytest.mark.skipif(os.name == "nt" or getattr(os, "geteuid", lambda: 1)() == 0, reason="needs enforced permissions")
def test_a_file_without_permission(tmp_path):
    path = written(tmp_path / "a.csv", b"id\n1\n")
    path.chmod(0)
    with pytest.raises(InputError, match="no permission"):
        open_file(path)


def test_text_named_xls_is_read_as_text_with_a_notice(tmp_path):
    opened = open_file(written(tmp_path / "导出.xls", "客户编号\t客户名称\n001\t甲\n".encode("gb18030")))
    assert next(opened.sheets()).head() == [["客户编号", "客户名称"], ["001", "甲"]]
    assert "delimited text inside" in english(opened.notices)[0]


def test_a_workbook_named_csv_is_read_as_a_workbook_with_a_notice(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "客户编号"
    book.save(tmp_path / "a.xlsx")
    opened = open_file((tmp_path / "a.xlsx").rename(tmp_path / "a.csv"))
    assert next(opened.sheets()).head() == [["客户编号"]]
    assert "a workbook inside" in english(opened.notices)[0]
