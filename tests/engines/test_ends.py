"""A text that is read in blocks and ends within a record is cut short, as it is in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from ninegrid.files.spill import spill
from ninegrid.intake.in_blocks import read_in_blocks
from ninegrid.model.errors import InputError
from ninegrid.subjects.registry import relations

HEADER = "客户号,总收入,营业费用,经济资本\n"
ROWS = "".join(f"{n:04},{900 + n}00,{90 + n}00,{500 + n}000\n" for n in range(1, 200))


def found(path: Path, *, allow_cut: bool) -> list[str]:
    with spill() as folder:
        read = read_in_blocks(
            path,
            relations("customers"),
            folder,
            period=None,
            lang="auto",
            block_bytes=1000,
            allow_cut=allow_cut,
        )
        assert read is not None
        return read.inputs.findings["reason"].to_list()


@pytest.mark.parametrize(
    ("end", "is_cut"),
    [
        ("0200,110", True),
        ("制表人：张三", False),
        pytest.param("0200,11000,2900,7000", False, marks=pytest.mark.thorough),
    ],
)
def test_a_text_that_ends_within_a_record(tmp_path: Path, end: str, is_cut: bool) -> None:
    path = tmp_path / "客户_2026-10.csv"
    path.write_text(HEADER + ROWS + end, encoding="utf-8")
    if is_cut:
        with pytest.raises(InputError, match=r"ends within the record in line 201\. \(CUT_SHORT\)"):
            found(path, allow_cut=False)
    assert ("CUT_SHORT" in found(path, allow_cut=True)) is is_cut
