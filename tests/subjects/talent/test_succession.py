"""Critical posts and who may follow."""

import polars as pl

from ninegrid.subjects.talent.succession import succession

SCHEMA = {"employee_id": pl.String, "critical_post": pl.String, "successor_for": pl.String, "tier": pl.String}
ROSTER = [
    ("e1", "财务总监", None, "1"),
    ("e2", "销售总监", "财务总监", "2"),
    ("e3", None, "财务总监；销售总监", "3"),
    ("e4", None, "销售总监、 法务总监", None),
    ("e5", "技术总监", "技术总监", "1"),
    ("e6", "技术总监 ", "", "2"),
]


def frame(rows: list[tuple[str, str | None, str | None, str | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def test_posts_and_their_successors() -> None:
    posts = succession(frame(ROSTER), ["1", "2"]).posts.sort("holder_ids")
    assert posts.select("post", "holder_ids", "successor_ids", "ready_ids", "successors", "ready", "status").rows() == [
        ("法务总监", "", "e4", "", 1, 0, "NOT_HELD"),
        ("财务总监", "e1", "e2; e3", "e2", 2, 1, "READY"),
        ("销售总监", "e2", "e3; e4", "", 2, 0, "NOT_READY"),
        ("技术总监", "e5; e6", "", "", 0, 0, "NO_SUCCESSOR"),
    ]


def test_the_bench_in_three_definitions() -> None:
    measures = succession(frame(ROSTER), ["1", "2"]).measures
    assert measures.rows() == [
        ("coverage", 2 / 3, 2, 3),
        ("ready_now_coverage", 1 / 3, 1, 3),
        ("depth", 4 / 3, 4, 3),
    ]


def test_without_critical_posts_there_is_nothing_to_measure() -> None:
    got = succession(frame([("e1", None, None, "1")]), ["1"])
    assert got.posts.is_empty()
    assert got.measures["value"].to_list() == [None, None, None]
