"""A container put together by hand is one that everybody can open."""

import io
import random
import zipfile

import pytest

from ninegrid.intake.formats.xlsx.stored_zip import stored

PARTS = {
    "[Content_Types].xml": (b"<Types/>",),
    "xl/worksheets/客户.xml": (b"<worksheet>", b"", random.Random(3).randbytes(200_000), b"</worksheet>"),
    "nothing": (),
    "nothing more": (b"", b""),
}


def test_zipfile_finds_every_part_whole():
    archive = zipfile.ZipFile(io.BytesIO(stored(PARTS)))
    assert archive.testzip() is None
    assert {name: archive.read(name) for name in archive.namelist()} == {n: b"".join(p) for n, p in PARTS.items()}
    assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("damaged", range(4))
def test_a_changed_byte_is_found(damaged):
    data = bytearray(stored(PARTS))
    data[data.index(b"<worksheet>") + damaged * 50_000] ^= 1
    assert zipfile.ZipFile(io.BytesIO(bytes(data))).testzip() == "xl/worksheets/客户.xml"


def test_without_parts_it_is_an_empty_container():
    assert zipfile.ZipFile(io.BytesIO(stored({}))).namelist() == []
