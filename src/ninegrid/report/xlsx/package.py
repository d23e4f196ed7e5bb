"""The zip file that an .xlsx is: written from front to back, each part deflated as it comes.

Parts are deflated closely, as a workbook is mailed more often than it is written; but for long lists, of which that
would take longer than all the rest: those are deflated ten times as fast, and a quarter larger. Python's own zipfile
marks parts over 2 GiB in a way that Excel offers to repair.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Any, Protocol, Self

from isal import isal_zlib

from ninegrid.dataclass import dataclass

_CLOSE = 6
_FAST = 1  # as small as zlib's 3, five times as fast
_DEFLATED, _RAW = 8, -15
_IN_MEMORY = 1 << 20  # bytes of a deflated list
_NAMES_ARE_UTF8 = 0x800
_1980 = (0, 33)  # the first moment a zip file knows: the same workbook is the same bytes
_LIMIT = 0xFFFFFFFF  # from here on, sizes and places need the fields of zip64
_MANY = 0xFFFF
# Room for zip64's sizes, should a part become that large, called what Office calls such room until then.
_ROOM = struct.pack("<HHHH12x", 0xA220, 16, 0xA028, 0)
_LOCAL, _CENTRAL, _END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_END_64, _LOCATE_64 = b"PK\6\6", b"PK\6\7"


class Deflater(Protocol):
    """What deflates a part."""

    def compress(self, data: bytes | memoryview, /) -> bytes:
        """What of the data so far is ready to be written."""

    def flush(self, mode: int = ..., /) -> bytes:
        """The rest; in the mode Z_SYNC_FLUSH up to a whole byte, and the end is not marked."""


@dataclass(frozen=True)
class Packed:
    """Data deflated by itself, to stand within a part: its checksum and its size when inflated, in bytes.

    held: where it waits, in memory or in a file without a name, which is gone when it is closed.
    """

    held: IO[bytes]
    crc: int
    size: int


def packed(data: Iterable[bytes | memoryview], *, fast: bool, on_disk: bool = False) -> Packed:
    """Deflates data that comes in pieces; on_disk: what is long waits in a file, `OSError` where there can be none."""
    deflater, crc, size = _deflater(fast), 0, 0
    held: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY) if on_disk else BytesIO()  # noqa: SIM115 - it is handed on
    with ExitStack() as unless_done:
        unless_done.enter_context(held)
        for piece in data:
            crc, size = isal_zlib.crc32(piece, crc), size + len(piece)
            held.write(deflater.compress(piece))
        held.write(deflater.flush(zlib.Z_SYNC_FLUSH))
        unless_done.pop_all()
    return Packed(held, crc, size)


def _deflater(fast: bool) -> Deflater:
    if not fast:
        # Digits repeat in short pieces, which are better told digit by digit: a thirtieth less.
        return zlib.compressobj(_CLOSE, _DEFLATED, _RAW, strategy=zlib.Z_FILTERED)
    made: Deflater = isal_zlib.compressobj(_FAST, _DEFLATED, _RAW)
    return made


@dataclass(frozen=True)
class _Entry:
    """A part as the directory at the end lists it."""

    name: bytes
    crc: int
    packed: int
    size: int
    at: int


class Package:
    """A zip file that is being written; `OSError` when the system refuses a part of it.

    Closed without `close`, it has no directory and is no zip file.
    """

    def __init__(self, target: Path | BytesIO) -> None:
        """Makes the file, or fills the memory given."""
        self._target = target
        # Not buffered, so that nothing is left to be written, and to fail, at the end.
        self._file: Any = target if isinstance(target, BytesIO) else target.open("wb", buffering=0)
        self._entries: list[_Entry] = []

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Closes the file."""
        if self._file is not self._target:
            self._file.close()

    def writestr(self, name: str, data: str | bytes) -> None:
        """Add a whole part."""
        with self.part(name) as part:
            part.write(data.encode() if isinstance(data, str) else data)

    def namelist(self) -> list[str]:
        """The parts so far."""
        return [entry.name.decode() for entry in self._entries]

    @contextmanager
    def part(self, name: str) -> Iterator[Part]:
        """A part to write to; the next one may begin when it is done."""
        at, encoded = self._file.tell(), name.encode()
        self._write(bytes(_local(_Entry(encoded, 0, 0, 0, at))))
        part = Part(self)
        yield part
        part.finish()
        entry = _Entry(encoded, part.crc, part.packed, part.size, at)
        end = self._file.seek(0, 1)
        self._file.seek(at)
        self._write(_local(entry))
        self._file.seek(end)
        self._entries.append(entry)

    def close(self) -> None:
        """Write the directory, which makes it a zip file."""
        at = self._file.tell()
        for entry in self._entries:
            self._write(_central(entry))
        self._write(_end(len(self._entries), at, self._file.tell() - at))

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]


class Part:
    """A part of a package that is being written."""

    def __init__(self, package: Package) -> None:
        """At the end of what the package holds."""
        self._package = package
        self._fast = False
        self._deflater = _deflater(self._fast)
        self.crc = self.packed = self.size = 0

    def write(self, data: bytes | memoryview, *, fast: bool = False) -> None:
        """Add to the part."""
        if fast is not self._fast:
            self._restart(fast)
        self.crc = isal_zlib.crc32(data, self.crc)
        self.size += len(data)
        self._pass_on(self._deflater.compress(data))

    def splice(self, data: Packed) -> None:
        """Add what was deflated before, and give it up."""
        self._restart(self._fast)  # its back references must not reach over what it has not seen
        with data.held as held:
            held.seek(0)
            while piece := held.read(_IN_MEMORY):
                self._pass_on(piece)
        self.crc, self.size = isal_zlib.crc32_combine(self.crc, data.crc, data.size), self.size + data.size

    def _restart(self, fast: bool) -> None:
        """Pass on all so far, up to a whole byte, and go on with a deflater that has seen nothing."""
        self._pass_on(self._deflater.flush(zlib.Z_SYNC_FLUSH))
        self._fast, self._deflater = fast, _deflater(fast)

    def finish(self) -> None:
        """Pass on what the deflater holds."""
        self._pass_on(self._deflater.flush())

    def _pass_on(self, packed: bytes) -> None:
        self.packed += len(packed)
        self._package._write(packed)


def _fits(*values: int) -> bool:
    return all(value < _LIMIT for value in values)


def _version(entry: _Entry) -> int:
    """Of the format that one must know to read it: 4.5 is zip64."""
    return 20 if _fits(entry.packed, entry.size, entry.at) else 45


def _what(entry: _Entry, packed: int, size: int, extra: bytes) -> bytes:
    """What an entry's two headers have in common."""
    method = struct.pack("<HHHHH", _version(entry), _NAMES_ARE_UTF8, _DEFLATED, *_1980)
    return method + struct.pack("<IIIHH", entry.crc, packed, size, len(entry.name), len(extra))


def _local(entry: _Entry) -> bytes:
    if _fits(entry.packed, entry.size):
        return _LOCAL + _what(entry, entry.packed, entry.size, _ROOM) + entry.name + _ROOM
    extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.packed)
    return _LOCAL + _what(entry, 0xFFFFFFFF, 0xFFFFFFFF, extra) + entry.name + extra


def _central(entry: _Entry) -> bytes:
    packed, size, at, extra = entry.packed, entry.size, entry.at, b""
    if not _fits(packed, size, at):
        extra = struct.pack("<HHQQQ", 1, 24, size, packed, at)
        packed = size = at = 0xFFFFFFFF
    made_by = struct.pack("<H", _version(entry))
    rest = struct.pack("<HHHII", 0, 0, 0, 0, at)
    return _CENTRAL + made_by + _what(entry, packed, size, extra) + rest + entry.name + extra


def _end(count: int, at: int, size: int) -> bytes:
    if _fits(at) and count < _MANY:
        return _END + struct.pack("<HHHHIIH", 0, 0, count, count, size, at, 0)
    whole = _END_64 + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, at)
    locator = _LOCATE_64 + struct.pack("<IQI", 0, at + size, 1)
    return whole + locator + _END + struct.pack("<HHHHIIH", 0, 0, _MANY, _MANY, 0xFFFFFFFF, 0xFFFFFFFF, 0)
