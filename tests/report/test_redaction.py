"""Who is no subject of a unit is found in its texts, and nobody else is."""

import polars as pl
import pytest

from ninegrid.model.reading import ColumnReading, Reading, Sample, SheetReading
from ninegrid.report.redaction import Strangers, reading_of_figures

THEM = Strangers.among(["12", "E-7", "34"], ["张三", "李四有限公司", "王"], ["34", "张三丰", "李四有限公司分公司"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("与 12 重复", True),
        ("_12.xlsx", True),
        ("3.120 and 112", False),
        ("34 is ours", False),
        ("like E-7", True),
        ("见张三", True),
        ("见张三丰", False),
        ("见张三丰、张三", True),
        ("李四有限公司分公司", False),
        ("李四有限公司", True),
        ("王国", False),  # a name of one letter says nothing
        ("", False),
        (None, False),
    ],
)
def test_a_text_quotes_a_stranger_or_not(text: str | None, found: bool) -> None:
    assert THEM.quoted(pl.Series([text], dtype=pl.String)).item() is found
    assert text is None or THEM.quoted_in(["nobody", text]) is found


def test_a_cell_names_a_stranger_when_it_is_nothing_but_the_id_or_name() -> None:
    cells = pl.Series(["12", "张三", "张三丰", "张三 12", None, "34"])
    assert THEM.called(cells).to_list() == [True, True, False, False, False, False]


def test_without_strangers_nothing_is_found() -> None:
    nobody = Strangers.among([], [], [])
    texts = pl.Series(["anything", None])
    assert [nobody.quoted(texts).any(), nobody.called(texts).any()] == [False, False]
    assert not nobody.quoted_in([])


def test_a_reading_of_figures_quotes_no_word_no_id_and_no_column_that_was_not_read() -> None:
    samples = (Sample("张三"), Sample("1,234.5"), Sample("2026年10月"))
    kinds = {"scale": "category", "total_income": "number", "customer_name": "text", "customer_id": "id", "": None}
    columns = tuple(
        ColumnReading(i, "A", "", name, meaning=name, kind=kind, samples=samples)  # type: ignore[arg-type]
        for i, (name, kind) in enumerate(kinds.items())
    )
    reading = reading_of_figures(Reading((SheetReading("a.csv", "", (1, 1), "customers", 3, columns),)))
    shown = {one.header: [sample.written for sample in one.samples] for one in reading.sheets[0].columns}
    figures = ["1,234.5", "2026年10月"]
    assert shown == {"scale": figures, "total_income": figures, "customer_name": [], "customer_id": [], "": []}
