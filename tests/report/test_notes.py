"""The notes of a sheet: the same parts as openpyxl writes, and read back as they were."""

from pathlib import Path
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from ninegrid.report.xlsx.saving import save
from tests.unpacked import note_elements

TEXTS = ["注", "a < b & c", " 两行\n第二行 ", 'says "so"']


def book() -> Workbook:
    made = Workbook()
    for title in ("甲", "乙"):
        page = made.create_sheet(title)
        for row, text in enumerate(TEXTS, 3):
            page.cell(row, row * 2).comment = Comment(text, "grade" if row % 2 else "某人", 40 + row, 200)
    return made


def elements(path: Path, part: str) -> list[tuple[str, list[tuple[str, str]], str]]:
    with ZipFile(path) as package:
        return note_elements(package.read(part).decode())


def test_as_openpyxl_writes_them(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.xlsx", tmp_path / "theirs.xlsx"
    save(book(), ours)
    book().save(theirs)
    for number in (1, 2):
        assert elements(ours, f"xl/comments{number}.xml") == elements(theirs, f"xl/comments/comment{number}.xml")
        boxes = f"xl/drawings/vmlDrawing{number}.vml", f"xl/drawings/commentsDrawing{number}.vml"
        assert elements(ours, boxes[0]) == elements(theirs, boxes[1])


def test_read_back(tmp_path: Path) -> None:
    save(book(), tmp_path / "notes.xlsx")
    again = load_workbook(tmp_path / "notes.xlsx")
    for page in (again["甲"], again["乙"]):
        assert [page.cell(row, row * 2).comment.text for row in range(3, 7)] == TEXTS
        assert page["F3"].comment.author == "grade"
