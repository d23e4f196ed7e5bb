"""Why a cell or a row was mended, refused or noticed: one table of kinds and sentences, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from ninegrid.model.relations import Lang

REASONS: dict[str, tuple[str, str, str]] = {
    "NUMBER_AS_TEXT": ("repaired", "'{value}' was read as {detail}.", "“{value}”读作 {detail}。"),
    "ID_TRIMMED": ("repaired", "Spaces around the id were removed.", "已去除编号首尾空格。"),
    "ID_REPAIRED": ("repaired", "The id '{value}' was read as '{detail}'.", "编号“{value}”读作“{detail}”。"),
    "ID_WAS_NUMBER": (
        "repaired",
        "{detail} ids in this column are numbers; their digits were taken. Leading zeros may have been lost before.",
        "本列有 {detail} 个编号是数值格式，已取其数字；前导零可能在此之前已丢失。",
    ),
    "DAMAGED_TEXT": (
        "warning",
        "{column}: '{value}' holds bytes that are no letters; taken as missing.",
        "{column}：“{value}”含有无法识别的字节，按缺失处理。",
    ),
    "APOSTROPHES": (
        "repaired",
        "{column}: an apostrophe stood before {detail} values and was left out.",
        "{column}：{detail} 个值前有撇号（'），已去除。",
    ),
    "SUBTOTAL_ROW": ("repaired", "A total row '{value}' was left out.", "小计/合计行“{value}”未计入。"),
    "FOOTER_ROW": ("repaired", "A note row '{value}' was left out.", "说明行“{value}”未计入。"),
    "REPEATED_HEADER": (
        "repaired",
        "The header stands here again; the row was left out.",
        "表头重复出现，该行未计入。",
    ),
    "DUPLICATE_ROW": (
        "repaired",
        "The row equals {detail} in every column and was counted once.",
        "该行与 {detail} 完全相同，只计一次。",
    ),
    "LENIENT_MISSING": (
        "repaired",
        "{column}: '{value}' can't be used; taken as missing.",
        "{column}：“{value}”无法使用，按缺失处理。",
    ),
    "SELF_PARENT": (
        "repaired",
        "The institution names itself as its parent; taken as a root.",
        "机构的上级是其自身，按顶级机构处理。",
    ),
    "UNREADABLE_NUMBER": (
        "rejected",
        "{column}: '{value}' is not a number this program can read for sure.",
        "{column}：“{value}”无法确认为数值。",
    ),
    "UNREADABLE_DATE": (
        "rejected",
        "{column}: '{value}' is not a date between 1900 and 2100.",
        "{column}：“{value}”不是 1900 至 2100 年间的日期。",
    ),
    "UNREADABLE_YEAR": ("rejected", "{column}: '{value}' is not a year.", "{column}：“{value}”不是年份。"),
    "UNREADABLE_PERIOD": (
        "rejected",
        "{column}: '{value}' is not a month, quarter or year.",
        "{column}：“{value}”不是月、季或年。",
    ),
    "UNREADABLE_ID": ("rejected", "{column}: {value} can't be an id.", "{column}：{value} 不是有效编号。"),
    "ID_ROUNDED": (
        "rejected",
        "{column}: {value} was stored as a number of more than 15 digits, which Excel rounds; "
        "export the column as text to get the true id.",
        "{column}：{value} 以数值存储且超过 15 位，Excel 已将其舍入；请将该列以文本格式重新导出。",
    ),
    "ERROR_CELL": ("rejected", "{column}: the cell holds the error {value}.", "{column}：单元格为错误值 {value}。"),
    "NOT_CALCULATED": (
        "rejected",
        "{column}: the formula was never calculated; open the file in Excel and save it.",
        "{column}：公式没有计算结果，请用 Excel 打开并保存后再导入。",
    ),
    "UNKNOWN_CATEGORY": (
        "rejected",
        "{column}: '{value}' is none of {detail}.",
        "{column}：“{value}”不在可选值 {detail} 之内。",
    ),
    "NEGATIVE": (
        "rejected",
        "{column}: {value} is negative, which it can't be.",
        "{column}：{value} 为负，不应为负值。",
    ),
    "OUT_OF_RANGE": (
        "rejected",
        "{column}: {value} is out of range ({detail}).",
        "{column}：{value} 超出范围（{detail}）。",
    ),
    "NOT_FILLED": ("warning", "{column} is missing; the row is graded without it.", "{column}未填；该行照常评级。"),
    "NO_SUCH_COLUMN": (
        "warning",
        "No column says {column}; all rows are graded without it.",
        "没有“{column}”列，全部按未填处理。",
    ),
    "MISSING_REQUIRED": ("rejected", "{column} is required and missing.", "{column}为必填项，缺失。"),
    "DUPLICATE_KEY": (
        "rejected",
        "{value} stands in several rows with different values ({detail}); none of them is used.",
        "{value} 在多行出现且内容不一致（{detail}），均未采用。",
    ),
    "RAGGED_ROW": (
        "rejected",
        "The line has another number of fields than the header, so its values can't be told apart.",
        "该行字段数与表头不符，无法对应各列。",
    ),
    "ORPHAN/ABSENT": ("rejected", "{value} is not among the {detail}.", "{detail}中没有 {value}。"),
    "ORPHAN/REFUSED": (
        "rejected",
        "The row of {value} in {detail} was refused.",
        "{value} 在{detail}中的记录已被拒收。",
    ),
    "ORPHAN/OTHER_PERIOD": (
        "rejected",
        "{value} is in {detail} for another period only.",
        "{detail}中 {value} 只有其他期间的记录。",
    ),
    "GROUP_CONFLICT": (
        "rejected",
        "{column}: {value} here, but {detail} with the customer.",
        "{column}：此处为 {value}，客户表中为 {detail}，不一致。",
    ),
    "CYCLE": ("rejected", "The institution is its own ancestor.", "机构的上级链条成环。"),
    "UNKNOWN_PARENT": (
        "warning",
        "The parent institution {value} is not in the tree.",
        "上级机构 {value} 不在机构树中。",
    ),
    "DATE_AMBIGUOUS": (
        "warning",
        "{column}: '{value}' was read month first, as {detail}; day first is possible too.",
        "{column}：“{value}”按月/日/年读作 {detail}，也可能是日/月/年。",
    ),
    "RATIO_UNIT_DOUBTFUL/SMALL": (
        "warning",
        "{column}: the header says {detail}, yet every value is below 1; values were divided accordingly.",
        "{column}：表头单位为 {detail}，但全部数值小于 1；已按表头单位换算，请核对。",
    ),
    "OTHER_CURRENCY": (
        "rejected",
        "{column}: '{value}' is not in {detail}, as the column is; convert it at a rate that you name.",
        "{column}：“{value}”与本列币种（{detail}）不同，请按注明的汇率折算。",
    ),
    "PERCENT_BY_VALUES": (
        "repaired",
        "{column}: no unit is given, and the values can only be percent ({detail}); they were divided by 100.",
        "{column}：未注明单位，从数值看只能是百分数（{detail}）；已除以 100。",
    ),
    "SIGN_TURNED": (
        "repaired",
        "{column}: no value is above 0; the column was read with the other sign.",
        "{column}：全列没有正数，按支出的负号处理，已取相反数。",
    ),
    "FOREIGN_CURRENCY": (
        "warning",
        "{column}: the unit {detail} is not yuan; amounts were scaled, not converted.",
        "{column}：单位 {detail} 不是人民币；只做了数量级换算，未折算汇率。",
    ),
}
"""reason[/variant] → kind, English sentence, Chinese sentence; {value}, {detail} and {column} are filled in."""

REFUSING = frozenset(reason for reason, (kind, _, _) in REASONS.items() if kind == "rejected")


def kind_of(reason: pl.Expr) -> pl.Expr:
    """The finding's kind."""
    return reason.replace_strict({code: kind for code, (kind, _, _) in REASONS.items()}, return_dtype=pl.String)


def with_messages(rows: pl.DataFrame, labels: Mapping[str, str], lang: Lang) -> pl.DataFrame:
    """The rows (reason, value, detail, column) with `message`, in their order.

    labels: canonical column → its label in that language.
    """
    label = pl.col("column").replace_strict(dict(labels), default=pl.col("column"), return_dtype=pl.String)
    parts = {"value": pl.col("value"), "detail": pl.col("detail"), "column": label}
    said = [
        group.with_columns(message=_filled(REASONS[group["reason"][0]][1 if lang == "en" else 2], parts))
        for group in rows.with_row_index("_order").partition_by("reason")
    ]
    return pl.concat(said).sort("_order").drop("_order")


def _filled(template: str, parts: Mapping[str, pl.Expr]) -> pl.Expr:
    pieces = re.split(r"\{(\w+)\}", template)
    texts = [parts[p].fill_null("") if i % 2 else pl.lit(p) for i, p in enumerate(pieces) if p]
    return pl.concat_str(texts)
