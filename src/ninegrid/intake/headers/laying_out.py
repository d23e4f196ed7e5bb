"""From the relation that was chosen to a layout: its fields, what else the sheet holds beside, what is set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ninegrid.intake.headers.candidate import Candidate
from ninegrid.intake.headers.group_periods import period_groups
from ninegrid.intake.headers.header_cells import group_texts, groups_above, header_cells, header_texts
from ninegrid.intake.headers.layout import Aside, Layout
from ninegrid.intake.headers.rivals import block_of, of_measures
from ninegrid.intake.headers.row_texts import Head, text_at
from ninegrid.intake.headers.units_around import (
    refuse_unit_columns,
    scales_above,
    unit_row,
    units_above,
    with_scales_above,
    with_units_above,
)
from ninegrid.intake.places import cell_name
from ninegrid.intake.values.units import unit_lines
from ninegrid.messages import Message


def layout_of(head: Head, chosen: Candidate, others: list[Candidate], place: str) -> Layout:
    """How to read a sheet whose relation was chosen. others: what the same rows say as other relations.

    Raises InputError when two columns claim the same column that a row can't do without.
    """
    above = head[: chosen.first - 1]
    line = unit_lines([text for row in above for text in row if text])
    over = units_above(above[-1] if above else [])
    notices: list[Message] = []
    below = head[chosen.last :]
    block, rivals = block_of(chosen, line, place, notices, below)
    blocks = [with_units_above(block, chosen, over)]
    if chosen.measures:
        at = chosen.measures.whose[0] if chosen.measures.whose else 0
        whose = text_at(head[chosen.last - 1], at) or text_at(head[chosen.first - 1], at) or ""
        blocks = list(of_measures(blocks[0], chosen.measures, line, whose))
    taken = {f.index for block in blocks for f in block.fields}
    for other in sorted(others, key=lambda c: -len({name for name, _ in c.wide})):
        extra = _free_years(other, taken, chosen.aside)
        if extra and extra.by_year:
            block, _ = block_of(extra, line, place, notices, below)
            taken |= {f.index for f in block.fields if f.year is not None}
            blocks.append(block)
        elif beside := _beside(other, taken):
            block, _ = block_of(beside, line, place, notices, below)
            taken |= {f.index for f in block.items}
            blocks.append(block)
    used = {f.index for block in blocks for f in block.fields}
    read = {cell_name(index, chosen.last) for index in used}
    notices = [n for n in notices if n.code != "intake.preferred" or n.values["there"] not in read]
    headers = header_texts(head, chosen.first - 1, chosen.last - 1)
    ignored = {i: " ".join(texts) for i, texts in headers.items() if i not in used}
    refuse_unit_columns(blocks, ignored, below, chosen.last, place)
    declared = scales_above(chosen.relation, above)
    return Layout(
        chosen.first,
        chosen.last + unit_row(head, chosen.last),
        tuple(with_scales_above(block, headers, declared) for block in blocks),
        headers,
        tuple(text.strip() for row in head[: chosen.first - 1] for text in row if text and text.strip()),
        ignored,
        tuple(notices),
        groups_over(head, chosen, headers),
        {i: rivals.get(i) or chosen.aside.get(i) or Aside() for i, texts in headers.items() if i not in used},
        period_groups(header_cells(head, chosen.first - 1, chosen.last - 1), groups_above(head, chosen.last - 1)),
    )


def groups_over(head: Head, chosen: Candidate, headers: Mapping[int, tuple[str, ...]]) -> dict[int, str]:
    """The text of the upper header rows over each column, carried right over the empty cells of a merged group."""
    found = group_texts(head, chosen.first - 1, chosen.last - 1)
    return {index: group for index, group in found.items() if index in headers}


def _free_years(candidate: Candidate, taken: set[int], aside: Mapping[int, Aside]) -> Candidate | None:
    """The candidate without the year columns that another relation took, and without its one-year columns.

    aside: what the chosen relation set aside; what it knows as an earlier year of a figure of its own, by the same
    words, is no other figure of that year.
    """
    own = {i: near[0].meaning for i, why in aside.items() if why.reason == "COMPARISON" and (near := why.nearest)}
    wide = {
        k: free
        for k, cells in candidate.wide.items()
        if (free := tuple(c for c in cells if c[0] not in taken and own.get(c[0], k[0]) == k[0]))
    }
    if not wide:
        return None
    keep = {k: v for k, v in candidate.narrow.items() if k in candidate.relation.key}
    return Candidate(candidate.vocabulary, candidate.first, candidate.last, keep, wide)


def _beside(candidate: Candidate, taken: set[int]) -> Candidate | None:
    """The candidate as what a sheet of another relation holds besides: its key, and its items by those who rate."""
    items = tuple(item for item in candidate.items if item.index not in taken)
    parent = candidate.relation.parent
    if not candidate.spared or not items or parent is None or parent[1] not in candidate.narrow:
        return None
    found = replace(candidate, narrow={parent[1]: candidate.narrow[parent[1]]}, wide={}, items=items)
    return None if found.missing else found
