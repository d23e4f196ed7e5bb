"""TOML of anybody's: what Python's own parser fails at, and numbers that are none, are refused in every such file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ninegrid.campaigns.elements import from_toml
from ninegrid.intake.maps import read_map
from ninegrid.jobs import load_job
from ninegrid.model.errors import GradeError
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import relations

READERS: dict[str, Callable[[Path], object]] = {
    "policy": lambda path: policy_for("customers", path),
    "job": load_job,
    "map": lambda path: read_map(str(path), relations("customers")),
    "campaign": lambda path: from_toml(path.read_text("utf-8"), path.name, policy_for("customers"), ()),
}
NO_TOML = {
    "lists": "a = " + "[" * 3000 + "]" * 3000,
    "tables": "a = " + "{a = " * 3000 + "1" + "}" * 3000,
    "deep": f"[{'.'.join('a' * 30)}]\nb = 1",
    "digits": "a = " + "9" * 5000,
}
NO_NUMBERS = {
    "nan": "nan",
    "inf": "-inf",
    "out of range": "1e400",
    "a whole number": "1" + "0" * 40,
    "bits": f"{2**63}",
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("text", NO_TOML)
def test_what_the_parser_chokes_on_is_refused(reader: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "given.toml"
    path.write_text(NO_TOML[text])
    with pytest.raises(GradeError, match=r"given\.toml .*(nested too deep|too many digits)") as told:
        READERS[reader](path)
    assert told.value.exit_code == 2


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("number", NO_NUMBERS)
def test_a_number_can_be_computed_with(reader: str, number: str, tmp_path: Path) -> None:
    path = tmp_path / "given.toml"
    path.write_text(f'[[grids]]\nkey = "value"\n[grids.axis1]\ncuts = [1, {NO_NUMBERS[number]}]')
    with pytest.raises(GradeError, match=r"given\.toml › line 4 › grids\.value\.axis1\.cuts.* is no number") as told:
        READERS[reader](path)
    assert told.value.exit_code == 2
