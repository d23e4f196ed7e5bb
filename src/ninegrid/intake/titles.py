"""What the cells above a header say of the time the figures are of, and not of the day the file was made."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from functools import cache

from ninegrid import resources
from ninegrid.model.errors import UsageError
from ninegrid.model.period import Period

_SERIAL = re.compile(r"(?:3[6-9]|4\d|5\d|6\d)\d{3}(?:\.\d+)?")  # a day as a workbook counts it, from 1998 on
_SAID = re.compile(r"[:：]\s*\S")  # a label that has its value in its own cell
_JOINING = re.compile(r"(?<!\d)_|_(?!\d)")  # of words in a name, and not of a date's parts
_DAY = re.compile(r"(?<!\d)(?:((?:19|20)\d\d)(\d\d)(\d\d)|((?:19|20)\d\d)\s?\D\s?(\d{1,2})\s?\D\s?(\d{1,2}))(?!\d)")
_EPOCH = dt.date(1899, 12, 30)
_CLOCK = re.compile(r"\s*T?\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?\s*(?:[ap]m)?", re.IGNORECASE)


def period_above(titles: Sequence[str]) -> Period | None:
    """The period that the cells above a header name; None where none of them does."""
    return Period.find(" ".join(filter(_is_dated, statements(titles))))


def year_above(titles: Sequence[str]) -> int | None:
    """The one year that stands above a header, beside no word that says when something else began; None for none."""
    texts = [text for text in statements(titles) if not _says(text, "no_period") and not _says(text, "made_on")]
    years = {period.end.year for text in texts if (period := Period.find(text)) is not None}
    return next(iter(years)) if len(years) == 1 else None


def statements(titles: Sequence[str]) -> Iterator[str]:
    """The cells' texts, a bare date behind the label beside it, without the days on which the file was made."""
    before = ""
    for title in titles:
        value = _day_of(title) if before and (_says(before, "dated") or _says(before, "made_on")) else title
        yield without_made_on(f"{before} {value}" if before and _is_bare(value) else value)
        before = "" if _is_bare(value) or _SAID.search(title) else title


def without_made_on(text: str) -> str:
    """The text without the days on which something was printed, exported or run, and the words that say so."""
    plain = _CLOCK.sub("", Period.plain(text))
    spans = Period.spans(plain)
    cut: list[tuple[int, int]] = []
    for word in _words()["made_on"].finditer(plain.casefold()):
        behind = next((s for s in spans if s[0] >= word.end() and _links(plain[word.end() : s[0]])), None)
        ahead = next((s for s in spans if s[1] <= word.start() and not plain[s[1] : word.start()].strip("( （")), None)
        if behind:
            cut.append((word.start(), behind[1]))
        elif ahead:
            cut.append((ahead[0], word.end()))
    for start, end in sorted(cut, reverse=True):
        plain = plain[:start] + " " + plain[end:]
    return plain


def without_export_day(name: str) -> str:
    """A file's or sheet's name without the day on which it was exported: 客户 of 客户_20261105导出.

    A month (导出_202610) and a month's last day are what the figures are of.
    """
    plain = Period.plain(_JOINING.sub(" ", name))
    left = without_made_on(plain)
    if left == plain:
        return name
    day = next((found for found in _DAY.finditer(plain) if found[0] not in left), None)
    return name if day is None or _is_months_end(day) else left


def _is_months_end(day: re.Match[str]) -> bool:
    year, month, own = (int(part) for part in day.groups() if part)
    try:
        return (dt.date(year, month, own) + dt.timedelta(1)).day == 1
    except ValueError:
        return False


def _links(between: str) -> bool:
    """Whether nothing but a word for time stands between what was done and the day: 打印 *日期：* 2026-11-05."""
    return _words()["made_when"].sub("", between.casefold()).strip(" :：-()（）") == ""


def _day_of(title: str) -> str:
    """A day as it is counted in workbooks, written out; other texts as they are."""
    return str(_EPOCH + dt.timedelta(int(float(title)))) if _SERIAL.fullmatch(title.strip()) else title


def _is_bare(text: str) -> bool:
    """Whether a text is a date or a period and nothing else."""
    try:
        Period.parse(_CLOCK.sub("", text))
    except UsageError:
        return False
    return True


def _is_dated(title: str) -> bool:
    """Whether a title tells the figures' period: not when the file was made, nor when something else began.

    A year counts where it is written as a period (2025年度, FY2025), called a date, or beside what the table holds.
    """
    period = Period.find(title)
    if period is None or (_says(title, "made_on") and not _says(title, "dated")):
        return False
    if period.kind != "year" or _says(title, "dated"):
        return True
    return not _says(title, "no_period") and (Period.is_of_a_year(title) or _says(title, "year_of"))


def _says(title: str, kind: str) -> bool:
    """Whether a title has one of the vocabulary's words of a kind."""
    return _words()[kind].search(title.casefold()) is not None


@cache
def _words() -> dict[str, re.Pattern[str]]:
    """Each kind of words as one pattern; English ones stand as whole words."""
    vocabulary = resources.vocabulary("periods")
    by = "|".join(map(re.escape, vocabulary["made_by"]))
    ends = {kind: rf"(?!{by})" if kind == "made_on" else "" for kind in vocabulary}
    return {
        kind: re.compile("|".join(rf"(?<![a-z]){re.escape(word)}(?![a-z]){ends[kind]}" for word in words))
        for kind, words in vocabulary.items()
    }
