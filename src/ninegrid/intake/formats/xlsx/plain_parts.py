"""Workbook containers rewritten so plainly that every reader sees the same in them.

The workbook reader takes a number only up to the first comment, character reference or processing instruction inside
it, knows no encoding but UTF-8, and looks for the main part in one place. Such containers are rare. They are written
again: parts in UTF-8, text in one piece, the main part where it is usual. All other containers are left as they are.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from posixpath import basename, join

from ninegrid.files.xml_escape import quoteattr
from ninegrid.intake.formats.archive_safety import damage_reported, read_part
from ninegrid.intake.formats.unpacking import unpacked
from ninegrid.intake.formats.xlsx.rewriting import in_one_piece
from ninegrid.intake.formats.xlsx.stored_zip import stored
from ninegrid.intake.formats.xlsx.uniform_columns import holds
from ninegrid.model.errors import InputError

MAIN_PART = "xl/workbook.xml"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_START = 256
_USUALLY_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ODD_TARGET = re.compile(rb"\bTarget\s*=\s*[\"'](?:\.|[^\"']*(?:/\.|%))")
_MOST_RECODED = 512 << 20
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._\-]+)[\"'][^>]*\?>")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_PLAIN = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_CODECS = {
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "gb18030", "cp936", "ms936", "windows-936", "x-gbk"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cp950", "ms950", "x-windows-950"), "cp950"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "windows-31j", "cp932", "ms932"), "cp932"),
    **dict.fromkeys(("euc-jp", "euc-kr", "utf-16", "utf-16le", "utf-16be", "koi8-r"), ""),
    **{f"iso-8859-{n}": "" for n in (*range(1, 12), *range(13, 17))},
    **{f"windows-125{n}": f"cp125{n}" for n in range(9)},
}
# A character reference within a number, an index or an error value; texts with references are read as they should be.
_REFERENCE_IN_VALUE = r"<(?:\w+:)?v(?:\s[^>]*)?>[-+0-9.eE\s]*&#"


def is_oddly_written(xml: bytes) -> bool:
    """Whether a chunk of a worksheet part has comments, CDATA, instructions, or references within values."""
    if b"!" in xml and b"<!" in xml:
        return True
    if b"?" in xml and b"<?" in xml and xml.rfind(b"<?") > xml.find(b"<?xml "):
        return True
    return b"&" in xml and b"&#" in xml and holds(xml, _REFERENCE_IN_VALUE)


def in_utf8(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """The container, unpacked, with every XML part in UTF-8; None where each is, and is packed as the reader knows it
    (no LZMA, no bzip2). InputError for a part in no known encoding, or that is not in the encoding it declares.
    """
    with damage_reported(name):
        parts = [part for part in archive.namelist() if part.lower().endswith((".xml", ".rels"))]
        odd = {part: codec for part in parts if (codec := _codec(archive, part, name))}
    if not odd and all(info.compress_type in _USUALLY_PACKED for info in archive.infolist()):
        return None
    if sum(info.file_size for info in archive.infolist()) > _MOST_RECODED:
        raise InputError("formats.too_large_to_recode", file=name)
    return stored({part: (_recoded(archive, part, odd.get(part, ""), name),) for part in _kept(archive)})


def is_oddly_linked(archive: zipfile.ZipFile, parts: Iterable[str], name: str) -> bool:
    """Whether some of these parts that hold relationships write a path with ``./``, ``../`` or ``%20``."""
    links = (part for part in parts if part.lower().endswith(".rels"))
    return any(_ODD_TARGET.search(b"".join(read_part(archive, part, name))) for part in links)


def with_usual_main_part(
    archive: zipfile.ZipFile, name: str, main: str, links: Mapping[str, tuple[str, str]], at: Mapping[str, str]
) -> bytes:
    """The container with its main part, and all that this refers to, where the reader looks for them.

    links: of the main part, id → (type, target). at: path in lower case → part.
    """
    moved = {at[target.lower()]: _below_xl(target) for _, target in links.values() if target.lower() in at}
    moved[main] = MAIN_PART
    made = ("xl/_rels/workbook.xml.rels", "_rels/.rels")
    kept = [part for part in _kept(archive) if part.replace("\\", "/").lower() not in made]
    whole = {moved.get(part, part): (b"".join(read_part(archive, part, name)),) for part in kept}
    absolute = {key: (kind, "/" + _below_xl(t)) for key, (kind, t) in links.items() if t.lower() in at}
    whole[made[0]] = (_relationships(absolute),)
    whole[made[1]] = (_relationships({"rId1": (_OFFICE_DOCUMENT, MAIN_PART)}),)
    return stored(whole)


def _relationships(links: Mapping[str, tuple[str, str]]) -> bytes:
    """The part that holds these: id → (type, target)."""
    each = "".join(
        f"<Relationship Id={quoteattr(key)} Type={quoteattr(kind)} Target={quoteattr(target)}/>"
        for key, (kind, target) in links.items()
    )
    return f'<Relationships xmlns="{_RELATIONSHIPS}">{each}</Relationships>'.encode()


def rewritten(archive: zipfile.ZipFile, part: str, name: str, sheet: str) -> bytes:
    """The container with the cells of one worksheet's part written plainly. InputError where they are not clear."""
    return stored(
        {
            one: list(in_one_piece(read_part(archive, one, name), name, sheet)) if one == part else
            (b"".join(read_part(archive, one, name)),)
            for one in _kept(archive)
        }
    )  # fmt: skip


def _kept(archive: zipfile.ZipFile) -> list[str]:
    """The parts that a reader may need."""
    return [part for part in archive.namelist() if part.lower().endswith((".xml", ".rels", ".bin"))]


def _below_xl(target: str) -> str:
    return target if target.startswith("xl/") else join("xl", basename(target))


def _codec(archive: zipfile.ZipFile, part: str, name: str) -> str:
    """The codec a part is in, by its first bytes; '' for UTF-8."""
    with archive.open(part) as stream:
        start = stream.read(_START)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    found = _DECLARED.match(start.removeprefix(b"\xef\xbb\xbf"))
    declared = found[1].decode().lower() if found else "utf-8"
    if declared in _PLAIN or start.startswith(b"\xef\xbb\xbf"):
        return ""
    if declared not in _CODECS:
        raise InputError("formats.unknown_encoding", file=name, part=part, encoding=declared)
    return _CODECS[declared] or declared


def _recoded(archive: zipfile.ZipFile, part: str, codec: str, name: str) -> bytes:
    with damage_reported(name):
        content = b"".join(unpacked(archive, part))
    if not codec:
        return content
    try:
        text = content.decode(codec)
    except UnicodeError as error:
        raise InputError("formats.not_as_declared", file=name, part=part, encoding=codec) from error
    return _DECLARATION.sub("", text.removeprefix("\ufeff"), count=1).encode()
