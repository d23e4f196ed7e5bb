"""Titles of sheets that are made of data."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ninegrid.report.kit.sheet_titles import sheet_titles


def test_equal_names_are_numbered_and_what_excel_forbids_is_left_out() -> None:
    assert sheet_titles(["一部", "一部", "a/b", "'"], taken=["A B"]) == ["一部", "一部 2", "a b 2", "-"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=6))
def test_excel_takes_every_title_and_no_two_are_alike(names: list[str]) -> None:
    titles = sheet_titles(names)
    assert len({title.casefold() for title in titles}) == len(names)
    assert all(0 < len(title) <= 31 and not set(title) & set("[]:*?/\\") and title[0] != "'" for title in titles)
