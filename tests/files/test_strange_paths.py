"""A path that is no text, or that of a pipe, a device or a socket, is refused before anything is read or made."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from ninegrid.config.texts import read_text
from ninegrid.files.outputs import outputs
from ninegrid.model.errors import InputError, PolicyError, UsageError
from ninegrid.model.paths import refuse_no_text
from ninegrid.options import Options
from ninegrid.pipeline import check_files, run
from tests import small_bank

STRANGE = ("undecodable", "pipe", "device", "socket")


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "客户_2026-10.csv"
    path.write_text("客户号,总收入\n1,2\n", encoding="utf-8")
    return path


@pytest.fixture(params=STRANGE)
def strange(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path such as people give by mistake, and others on purpose."""
    path = tmp_path / "a.xlsx"
    monkeypatch.chdir(tmp_path)
    if request.param == "undecodable":
        return tmp_path / "a\udcff.xlsx"
    if request.param == "device":
        return Path("/dev/zero")
    if request.param == "pipe":
        os.mkfifo(path)
    else:
        with socket.socket(socket.AF_UNIX) as door:
            door.bind("a.xlsx")
    return path


def test_letters_that_the_systems_encoding_does_not_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the C locale a unit's name can be no file's."""

    def ascii_only(path: Path) -> bytes:
        return str(path).encode("ascii")

    monkeypatch.setattr(os, "fsencode", ascii_only)
    refuse_no_text(Path("o-branch/East.xlsx"), UsageError)
    with pytest.raises(UsageError, match="not text in the system's encoding") as refused:
        refuse_no_text(Path("o-branch/东城分行.xlsx"), UsageError)
    assert "C.UTF-8" in refused.value.advice("en")


def test_an_input_is_refused(strange: Path) -> None:
    with pytest.raises(InputError, match=r"is no plain file|is not text") as refused:
        run("customers", [strange], Options(db=":memory:"))
    assert refused.value.exit_code == 3
    with pytest.raises(InputError):
        check_files("customers", [strange], Options(db=":memory:"))


@pytest.mark.parametrize("option", ["policy", "out", "tables", "save_map", "decisions", "db", "each"])
def test_any_other_path_is_wrong_usage(plain: Path, strange: Path, option: str) -> None:
    values: dict[str, Any] = {"decisions": (strange,), "db": str(strange), "each": f"{strange}-{{unit}}/{{unit}}.xlsx"}
    if option == "each" and strange.exists():
        pytest.skip("a folder that isn't there yet")
    before = sorted(os.listdir(plain.parent))  # noqa: PTH208 - names that are no text
    with pytest.raises(UsageError) as refused:
        run("customers", [plain], Options(**{"db": ":memory:", option: values.get(option, strange)}))
    assert refused.value.exit_code == 2
    assert sorted(os.listdir(plain.parent)) == before  # noqa: PTH208


def test_a_file_of_declarations_and_an_output_are_refused(strange: Path) -> None:
    with pytest.raises(PolicyError):
        read_text(strange, "policy", PolicyError)
    with outputs() as staged, pytest.raises(UsageError):
        staged.stage(strange)


@pytest.mark.parametrize("name", ["circle.csv", "x" * 300])
def test_links_in_a_circle_and_names_too_long_are_said(plain: Path, name: str) -> None:
    (plain.parent / "circle.csv").symlink_to("circle.csv")
    path = plain.with_name(name)
    with pytest.raises(InputError):
        run("customers", [path], Options(db=":memory:", out=plain.with_name("a.xlsx")))
    with pytest.raises(PolicyError):
        run("customers", [plain], Options(db=":memory:", policy=path, out=plain.with_name("a.xlsx")))


def test_a_database_of_links_in_a_circle_is_wrong_usage(plain: Path) -> None:
    (plain.parent / "a.duckdb").symlink_to("a.duckdb")
    bank = small_bank.write(plain.with_name("bank_2026-10.csv"), small_bank.customers())
    with pytest.raises(UsageError):
        run("customers", [bank], Options(db=str(plain.parent / "a.duckdb"), out=plain.with_name("a.xlsx")))
