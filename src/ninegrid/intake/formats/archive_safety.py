"""Checks an untrusted container before it is read: size limits, damage, encryption, and crashes of a reader."""

from __future__ import annotations

import io
import logging
import os
import re
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from lzma import LZMAError

import olefile  # type: ignore[import-untyped]
from fastexcel import FastExcelError
from python_calamine import CalamineError

from ninegrid.intake.formats.unpacking import unpacked
from ninegrid.messages import Message, message
from ninegrid.model.errors import InputError

MAX_PARTS = 20_000
MAX_UNPACKED = 4 << 30
# Real sheets pack 5 to 30 times; deflate can reach 1,000. Small parts may pack as well as they like.
BOMB_SIZE, BOMB_RATIO = 64 << 20, 250
# Excel's own: a workbook locked with this password opens without asking.
EXCEL_DEFAULT_PASSWORD = "VelvetSweatshop"
_START, _FEW = 4096, 100_000
_COUNT = re.compile(rb"\buniqueCount\s*=\s*[\"']\s*\+?0*([0-9]{1,30})")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
# The reader logs what it skips; without a handler Python would print that.
logging.getLogger("calamine").addHandler(logging.NullHandler())


def open_archive(data: bytes, name: str) -> zipfile.ZipFile:
    """The zip container of a workbook, its declared sizes within limits; InputError when damaged, locked or a bomb."""
    with damage_reported(name):
        archive = zipfile.ZipFile(io.BytesIO(data))
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or total > MAX_UNPACKED or any(_is_bomb(part) for part in parts):
        raise InputError("intake.zip_bomb", name=name, size=total / 2**20, parts=len(parts))
    if any(part.flag_bits & 1 for part in parts):
        raise InputError("intake.locked_zip", name=name)
    held: dict[str, int] = {}
    for part in parts:
        if held.setdefault(part.filename.replace("\\", "/").lower(), part.CRC) != part.CRC:
            raise InputError("formats.part_twice", file=name, part=part.filename)
    return archive


def parts_of(archive: zipfile.ZipFile) -> dict[str, str]:
    """The parts by lower-case path with forward slashes, whatever the writing program made of case and slashes."""
    return {part.replace("\\", "/").lower(): part for part in archive.namelist()}


def check_count(archive: zipfile.ZipFile, part: str, name: str) -> None:
    """InputError when the part of shared texts says that it holds more than could be in it.

    The reader sets room aside for as many as it says.
    """
    with damage_reported(name), archive.open(part) as stream:
        start = stream.read(_START)
    most = archive.getinfo(part).file_size // len(b"<si/>")
    counts = [int(count) for count in _COUNT.findall(start.partition(b"<si")[0])]
    if declared := max((count for count in counts if count > max(most, _FEW)), default=0):
        raise InputError("formats.count_too_large", file=name, part=part, declared=declared, most=most)


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > BOMB_SIZE and part.file_size > BOMB_RATIO * max(part.compress_size, 1)


def read_part(archive: zipfile.ZipFile, part: str, name: str) -> Iterator[bytes]:
    """A part's bytes in chunks, checked to its end; a document type or entity declaration in XML is refused.

    No office program writes a DOCTYPE, and it is what entity bombs and external entities need.
    """
    is_xml = not part.endswith(".bin") and "customXml" not in part  # those no reader opens
    tail = b""
    with damage_reported(name):
        for chunk in unpacked(archive, part):
            marked = b"!" in chunk and b"<!" in chunk  # the first looks for one byte, and is many times as fast
            if is_xml and (marked or tail) and _DECLARATION.search(tail + chunk):
                raise InputError("intake.document_type", name=name, part=part)
            if is_xml and chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise InputError("intake.utf16_part", name=name, part=part)
            cut = chunk.rfind(b"<", -len(b"<!DOCTYPE"))
            tail = chunk[cut:] if cut >= 0 and chunk[cut : cut + 2] in (b"<", b"<!") else b""
            yield chunk


@contextmanager
def damage_reported(name: str) -> Iterator[None]:
    """Turn what the container libraries raise on a damaged file into an InputError that names the file."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        LZMAError,
        EOFError,
        OSError,
        NotImplementedError,
        KeyError,
        ValueError,
    ) as error:
        raise InputError("intake.damaged_part", name=name, reason=_reason(error)) from error


@contextmanager
def reader_failures_reported(name: str, *, brittle: bool = True) -> Iterator[None]:
    """Turn the errors of the calamine bindings into an InputError, their panics too, and keep panics off the screen.

    A panic of the binding is a BaseException without a public class, so it is told by its name. brittle: the format is
    one whose reader panics on damage (all but .xlsx and .xlsm, whose parts are checked beforehand); standard error is
    held back meanwhile, which a progress display would notice.
    """
    try:
        with _panic_text_held() if brittle else nullcontext():
            yield
    except (FastExcelError, CalamineError, OSError, ValueError, UnicodeError, OverflowError) as error:
        raise InputError("intake.no_workbook", name=name, reason=_reason(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise InputError("intake.reader_failed", name=name) from error


@contextmanager
def _panic_text_held() -> Iterator[None]:
    # The Rust runtime writes a panic's text straight to file descriptor 2. It is held in a file meanwhile;
    # unless a panic came, everything held is passed on.
    try:
        sys.stderr.flush()
        saved = os.dup(2)
    except (OSError, AttributeError, ValueError):  # no standard error at all: nothing to keep clean
        yield
        return
    panicked = False
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException as error:
            panicked = type(error).__name__ == "PanicException"
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            if not panicked:
                held.seek(0)
                _pass_on(held.read())


def _pass_on(text: bytes) -> None:
    if text:
        os.write(2, text)


def _reason(error: BaseException) -> Message | str:
    """The first line of an error's own words, short enough for one line."""
    words = str(error).removeprefix("calamine error: ").strip().splitlines()
    if words and words[0] == "File is not a zip file":
        return message("intake.no_archive")
    if not words or words[0] == "Cannot detect file format":
        return message("intake.unexpected_parts") if words else type(error).__name__
    return words[0][:120]


def ole_streams(data: bytes, name: str) -> frozenset[str]:
    """Lower-case names of the top-level streams of an OLE file; InputError when it is damaged."""
    with any_failure_is_damage(name), olefile.OleFileIO(data) as ole:
        return frozenset(entry[0].lower() for entry in ole.listdir())


def workbook_stream(data: bytes, name: str) -> bytes:
    """The record stream of an .xls file; InputError when it is damaged, and when it is shorter than the file says."""
    with any_failure_is_damage(name), olefile.OleFileIO(data) as ole:
        stream = next(s for s in ("Workbook", "Book") if ole.exists(s))
        content: bytes = ole.openstream(stream).read()
        declared: int = ole.get_size(stream)
    if len(content) < declared:
        raise InputError("formats.stream_cut_short", file=name, n=len(content), declared=declared)
    return content


@contextmanager
def any_failure_is_damage(name: str) -> Iterator[None]:
    """Turn whatever the OLE library stumbles on in a damaged file into an InputError that names the file."""
    try:
        yield
    except Exception as error:  # olefile trusts its input: damage ends in IndexError, struct.error, RecursionError …
        raise InputError("intake.damaged_part", name=name, reason=_reason(error)) from error


def is_encrypted(data: bytes, name: str) -> bool:
    """Whether an OLE file is a workbook locked with a password (.xlsx and .xlsb inside, or .xls itself)."""
    if "encryptedpackage" in ole_streams(data, name):
        return True
    import msoffcrypto  # noqa: PLC0415  with what it needs, a thirtieth of the start

    try:
        return bool(msoffcrypto.OfficeFile(io.BytesIO(data)).is_encrypted())
    except Exception:  # a format it doesn't know is not an encrypted workbook; the reader will have the last word
        return False


def decrypt(data: bytes, name: str, password: str | None) -> bytes:
    """The workbook inside a locked one, in memory; InputError without the right password."""
    import msoffcrypto  # noqa: PLC0415  see `is_encrypted`
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError  # noqa: PLC0415

    out = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        office.load_key(password=EXCEL_DEFAULT_PASSWORD if password is None else password)
        office.decrypt(out)
    except (InvalidKeyError, DecryptionError) as error:
        raise _locked(name, password) from error
    except Exception as error:  # damaged key data: whatever the parser of it stumbled on
        raise InputError("intake.not_unlocked", name=name, reason=_reason(error)) from error
    unlocked = out.getvalue()
    if unlocked[:4] not in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):  # the wrong key of an old cipher yields noise
        raise _locked(name, password)
    return unlocked


def _locked(name: str, password: str | None) -> InputError:
    if password is None:
        return InputError("intake.locked", name=name)
    return InputError("intake.wrong_password", name=name)
