"""Rating scales in words: what a text declares, and what numbers alone settle."""

from __future__ import annotations

import polars as pl
import pytest

from ninegrid.intake.values.scales import by_values, scale_in, scale_of, scales_in_lines


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("1-5", (1, 5)), ("1–5分", (1, 5)), ("1至10分", (1, 10)), ("0~100", (0, 100)), ("满分5分", (1, 5)),
        ("满分100", (0, 100)), ("满分10", (0, 10)), ("百分制", (0, 100)), ("五分制", (1, 5)), ("10分制", (0, 10)),
        ("out of 5", (1, 5)), ("scale 1 to 7", (1, 7)), ("/5", (1, 5)), ("5-point scale", (1, 5)),
        ("２０-100分", (20, 100)),
    ],
)  # fmt: skip
def test_a_text_that_is_a_scale(text: str, ends: tuple[float, float]) -> None:
    found = scale_of(text)
    assert found is not None
    assert found.ends == ends


@pytest.mark.parametrize("text", ["1-12", "2-5", "2024-2026", "5-1分", "万元", "满分8", "1-10月", "5", ""])
def test_a_text_that_is_none(text: str) -> None:
    assert scale_of(text) is None


def test_a_header_names_its_scale_in_words_and_two_scales_are_none() -> None:
    question = scale_in("1-Metas: Em uma escala de 1 a 5, como você avalia?")
    assert question is not None
    assert question.ends == (1, 5)
    assert scale_in("收入(1-10)") is None
    assert scale_in("绩效满分100分，潜力满分5分") is None


@pytest.mark.parametrize("text", ["评分采用10分制（1-10分）", "1-10分，满分10分", "out of 10 (scale 1 to 10)"])
def test_a_range_beside_its_maximum_says_the_minimum(text: str) -> None:
    found = scale_in(text)
    assert found is not None
    assert found.ends == (1, 10)


def test_lines_speak_of_the_columns_that_they_name() -> None:
    columns = {"performance": ("绩效",), "potential": ("潜力",)}
    found = scales_in_lines(["绩效满分100分，潜力满分5分"], columns)
    assert {name: scale.ends for name, scale in found.items()} == {"performance": (0, 100), "potential": (1, 5)}
    assert {name: s.ends for name, s in scales_in_lines(["评分采用十分制"], columns).items()} == dict.fromkeys(
        columns, (0, 10)
    )
    assert list(scales_in_lines(["潜力按1-5分"], columns)) == ["potential"]
    assert scales_in_lines(["请于1月10日前反馈"], columns) == {}


@pytest.mark.parametrize(
    ("numbers", "ends"),
    [
        ([62.0, 88.5, 0.0], (0, 100)), ([3.0, 1.0, 2.0], (1, 3)), ([4.0, 5.0], None), ([6.0, 9.0], None),
        ([3.0, 4.0, 95.0], None), ([12.0, 20.0], None), ([90.0, 110.0], None), ([], None), ([-1.0, 80.0], None),
    ],
)  # fmt: skip
def test_values_settle_a_scale_where_one_reading_remains(
    numbers: list[float], ends: tuple[float, float] | None
) -> None:
    found = by_values(pl.Series(numbers, dtype=pl.Float64), "绩效")
    assert (found and found.ends) == ends
