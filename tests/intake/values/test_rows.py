"""Which rows are data."""

from __future__ import annotations

import polars as pl

from ninegrid.intake.values.rows import Texts, data_rows, moved_header

TEXTS = Texts(
    identifier=1,
    names=(2, 3),
    others=(0, 4),
    headers={0: ("序号",), 1: ("客户号",), 2: ("名称",), 3: ("分行",), 4: ("支行",), 5: ("总收入",)},
    titles=("对公客户清单", "单位：万元"),
)


def split(*rows: tuple[str | None, ...]) -> tuple[list[int], list[tuple[int, str]]]:
    """Rows of 序号, id, name, branch, sub-branch and an amount → data rows, and (row, reason) of those set aside."""
    columns = {f"t{i}": pl.Series([row[i] for row in rows], dtype=pl.String) for i in range(5)}
    amount = pl.Series([float(row[5]) if row[5] else None for row in rows], dtype=pl.Float64)
    numbers = pl.Series(range(1, len(rows) + 1), dtype=pl.UInt32)
    empty = pl.Series([None] * len(rows), dtype=pl.String)
    frame = pl.DataFrame({"_row": numbers, **columns, "n5": amount, "t5": empty})
    found = data_rows(frame, TEXTS, [1, 2, 3, 4, 5])
    return found.data["_row"].to_list(), found.aside.sort("_row").select("_row", "reason").rows()


DATA = ("1", "0001", "甲公司", "北京分行", "一支行", "5")


def test_blank_rows_and_rows_with_only_a_running_number_are_nothing() -> None:
    assert split(DATA, (None,) * 6, ("2", None, " ", "　", None, None)) == ([1], [])


def test_totals_wherever_their_label_stands() -> None:
    aside = [
        ("合计", None, None, None, None, "5"),
        (None, "小计", None, None, None, "5"),
        (None, None, "合 计：", None, None, "5"),
        (None, None, None, "北京分行合计", None, "5"),
        (None, None, None, "北京分行", "小计", "5"),
        (None, "Grand Total", None, None, None, "5"),
        (None, None, "Total", None, None, "5"),
        (None, "北京分行 汇总", None, None, None, "5"),
        (None, "本页小计", None, None, None, "5"),
        ("合计", "90", None, None, None, None),
    ]
    assert split(DATA, *aside) == ([1], [(row, "SUBTOTAL_ROW") for row in range(2, 12)])


def test_a_firm_with_total_in_its_name_is_a_firm() -> None:
    rows = [
        ("1", "0001", "合计科技有限公司", "北京分行", None, "5"),
        ("2", "0002", "Total Energies", "北京分行", None, "5"),
        ("3", "0003", "上海合计", "北京分行", None, "5"),
        ("4", "0004", "总计控股", "北京分行", None, None),
    ]
    assert split(*rows) == ([1, 2, 3, 4], [])


def test_notes_and_signatures() -> None:
    aside = [
        ("制表人：张三", None, None, "审核：李四", None, None),
        (None, "注：数据为日均口径", None, None, None, None),
        (None, "Prepared by: accounting", None, None, None, None),
        (None, "以上数据仅供内部使用。", None, None, None, None),
        (None, "对公客户清单", None, None, None, None),
    ]
    assert split(DATA, *aside) == ([1], [(row, "FOOTER_ROW") for row in range(2, 7)])


def test_how_many_rows_there_are_is_no_row_of_its_own() -> None:
    aside = [
        (None, "Total headcount", "180", None, None, None),
        (None, "Number of employees: 1,180", None, None, None, None),
        (None, "Total employees (180)", None, None, None, None),
        (None, "总人数", "180", None, None, None),
        (None, "合计人数：180人", None, None, None, None),
        (None, "共 180 户", None, None, None, None),
        ("人数", None, "180", None, None, None),
    ]
    assert split(DATA, *aside) == ([1], [(row, "FOOTER_ROW") for row in range(2, 9)])
    firms = [
        ("1", "0001", "Total People", None, None, "5"),
        ("2", "0002", "Staff", None, None, None),
        ("3", "STAFF01", "甲公司", None, None, "5"),
        ("4", "共享0001", "乙公司", None, None, "5"),
    ]
    assert split(*firms) == ([1, 2, 3, 4], [])


def test_a_sparse_customer_is_not_a_note() -> None:
    assert split((None, "0001", None, None, None, None)) == ([1], [])
    assert split((None, None, "甲公司", None, None, "5")) == ([1], [])


def test_the_header_again_at_a_page_break() -> None:
    assert split(DATA, ("序号", "客户号", "名称", "分行", "支行", None), DATA) == ([1, 3], [(2, "REPEATED_HEADER")])


HEADS = Texts(0, (), (), {0: ("客户号",), 1: ("名称",), 2: ("收入",), 3: ("费用",)}, ())


def again(*header: str) -> tuple[int, str, int] | None:
    """Where a header that stands again below a row of data has moved."""
    rows = [("0001", "甲", None, None), header]
    columns = {f"t{i}": pl.Series([row[i] for row in rows], dtype=pl.String) for i in range(4)}
    frame = pl.DataFrame({"_row": pl.Series([2, 3], dtype=pl.UInt32), **columns, "n2": [5.0, None], "n3": [1.0, None]})
    aside = pl.DataFrame({"_row": pl.Series([3], dtype=pl.UInt32), "reason": ["REPEATED_HEADER"]})
    return moved_header(frame, HEADS, aside)


def test_a_header_again_in_another_order_is_another_table() -> None:
    assert again("客户号", "名称", "费用", "收入") == (3, "费用", 2)


def test_a_header_again_in_the_same_order_is_a_page_break() -> None:
    assert again("客户号", "名称", "收入", "费用") is None
