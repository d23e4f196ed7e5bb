"""The end-of-file character (0x1A) behind the last line is no record of its own, and hides no cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from ninegrid.intake.formats.text.delimited import open_text
from ninegrid.model.raw import InputFile

HEADER, ROW = "客户号,总收入\n", "0001,100\n"


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
@pytest.mark.parametrize(("end", "unfinished"), [("", 0), ("\x1a", 0), ("\x1a\x1a", 0), ("0002\x1a", 3)])
def test_the_last_line_is_the_one_before_the_character(codec: str, end: str, unfinished: int) -> None:
    file = InputFile("客户.csv", Path("客户.csv"), "0" * 64, 0)
    sheet, _ = open_text((HEADER + ROW + end).encode(codec), file, ["客户号", "总收入"])
    assert sheet.unfinished_line == unfinished
    assert sheet.head()[1] == ["0001", "100"]
    assert "\x1a" not in sheet.text.decode()
