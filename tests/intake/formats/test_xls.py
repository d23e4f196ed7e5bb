"""Binary workbooks, made record by record: those of Excel 95, and those that end early or lead a reader astray."""

import io
import os
import random
import struct
import subprocess
from pathlib import Path

import polars as pl
import pytest

from ninegrid.intake.formats import probe
from ninegrid.intake.formats.archive_safety import workbook_stream
from ninegrid.intake.formats.files import open_file
from ninegrid.intake.formats.xls_records import read_records
from ninegrid.model.errors import InputError


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def stream(rows: int, *, declared: int, lost_from: int | None = None, version: int = 0x0600) -> bytes:
    """A workbook stream of one sheet with a number in each row; lost_from: the row whose record became an end."""
    size = "<IIHHH" if version == 0x0600 else "<HHHHH"
    name = b"\x01\x00\x41" if version == 0x0600 else b"\x01A"
    begin = record(0x809, struct.pack("<HHHH", version, 5, 0, 0) + bytes(8))
    listed = len(begin) + 4 + 6 + len(name) + 4
    head = begin + record(0x85, struct.pack("<IBB", listed, 0, 0) + name) + record(0x0A)
    cells = [
        record(0x0A if n == lost_from else 0x203, struct.pack("<HHHd", n, 0, 0, float(n + 1))) for n in range(rows)
    ]
    sheet = record(0x809, struct.pack("<HHHH", version, 0x10, 0, 0) + bytes(8))
    return head + sheet + record(0x200, struct.pack(size, 0, declared, 0, 1, 0)) + b"".join(cells) + record(0x0A)


def test_the_records_of_a_sheet_that_is_whole():
    (sheet,) = read_records(stream(40, declared=40)).sheets
    assert (sheet.rows, sheet.declared, sheet.filled, sheet.ended) == (40, 40, 40, True)


def test_one_bit_that_makes_a_cell_the_sheets_end():
    (sheet,) = read_records(stream(40, declared=40, lost_from=15)).sheets
    assert (sheet.rows, sheet.declared) == (15, 40)


def test_a_stream_that_stops_within_the_sheet():
    whole = stream(40, declared=40)
    (sheet,) = read_records(whole[: len(whole) // 2]).sheets
    assert sheet.rows < 40
    assert not sheet.ended


@pytest.mark.parametrize(("first", "without_result"), [(3, 40), (0, 0), (2, 0)])
def test_formulas_without_a_result_are_counted(first, without_result):
    numbers = stream(40, declared=40)
    result = struct.pack("<BxxxxxH", first, 0xFFFF)
    rest = b"".join(record(0x06, struct.pack("<HHH", n, 1, 0) + result + bytes(8)) for n in range(40))
    found = read_records(numbers[: -len(record(0x0A))] + rest + record(0x0A))
    assert (found.formulas, found.without_result) == (40, without_result)


def test_excel_95_is_told_by_its_first_record():
    found = read_records(stream(3, declared=3, version=0x0500))
    assert (found.is_old, found.sheets[0].declared) == (True, 3)


def test_a_parquet_file_whose_reader_panics_is_one_clear_line(tmp_path, capfd):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"客户号": [f"{n:08}" for n in range(2000)]}).write_parquet(path, compression="uncompressed")
    content = bytearray(path.read_bytes())
    content[4:2000] = os.urandom(1996)
    path.write_bytes(content)
    with pytest.raises(InputError, match="can't be read as parquet"):
        open_file(path)
    assert capfd.readouterr().err == ""


def test_a_child_that_is_killed_is_one_clear_line(monkeypatch):
    ended = subprocess.CompletedProcess([], -6, b"", b"memory allocation of 9 bytes failed\n")
    monkeypatch.setattr(probe.subprocess, "run", lambda *args, **kwargs: ended)
    with pytest.raises(InputError, match=r"a.xls is damaged, or more than its reader can take \(signal 6\)"):
        probe.probed_workbook(b"", "a.xls")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_and_devices_are_refused(tmp_path):
    os.mkfifo(tmp_path / "a.csv")
    for path in (tmp_path / "a.csv", Path("/dev/zero")):
        with pytest.raises(InputError, match="is no plain file"):
            open_file(path)


def test_a_workbook_of_excel_95_in_a_code_page(tmp_path):
    xlrd = pytest.importorskip("xlrd")
    from ninegrid.intake.formats.old_xls import old_xls_sheets  # noqa: PLC0415
    from ninegrid.model.raw import InputFile  # noqa: PLC0415

    assert xlrd.__VERSION__.startswith("2.")
    text = "客户号".encode("gbk")
    label = record(0x204, struct.pack("<HHHH", 0, 0, 0, len(text)) + text)
    begin = record(0x809, struct.pack("<HHHH", 0x0500, 5, 0, 0))
    page = record(0x42, struct.pack("<H", 936))
    font = record(0x31, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + b"\x05Arial") * 4
    formats = record(0xE0, struct.pack("<HHH", 0, 0, 0xFFF5) + bytes(10))
    listed = len(begin + page + font + formats) + 4 + 6 + 2 + 4
    head = begin + page + font + formats + record(0x85, struct.pack("<IBB", listed, 0, 0) + b"\x01A") + record(0x0A)
    sheet = record(0x809, struct.pack("<HHHH", 0x0500, 0x10, 0, 0))
    number = record(0x203, struct.pack("<HHHd", 1, 0, 0, 12.5))
    whole = head + sheet + label + number + record(0x0A)
    file = InputFile("a.xls", tmp_path / "a.xls", "", len(whole))
    (found,) = old_xls_sheets(io.BytesIO(whole).getvalue(), file)
    assert found.head() == [["客户号"], ["12.5"]]
    assert found.load(2, {0: "number"}).rows() == [(2, 12.5, None)]


_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole(content: bytes) -> bytes:
    """An OLE file with one stream, called as that of an .xls file is: a header, where sectors go on, names, content."""
    sectors = -(-len(content) // 512)
    chain = [_FAT, _END, *range(3, 2 + sectors), _END]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0") + struct.pack(
        "<5H6x9I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0
    )
    entries = (("Root Entry", 5, 1, _END, 0), ("Workbook", 2, _FREE, 2, len(content)))
    names = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBIII36xIQ", 2 * len(name) + 2, kind, 1, _FREE, _FREE, child, start, size)
        for name, kind, child, start, size in entries
    )
    first = struct.pack("<109I", 0, *[_FREE] * 108)
    told = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    return header + first + told + names.ljust(512, b"\0") + content.ljust(512 * sectors, b"\0")


def test_a_file_whose_last_sectors_are_missing_is_said_to_be_cut_short():
    content = random.Random(1).randbytes(6_000)
    whole = ole(content)
    assert workbook_stream(whole, "a.xls") == content
    assert workbook_stream(whole[:-100], "a.xls") == content  # what fills the last sector
    for cut in (600, 1_500, 3_000):
        with pytest.raises(InputError, match=r"of the 6,000 that it says it has: its end is missing\. \(CUT_SHORT\)"):
            workbook_stream(whole[:-cut], "a.xls")
