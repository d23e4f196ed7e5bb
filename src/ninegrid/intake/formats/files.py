"""From a path to raw sheets: what the file really is, told by its first bytes and only then by its name."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ninegrid.intake.formats.cut_short import OnCut, refuse_cut
from ninegrid.intake.formats.parquet import ParquetSheet
from ninegrid.intake.formats.text.delimited import open_text
from ninegrid.intake.formats.workbook_files import OLE_MAGIC, ZIP_MAGIC, workbook_sheets
from ninegrid.messages import Message, message, system_reason
from ninegrid.model.errors import InputError
from ninegrid.model.raw import InputFile, RawSheet

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
MAX_BYTES = 2 << 30
_BLANK_BYTES = 1 << 16
_PARQUET_MAGIC = b"PAR1"
_REFUSED_MAGIC = {
    b"\x1f\x8b": "intake.gzip",
    b"BZh": "intake.bzip2",
    b"\xfd7zXZ": "intake.xz",
    b"7z\xbc\xaf\x27\x1c": "intake.seven_zip",
    b"Rar!": "intake.rar",
    b"\x28\xb5\x2f\xfd": "intake.zstandard",
    b"%PDF": "intake.pdf",
}
_MARKUP = {
    b"<html": "intake.html",
    b"<!doctype html": "intake.html",
    b"<table": "intake.html",
    b"<meta": "intake.html",
    b"mime-version:": "intake.mhtml",
    b"<?xml": "intake.xml",
    b"<?mso-application": "intake.xml",
}


@dataclass(frozen=True)
class OpenedFile:
    """A file that could be opened; see OpenFile."""

    file: InputFile
    notices: tuple[Message, ...]
    opened: tuple[RawSheet, ...]

    def sheets(self) -> Iterator[RawSheet]:
        """The sheets in order, hidden ones too."""
        return iter(self.opened)


def open_file(
    path: Path,
    *,
    password: str | None = None,
    expected_headers: Collection[str] = (),
    on_cut: OnCut = refuse_cut,
) -> OpenedFile:
    """Open a file of any supported format and check that it is safe to read.

    password opens a locked workbook. expected_headers are headers that decide between text encodings that both decode.
    on_cut: told of a file or sheet that ends early, now or when it is loaded; by default that is an InputError.
    InputError when the file is missing, unreadable, empty, damaged, locked, dangerous, or of a format not supported.
    """
    data = _read(path)
    file = InputFile(path.name, path, hashlib.sha256(data).hexdigest(), len(data))
    if data.startswith(_PARQUET_MAGIC):
        return OpenedFile(file, _renamed(file, {".parquet"}, "intake.parquet_inside"), (ParquetSheet.open(file),))
    if data.startswith((ZIP_MAGIC, OLE_MAGIC)):
        sheets = workbook_sheets(data, file, password, on_cut)
        return OpenedFile(file, _renamed(file, WORKBOOK_SUFFIXES, "intake.workbook_inside"), sheets)
    refuse_other_formats(data, file)
    sheet, notices = open_text(data, file, expected_headers)
    return OpenedFile(file, (*_renamed(file, TEXT_SUFFIXES, "intake.text_inside"), *notices), (sheet,))


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("intake.too_large", name=path.name)
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("intake.no_file", path=path) from error
    except (IsADirectoryError, PermissionError) as error:
        raise _no_file_access(path) from error
    except OSError as error:
        raise InputError("intake.unreadable", name=path.name, reason=system_reason(error)) from error
    if len(data) < _BLANK_BYTES and not data.strip(b"\r\n\t \0\xef\xbb\xbf\xff\xfe"):
        raise InputError("intake.empty", name=path.name)
    return data


def _no_file_access(path: Path) -> InputError:
    # Windows reports a folder as a lack of permission.
    if path.is_dir():
        return InputError("intake.folder", path=path)
    return InputError("intake.no_permission", path=path)


def _renamed(file: InputFile, suffixes: Collection[str], truly: str) -> tuple[Message, ...]:
    suffix = file.path.suffix.lower()
    return () if suffix in suffixes else (message(truly, name=file.name),)


def refuse_other_formats(data: bytes, file: InputFile) -> None:
    """InputError for what is no text, and for a web page or XML under a workbook's or a text's name."""
    start = data[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    found = next((what for magic, what in _REFUSED_MAGIC.items() if data.startswith(magic)), "")
    if found:
        raise InputError("intake.packed", name=file.name, found=message(found))
    markup = next((what for mark, what in _MARKUP.items() if start.startswith(mark)), "")
    if markup:
        suffix = file.path.suffix or "text"
        raise InputError("intake.markup", name=file.name, markup=message(markup), suffix=suffix)
    suffix = file.path.suffix.lower()
    if suffix == ".parquet" or (suffix not in TEXT_SUFFIXES and not _looks_like_text(data)):
        known = suffix in WORKBOOK_SUFFIXES or suffix == ".parquet"
        raise InputError("intake.not_its_suffix" if known else "intake.no_format", name=file.name, suffix=suffix)


def _looks_like_text(data: bytes) -> bool:
    # Control characters other than tab and line ends occur in binary files only; zero bytes in UTF-16 as well.
    sample = data[:4096]
    control = sum(byte < 32 and byte not in (0, 9, 10, 13) for byte in sample)
    zeros = sample.count(0)
    wide = max(sample[0::2].count(0), sample[1::2].count(0)) == zeros
    return control == 0 and (zeros == 0 or wide or data[:2] in (b"\xff\xfe", b"\xfe\xff"))
