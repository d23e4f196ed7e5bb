"""A workbook's package opened, and searched for what must not be in it."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree


def text_of(path: Path) -> str:
    """Every part of the package with its name: as it stands and, where that differs, with XML's escapes undone."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}
    plain = [html.unescape(part) for part in parts.values() if "&" in part]
    return "\n".join([*parts, *parts.values(), *plain])


def found(text: str, strangers: Iterable[str], own: Iterable[str]) -> list[str]:
    """The strangers' names that stand in the text, other than within our own longer ones."""
    ours = frozenset(own)
    there = {name for name in set(strangers) - ours if name in text}
    longer = sorted((mine for mine in ours if any(name in mine for name in there)), key=len, reverse=True)
    rest = re.sub("|".join(map(re.escape, longer)), "\0", text) if longer else text
    return sorted(name for name in there if name in rest)


def ids_found(text: str, strangers: Iterable[str], own: Iterable[str]) -> list[str]:
    """The strangers' ids that stand in the text as words of their own, and not as some digits of a figure or colour."""
    words = {word.strip(".") for word in re.findall(r"[0-9A-Za-z.]+", text)}
    return sorted((set(strangers) - set(own)) & words)


def note_elements(xml: str) -> list[tuple[str, list[tuple[str, str]], str]]:
    """Every element of a part about notes with its attributes and text, apart from white space that means nothing."""
    return [(e.tag, sorted(_attributes(e)), e.text or "") for e in ElementTree.fromstring(xml).iter()]


def _attributes(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if not name.endswith("}space"):
            yield name, value.replace(" ", "") if name == "style" else value
