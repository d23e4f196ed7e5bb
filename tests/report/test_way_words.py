"""Codes of the way up in words: a measure by its heading, few peers of a benchmark unlike few peers of a cut."""

from __future__ import annotations

import polars as pl
import pytest
from openpyxl import Workbook

from ninegrid.model.relations import Lang
from ninegrid.report.kit.labels import Labels
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.lead_text import codes_said, reasons_said
from ninegrid.result import Result


@pytest.mark.parametrize(
    ("lang", "said"),
    [("zh", ["存款日均", "总收入", "中间业务收入"]), ("en", ["Average deposits", "Total income", "Fee income"])],
)
def test_a_measure_goes_by_its_heading(result: Result, lang: Lang, said: list[str]) -> None:
    labels = Labels(result.policy, lang)
    assert [labels.code(name) for name in ("deposit_avg", "total_income", "fee_income")] == said
    assert labels.code("no such thing") == "no such thing"


def test_few_peers_of_a_benchmark_say_nothing_of_cuts(result: Result) -> None:
    book = Book(result, Workbook())
    reasons = pl.Series(["FEW_PEERS;deposits=MISSING_INPUT", "FEW_PEERS"])
    assert reasons_said(book, reasons).to_list() == ["同类不足；提升存款份额：缺少数据", "同类不足"]
    assert codes_said(book, pl.Series(["STALE;FEW_PEERS"])).to_list() == ["财报过期；同类不足"]
    assert book.labels.code("FEW_PEERS") == "同类不足，不单独分界"
