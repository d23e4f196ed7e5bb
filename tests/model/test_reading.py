"""Which proposals a person is offered to accept."""

from __future__ import annotations

from ninegrid.model.reading import ColumnReading, Proposal, Reason, SheetReading


def aside(index: int, reason: Reason, meaning: str, nearness: float = 100) -> ColumnReading:
    near = (Proposal(meaning, "words", nearness),)
    return ColumnReading(index, "ABCDEF"[index], "", f"列{index}", reason=reason, nearest=near)


def offered(*columns: ColumnReading) -> dict[int, str]:
    sheet = SheetReading("客户.xlsx", "客户", (1, 1), "customers", 10, columns)
    return {index: one.meaning for index, one in sheet.offered.items()}


def test_what_another_column_already_means_is_not_offered() -> None:
    read = ColumnReading(0, "A", "", "存款日均", meaning="deposit_avg", how="alias")
    assert offered(read, aside(1, "OTHER_BASIS", "deposit_avg"), aside(2, "UNKNOWN", "ead")) == {2: "ead"}


def test_comparisons_targets_and_ranks_are_never_offered() -> None:
    reasons: tuple[Reason, ...] = ("COMPARISON", "TARGET", "RANK", "TAKEN", "NOT_NEEDED")
    assert offered(*(aside(index, reason, "raroc") for index, reason in enumerate(reasons))) == {}


def test_of_several_columns_for_one_meaning_the_nearest_is_offered() -> None:
    assert offered(aside(0, "UNKNOWN", "raroc", 70), aside(1, "UNKNOWN", "raroc", 90)) == {1: "raroc"}
