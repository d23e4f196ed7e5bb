"""How cells look: a few colours with one meaning each, fonts, number formats, and the named styles made of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import field, replace
from functools import cache
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.named_styles import NamedStyleList
from openpyxl.utils.indexed_list import IndexedList

from ninegrid.dataclass import dataclass
from ninegrid.model.relations import Lang
from ninegrid.policy import Tier
from ninegrid.report.kit.words import word

INK, GREY, HAIRLINE, PALE, WHITE = "1F2933", "6B7785", "D9DEE4", "F4F6F8", "FFFFFF"
GOOD, BAD = "4FA79A", "D98E73"
LINK = "0F766E"
FONT_NAMES: dict[Lang, str] = {"zh": "Microsoft YaHei", "en": "Calibri"}
LARGE, BODY, SMALL = 18, 10, 9

# By unit, as written in cells: money already scaled (see MoneyScale), bp already times 10,000.
NUMBER_FORMATS: dict[str, str] = {
    "money": "#,##0.0",
    "percent": "0.0%",
    "bp": "#,##0",
    "number": "#,##0.0",
    "hundredths": "0.00",
    "thousandths": "0.000",
    "count": "#,##0",
    "level": "0",
    "year": "0",
    "row": "0",
    "time": "yyyy-mm-dd hh:mm",
}
TEXT_UNITS = ("text", "code", "flag")
_PREFIX = "grade "  # style names are case-insensitive in Excel, where Percent and Title are taken


@dataclass(frozen=True)
class MoneyScale:
    """A unit that money is shown in: yuan divided by `divisor`, named `unit`."""

    divisor: float
    unit: str


def money_scale(lang: Lang, largest: float = 0.0, smallest: float = 0.0) -> MoneyScale:
    """The unit for amounts between two sizes in yuan: 万元, or 亿元 where the smallest shows; millions in English."""
    if lang == "en":
        return MoneyScale(1e6, word("money_unit.million", lang))
    if abs(largest) >= 5e8 and abs(smallest) >= 5e6:
        return MoneyScale(1e8, word("money_unit.hundred_million", lang))
    return MoneyScale(1e4, word("money_unit.ten_thousand", lang))


def style_name(role: str) -> str:
    """The workbook's name of the style of a role: ``cell.style = style_name("percent")``."""
    return f"{_PREFIX}{role}"


# A look is made once: openpyxl compares looks field by field, which takes longer than all else of a cell.
@cache
def font(lang: Lang, size: float = BODY, *, bold: bool = False, color: str = INK) -> Font:
    """The language's font; colour as RRGGBB."""
    return Font(name=FONT_NAMES[lang], size=size, bold=bold, color=color)


@cache
def ink(color: str | None = None, *, bold: bool | None = None) -> Font:
    """How a rule changes the font of a cell; colour as RRGGBB."""
    return Font(color=color, bold=bold)


@cache
def fill(color: str) -> PatternFill:
    """A flat fill; colour as RRGGBB."""
    return PatternFill("solid", start_color=color, end_color=color)


@cache
def aligned(horizontal: str, vertical: str = "center", **more: Any) -> Alignment:
    """Where text stands in its cell; more: what openpyxl's Alignment takes besides."""
    return Alignment(horizontal, vertical, **more)


@cache
def edged(style: str, color: str, *sides: str) -> Border:
    """Lines on some sides (left, right, top, bottom), on all four when none is named; colour as RRGGBB."""
    line = Side(style, color=color)
    return Border(**dict.fromkeys(sides or ("left", "right", "top", "bottom"), line))


BARE = Border()
"""No lines."""


MOMENT = "yyyy-mm-dd"
_ENTERED = {"money": "#,##0.0", "percent": "0.00%", "count": "#,##0"}


def heat(strength: float) -> str:
    """RRGGBB between clay at −1, white at 0 and teal at 1; stronger is cut off."""
    end = GOOD if strength >= 0 else BAD
    return blend(end, min(abs(strength), 1.0))


def blend(color: str, strength: float, ground: str = WHITE) -> str:
    """`color` laid over `ground` at a strength of 0 to 1, as RRGGBB."""
    pairs = [(int(ground[i : i + 2], 16), int(color[i : i + 2], 16)) for i in (0, 2, 4)]
    return "".join(f"{round(low + (high - low) * strength):02X}" for low, high in pairs)


@dataclass(frozen=True)
class KnownLooks:
    """What was found out of a workbook's looks: of a role, of a role that was changed, of areas that were merged."""

    roles: dict[str, StyleArray] = field(default_factory=dict)
    changed: dict[Hashable, StyleArray] = field(default_factory=dict)
    merged: dict[Hashable, list[StyleArray]] = field(default_factory=dict)

    def copy(self) -> KnownLooks:
        """The same, to be added to."""
        return replace(self, roles=dict(self.roles), changed=dict(self.changed), merged=dict(self.merged))


_KNOWN = "grade's looks"  # of the workbook's attribute that keeps them
_LOOKS = ("_fonts", "_fills", "_borders", "_alignments", "_protections")
_begun: dict[tuple[Lang, tuple[Tier, ...]], Workbook] = {}
"""By language and tiers, the workbook with whose looks a new one begins: making them takes long."""
_alike: set[tuple[Lang, tuple[Tier, ...]]] | None = None
"""Those of which a whole workbook was begun; None where workbooks are not many that look alike."""


ENTRY = blend("7CC4B8", 0.25)
"""The ground of cells that people fill in."""


def register_styles(workbook: Workbook, lang: Lang, tiers: Iterable[Tier]) -> None:
    """Adds every named style to a new workbook: the roles below, and ``tier X`` for each tier."""
    key = (lang, tuple(tiers))
    if key not in _begun:
        _begun[key] = _registered(*key)
    _begin_with(workbook, _begun[key])
    if _alike is not None and key not in _alike:
        _alike.add(key)
        _begun[key] = workbook


def look_alike() -> None:
    """From now on this process makes many workbooks that look alike: they begin with all the looks of the first."""
    global _alike  # noqa: PLW0603 - of the process, as what is begun is
    _alike = set()


def known_looks(workbook: Workbook) -> KnownLooks:
    """What was found out of the workbook's looks so far, to be added to."""
    known: KnownLooks = workbook.__dict__.get(_KNOWN) or workbook.__dict__.setdefault(_KNOWN, KnownLooks())
    return known


def _registered(lang: Lang, tiers: tuple[Tier, ...]) -> Workbook:
    workbook = Workbook()
    for looks in _LOOKS:
        setattr(workbook, looks, _Looks(getattr(workbook, looks)))
    for style in (*_page_styles(lang), *_table_styles(lang), *_tier_styles(lang, tiers)):
        workbook.add_named_style(style)
    return workbook


def _begin_with(workbook: Workbook, other: Workbook) -> None:
    """Gives a new workbook the looks of another one, to be added to."""
    for looks in _LOOKS:
        setattr(workbook, looks, getattr(other, looks).copy())
    workbook._number_formats = IndexedList(other._number_formats)
    workbook._cell_styles = IndexedList(other._cell_styles)
    workbook._named_styles = NamedStyleList(other._named_styles)
    workbook.__dict__[_KNOWN] = known_looks(other).copy()


class _Looks(IndexedList):  # type: ignore[misc]
    """A workbook's fonts, fills or the like; one that was added before is known at sight, not by its fields."""

    def __init__(self, looks: Iterable[Any]) -> None:
        super().__init__(looks)
        self._seen: dict[int, tuple[Any, int]] = {}

    def copy(self) -> _Looks:
        """The same looks, to be added to."""
        same = _Looks(())
        list.extend(same, self)
        same._dict, same._seen, same.clean = dict(self._dict), dict(self._seen), self.clean
        return same

    def add(self, look: Any) -> int:
        if id(look) not in self._seen:
            self._seen[id(look)] = look, super().add(look)  # kept, so that its identity is not given to another
        return self._seen[id(look)][1]


_LINE = edged("thin", HAIRLINE, "bottom")
_RULE = edged("thin", GREY, "bottom")
_TOTAL = edged("thin", GREY, "top")
_LEFT = aligned("left")
_RIGHT = aligned("right")
_CENTER = aligned("center")
_WRAP = aligned("left", "top", wrap_text=True)


def _style(role: str, look: Font, place: Alignment, border: Border | None = None, color: str = "") -> NamedStyle:
    style = NamedStyle(style_name(role), font=look, alignment=place)
    if border:
        style.border = border
    if color:
        style.fill = fill(color)
    return style


def _page_styles(lang: Lang) -> Iterator[NamedStyle]:
    """title, subtitle, section (a heading), note (small print), small (on one line), link, back, body, wrap."""
    yield _style("title", font(lang, LARGE, bold=True), _LEFT)
    yield _style("subtitle", font(lang, color=GREY), _LEFT)
    yield _style("section", font(lang, bold=True), _LEFT)
    yield _style("note", font(lang, SMALL, color=GREY), _WRAP)
    yield _style("small", font(lang, SMALL, color=GREY), _LEFT)
    yield _style("link", font(lang, color=LINK), _LEFT)
    yield _style("back", font(lang, SMALL, color=LINK), _LEFT)
    yield _style("body", font(lang), _LEFT)
    yield _style("center", font(lang), _CENTER)
    yield _style("wrap", font(lang), _WRAP)


def _table_styles(lang: Lang) -> Iterator[NamedStyle]:
    """head (over numbers), head text, band (over a group of columns), and per unit a style and its total."""
    right = aligned("right", "bottom", wrap_text=True)
    left = aligned("left", "bottom", wrap_text=True)
    yield _style("head", font(lang, SMALL, color=GREY), right, _RULE)
    yield _style("head text", font(lang, SMALL, color=GREY), left, _RULE)
    yield _style("head center", font(lang, SMALL, color=GREY), aligned("center", "bottom", wrap_text=True), _RULE)
    yield _style("band", font(lang, SMALL, bold=True), _LEFT, color=PALE)
    for unit in (*TEXT_UNITS, *NUMBER_FORMATS):
        place = _LEFT if unit in TEXT_UNITS else _RIGHT
        for role, look, border in ((unit, font(lang), _LINE), (f"{unit} total", font(lang, bold=True), _TOTAL)):
            style = _style(role, look, place, border)
            style.number_format = NUMBER_FORMATS.get(unit, "General")
            yield style
    yield _style("text wrap", font(lang), _WRAP, _LINE)
    yield from _entry_styles(lang)


_FRAME = edged("thin", HAIRLINE, "left", "right", "bottom")


def _entry_styles(lang: Lang) -> Iterator[NamedStyle]:
    """entry text, entry date, entry money, entry percent, entry count: cells that people fill in."""
    for unit, number_format in {**dict.fromkeys(("text",), "General"), "date": MOMENT, **_ENTERED}.items():
        style = _style(f"entry {unit}", font(lang), _LEFT if unit in ("text", "date") else _RIGHT, _FRAME, ENTRY)
        style.number_format = number_format
        yield style


def _tier_styles(lang: Lang, tiers: Iterable[Tier]) -> Iterator[NamedStyle]:
    for tier in tiers:
        yield _style(f"tier {tier.key}", font(lang, bold=True, color=tier.ink), _LEFT, color=tier.color)
