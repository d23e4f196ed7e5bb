"""Periods: a month ``2026-10``, a quarter ``2026Q3``, a half-year ``2026H1`` or a year ``2026``.

People write them in many forms. Each form is one pattern below; a text is read by the pattern that explains it first.
A pattern must explain every digit that stands together: ``2026-1034`` and ``2026年13月`` are no periods.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ninegrid.model.errors import UsageError

_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {name[:length]: n for n, name in enumerate(_NAMES, 1) for length in (3, len(name))} | {"sept": 9}
_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_CHINESE_YEAR = re.compile(r"二[〇零○][〇零○一二三四五六七八九]{2}(?=年)")
_YEAR_OF_THE_REPUBLIC = re.compile(r"(?:中[华華])?民[国國]\s*(\d{2,3})\s*年?")
_CHINESE_MONTH = re.compile(r"(?<=年)(十[一二]?|[一二三四五六七八九])(?=月)")
_KINDS = {"-": "month", "Q": "quarter", "H": "half"}
_LENGTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}

_Y = r"(?P<y>(?:19|20)\d\d)"
_YY = r"(?P<y>(?:19|20)\d\d|(?<!\d)\d\d)"  # FY26, 3Q26: only beside a letter that says what it is
_M = r"(?P<m>1[0-2]|0?[1-9])"
_D = r"(?:3[01]|[12]\d|0?[1-9])"
_WORD = r"(?P<w>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_FISCAL = r"(?:FY|CY|财年)[\s\-_']*"
_FY = f"(?:{_FISCAL})?"
_TO = r"\s*(?:-|~|至|到|to)\s*"
# Beside the text of a period no digit may stand, nor a digit behind what joins digits.
_BEFORE, _AFTER = r"(?<!\d)(?<!\d[.\-/])", r"(?!\d)(?!\s?[.\-/]\s?\d)"

_MONTH_ALONE = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_WITHOUT_YEAR = re.compile(
    rf"(?:Q[1-4]|H[12]|第?[1-4一二三四]季度?|前[二三23]个?季度?|[上下]半年|前{_MONTH_ALONE}个月"
    rf"|(?:(?:1[0-2]|0?[1-9])月?{_TO})?{_MONTH_ALONE}月(?:份|末|底)?)",
    re.IGNORECASE,
)

_FORMS = tuple(
    re.compile(f"{_BEFORE}(?:{form}){_AFTER}", re.IGNORECASE)
    for form in (
        # From one month of a year to another: 2026年1-10月, 2026年前10个月, 2026年前三季度, 202601-202610.
        rf"{_Y}\s*年?(?P<f>1[0-2]|0?[1-9])\s*月?{_TO}{_M}\s*月(?:份|末|底)?",
        rf"{_Y}\s*年\s*(?P<so>前)\s*{_M}\s*个月",
        rf"{_Y}\s*年\s*前(?P<qn>[二三23])个?季度?",
        rf"{_Y}\s*年?[-./]?(?P<f>0[1-9]|1[0-2]){_TO}(?P=y)[-./]?(?P<m>0[1-9]|1[0-2])",
        rf"{_Y}\s*[年\-./]\s*(?P<f>1[0-2]|0?[1-9])\s*月?{_TO}(?P=y)\s*[年\-./]\s*{_M}\s*月?(?:份|末|底)?",
        rf"(?P<fw>{'|'.join(_MONTHS)})\.?{_TO}{_WORD}[\s\-_,']*{_Y}",
        # A quarter: 2026Q3, 2026年三季度, 2026年第3季度, 3Q26, 26Q3, Q3 2026, FY26 Q3.
        rf"{_Y}\s*[年\-_./]?\s*(?:Q(?P<q>[1-4])|第?(?P<qz>[1-4一二三四])季度?)",
        rf"(?P<q>[1-4])Q[\s\-_']*{_FY}{_YY}",
        rf"(?<![A-Za-z])Q(?P<q>[1-4])[\s\-_/,']*{_FY}{_YY}",
        r"(?P<y>2\d)Q(?P<q>[1-4])",
        rf"{_FISCAL}{_YY}[\s\-_/,']*Q(?P<q>[1-4])",
        # A half-year: 2026H1, 2026年上半年, 1H26, H1 2026.
        rf"{_Y}\s*[年\-_./]?\s*(?:H(?P<h>[12])|(?P<hz>[上下])半年)",
        rf"(?P<h>[12])H[\s\-_']*{_FY}{_YY}",
        rf"(?<![A-Za-z])H(?P<h>[12])[\s\-_/,']*{_FY}{_YY}",
        r"(?P<y>2\d)H(?P<h>[12])",
        rf"{_FISCAL}{_YY}[\s\-_/,']*H(?P<h>[12])",
        # A day counts for its month: 2026年10月31日, 2026-10-31, 20261031, 31 October 2026, October 31, 2026.
        rf"{_Y}\s*年\s*{_M}\s*月\s*{_D}\s*[日号]",
        rf"{_Y}(?P<by>[\-_./]){_M}(?P=by){_D}",
        rf"{_Y}(?P<m>0[1-9]|1[0-2])(?:3[01]|[12]\d|0[1-9])",
        rf"(?:{_D}(?:st|nd|rd|th)?[\s\-]+)?(?<![A-Za-z]){_WORD}[\s\-_,']*{_Y}",
        rf"(?<![A-Za-z]){_WORD}\s+{_D}(?:st|nd|rd|th)?,?\s+{_Y}",
        # A day with the year last, where day and month can't be the other way round: 09/30/2026, 30.09.2026.
        rf"{_M}(?P<by>[/.-])(?:1[3-9]|2\d|3[01])(?P=by){_Y}",
        rf"(?:1[3-9]|2\d|3[01])(?P<by>[/.-]){_M}(?P=by){_Y}",
        # A month: 2026年10月, 26年10月, 2026-10, 2026M10, 202610; 2026年10 only where no word follows that it counts.
        rf"{_Y}\s*年\s*{_M}(?:\s*月(?:份|末|底)?|(?![^\W\d_])(?!\s*月))",
        rf"(?<!\d)(?P<y>2\d)\s*年\s*{_M}\s*月(?:份|末|底)?(?!\s*\d)",
        rf"{_Y}\s*[\-_./]\s*{_M}(?:\s*月(?:份|末|底)?)?",
        rf"{_Y}M{_M}",
        rf"{_Y}(?P<m>0[1-9]|1[0-2])(?:月(?:份|末|底)?)?",
        # A year: 2026, 2026年, 2026年度, FY2026, FY26.
        rf"{_FISCAL}{_YY}",
        rf"{_Y}(?:FY|\s*年(?:年度|年末|[度末底])?(?!\s*前?\s*\d)|(?![\-_./QHM年]\d)(?!年))",
    )
)
_LONE_MONTH = re.compile(
    rf"(?<![\d.年/-])(?:(?:1[0-2]|0?[1-9])\s*月?{_TO})?(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\s*月"
    r"(?!均|龄|期)(?:份|末|底|\s*(?:3[01]|[12]\d|0?[1-9])\s*[日号])?"
)
_WORDS_TOO = {"may", "mar", "march"}  # which mean something else as well
_LONE_WORD = re.compile(
    rf"(?<![A-Za-z])(?P<w>{'|'.join(sorted(_MONTHS.keys() - _WORDS_TOO, key=len, reverse=True))})(?![A-Za-z])",
    re.IGNORECASE,
)
_WHOLE_YEAR = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:\s*年(?:年度|年末|年终|[度末底终])|FY)|(?:FY|CY|财年)[\s\-_']*(?:19|20)?\d\d(?!\d)",
    re.IGNORECASE,
)
_DRESS = re.compile(
    r"(?:数据|统计|报告|业务)?(?:日期|期间|时点)?[:：]?\s*(?:截[至止]|as of|as at|period|at|ytd)?[\s:：]*"
    r"(?P<body>.*?)\s*(?:末|底|止|累计|ytd|\(末\))?$",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, order=True)
class Period:
    """A reporting period; ordered by its end, then by its text.

    observed: how many months the text says its figures run over: ten in ``2026年1-10月``, which is 2026-10; else None.
    """

    end: dt.date
    text: str
    observed: int | None = field(default=None, compare=False)

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period that the whole text writes, in any of the forms above; UsageError otherwise."""
        plain = _plain(text).strip()
        dressed = _DRESS.match(plain)
        body = dressed["body"] if dressed else plain
        for found in _matches(body):
            if found.group().strip() == body.strip():
                return cls._of(found.groupdict())
        raise UsageError("common.no_period", text=text)

    @classmethod
    def parse_within(cls, text: str, year: int) -> Period:
        """The period that the whole text writes, one without a year, such as 三季度 or 1-9月, being of that one."""
        plain = _plain(text).strip()
        if plain.casefold().rstrip(".") in _MONTHS:
            return cls.parse(f"{plain} {year}")
        return cls.parse(f"{year}年{plain}" if _WITHOUT_YEAR.fullmatch(plain) else plain)

    @classmethod
    def find(cls, text: str) -> Period | None:
        """The period in a file's or sheet's name or a title, in its most telling form; None where there is none."""
        return next((cls._of(found.groupdict()) for found in _matches(_plain(text))), None)

    @staticmethod
    def month_in(text: str) -> tuple[int, str] | None:
        """The month that a text says without a year (10月, 1-10月, Oct), and its words; None for none or several."""
        plain = _plain(text)
        if next(_matches(plain), None) and not _of_years_only(plain):
            return None
        found = {_lone(one): one[0] for form in (_LONE_MONTH, _LONE_WORD) for one in form.finditer(plain)}
        return next(iter(found.items())) if len(found) == 1 else None

    @staticmethod
    def plain(text: str) -> str:
        """The text as periods are looked for in it."""
        return _plain(text)

    @staticmethod
    def spans(plain: str) -> list[tuple[int, int]]:
        """Where periods stand in a plain text, each with all that belongs to it, from left to right."""
        spans: list[tuple[int, int]] = []
        for found in sorted((match.span() for match in _matches(plain)), key=lambda one: (one[0], -one[1])):
            if not spans or found[0] >= spans[-1][1]:
                spans.append(found)
        return spans

    @staticmethod
    def is_of_a_year(text: str) -> bool:
        """Whether a year is written as the period of figures: 2025年度, FY2025; not 2025, which may be any."""
        return _WHOLE_YEAR.search(_plain(text)) is not None

    @staticmethod
    def left_out(text: str) -> str:
        """The text without the period it names: 北京分行 of ``北京分行_2026-10``; as it is where nothing is left."""
        plain = _plain(text)
        found = next(_matches(plain), None)
        rest = plain if found is None else plain[: found.start()] + plain[found.end() :]
        return rest.strip(" _-–—.·()[]") or text

    @classmethod
    def of_month(cls, day: dt.date) -> Period:
        """The month a day lies in."""
        return cls._ending(day.year, day.month, f"{day.year:04d}-{day.month:02d}")

    @classmethod
    def _ending(cls, year: int, month: int, text: str, observed: int | None = None) -> Period:
        return cls(dt.date(year, month, calendar.monthrange(year, month)[1]), text, observed)

    @classmethod
    def _of(cls, parts: Mapping[str, str | None]) -> Period:
        year = _year(parts["y"] or "")
        if quarters := parts.get("qn"):
            month = 3 * _number(quarters)
            return cls._ending(year, month, f"{year}-{month:02d}", month)
        if quarter := parts.get("q") or parts.get("qz"):
            return cls._ending(year, 3 * _number(quarter), f"{year}Q{_number(quarter)}")
        if half := parts.get("h") or parts.get("hz"):
            return cls._ending(year, 6 * _number(half), f"{year}H{_number(half)}")
        month = _month(parts.get("m"), parts.get("w"))
        if not month:
            return cls._ending(year, 12, str(year))
        first = 1 if parts.get("so") else _month(parts.get("f"), parts.get("fw"))
        return cls._ending(year, month, f"{year}-{month:02d}", month - first + 1 if first else None)

    @property
    def kind(self) -> str:
        """month, quarter, half or year."""
        return _KINDS.get(self.text[4:5], "year")

    @property
    def months(self) -> int:
        """How many months it has: 1, 3, 6 or 12."""
        return _LENGTHS[self.kind]

    def holds(self, other: Period) -> bool:
        """Whether the other period lies in this one, as a month in its year."""
        last = self.end.year * 12 + self.end.month
        end = other.end.year * 12 + other.end.month
        return last - self.months <= end - other.months and end <= last

    def __str__(self) -> str:
        """The canonical text."""
        return self.text


def _plain(text: str) -> str:
    """Half-width, one kind of dash, Chinese years and months in digits, 民國115年 as 2026年."""
    plain = re.sub(r"[‐-―−~～〜]", "-", unicodedata.normalize("NFKC", text))
    plain = _CHINESE_YEAR.sub(lambda found: found[0].replace("二", "2", 1).translate(_DIGITS), plain)
    plain = _YEAR_OF_THE_REPUBLIC.sub(lambda found: f"{int(found[1]) + 1911}年", plain)
    return _CHINESE_MONTH.sub(lambda found: str(_chinese_month(found[0])), plain)


def _chinese_month(text: str) -> int:
    return int(text.replace("十", "1" if len(text) > 1 else "10").translate(_DIGITS))


def _matches(text: str) -> Iterator[re.Match[str]]:
    """What the forms find, the most telling form first. A range that runs backwards is none."""
    for form in _FORMS:
        for found in form.finditer(text):
            parts = found.groupdict()
            first = _month(parts.get("f"), parts.get("fw"))
            if first <= (_month(parts.get("m"), parts.get("w")) or 12):
                yield found


def _of_years_only(plain: str) -> bool:
    """Whether what a text names of periods are years."""
    return all(Period._of(found.groupdict()).kind == "year" for found in _matches(plain))


def _lone(found: re.Match[str]) -> int:
    parts = found.groupdict()
    if word := parts.get("w"):
        return _MONTHS[word.lower()]
    digits = parts["m"] or ""
    return int(digits) if digits.isascii() else _chinese_month(digits)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month(digits: str | None, word: str | None) -> int:
    return int(digits) if digits else _MONTHS[word.lower().rstrip(".")] if word else 0


def _number(text: str) -> int:
    return _CHINESE.get(text) or int(text)
