"""Which encoding a text file is in: UTF-8 is proved by decoding, legacy Chinese ones are told by what they yield."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection
from typing import Literal, Protocol

from ninegrid.dataclass import dataclass
from ninegrid.messages import Message, message
from ninegrid.model.errors import InputError

CHUNK = 4 << 20
_SAMPLE = 64 << 10
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # it begins as that of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOST_MENDED = 256 << 20
_FEW_BAD = 20
_TELLING = "0123456789\t\n\r,;| .-"
_LEGACY = ("gb18030", "big5")
# Lead bytes of each legacy encoding's everyday characters, which make up nearly all of real text.
_EVERYDAY = {"gb18030": range(0xB0, 0xD8), "big5": range(0xA4, 0xC7)}
_WESTERN = ("latin-1", "cp1252")
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
_SHOWN = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "gb18030": "GB18030", "big5": "Big5", "cp950": "Big5"}


class Sliceable(Protocol):
    """Bytes, or what gives bytes when it is sliced."""

    def __len__(self) -> int:
        """How many bytes there are."""
        ...

    def __getitem__(self, part: slice, /) -> bytes:
        """Some of them."""
        ...


@dataclass(frozen=True)
class Encoding:
    """A text file's encoding: the codec's name, and what to tell the user when it was a choice between several.

    errors: replace where a few bytes are of no encoding; they become U+FFFD, which no value may hold.
    """

    codec: str
    notice: Message | None = None
    errors: Literal["strict", "replace"] = "strict"

    @property
    def shown(self) -> str:
        """The name people use."""
        return _SHOWN.get(self.codec, self.codec.upper())


def find_encoding(data: Sliceable, name: str, expected_headers: Collection[str]) -> Encoding:
    """The encoding of a whole text file; InputError that names the line when none fits.

    Where several decode the file, the one whose first lines hold the most expected headers is taken.
    """
    for mark, codec in _BOMS:
        if data[: len(mark)] == mark:
            _refuse_unless_decodes(data, codec, name)
            return Encoding(codec)
    if wide := _wide_without_mark(data):
        _refuse_unless_decodes(data, wide, name)
        return Encoding(wide, message("intake.wide_text", name=name, codec=wide.upper()))
    if first_undecodable(data, "utf-8") is None:
        return Encoding("utf-8")
    return _legacy(data, name, expected_headers)


def _legacy(data: Sliceable, name: str, expected_headers: Collection[str]) -> Encoding:
    fitting = [codec for codec in _LEGACY if first_undecodable(data, codec) is None]
    sample = _whole_lines(data)
    found = {codec: _headers_in(sample, codec, expected_headers) for codec in (*fitting, "utf-8")}
    if not fitting or found["utf-8"] > max(found[codec] for codec in fitting):
        if few := _with_few_bad_bytes(data, name, sample, expected_headers):
            return few
        at = first_undecodable(data, "utf-8") or 0
        line = data[:at].count(b"\n") + 1
        raise InputError("intake.no_encoding", name=name, line=line)
    best = max(fitting, key=lambda codec: (found[codec], _everyday_share(sample, codec)))
    if len(fitting) == 1:
        return Encoding(best)
    code = "intake.encoding_by_headers" if found[best] else "intake.encoding_by_characters"
    others = [Encoding(codec).shown for codec in fitting if codec != best]
    return Encoding(best, message(code, name=name, best=Encoding(best).shown, others=others, n=found[best]))


def _with_few_bad_bytes(
    data: Sliceable, name: str, sample: bytes, expected_headers: Collection[str]
) -> Encoding | None:
    """The encoding whose headers are there, if hardly any bytes are not of it."""
    found = {codec: _headers_in(sample, codec, expected_headers) for codec in ("utf-8", *_LEGACY)}
    codec = max(found, key=lambda one: found[one])
    if not found[codec] or len(data) > _MOST_MENDED:
        return None
    whole = data[: len(data)]
    bad = whole.decode(codec, errors="replace").count("\ufffd") - whole.count("\ufffd".encode()) * (codec == "utf-8")
    lines = whole.count(b"\n") + 1
    if bad > max(_FEW_BAD, lines // 100):
        return None
    line = whole[: first_undecodable(data, codec) or 0].count(b"\n") + 1
    notice = message("formats.bad_bytes", file=name, encoding=Encoding(codec).shown, bad=bad, line=line)
    return Encoding(codec, notice, "replace")


def decoded(data: bytes, name: str, declared: str) -> str:
    """A document's text: by its byte order mark, as UTF-8 if it is that, as declared, else as it looks."""
    if any(data.startswith(mark) for mark, _ in _BOMS) or first_undecodable(data, "utf-8") is None:
        return data.decode(find_encoding(data, name, ()).codec)
    codec = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950"}.get(declared.lower(), declared)
    try:
        return data.decode(codec if codecs.lookup(codec)._is_text_encoding else "utf-8")
    except (LookupError, UnicodeError):
        found = find_encoding(data, name, ())
        return data.decode(found.codec, found.errors)


def is_garbled(text: str) -> bool:
    """Whether a text was read in a Western encoding before it was saved: å®¢æˆ· for 客户."""
    for western in _WESTERN:
        try:
            raw = text.encode(western)
        except UnicodeEncodeError:
            continue
        if any(_HAN.search(raw.decode(codec, errors="ignore")) for codec in ("utf-8", *_LEGACY)):
            return True
    return False


def first_undecodable(data: Sliceable, codec: str) -> int | None:
    """The offset near which decoding fails, or None when all of it decodes."""
    if codec == "utf-8" and _is_utf8(data):
        return None
    decoder = codecs.getincrementaldecoder(codec)()
    for start in range(0, len(data), CHUNK):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(data[start : start + CHUNK], final=start + CHUNK >= len(data))
        except UnicodeDecodeError as error:
            return start - pending + error.start
    return None


def _is_utf8(data: Sliceable) -> bool:
    """Whether all of it is UTF-8, told without decoding it: several times as fast."""
    rest = b""
    for start in range(0, len(data), CHUNK):
        text = rest + data[start : start + CHUNK]
        whole_lines = text.rfind(b"\n") + 1
        if not _is_valid(text, whole_lines):
            return False
        rest = text[whole_lines:]
    return _is_valid(rest, len(rest))


def _is_valid(text: bytes, size: int) -> bool:
    """Whether the text's first bytes are UTF-8."""
    import pyarrow as pa  # noqa: PLC0415  of text files alone

    offsets = pa.array([0, size], pa.int64()).buffers()[1]
    try:
        pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(text)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _refuse_unless_decodes(data: Sliceable, codec: str, name: str) -> None:
    if (at := first_undecodable(data, codec)) is not None:
        raise InputError("intake.damaged_text", name=name, codec=codec.upper(), at=at)


def _wide_without_mark(data: Sliceable) -> str:
    sample = data[:4096]
    for codec, upper in (("utf-32-le", (2, 3)), ("utf-32-be", (0, 1))):  # rare letters need more than the lower half
        if len(data) % 4 == 0 and not any(any(sample[byte::4]) for byte in upper):
            return codec
    return "" if len(data) % 2 else width_of(sample)


def width_of(sample: bytes) -> str:
    """The codec of a text of two bytes a letter without a mark, '' for any other.

    No text of one byte a letter holds zero bytes. Digits, delimiters and line ends tell which byte of a letter comes
    first: read the wrong way round, none of them is left.
    """
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 50 < len(sample):
        return ""
    telling = {codec: _telling(sample, codec) for codec in ("utf-16-le", "utf-16-be")}
    best, other = sorted(telling, key=lambda codec: -telling[codec])
    return best if telling[best] * 50 >= len(sample) and telling[best] > 3 * telling[other] else ""


def _telling(sample: bytes, codec: str) -> int:
    """How many digits, delimiters and line ends a text has; 0 where it has characters that no text has."""
    text = sample[: len(sample) // 2 * 2].decode(codec, errors="ignore")
    return 0 if "\0" in text else sum(map(text.count, _TELLING))


def _whole_lines(data: Sliceable) -> bytes:
    sample = data[:_SAMPLE]
    return sample if len(sample) < _SAMPLE else sample[: sample.rfind(b"\n") + 1] or sample


def _headers_in(sample: bytes, codec: str, expected_headers: Collection[str]) -> int:
    text = sample.decode(codec, errors="ignore")
    may_hold = {*text}.issuperset  # of thousands of headers a file has the characters of few
    return sum(header in text for header in expected_headers if may_hold(header) and not header.isascii())


def _everyday_share(sample: bytes, codec: str) -> float:
    characters = [raw for c in sample.decode(codec, errors="ignore") if len(raw := c.encode(codec)) > 1]
    everyday = sum(1 for raw in characters if len(raw) == 2 and raw[0] in _EVERYDAY[codec])
    return everyday / max(len(characters), 1)
