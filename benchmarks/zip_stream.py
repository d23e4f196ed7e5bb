"""A zip archive written as its parts come, deflated on a thread of its own while the next pieces are made."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

try:  # the quicker deflate, where it is installed
    from isal import isal_zlib as deflate
except ImportError:
    import zlib as deflate

_DATE = 33  # 1980-01-01, the first day there is
_WAITING = 3  # pieces
_LIMIT = 2**32  # bytes; more would need zip64


class ZipStream:
    """A zip archive in a file; parts of up to 4 GiB."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._directory: list[bytes] = []
        self._pool = ThreadPoolExecutor(1)

    def __enter__(self) -> ZipStream:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._pool.shutdown()
        if kind is None:
            start, directory = self._file.tell(), b"".join(self._directory)
            count = len(self._directory)
            end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), start, 0)
            self._file.write(directory + b"PK\5\6" + end)
        self._file.close()

    def part(self, name: str, pieces: Iterable[bytes]) -> None:
        """Add a part."""
        start, encoded = self._file.tell(), name.encode()
        self._file.write(bytes(30 + len(encoded)))  # the header, once it is known
        deflated = _Deflated(self._file)
        waiting: list[Future[None]] = []
        for piece in pieces:
            waiting.append(self._pool.submit(deflated.add, piece))
            if len(waiting) > _WAITING:
                waiting.pop(0).result()
        for one in waiting:
            one.result()
        deflated.finish()
        self._enter(start, encoded, deflated)

    def _enter(self, start: int, name: bytes, deflated: _Deflated) -> None:
        end = self._file.tell()
        packed = end - start - 30 - len(name)
        if max(end, deflated.size) >= _LIMIT:
            raise ValueError(f"{name.decode()} makes the archive larger than 4 GiB.")
        fields = (20, 0x800, 8, 0, _DATE, deflated.crc, packed, deflated.size, len(name), 0)
        header = struct.pack("<HHHHHIIIHH", *fields)
        self._file.seek(start)
        self._file.write(b"PK\3\4" + header + name)
        self._file.seek(end)
        place = struct.pack("<HHHII", 0, 0, 0, 0, start)
        self._directory.append(b"PK\1\2" + struct.pack("<H", 20) + header + place + name)


class _Deflated:
    """What was put into a part so far: its size and checksum."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._deflate = deflate.compressobj(1, wbits=-15)
        self.crc = self.size = 0

    def add(self, piece: bytes) -> None:
        self.crc = deflate.crc32(piece, self.crc)
        self.size += len(piece)
        self._file.write(self._deflate.compress(piece))

    def finish(self) -> None:
        self._file.write(self._deflate.flush())
