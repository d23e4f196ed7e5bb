"""Opening a workbook's container: which format it really is, whether it is safe to read, and which sheets it has."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Collection, Iterator
from functools import cache, partial
from io import BytesIO

import fastexcel
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ninegrid.dataclass import dataclass
from ninegrid.intake.formats.archive_safety import (
    check_count,
    decrypt,
    is_encrypted,
    ole_streams,
    open_archive,
    parts_of,
    read_part,
    reader_failures_reported,
    workbook_stream,
)
from ninegrid.intake.formats.binary_looks import (
    all_plain,
    by_format,
    xls_cells,
    xls_codes,
    xlsb_cells,
    xlsb_codes,
    xlsb_sheet_parts,
)
from ninegrid.intake.formats.cut_short import OnCut, OnNote, refuse_cut
from ninegrid.intake.formats.extents import xlsb_date1904, xlsb_extent
from ninegrid.intake.formats.markup.documents import parse_xml
from ninegrid.intake.formats.markup.opendocument import OpenDocument
from ninegrid.intake.formats.old_xls import old_xls_sheets
from ninegrid.intake.formats.probe import probed_workbook
from ninegrid.intake.formats.workbook_reader import OoxmlSource, WorkbookSheet
from ninegrid.intake.formats.xls_records import SheetRecords, mended, read_records
from ninegrid.intake.formats.xlsx.blocks import SheetBlocks
from ninegrid.intake.formats.xlsx.comments import comments_of
from ninegrid.intake.formats.xlsx.extent import declared_rows, merged_down, xlsx_extent
from ninegrid.intake.formats.xlsx.plain_parts import (
    MAIN_PART,
    in_utf8,
    is_oddly_linked,
    rewritten,
    with_usual_main_part,
)
from ninegrid.intake.formats.xlsx.preview import (
    Book,
    SheetPart,
    date_styles,
    first_rows,
    number_formats,
    read_book,
    relations_of,
)
from ninegrid.intake.threads import ahead
from ninegrid.messages import message
from ninegrid.model.errors import InputError
from ninegrid.model.raw import InputFile, Merged, NumberFormats, RawSheet

ZIP_MAGIC, OLE_MAGIC = b"PK", b"\xd0\xcf\x11\xe0"
_LARGE = 4 << 20  # what is smaller is unpacked before a second thread has begun
_MEDIA = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bmp", ".tif", ".tiff")


def workbook_sheets(
    data: bytes,
    file: InputFile,
    password: str | None,
    on_cut: OnCut = refuse_cut,
    on_note: OnNote = lambda note: None,
) -> tuple[RawSheet, ...]:
    """The sheets of a workbook of any supported format, told by its content. on_cut: told of what ends early.

    InputError when it is damaged, locked, a bomb, reaches absurdly far, or no workbook at all.
    """
    if data.startswith(OLE_MAGIC):
        if is_encrypted(data, file.name):
            return workbook_sheets(decrypt(data, file.name, password), file, password, on_cut, on_note)
        return _xls_sheets(data, file, on_cut, on_note)
    archive = open_archive(data, file.name)
    parts = parts_of(archive)
    if "xl/workbook.bin" in parts:
        return _xlsb_sheets(data, archive, file, on_cut)
    if recoded := in_utf8(archive, file.name):
        data, archive = recoded, open_archive(recoded, file.name)
    if "content.xml" in parts:
        return _ods_sheets(archive, file)
    return _ooxml_sheets(data, archive, file, on_cut)


def _reader_of(data: bytes, where: str, *, brittle: bool = True) -> Callable[[], fastexcel.ExcelReader]:
    @cache
    def reader() -> fastexcel.ExcelReader:
        with reader_failures_reported(where, brittle=brittle):
            return fastexcel.read_excel(data)

    return reader


def _ooxml_sheets(
    data: bytes, archive: zipfile.ZipFile, file: InputFile, on_cut: OnCut, *, is_plain: bool = False
) -> tuple[WorkbookSheet, ...]:
    """is_plain: the cells were rewritten already."""
    book = read_book(archive, file.name)
    if not is_plain and (book.main != MAIN_PART or is_oddly_linked(archive, book.own_parts, file.name)):
        data = with_usual_main_part(archive, file.name, book.main, book.links, parts_of(archive))
        archive, book = (moved := open_archive(data, file.name)), read_book(moved, file.name)
    for name in book.lost:
        on_cut(message("formats.sheet_lost", file=file.name, sheet=name))
    worksheets = {sheet.part for sheet in book.sheets}
    if book.strings_part:
        check_count(archive, book.strings_part, file.name)
    _check_parts(archive, file.name, measured=worksheets)

    def plain(n: int) -> WorkbookSheet:
        sheet = book.sheets[n]
        mended = rewritten(archive, sheet.part, file.name, sheet.name)
        return _ooxml_sheets(mended, open_archive(mended, file.name), file, on_cut, is_plain=True)[n]

    of = _Ooxml(
        book, archive, file, _reader_of(data, file.name, brittle=False), date_styles(archive, book, file.name), on_cut
    )
    sheets = enumerate(book.sheets)
    return tuple(of.sheet(sheet, None if is_plain else cache(partial(plain, n))) for n, sheet in sheets)


@dataclass(frozen=True)
class _Ooxml:
    """An Office Open XML workbook that is being opened. days: the cell styles that show a number as a day."""

    book: Book
    archive: zipfile.ZipFile
    file: InputFile
    reader: Callable[[], fastexcel.ExcelReader]
    days: frozenset[str]
    on_cut: OnCut

    def sheet(self, sheet: SheetPart, plain: Callable[[], WorkbookSheet] | None) -> WorkbookSheet:
        archive, book, where = self.archive, self.book, f"{self.file.name} › {sheet.name}"
        xml = partial(read_part, archive, sheet.part, self.file.name)
        is_large = archive.getinfo(sheet.part).file_size >= _LARGE
        extent = cache(partial(xlsx_extent, (lambda: ahead(xml())) if is_large else xml, where, self.days))
        blocks = SheetBlocks.of(archive, book, sheet.part, where)
        if blocks is None:
            extent()  # a sheet in blocks is looked at while it is read
        source = OoxmlSource(
            preview=lambda rows: first_rows(archive, book, sheet.part, rows, where),
            xml=xml,
            extent=extent,
            days=self.days,
            blocks=blocks,
            declared=partial(declared_rows, archive, sheet.part),
            plain=plain,
            made_up_zeros=book.asks_to_calculate,
        )
        formats = partial(number_formats, archive, book, sheet.part, where=where)
        return WorkbookSheet(
            self.file,
            sheet.name,
            sheet.hidden,
            book.date1904,
            self.reader,
            source,
            on_cut=self.on_cut,
            formats=formats,
            merges=lambda: merged_down((blocks and blocks.after) or xml()),
            notes=partial(comments_of, archive, sheet.part, where),
        )


def _check_parts(archive: zipfile.ZipFile, name: str, measured: set[str]) -> None:
    """Read every part that is not read for its extent anyway to its end: sizes, checksums, document types."""
    for part in archive.namelist():
        if part not in measured and not part.lower().endswith(_MEDIA) and not part.endswith("/"):
            for _ in read_part(archive, part, name):
                pass


def _xlsb_sheets(data: bytes, archive: zipfile.ZipFile, file: InputFile, on_cut: OnCut) -> tuple[WorkbookSheet, ...]:
    parts = parts_of(archive)
    worksheets = {part for path, part in parts.items() if path.startswith("xl/worksheets/") and path.endswith(".bin")}
    _check_parts(archive, file.name, measured=worksheets)
    for part in sorted(worksheets):
        where = f"{file.name} › {part}"
        found = xlsb_extent(b"".join(read_part(archive, part, file.name)))
        found.extent.check(where)
        if found.short_records:
            raise InputError("formats.short_records", where=where)
        if found.declared > max(found.rows, 1):
            told = {"file": file.name, "where": where, "last": found.rows, "declared": found.declared}
            on_cut(message("formats.ends_early", **told))
    probed_workbook(data, file.name)
    book = b"".join(read_part(archive, parts["xl/workbook.bin"], file.name))
    links = relations_of(archive, parts, "xl/workbook.bin", file.name)
    part_of = xlsb_sheet_parts(book, {id: parts.get(target.lower(), "") for id, (_, target) in links.items()})
    styles = parts.get("xl/styles.bin", "")
    codes = cache(lambda: xlsb_codes(b"".join(read_part(archive, styles, file.name))) if styles else {})

    def formats(sheet: str, columns: Collection[int]) -> NumberFormats:
        part = part_of.get(sheet, "")
        if not part or all_plain(codes()):
            return {}
        return by_format(xlsb_cells(b"".join(read_part(archive, part, file.name))), codes(), columns)

    return tuple(_listed_sheets(data, file, xlsb_date1904(book), formats))


def _ods_sheets(archive: zipfile.ZipFile, file: InputFile) -> tuple[RawSheet, ...]:
    parts = parts_of(archive)
    _check_parts(archive, file.name, measured={parts["content.xml"]})
    manifest = parts.get("meta-inf/manifest.xml")
    if manifest and b"encryption-data" in b"".join(read_part(archive, manifest, file.name)):
        raise InputError("intake.locked_ods", name=file.name)
    document = OpenDocument(file)
    if styles := parts.get("styles.xml"):
        parse_xml(read_part(archive, styles, file.name), document, file)
    parse_xml(read_part(archive, parts["content.xml"], file.name), document, file)
    return tuple(document.finished())


def _xls_sheets(data: bytes, file: InputFile, on_cut: OnCut, on_note: OnNote) -> tuple[RawSheet, ...]:
    if not ole_streams(data, file.name) & {"workbook", "book"}:
        raise InputError("intake.office_file", name=file.name)
    stream = workbook_stream(data, file.name)
    records = read_records(stream)
    records.extent.check(file.name)
    if 1 < records.formulas == records.without_result:
        on_note(message("formats.no_results", file=file.name, n=records.formulas))
    if records.is_old:
        return tuple(old_xls_sheets(data, file))
    data = mended(data, file.name, stream, records)
    ends = list(probed_workbook(data, file.name).items())
    for (name, last), sheet in zip(ends, records.sheets, strict=False):
        _check_end(file, name, last, sheet, on_cut)
    for _ in records.sheets[len(ends) :]:
        on_cut(message("formats.sheet_lost", file=file.name, sheet="?"))
    begins = {name: sheet.begins for name, sheet in zip(dict(ends), records.sheets, strict=False)}
    codes = cache(partial(xls_codes, stream))

    def formats(sheet: str, columns: Collection[int]) -> NumberFormats:
        if sheet not in begins or all_plain(codes()):
            return {}
        return by_format(xls_cells(stream, begins[sheet]), codes(), columns)

    return tuple(_listed_sheets(data, file, records.date1904, formats))


def _check_end(file: InputFile, name: str, seen: int, sheet: SheetRecords, on_cut: OnCut) -> None:
    """Whether a sheet of an .xls file ends where its own records say, and the reader saw it to its end."""
    is_seen, declared = seen >= sheet.filled, max(sheet.declared, sheet.rows)
    last = sheet.rows if is_seen else seen
    if last < declared or not sheet.ended:
        where = f"{file.name} › {name}"
        on_cut(message("formats.ends_early", file=file.name, where=where, last=last, declared=declared))


def _listed_sheets(
    data: bytes, file: InputFile, date1904: bool, formats: Callable[[str, Collection[int]], NumberFormats]
) -> Iterator[WorkbookSheet]:
    """The worksheets as calamine's own binding lists them, which tells kinds and hidden states.

    formats: how the numbers of some columns of a sheet are shown.
    """
    with reader_failures_reported(file.name):
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        listed = book.sheets_metadata
    reader = _reader_of(data, file.name)
    for sheet in listed:
        if sheet.typ == SheetTypeEnum.WorkSheet:
            yield WorkbookSheet(
                file,
                sheet.name,
                sheet.visible != SheetVisibleEnum.Visible,
                date1904,
                reader,
                formats=partial(formats, sheet.name),
                merges=partial(_merged, book, sheet.name),
            )


def _merged(book: CalamineWorkbook, name: str) -> list[Merged]:
    ranges = book.get_sheet_by_name(name).merged_cell_ranges or []
    return [(left, top + 1, bottom + 1) for (top, left), (bottom, _) in ranges if bottom > top]
