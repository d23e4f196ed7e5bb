"""Some 470 workbooks and texts that other readers stumbled over: each is read whole, or refused in one clear line.

The folder is not part of the project: set GRADE_MESSY_DATA to it, or put it at ../shared/data/messy.
"""

import os
from pathlib import Path

import pytest

from ninegrid.intake.formats.files import open_file
from ninegrid.model.errors import InputError
from ninegrid.model.raw import RawSheet

FOLDER = Path(os.environ.get("GRADE_MESSY_DATA", Path(__file__).parents[3] / "shared" / "data" / "messy"))
MAX_COLUMNS = 40

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the folder of messy files is absent")


def files() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.name != "LICENSE")


def check(sheet: RawSheet) -> None:
    width = min(max(map(len, sheet.head()), default=0) + 1, MAX_COLUMNS)
    texts = sheet.load(1, dict.fromkeys(range(width), "text"))
    numbers = sheet.load(1, dict.fromkeys(range(width), "number"))
    assert texts["_row"].to_list() == numbers["_row"].to_list()
    for i in range(width):
        number, other = numbers[f"n{i}"].is_not_null(), numbers[f"t{i}"].is_not_null()
        assert not (number & other).any()
        assert ((number | other) == texts[f"t{i}"].is_not_null()).all()


@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_messy_file_is_read_or_refused(path, capfd):
    refusal = None
    try:
        for sheet in open_file(path).sheets():
            check(sheet)
    except InputError as error:
        refusal = error
    assert refusal is None or ("\n" not in str(refusal) and refusal.hint)
    assert capfd.readouterr().err == ""
