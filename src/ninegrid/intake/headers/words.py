"""The words of headers: one spelling for each, and the lists of dress, vetoes and bases (schemas/vocabulary)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.skeletons import spelt_out
from ninegrid.intake.headers.traditional import simplified
from ninegrid.intake.headers.word_lists import WordList, dropped, holds, is_latin, joined
from ninegrid.model.reading import Reason
from ninegrid.model.relations import Column

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_EDGE = re.compile(r"(?<=[a-z0-9])(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])(?=[a-z0-9])")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_LETTER = re.compile(r"[a-z]")
_VOWELLESS = re.compile(r"(?<![^ ])[a-z][b-df-hj-np-tv-z]{2,}(?![^ ])")  # clnt, incm: two consonants or more
_OWNED = re.compile(r"(?<=[A-Za-z])['’]s\b")
_COUNTED = re.compile(r"^\s*#\s*(?=[A-Za-z])")  # of things: # Products, but Customer #
_GRADES = re.compile(r"s?abc?d?e?f?|hml|lmh|12345?")
_PART_OF = re.compile(r"%\s*of\b", re.IGNORECASE)
NUMBERED = re.compile(r"(?<=[A-Za-z])\s*#\s*$")
_VETOES: tuple[Reason, ...] = ("COMPARISON", "TARGET", "RANK", "OTHER_BASIS")
_WORD = 2  # letters of a Chinese word, at least
_MOST = 64  # variants of one header


@lru_cache(maxsize=16384)
def spaced(text: str) -> str:
    """A header's words in lower case and half width: English ones apart, Chinese ones without a space between."""
    visible = text
    if not text.isascii():
        plain = unicodedata.normalize("NFKC", text)
        visible = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    visible = _PART_OF.sub(" share of ", visible)
    visible = NUMBERED.sub(" id", _COUNTED.sub("number of ", _OWNED.sub("", visible)))
    plain = simplified(_CAMEL.sub(" ", visible).casefold())
    if not plain.isascii():
        months, to_date = _from_january()
        plain = months.sub(to_date, plain)
    words = joined(_EDGE.sub(" ", re.sub(r"[\W_]+", " ", plain)))
    if not _LETTER.search(words):
        return words
    words = _VOWELLESS.sub(lambda found: spelt_out(found[0]), words)
    phrases, read_as = _phrases()
    return joined(phrases.sub(lambda found: read_as[found[0]], words))


@cache
def _from_january() -> tuple[re.Pattern[str], str]:
    """The months from January on, and the word for a flow of those."""
    bases = resources.vocabulary("bases")
    return re.compile(bases["from_january"]), bases["year_to_date"][0]


@lru_cache(maxsize=4096)
def of_some_months(text: str) -> bool:
    """Whether a header is of the months from January to another one than December: 2025年1-10月收入."""
    found = None if text.isascii() else _from_january()[0].search(unicodedata.normalize("NFKC", text))
    return found is not None and re.findall(r"\d+", found[0])[-1] != "12"


@cache
def _phrases() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """English words and phrases, and what they are read as: number of customers is a count, no customer's number."""
    read_as = {phrase: word for phrase, word in _same().items() if " " in phrase or " " in word}
    return re.compile(rf"(?<![^ ])(?:{_any_of(read_as)})(?![^ ])"), read_as


def _any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


@dataclass(frozen=True)
class Dress:
    """A word that changes nothing: for which columns or kinds of columns, none meaning any; of which relations."""

    word: str
    columns: frozenset[str]
    kinds: frozenset[str]
    barred: frozenset[str]
    relations: frozenset[str]

    @property
    def limited(self) -> bool:
        """Whether it changes nothing in some headers only."""
        return bool(self.columns or self.kinds or self.relations)

    def suits(self, column: Column, relation: str = "") -> bool:
        """Whether the word is dress in a header of a relation's column."""
        if self.relations and relation not in self.relations:
            return False
        named = column.name in self.columns or column.kind in self.kinds
        return (named or not (self.columns or self.kinds)) and column.name not in self.barred


@cache
def dress() -> Mapping[str, tuple[Dress, ...]]:
    """Every dress word, longest first, with where it is dress."""
    found: dict[str, list[Dress]] = {}
    for entry in resources.vocabulary("dress")["dress"]:
        limits = [frozenset(entry.get(key, ())) for key in ("columns", "kinds", "not", "relations")]
        for word in (form for one in entry["words"] for form in _spellings(spaced(one))):
            found.setdefault(word, []).append(Dress(word, *limits))
    return {word: tuple(found[word]) for word in sorted(found, key=lambda word: (-len(word), word))}


@cache
def _dress_words() -> WordList:
    return WordList(dress())


def _spellings(word: str) -> tuple[str, ...]:
    """A word and, of an English one, its abbreviations."""
    others: Mapping[str, list[str]] = resources.vocabulary("english")["same"]
    return (word, *(other for other in others.get(word, ()) if " " not in other))


@cache
def remarks() -> frozenset[str]:
    """What a bracket may hold besides: remarks and dress without limits."""
    words = {spaced(word) for word in resources.vocabulary("dress")["remarks"]["words"]}
    return frozenset(words | {word for word, uses in dress().items() if not all(use.limited for use in uses)})


@lru_cache(maxsize=4096)
def is_group(text: str) -> bool:
    """Whether a text is what a header may name as its group before its own words."""
    return any(rest in _groups() for rest, _ in undressed(spaced(text)))


@cache
def _groups() -> frozenset[str]:
    return frozenset(spaced(word) for word in resources.vocabulary("dress")["groups"]["words"])


@lru_cache(maxsize=4096)
def lists_choices(text: str) -> bool:
    """Whether spaced text is a list of a column's words, as a bracket may hold it: 高 中 低, 高中低, s a b c.

    Letters that aren't apart are one where they run as grades do: abcd, but not el, which is short for something.
    """
    words, longest = _choices()
    if text.isascii() and " " not in text:
        return _GRADES.fullmatch(text) is not None
    plain, found, at = text.replace(" ", ""), 0, 0
    while at < len(plain):
        size = next((n for n in range(longest, 0, -1) if plain[at : at + n] in words), 0)
        if not size:
            return False
        at, found = at + size, found + 1
    return found > 1


@cache
def _choices() -> tuple[frozenset[str], int]:
    words = frozenset(spaced(word) for word in resources.vocabulary("dress")["remarks"]["choices"])
    return words, max(map(len, words))


@cache
def not_needed() -> frozenset[str]:
    """Headers of columns that no grid needs."""
    return frozenset(spaced(word) for word in resources.vocabulary("not_needed")["words"])


@cache
def _basis_words(basis: str) -> WordList:
    """The words of a basis, `average` or `point`, longest first."""
    words = {form for word in resources.vocabulary("bases")[basis] for form in _spellings(spaced(word))}
    return WordList(sorted(words, key=lambda word: (-len(word), word)))


@cache
def _reasons() -> Mapping[str, Reason]:
    """Why each word vetoes, in the order in which they are asked."""
    pages = resources.vocabulary("vetoes")
    found: dict[str, Reason] = {}
    for reason in _VETOES:
        for word in pages[reason]["words"]:
            found.setdefault(spaced(word), reason)
    return found


@cache
def _veto_words() -> WordList:
    return WordList(_reasons())


@cache
def _longest_vetoes_first() -> WordList:
    return WordList(sorted(_reasons(), key=len, reverse=True))


@cache
def _sections() -> WordList:
    """Names of a form's sections with a word in them that would veto, longest first."""
    phrases = map(spaced, resources.vocabulary("vetoes")["phrases"])
    return WordList(sorted(phrases, key=len, reverse=True))


@cache
def _rates() -> tuple[str, ...]:
    return tuple(spaced(rate) for rate in resources.vocabulary("vetoes")["OTHER_BASIS"]["rates"])


@lru_cache(maxsize=16384)
def veto(text: str) -> Reason:
    """Why spaced text names another measure than the actual one; "" where it doesn't."""
    while phrase := _sections().first_in(text):
        text = dropped(text, phrase)
    word = _veto_words().first_in(text)
    return _reasons()[word] if word else ""


@lru_cache(maxsize=4096)
def is_part(text: str) -> bool:
    """Whether a text says of which time or on what basis a figure is, and names no figure: 上期, 日均."""
    words = spaced(text)
    return bool(words) and any(
        rest in dress() or not without_veto_words(without_basis(rest)[0]) for rest, _ in undressed(words)
    )


@lru_cache(maxsize=16384)
def without_veto_words(text: str) -> str:
    """Spaced text without what vetoes in it, and without the rates at its end."""
    while word := _longest_vetoes_first().first_in(text):
        text = dropped(text, word)
    for rate in _rates():
        text = text.removesuffix(rate).strip()
    return text


@lru_cache(maxsize=16384)
def undressed(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Spaced text without some of its dress, with the words that were dropped; the text itself first."""
    found: dict[str, frozenset[str]] = {text: frozenset()}
    there = _dress_words().held_by(text)
    waiting = [text] if there else []
    while waiting and len(found) < _MOST:
        one = waiting.pop(0)
        for word in there:
            if holds(one, word) and (rest := dropped(one, word)) and rest not in found:
                found[rest] = found[one] | {word}
                waiting.append(rest)
    return tuple(found.items())


def suits(words: Iterable[str], column: Column, relation: str = "") -> bool:
    """Whether dropped words are dress in a header of a relation's column."""
    return all(any(use.suits(column, relation) for use in dress()[word]) for word in words)


@lru_cache(maxsize=16384)
def bag(text: str) -> str:
    """English words as a key in which their order, plurals, abbreviations and repetitions don't matter."""
    same, ignored = _same(), resources.vocabulary("english")["ignored"]
    words = [word for word in text.split() if word not in ignored] or text.split()
    joined = " ".join(same.get(word, same.get(_singular(word), _singular(word))) for word in words)
    phrases, read_as = _phrases()  # of words that stood there as abbreviations: cust mgr
    return "+".join(sorted({*phrases.sub(lambda found: read_as[found[0]], joined).split()}))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@cache
def _same() -> Mapping[str, str]:
    pages: Mapping[str, list[str]] = resources.vocabulary("english")["same"]
    return {other: word for word, others in pages.items() for other in others}


@lru_cache(maxsize=16384)
def keys(text: str) -> tuple[str, ...]:
    """The keys that spaced text is looked up by: its letters, and of English words the bag."""
    letters = text.replace(" ", "")
    return (letters, bag(text)) if is_latin(text) else (letters,)


def turned(texts: Iterable[str]) -> Iterator[str]:
    """The keys of Chinese headers with their words the other way round: 授信已使用 is 已使用授信."""
    for text in texts:
        plain = spaced(text).replace(" ", "")
        if not plain.isascii() and _CHINESE.fullmatch(plain):
            for at in range(_WORD, len(plain) - 1):
                other = plain[at:] + plain[:at]
                yield other
                yield synonym(other)


def undated_words(texts: Iterable[str]) -> Iterator[str]:
    """English headers of days without the word itself, where two words or more are left: relationship start."""
    for text in map(spaced, texts):
        rest = text.removesuffix(" date").removeprefix("date ")
        if is_latin(text) and rest != text and " " in rest:
            yield rest


@lru_cache(maxsize=16384)
def synonym(text: str) -> str:
    """The key of spaced text with each Chinese word under the first of those that mean the same; "" without any.

    A word is not replaced where it is the whole text: 编码 alone doesn't say of what.
    """
    if is_latin(text):
        return ""
    plain = text.replace(" ", "")
    others, read_as, endings = _synonyms()
    if plain not in read_as:
        plain = others.sub(lambda found: read_as[found[0]], plain)
    for ending, word in endings.items():
        if plain.endswith(ending) and len(plain) > len(ending) and not plain.endswith(word):
            plain = plain.removesuffix(ending) + word
    return f"≈{plain}"


@cache
def _synonyms() -> tuple[re.Pattern[str], Mapping[str, str], Mapping[str, str]]:
    """Chinese words, what each is read as (a word that others are read as: as itself), and endings likewise."""
    pages = resources.vocabulary("chinese")
    read_as = {
        spaced(other).replace(" ", ""): spaced(word).replace(" ", "")
        for word, others in pages["same"].items()
        for other in (*others, word)
    }
    return re.compile(_any_of(read_as)), read_as, pages["endings"]


@lru_cache(maxsize=1024)
def of_part_of_year(text: str) -> bool:
    """Whether a header is of the average of a month or a quarter, beside which one of the year does better."""
    return _part_of_year().first_in(spaced(text)) is not None


@cache
def _part_of_year() -> WordList:
    return WordList(map(spaced, resources.vocabulary("bases")["part_of_year"]))


@lru_cache(maxsize=16384)
def without_basis(text: str) -> tuple[str, str]:
    """Spaced text without the words of a basis, and the basis: average, point or ""."""
    basis = ""
    for name in ("average", "point"):
        while word := _basis_words(name).first_in(text):
            text, basis = dropped(text, word), basis or name
    return text, basis


def all_keys(texts: Iterable[str]) -> Iterator[str]:
    """The keys of several spaced texts."""
    for text in texts:
        yield from keys(text)
