"""Competency gaps on a small company whose means can be checked by eye."""

import polars as pl
import pytest

from ninegrid.subjects.talent.review.competencies import competency_gap

# department, cell, score, required of each person, in fives.
FIVES = (("sales", "P3T3", 90.0, 80.0), ("sales", "P2T2", 70.0, 75.0), ("works", "P2T2", 60.0, None))


def company(*groups: tuple[str, str | None, float | None, float | None], size: int = 5) -> pl.DataFrame:
    rows = [(f"{g}-{i}", *group) for g, group in enumerate(groups) for i in range(size)]
    schema = {"employee_id": pl.String, "department": pl.String, "cell": pl.String}
    numbers = {"score": pl.Float64, "required": pl.Float64}
    return pl.DataFrame(rows, schema={**schema, **numbers}, orient="row")


def gaps(people: pl.DataFrame) -> pl.DataFrame:
    scores = people.select("employee_id", "score", "required", competency=pl.lit("沟通"))
    return competency_gap(people.select("employee_id", "department", "cell"), scores, "P3T3", 5)


def test_a_cell_against_the_stars_the_company_and_what_is_required() -> None:
    got = gaps(company(*FIVES))
    row = got.filter(pl.col("cell") == "P2T2").row(0, named=True)
    assert (row["scope"], row["scope_value"], row["n"], row["status"]) == ("company", "all", 10, "OK")
    assert (row["mean"], row["star_mean"], row["gap_to_star"]) == (65.0, 90.0, -25.0)
    assert row["company_mean"] == pytest.approx(220 / 3)
    assert (row["required_mean"], row["gap_to_required"]) == (75.0, -5.0)  # of those who have a requirement


def test_a_department_stands_without_a_cell() -> None:
    got = gaps(company(*FIVES)).filter(pl.col("scope") == "department")
    assert got.select("scope_value", "cell", "n", "mean", "gap_to_star", "required_mean").rows() == [
        ("sales", None, 10, 80.0, -10.0, 77.5),
        ("works", None, 5, 60.0, -30.0, None),
    ]


def test_the_unplaced_count_for_the_company_and_their_department_only() -> None:
    got = gaps(company(FIVES[0], ("works", None, 50.0, None)))
    assert got.select("scope", "scope_value", "cell", "n", "company_mean").rows() == [
        ("company", "all", "P3T3", 5, 70.0),
        ("department", "sales", None, 5, 70.0),
        ("department", "works", None, 5, 70.0),
    ]


def test_under_five_there_are_no_figures() -> None:
    got = gaps(
        pl.concat(
            [
                company(*FIVES),
                company(("lab", "P1T1", 10.0, 50.0), size=4).with_columns(employee_id="l" + pl.col("employee_id")),
            ]
        )
    )
    few = got.filter(pl.col("n") < 5)
    assert few.select("cell", "n", "mean", "star_mean", "gap_to_company", "status").rows() == [
        ("P1T1", 4, None, None, None, "TOO_FEW"),
        (None, 4, None, None, None, "TOO_FEW"),
    ]


def test_few_stars_are_no_measure() -> None:
    stars = company(("sales", "P3T3", 90.0, 80.0), size=4)
    rest = company(("works", "P2T2", 60.0, 70.0), ("works", "P2T2", 60.0, 70.0), ("lab", "P1T1", 50.0, 70.0))
    rest = rest.with_columns(employee_id="w" + pl.col("employee_id"))
    got = gaps(pl.concat([stars, rest]))
    row = got.filter(pl.col("cell") == "P2T2").row(0, named=True)
    assert (row["star_mean"], row["gap_to_star"], row["status"]) == (None, None, "OK")
    assert row["gap_to_company"] == pytest.approx(60 - 1210 / 19)
    # The stars' mean is what the company's leaves when the others are taken off: the smallest of them is hidden too.
    assert got.filter(pl.col("cell") == "P1T1").select("n", "mean", "status").row(0) == (5, None, "HIDDEN")


def test_without_a_score_a_person_does_not_count() -> None:
    got = gaps(company(FIVES[0], ("works", "P2T2", None, 70.0)))
    assert got["scope_value"].to_list() == ["all", "sales"]
