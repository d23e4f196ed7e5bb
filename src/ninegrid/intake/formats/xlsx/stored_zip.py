"""A zip container whose parts are stored as they are, put together in one go: `zipfile` copies a large part often."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from ninegrid.intake.formats.unpacking import fast

_LOCAL, _ENTRY, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
_VERSION, _UTF8_NAMES, _STORED, _MIDNIGHT, _FIRST_DAY = 20, 1 << 11, 0, 0, 1 << 5 | 1


def stored(parts: Mapping[str, Sequence[bytes]]) -> bytes:
    """The container; a part is given in pieces. For less than 4 GB and 65,536 parts."""
    pieces: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for name, content in parts.items():
        path, size, checksum = name.encode(), 0, 0
        for piece in content:
            size, checksum = size + len(piece), fast.crc32(piece, checksum)
        about = (_VERSION, _UTF8_NAMES, _STORED, _MIDNIGHT, _FIRST_DAY, checksum, size, size, len(path), 0)
        pieces += [_LOCAL.pack(b"PK\x03\x04", *about), path, *content]
        directory += [_ENTRY.pack(b"PK\x01\x02", _VERSION, *about, 0, 0, 0, 0, at), path]
        at += _LOCAL.size + len(path) + size
    end = _END.pack(b"PK\x05\x06", 0, 0, len(parts), len(parts), sum(map(len, directory)), at, 0)
    return b"".join([*pieces, *directory, end])
