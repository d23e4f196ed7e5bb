"""docs/design.md lists every room of the house in the order in which imports go down."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from ninegrid import pipeline
from ninegrid.cli.display import _STEPS
from ninegrid.messages.message import catalogue
from ninegrid.pipeline import RECIPE
from ninegrid.studies import steps as studies

ROOT = Path(__file__).parent.parent


def test_the_page_lists_every_room_from_the_top_floor_down() -> None:
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0][
        "layers"
    ]
    floors = [set(re.findall(r"\w+", layer)) for layer in layers]
    table = (ROOT / "docs" / "design.md").read_text("utf-8").partition("## Rooms")[2].partition("\n\nImports go")[0]
    listed = [name for row in re.findall(r"(?m)^\| (`.*?) \|", table) for name in re.findall(r"`(\w+)(?:/|\.py)`", row)]
    rooms = [name for name in listed if name != "__init__"]
    assert sorted(rooms) == sorted(name for floor in floors for name in floor)
    floor_of = [next(at for at, floor in enumerate(floors) if name in floor) for name in rooms]
    assert floor_of == sorted(floor_of)


def test_the_pages_and_the_terminal_name_every_step_in_order() -> None:
    steps = [step.__name__ for step in RECIPE]
    for page in (ROOT / "README.md", ROOT / "docs" / "design.md"):
        line = next(line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("read ─► "))
        assert re.findall(r"\w+", line) == steps, page.name
    assert re.findall(r"^    (\w+) {2,}", pipeline.__doc__ or "", re.MULTILINE) == steps
    assert set(catalogue("cli")) >= {f"step.{name}" for name in steps}
    assert {*steps, *(step.__name__ for step in studies.RECIPE)} == _STEPS


def test_the_steps_of_a_study_are_named_in_order() -> None:
    steps = [step.__name__ for step in studies.RECIPE]
    assert re.findall(r"^    (\w+) {2,}", studies.__doc__ or "", re.MULTILINE) == steps
    assert set(catalogue("cli")) >= {f"step.{name}" for name in steps}


def test_each_promise_of_the_page_on_security_names_tests_that_are_there() -> None:
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    rows = [row.split(" | ") for row in page.splitlines() if row.startswith("| ") and not row.startswith("| Promise")]
    assert len(rows) > 20
    for promise, _, tested in rows:
        named = re.findall(r"`([^`]+)`", tested)
        assert named, promise
        assert not [name for name in named if not (ROOT / name).exists()], promise
