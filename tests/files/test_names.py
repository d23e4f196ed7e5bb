"""Names made from data: safe wherever they are written, distinct, and in a template's places."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninegrid.files.names import MOST_BYTES, filled, filled_each, numbered, places_in, safe_name
from ninegrid.model.errors import UsageError

LETTERS = st.characters(exclude_categories=["Cs"])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("深圳分行", "深圳分行"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\windows", "C__windows"),
        ('a<b>c"d|e?f*g', "a_b_c_d_e_f_g"),
        ("..", "_"),
        ("", "_"),
        (" 上海 分行. . ", "上海 分行"),
        (".hidden", "hidden"),
        ("a\x00b\nc\x7f", "a_b_c_"),
        ("txt\u202exslx", "txt_xslx"),
        ("\ud800", "_"),
        ("a\ufffeb\uffff", "a_b_"),
        ("\ufdd0\U0001fffe", "__"),
        ("\u05d0\u05d1\u200f\u2067c", "\u05d0\u05d1__c"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("nul ", "_nul"),
        ("COM1", "_COM1"),
        ("lpt²", "_lpt²"),
        ("COMMON", "COMMON"),
        ("-rf", "_-rf"),
        ("~$分行", "_~$分行"),
        ("e\u0301", "é"),
    ],
)
def test_a_name_is_one_harmless_step(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_a_long_name_is_cut_between_letters() -> None:
    name = safe_name("行" * 100)
    assert name == "行" * 85
    assert safe_name("a" * 9 + ". b", 11) == "a" * 9  # no dot or space at the end after the cut


@given(st.text(LETTERS, max_size=300))
def test_whatever_the_text_the_name_is_safe(text: str) -> None:
    name = safe_name(text)
    assert 0 < len(name.encode()) <= MOST_BYTES
    assert name == safe_name(name)
    assert not set(name) & set('<>:"/\\|?*\0')
    assert name.strip(" .") == name


def test_names_that_a_file_system_takes_for_the_same_are_numbered() -> None:
    same = ["a/b", "a:b", "A_B", "ａ_b", "é", "e\u0301"]
    names = numbered(same)
    assert list(names.values()) == ["a_b", "a_b (2)", "A_B (3)", "ａ_b (4)", "é", "é (2)"]


def test_a_number_is_not_given_twice() -> None:
    assert list(numbered(["x (2)", "x/", "x_", "X_"]).values()) == ["x (2)", "x_", "x_ (2)", "X_ (3)"]


@given(st.lists(st.text(LETTERS, max_size=4), unique=True, max_size=8), st.integers(8, 20))
def test_numbered_names_are_distinct_and_fit(texts: list[str], most: int) -> None:
    names = numbered(texts, most)
    assert list(names) == texts
    assert len({name.casefold() for name in names.values()}) == len(texts)
    assert all(len(name.encode()) <= most for name in names.values())


def test_places_are_filled_step_by_step() -> None:
    path = filled("out/{unit}/{unit}_{period}.xlsx", unit="../深圳", period="2026-10")
    assert path == Path("out/_深圳/_深圳_2026-10.xlsx")
    assert filled("../{period}.xlsx", period="2026Q3") == Path("../2026Q3.xlsx")
    assert filled("/a/{{b}}.xlsx") == Path("/a/{b}.xlsx")


def test_a_step_that_becomes_a_device_is_none() -> None:
    assert filled("C{unit}.xlsx", unit="ON") == Path("_CON.xlsx")


def test_too_long_a_step_keeps_its_ending() -> None:
    name = filled("{unit}_{period}.xlsx", unit="行" * 90, period="2026-10").name
    assert len(name.encode()) <= MOST_BYTES
    assert name.endswith("_2026-10.xlsx")


@pytest.mark.parametrize("template", ["{branche}.xlsx", "{unit.x}.xlsx", "{unit!r}.xlsx", "{unit:>9}.xlsx", "{}.xlsx"])
def test_an_unknown_place_is_named_with_the_known_ones(template: str) -> None:
    with pytest.raises(UsageError, match="unknown place") as caught:
        filled(template, unit="x", period="2026-10")
    assert "{unit}, {period}" in caught.value.hint


@pytest.mark.parametrize("template", ["{unit.xlsx", "unit}.xlsx"])
def test_braces_have_to_match(template: str) -> None:
    with pytest.raises(UsageError, match="don't match"):
        filled(template, unit="x")


def test_each_value_gets_a_path_of_its_own() -> None:
    values = ["行" * 100, "行" * 100 + "二", "a/b", "A:B"]
    paths = filled_each("o/{branch}/{unit}_{period}.xlsx", ["unit", "branch"], values, period="2026-10")
    assert list(paths) == values
    assert len({str(path).casefold() for path in paths.values()}) == len(values)
    assert all(len(step.encode()) <= MOST_BYTES for path in paths.values() for step in path.parts)
    assert paths["A:B"] == Path("o/A_B (2)/A_B (2)_2026-10.xlsx")


def test_a_template_without_the_place_would_write_one_file() -> None:
    with pytest.raises(UsageError, match="same file"):
        filled_each("o/{period}.xlsx", ["unit", "branch"], ["a", "b"], period="2026-10")


def test_the_places_of_a_template() -> None:
    assert places_in("{unit}/{unit}_{period}.xlsx") == ("unit", "period")
