"""From a path to raw sheets: what the file really is, by its first bytes and only then by its name."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path

from ninegrid.dataclass import dataclass
from ninegrid.intake.formats.cut_short import OnCut, refuse_cut
from ninegrid.intake.formats.markup.documents import is_markup, markup_sheets
from ninegrid.intake.formats.parquet import ParquetSheet
from ninegrid.intake.formats.probe import probe_parquet
from ninegrid.intake.formats.text.delimited import open_text
from ninegrid.intake.formats.text.encodings import width_of
from ninegrid.intake.formats.workbook_files import OLE_MAGIC, ZIP_MAGIC, workbook_sheets
from ninegrid.messages import Message, message, system_reason
from ninegrid.model.errors import InputError
from ninegrid.model.paths import refuse_strange
from ninegrid.model.raw import InputFile, RawSheet

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
MARKUP_SUFFIXES = frozenset({".html", ".htm", ".xml", ".mht", ".mhtml", ".fods"})
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
_REFUSED_SUFFIXES = {".slk": "SYLK", ".dif": "DIF", ".dbf": "dBASE", ".wk1": "Lotus 1-2-3", ".numbers": "Numbers"}
_LOCKED_BY_COMPANY = (b"%TSD-Header", b"E-SafeNet", b"b\x14#e", b"IPGuard", b"DLPENC", b".pfile", b"MSMAMARPCRYPT")
"""What files begin with that a document security system (DRM) of a company has encrypted."""
_CONTROL_DELIMITERS = frozenset(b"\x01\x02\x03\x04\x05\x06\x07\x1b\x1c\x1d\x1e\x1f")


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
    refuse_strange(path, InputError)
    data = _read(path)
    file = InputFile(path.name, path, hashlib.sha256(data).hexdigest(), len(data))
    if data.startswith(_PARQUET_MAGIC):
        return OpenedFile(file, _renamed(file, {".parquet"}, "intake.parquet_inside"), (_parquet(data, file),))
    if data.startswith((ZIP_MAGIC, OLE_MAGIC)):
        _refuse_suffix(file)
        notes = list(_renamed(file, WORKBOOK_SUFFIXES, "intake.workbook_inside"))
        sheets = workbook_sheets(data, file, password, on_cut, notes.append)
        return OpenedFile(file, tuple(notes), sheets)
    if is_markup(data):
        markup = tuple(markup_sheets(data, file, on_cut))
        return OpenedFile(file, _renamed(file, MARKUP_SUFFIXES, "formats.markup_inside"), markup)
    refuse_other_formats(data, file)
    sheet, notices = open_text(data, file, expected_headers)
    return OpenedFile(file, (*_renamed(file, TEXT_SUFFIXES, "intake.text_inside"), *notices), (sheet,))


def is_lock_file(path: Path) -> bool:
    """Whether it is what an office program puts beside a file that somebody has open."""
    return path.name.startswith(("~$", ".~lock."))


def _parquet(data: bytes, file: InputFile) -> ParquetSheet:
    probe_parquet(data, file.name)
    return ParquetSheet.open(file)


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
    """InputError for what is no text, and for what a company's document security has encrypted."""
    _refuse_suffix(file)
    if any(mark in data[:64] for mark in _LOCKED_BY_COMPANY):
        raise InputError("formats.drm", file=file.name)
    found = next((what for magic, what in _REFUSED_MAGIC.items() if data.startswith(magic)), "")
    if found:
        raise InputError("intake.packed", name=file.name, found=message(found))
    suffix = file.path.suffix.lower()
    if suffix == ".parquet" or (suffix not in TEXT_SUFFIXES and not _looks_like_text(data)):
        known = suffix in WORKBOOK_SUFFIXES or suffix == ".parquet"
        raise InputError("intake.not_its_suffix" if known else "intake.no_format", name=file.name, suffix=suffix)


def _refuse_suffix(file: InputFile) -> None:
    if other := _REFUSED_SUFFIXES.get(file.path.suffix.lower()):
        raise InputError("formats.other_format", file=file.name, what=other)


def _looks_like_text(data: bytes) -> bool:
    # Control characters other than tab, line ends and one delimiter occur in binary files only.
    sample = data[:4096]
    wide = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else width_of(sample)
    letters = sample.decode(wide, errors="ignore").encode() if wide else sample
    control = {byte for byte in letters if byte < 32 and byte not in (9, 10, 13)}
    return not control or (len(control) == 1 and control <= _CONTROL_DELIMITERS and b"\n" in letters)
