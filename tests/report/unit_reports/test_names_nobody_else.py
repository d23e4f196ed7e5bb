"""Byte search: the workbook of a branch or a manager, cards and targets included, names nobody else's customers."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from ninegrid.report.book import write_workbook
from ninegrid.report.unit_reports import part
from ninegrid.result import Result
from tests.targets.small_bank import EAST, WEST, graded

TARGETS = (
    ("层级", "名称", "所属分行", "指标", "目标"),
    ("客户经理", "E2", None, "总收入", 54),
    ("客户经理", "甲", EAST, "总收入", 54),
    ("客户经理", "乙", WEST, "总收入", 99),
    ("分行", EAST, None, "总收入", 108),
    ("分行", WEST, None, "总收入", 200),
    ("支行", "西一支行", None, "总收入", 50),
)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return graded(tmp_path_factory.mktemp("bank"), TARGETS)


@pytest.fixture(scope="module")
def parts_of_all(bank: Result) -> bytes:
    return parts_of(bank)


def parts_of(result: Result) -> bytes:
    """Every part of the workbook but the styles, unpacked."""
    written = BytesIO()
    write_workbook(result, written)
    package = ZipFile(written)
    return b"\n".join(package.read(name) for name in package.namelist() if "styles" not in name)


@pytest.mark.parametrize(
    ("column", "value", "own", "strange"),
    [
        ("branch", EAST, range(6), (WEST, "西一支行")),
        pytest.param(
            *("relationship_manager", "甲", range(3), (WEST, "西一支行", "(E2)", f"{WEST} · 乙")),
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_no_part_of_the_file_holds_a_stranger(
    bank: Result, parts_of_all: bytes, column: str, value: str, own: range, strange: tuple[str, ...]
) -> None:
    whole = parts_of(part(bank, value, column))
    assert b"0000" in whole
    for number in range(12):
        told = re.search(rb"(?<![0-9.])%04d(?![0-9])|%s" % (number, f"客户{number}<".encode()), whole)
        assert bool(told) == (number in own), number
    assert not [text for text in strange if text.encode() in whole]
    assert all(text.encode() in parts_of_all for text in strange)
