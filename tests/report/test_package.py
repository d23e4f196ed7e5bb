"""The zip file that an .xlsx is: any zip reader opens it, whatever its size, and a full disk is one error."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from ninegrid.report.xlsx import package as packages
from ninegrid.report.xlsx.package import Package
from ninegrid.report.xlsx.saving import save

PARTS = {
    "a/空.xml": b"",
    "b.xml": b"<row/>" * 10_000,
    "c.bin": random.Random(1).randbytes(70_000),
}


def packed(path: Path) -> dict[str, bytes]:
    """The parts written in pieces and read back with Python's zipfile, which checks them."""
    with Package(path) as package:
        for name, data in PARTS.items():
            with package.part(name) as part:
                for start in range(0, len(data), 9_999):
                    part.write(memoryview(data)[start : start + 9_999])
        package.close()
    with zipfile.ZipFile(path) as again:
        assert again.testzip() is None
        return {name: again.read(name) for name in again.namelist()}


def test_parts_come_back(tmp_path: Path) -> None:
    assert packed(tmp_path / "x.zip") == PARTS
    assert (tmp_path / "x.zip").stat().st_size < 75_000


def test_parts_and_places_may_be_larger_than_four_gigabytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_LIMIT", 50_000)
    assert packed(tmp_path / "x.zip") == PARTS


def test_there_may_be_very_many_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_MANY", 2)
    assert packed(tmp_path / "x.zip") == PARTS


def test_the_same_parts_are_the_same_bytes(tmp_path: Path) -> None:
    packed(tmp_path / "x.zip")
    packed(tmp_path / "y.zip")
    assert (tmp_path / "x.zip").read_bytes() == (tmp_path / "y.zip").read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full, of Linux")
def test_a_full_disk_is_one_error() -> None:
    with pytest.raises(OSError, match="No space left"):
        save(Workbook(), Path("/dev/full"))


def test_without_its_directory_it_is_no_zip_file(tmp_path: Path) -> None:
    with Package(tmp_path / "x.zip") as package:
        package.writestr("a.xml", "<a/>")
    assert not zipfile.is_zipfile(tmp_path / "x.zip")


@pytest.mark.parametrize("in_memory", [1, 1 << 20])
def test_what_was_deflated_before_stands_within_a_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    monkeypatch.setattr(packages, "_IN_MEMORY", in_memory)
    head, tail = b"<sheetData>" * 300, b"</sheetData>" * 300
    for rows in ([], [b""], [PARTS["b.xml"], PARTS["c.bin"]]):
        with Package(tmp_path / "x.zip") as package:
            with package.part("sheet.xml") as part:
                part.write(head)
                part.splice(packages.packed(rows, fast=False, on_disk=True))
                part.splice(packages.packed(rows, fast=True, on_disk=True))
                part.write(tail)
            package.close()
        with zipfile.ZipFile(tmp_path / "x.zip") as again:
            assert again.testzip() is None
            assert again.read("sheet.xml") == head + b"".join(rows) * 2 + tail


def test_a_part_goes_on_at_another_pace(tmp_path: Path) -> None:
    pieces = [(PARTS["b.xml"], False), (PARTS["c.bin"], True), (PARTS["b.xml"], True), (b"", False), (b"<end/>", False)]
    with Package(tmp_path / "x.zip") as package:
        with package.part("sheet.xml") as part:
            for data, fast in pieces:
                part.write(data, fast=fast)
        package.close()
    with zipfile.ZipFile(tmp_path / "x.zip") as again:
        assert again.read("sheet.xml") == b"".join(data for data, _ in pieces)


def test_what_is_not_fast_is_close() -> None:
    rows = (
        f'<row r="{n}"><c r="B{n}" s="3"><v>{n * n % 997}</v></c><c s="5"><v>{n % 7}</v></c></row>'
        for n in range(5_000)
    )
    data = ["".join(rows).encode()]
    with packages.packed(data, fast=False).held as close, packages.packed(data, fast=True).held as fast:
        assert close.tell() < 0.9 * fast.tell()
