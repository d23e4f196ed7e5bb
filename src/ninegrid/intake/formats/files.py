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
from ninegrid.model.errors import InputError
from ninegrid.model.raw import InputFile, RawSheet

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
SUPPORTED = ".xlsx, .xlsm, .xls, .xlsb, .ods, .csv, .tsv, .txt and .parquet"
MAX_BYTES = 2 << 30
_BLANK_BYTES = 1 << 16
_PARQUET_MAGIC = b"PAR1"
_REFUSED_MAGIC = {
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"%PDF": "a PDF document",
}
_MARKUP = {
    b"<html": "a web page (HTML)",
    b"<!doctype html": "a web page (HTML)",
    b"<table": "a web page (HTML)",
    b"<meta": "a web page (HTML)",
    b"mime-version:": "a saved web page (MHTML)",
    b"<?xml": "an XML file",
    b"<?mso-application": "an XML file",
}


@dataclass(frozen=True)
class OpenedFile:
    """A file that could be opened; see OpenFile."""

    file: InputFile
    notices: tuple[str, ...]
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
        return OpenedFile(file, _renamed(file, {".parquet"}, "parquet"), (ParquetSheet.open(file),))
    if data.startswith((ZIP_MAGIC, OLE_MAGIC)):
        sheets = workbook_sheets(data, file, password, on_cut)
        return OpenedFile(file, _renamed(file, WORKBOOK_SUFFIXES, "a workbook"), sheets)
    refuse_other_formats(data, file)
    sheet, notices = open_text(data, file, expected_headers)
    return OpenedFile(file, (*_renamed(file, TEXT_SUFFIXES, "delimited text"), *notices), (sheet,))


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                f"{path.name} is larger than 2 GB.", "Split it, or save it as .parquet with fewer columns."
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}.", "Check the path and the spelling.") from error
    except (IsADirectoryError, PermissionError) as error:
        raise _no_file_access(path) from error
    except OSError as error:
        raise InputError(
            f"{path.name} can't be read: {error.strerror}.", "Check the disk or the network share."
        ) from error
    if len(data) < _BLANK_BYTES and not data.strip(b"\r\n\t \0\xef\xbb\xbf\xff\xfe"):
        raise InputError(f"{path.name} is empty.", "Export it again.")
    return data


def _no_file_access(path: Path) -> InputError:
    # Windows reports a folder as a lack of permission.
    if path.is_dir():
        return InputError(f"{path} is a folder, not a file.", "Name the files in it, such as folder/*.xlsx.")
    return InputError(
        f"There is no permission to read {path}.", "Ask for the right to read it, or close the program that locks it."
    )


def _renamed(file: InputFile, suffixes: Collection[str], truly: str) -> tuple[str, ...]:
    suffix = file.path.suffix.lower()
    return () if suffix in suffixes else (f"{file.name} is {truly} inside, and was read as such.",)


def refuse_other_formats(data: bytes, file: InputFile) -> None:
    """InputError for what is no text, and for a web page or XML under a workbook's or a text's name."""
    start = data[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    found = next((what for magic, what in _REFUSED_MAGIC.items() if data.startswith(magic)), "")
    if found:
        raise InputError(f"{file.name} is {found}, which is not supported.", f"Unpack it; supported are {SUPPORTED}.")
    markup = next((what for mark, what in _MARKUP.items() if start.startswith(mark)), "")
    if markup:
        suffix = file.path.suffix or "text"
        raise InputError(
            f"{file.name} is {markup}, only named {suffix}.",
            "Open it in Excel and save it as .xlsx or as CSV UTF-8 (另存为 → Excel 工作簿).",
        )
    suffix = file.path.suffix.lower()
    if suffix == ".parquet" or (suffix not in TEXT_SUFFIXES and not _looks_like_text(data)):
        known = suffix in WORKBOOK_SUFFIXES or suffix == ".parquet"
        what = f"is damaged, or no {suffix} file" if known else "has a format that is not supported"
        raise InputError(f"{file.name} {what}.", f"Supported are {SUPPORTED}.")


def _looks_like_text(data: bytes) -> bool:
    # Control characters other than tab and line ends occur in binary files only; zero bytes in UTF-16 as well.
    sample = data[:4096]
    control = sum(byte < 32 and byte not in (0, 9, 10, 13) for byte in sample)
    zeros = sample.count(0)
    wide = max(sample[0::2].count(0), sample[1::2].count(0)) == zeros
    return control == 0 and (zeros == 0 or wide or data[:2] in (b"\xff\xfe", b"\xfe\xff"))
