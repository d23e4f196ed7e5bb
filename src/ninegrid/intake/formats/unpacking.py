"""The parts of a zip container, unpacked as a stream by the fastest means there is."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

try:
    from isal import isal_zlib as fast
except ImportError:  # there is no wheel for every machine
    fast = zlib  # type: ignore[misc]

__all__ = ["fast", "unpacked"]

_CHUNK = 1 << 20
_PACKED_CHUNK = 1 << 17
_LOCAL_HEADER = struct.Struct("<26xHH")
_RAW = -15
_ERRORS: tuple[Any, ...] = (fast.error, zlib.error)  # that of isal is typed as a value


def unpacked(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part's bytes in chunks of a megabyte at most, checked against its size and checksum.

    Raises what `zipfile` does for a damaged part: BadZipFile, EOFError, zlib.error, KeyError.
    """
    info = archive.getinfo(part)
    with archive.open(info) as stream:  # checks the part's own header
        if info.compress_type != zipfile.ZIP_DEFLATED:
            while chunk := stream.read(_CHUNK):
                yield chunk
            return
    yield from _whole(_inflated(_packed(archive, info)), info)


def _packed(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    assert archive.fp is not None
    archive.fp.seek(info.header_offset)
    name, extra = _LOCAL_HEADER.unpack(archive.fp.read(_LOCAL_HEADER.size))
    at = info.header_offset + _LOCAL_HEADER.size + name + extra
    end = at + info.compress_size
    while at < end:
        archive.fp.seek(at)
        data = archive.fp.read(min(_PACKED_CHUNK, end - at))
        if not data:
            raise EOFError
        at += len(data)
        yield data


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    inflater = fast.decompressobj(_RAW)
    try:
        for data in packed:
            rest = data
            while rest and not inflater.eof:
                yield inflater.decompress(rest, _CHUNK)
                rest = inflater.unconsumed_tail
    except _ERRORS as error:
        raise zlib.error(str(error)) from error


def _whole(chunks: Iterator[bytes], info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The chunks; BadZipFile when they are not what the directory says."""
    size = checksum = 0
    for chunk in chunks:
        size, checksum = size + len(chunk), fast.crc32(chunk, checksum)
        if size > info.file_size:
            break
        if chunk:
            yield chunk
    if (size, checksum) != (info.file_size, info.CRC):
        raise zipfile.BadZipFile(f"Bad CRC-32 for file {info.filename!r}")
