"""What is wrong with a canvas: the five mistakes E1 to E5, each at the cell of the item that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from ninegrid.canvases.blocks import BLOCKS, PERSONAL
from ninegrid.dataclass import dataclass
from ninegrid.policy.values.studies import CanvasRules

_LISTED = re.compile(r"[;；、,，/]")
_NO_LETTERS = re.compile(r"[\W_]+")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Mistake:
    """code: E1 to E5; case: of its sentence in the catalogue. row: where it shows; column: the cell there.

    values: what the sentence is filled in with; `block` is a block's key.
    """

    code: str
    case: str
    row: Row
    column: str
    values: Mapping[str, str]


def mistakes(rows: pl.DataFrame, rules: CanvasRules) -> list[Mistake]:
    """The mistakes of every canvas, canvas by canvas. rows: as `blocks.items` gives them."""
    found: list[Mistake] = []
    for _, canvas in rows.group_by("canvas_id", maintain_order=True):
        by_block: dict[str, list[Row]] = {block: [] for block in BLOCKS}
        for row in canvas.iter_rows(named=True):
            by_block[row["block"]].append(row)
        first = canvas.row(0, named=True)
        for check in (_told_as_value, _nobody_served, _too_many, _nothing_soft, _empty):
            found += check(by_block, first, rules)
    return found


def likeness(one: str, other: str) -> float:
    """The bigram Jaccard of two texts: pairs of letters that both have / pairs that either has.

    Signs and spaces don't count, nor does case. A text of one letter has it as its only pair.
    """
    first, second = _pairs(one), _pairs(other)
    either = first | second
    return len(first & second) / len(either) if either else 0.0


def _pairs(text: str) -> set[str]:
    letters = _plain(text)
    return {letters[at : at + 2] for at in range(len(letters) - 1)} or ({letters} if letters else set())


def _plain(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()


def _told_as_value(blocks: Mapping[str, Sequence[Row]], first: Row, rules: CanvasRules) -> Iterator[Mistake]:
    """E1: a value that says what an activity says, or that is for nobody."""
    for value in blocks["value_proposition"]:
        alike = [(likeness(value["item"], activity["item"]), activity["item"]) for activity in blocks["key_activities"]]
        most, activity = max(alike, default=(0.0, ""))
        if most >= rules.alike:
            said = {"item": value["item"], "activity": activity, "share": f"{most:.0%}"}
            yield Mistake("E1", "ALIKE", value, "item", said)
        if not (value["for_segment"] or "").strip():
            yield Mistake("E1", "FOR_NOBODY", value, "for_segment", {"item": value["item"]})


def _nobody_served(blocks: Mapping[str, Sequence[Row]], first: Row, rules: CanvasRules) -> Iterator[Mistake]:
    """E2: no customers, or a value for customers that are not among them."""
    if not blocks["customer_segments"]:
        yield Mistake("E2", "NOBODY", first, "block", {})
    known = {_plain(row["item"]) for row in blocks["customer_segments"]}
    for value in blocks["value_proposition"]:
        for name in filter(None, map(str.strip, _LISTED.split(value["for_segment"] or ""))):
            if _plain(name) not in known and _plain(value["for_segment"]) not in known:
                yield Mistake("E2", "NOT_THERE", value, "for_segment", {"item": value["item"], "segment": name})


def _too_many(blocks: Mapping[str, Sequence[Row]], first: Row, rules: CanvasRules) -> Iterator[Mistake]:
    """E3: more activities than matter."""
    activities = blocks["key_activities"]
    if len(activities) > rules.activities:
        said = {"n": str(len(activities)), "most": str(rules.activities)}
        yield Mistake("E3", "TOO_MANY", activities[rules.activities], "item", said)


def _nothing_soft(blocks: Mapping[str, Sequence[Row]], first: Row, rules: CanvasRules) -> Iterator[Mistake]:
    """E4: of a person, no soft income or no soft cost."""
    if first["kind"] != PERSONAL:
        return
    for block, words, case in (
        ("revenue_streams", rules.soft_income, "NO_SOFT_INCOME"),
        ("cost_structure", rules.soft_cost, "NO_SOFT_COST"),
    ):
        texts = [row["item"].casefold() for row in blocks[block]]
        if not any(word.casefold() in text for word in words for text in texts):
            yield Mistake("E4", case, blocks[block][0] if blocks[block] else first, "item", {})


def _empty(blocks: Mapping[str, Sequence[Row]], first: Row, rules: CanvasRules) -> Iterator[Mistake]:
    """E5: a block without an item."""
    for block, rows in blocks.items():
        if not rows:
            yield Mistake("E5", "EMPTY", first, "block", {"block": block})
