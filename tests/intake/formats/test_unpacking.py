"""A part unpacked as a stream is what the plain way gives, and damage is told the same way."""

import io
import random
import zipfile
import zlib

import pytest

from ninegrid.intake.formats.unpacking import unpacked

RANDOM = random.Random(7)
CONTENTS = {
    "nothing": b"",
    "a byte": b"x",
    "one chunk exactly": b"<c/>" * (1 << 18),
    "many chunks": b"".join(b"<row r=\"%d\"/>" % n for n in range(200_000)),
    "hardly packed": RANDOM.randbytes(300_000),
    "packed a thousand times": bytes(5 << 20),
}  # fmt: skip


def packed(content: bytes, method: int = zipfile.ZIP_DEFLATED, level: int | None = None) -> bytes:
    """An archive whose second part is the content, so that it does not begin at the file's start."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=level) as archive:
        archive.writestr("first", b"in front")
        archive.writestr("part", content)
        archive.writestr("last", b"behind")
    return out.getvalue()


def opened(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


@pytest.mark.parametrize("level", [0, 1, 9])
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_part_is_what_zipfile_reads(content, level):
    archive = opened(packed(content, level=level))
    chunks = list(unpacked(archive, "part"))
    assert b"".join(chunks) == archive.read("part") == content
    assert all(0 < len(chunk) <= 1 << 20 for chunk in chunks)


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_stored_part_is_what_it_is(content):
    assert b"".join(unpacked(opened(packed(content, zipfile.ZIP_STORED)), "part")) == content


def test_parts_of_streams_that_were_written_without_knowing_their_size():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("part", "w") as part:
        part.write(b"abc" * 1000)
    assert b"".join(unpacked(opened(out.getvalue()), "part")) == b"abc" * 1000


def _cut(data: bytes) -> bytes:
    """The archive with a hole in the middle of its second part."""
    info = opened(data).getinfo("part")
    at = info.header_offset + 40 + info.compress_size // 2
    return data[:at] + bytes(30) + data[at + 30 :]


def test_a_hole_in_the_packed_bytes_is_found():
    archive = opened(_cut(packed(CONTENTS["many chunks"])))
    with pytest.raises((zipfile.BadZipFile, zlib.error, EOFError)):
        b"".join(unpacked(archive, "part"))


@pytest.mark.parametrize("change", [{"CRC": 1}, {"file_size": 10}, {"file_size": 10 << 20}], ids=str)
def test_a_part_that_is_not_what_the_directory_says_is_refused(change):
    archive = opened(packed(CONTENTS["many chunks"]))
    for name, value in change.items():
        setattr(archive.getinfo("part"), name, value)
    with pytest.raises(zipfile.BadZipFile, match="Bad CRC-32"):
        b"".join(unpacked(archive, "part"))


def test_a_part_cut_short_by_the_files_end_is_refused():
    archive = opened(packed(CONTENTS["hardly packed"]))
    archive.getinfo("part").compress_size = 1 << 30
    with pytest.raises((EOFError, zipfile.BadZipFile)):
        b"".join(unpacked(archive, "part"))


def test_an_unknown_part_is_a_key_error():
    with pytest.raises(KeyError):
        next(unpacked(opened(packed(b"")), "elsewhere"))
