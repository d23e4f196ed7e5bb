"""Critical posts and who may follow."""

import polars as pl

from ninegrid.subjects.talent.review.succession import succession

SCHEMA = {"employee_id": pl.String, "critical_post": pl.String, "successor_for": pl.String, "readiness": pl.String}
ROSTER = [
    ("e1", "财务总监", None, "READY"),
    ("e2", "销售总监", "财务总监", "READY"),
    ("e3", None, "财务总监；销售总监", "ONE_TO_TWO_YEARS"),
    ("e4", None, "销售总监、 法务总监", None),
    ("e5", "技术总监", "技术总监", "READY"),
    ("e6", "技术总监 ", "", "READY"),
]


def frame(rows: list[tuple[str, str | None, str | None, str | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def test_posts_and_their_successors() -> None:
    posts = succession(frame(ROSTER)).posts.sort("holder_ids")
    told = ("post", "holder_ids", "successor_ids", "ready_ids", "later_ids", "successors", "ready", "later", "status")
    assert posts.select(told).rows() == [
        ("法务总监", "", "e4", "", "", 1, 0, 0, "NOT_HELD"),
        ("财务总监", "e1", "e2; e3", "e2", "e3", 2, 1, 1, "READY"),
        ("销售总监", "e2", "e3; e4", "", "e3", 2, 0, 1, "NOT_READY"),
        ("技术总监", "e5; e6", "", "", "", 0, 0, 0, "NO_SUCCESSOR"),
    ]


def test_a_post_held_by_one_with_nobody_ready_is_a_single_point_of_failure() -> None:
    posts = succession(frame(ROSTER)).posts
    assert posts.filter("single_point")["post"].to_list() == ["销售总监"]


def test_the_bench_in_three_definitions() -> None:
    measures = succession(frame(ROSTER)).measures
    assert measures.rows() == [
        ("coverage", 2 / 3, 2, 3),
        ("ready_now_coverage", 1 / 3, 1, 3),
        ("depth", 4 / 3, 4, 3),
    ]


def test_without_critical_posts_there_is_nothing_to_measure() -> None:
    got = succession(frame([("e1", None, None, "READY")]))
    assert got.posts.is_empty()
    assert got.measures["value"].to_list() == [None, None, None]
