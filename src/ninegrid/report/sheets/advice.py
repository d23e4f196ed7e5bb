"""What the reasons of findings are called, and what a person does about each."""

from __future__ import annotations

from dataclasses import dataclass

from ninegrid.model.relations import Lang


@dataclass(frozen=True)
class Mending:
    """A reason's name and what to do, in both languages.

    counted: whether a column's findings of this reason are listed as one line with their number.
    """

    zh: str
    en: str
    do_zh: str
    do_en: str
    counted: bool = False

    def name(self, lang: Lang) -> str:
        """The reason in words."""
        return self.zh if lang == "zh" else self.en

    def advice(self, lang: Lang) -> str:
        """What to do about it."""
        return self.do_zh if lang == "zh" else self.do_en


_CHECK_ONCE = ("核对一次即可，无需修改", "Nothing to do; check it once")
_CORRECT = ("在源表改正该单元格后重跑", "Correct the cell in the source and run again")
_EXPORT_TEXT = ("以文本格式重新导出该列", "Export the column again as text")
_CUSTOMER_FIRST = ("先补正上级表中的该行，或删去此行", "Mend the row it belongs to first, or leave this row out")
_UNIT = ("核对列名中的单位，必要时在列名注明", "Check the unit; write it into the heading if need be")

MENDINGS: dict[str, Mending] = {
    "NUMBER_AS_TEXT": Mending("文本数字已转换", "Number written as text", *_CHECK_ONCE, counted=True),
    "ID_TRIMMED": Mending("编号含空格", "Spaces around an id", *_CHECK_ONCE, counted=True),
    "ID_REPAIRED": Mending("编号已规范", "Id put right", *_CHECK_ONCE, counted=True),
    "ID_WAS_NUMBER": Mending(
        "编号为数值格式",
        "Ids stored as numbers",
        "若编号应有前导零，以文本格式重新导出",
        "If ids have leading zeros, export as text",
        counted=True,
    ),
    "APOSTROPHES": Mending("撇号已去除", "Apostrophes left out", *_CHECK_ONCE, counted=True),
    "FILLED_DOWN": Mending("合并单元格已填充", "Merged cells filled", *_CHECK_ONCE, counted=True),
    "LABEL_SPELLING": Mending("名称写法已统一", "Labels spelt one way", *_CHECK_ONCE),
    "ZEROS_MATCHED": Mending("按前导零对应的编号", "Ids matched but for zeros", *_CHECK_ONCE),
    "ZEROS_AMBIGUOUS": Mending("前导零不明的编号", "Ids unclear but for zeros", *_CORRECT),
    "DAMAGED_TEXT": Mending("文字已损坏", "Damaged text", *_CORRECT),
    "PERCENT_BY_VALUES": Mending("按数值判定为百分数", "Percent, by its values", *_UNIT),
    "SIGN_TURNED": Mending("整列取相反数", "Read with the other sign", *_CHECK_ONCE),
    "OTHER_CURRENCY": Mending(
        "币种与本列不同",
        "Another currency",
        "按注明的汇率折算后重新导出",
        "Convert at a rate you name and export again",
    ),
    "LABEL_CONFLICT": Mending(
        "两表文字不一致", "Two sheets disagree on a text", "统一两处的写法", "Write the same in both places"
    ),
    "SUBTOTAL_ROW": Mending("小计/合计行", "Total row", *_CHECK_ONCE, counted=True),
    "FOOTER_ROW": Mending("说明行", "Note row", *_CHECK_ONCE, counted=True),
    "REPEATED_HEADER": Mending("重复表头", "Repeated header", *_CHECK_ONCE, counted=True),
    "DUPLICATE_ROW": Mending("完全重复的行", "Duplicate row", *_CHECK_ONCE, counted=True),
    "LENIENT_MISSING": Mending("描述性列无法使用", "Unusable description", *_CORRECT),
    "SELF_PARENT": Mending(
        "上级为自身", "Its own parent", "在机构表改正上级机构号", "Correct the parent in the institutions"
    ),
    "UNREADABLE_NUMBER": Mending("不是数值", "Not a number", *_CORRECT),
    "UNREADABLE_DATE": Mending("不是日期", "Not a date", *_CORRECT),
    "UNREADABLE_YEAR": Mending("不是年份", "Not a year", *_CORRECT),
    "UNREADABLE_PERIOD": Mending("不是期间", "Not a period", *_CORRECT),
    "UNREADABLE_ID": Mending("编号无效", "Not an id", *_CORRECT),
    "ID_ROUNDED": Mending("编号已被 Excel 舍入", "Id rounded by Excel", *_EXPORT_TEXT),
    "ERROR_CELL": Mending(
        "单元格为错误值", "Error cell", "改正公式，或粘贴为数值", "Mend the formula, or paste as a value"
    ),
    "NOT_CALCULATED": Mending(
        "公式未计算", "Formula not calculated", "用 Excel 打开并保存后再导入", "Open in Excel, save, and try again"
    ),
    "UNKNOWN_CATEGORY": Mending("未知类别", "Unknown category", "改为列出的可选值之一", "Use one of the words listed"),
    "NEGATIVE": Mending("不应为负", "Negative", *_CORRECT),
    "OUT_OF_RANGE": Mending("超出范围", "Out of range", *_CORRECT),
    "NOT_FILLED": Mending("未填", "Not filled", "补填这些单元格", "Fill in the cells", counted=True),
    "NO_SUCH_COLUMN": Mending(
        "缺少该列", "No such column", "在导出中加上该列，或用 --map 指明", "Add the column, or name it with --map"
    ),
    "MISSING_REQUIRED": Mending("必填项缺失", "Required and missing", "补填该列", "Fill in the column"),
    "DUPLICATE_KEY": Mending(
        "同一编号内容不一致", "Same id, different values", "只保留正确的一行", "Keep the one right row"
    ),
    "RAGGED_ROW": Mending("字段数不符", "Wrong number of fields", "检查分隔符和引号", "Check separators and quotes"),
    "ORPHAN": Mending("找不到所属记录", "Belongs to no row", *_CUSTOMER_FIRST),
    "GROUP_CONFLICT": Mending(
        "集团归属不一致", "Two different groups", "统一两处的集团号", "Give the same group in both places"
    ),
    "CYCLE": Mending(
        "机构上级成环", "Circle of parents", "在机构表改正上级机构号", "Correct the parents in the institutions"
    ),
    "UNKNOWN_PARENT": Mending(
        "上级机构不存在", "Unknown parent", "补上该机构，或改正上级", "Add the institution or correct the parent"
    ),
    "DATE_AMBIGUOUS": Mending(
        "日期有两种读法", "Date with two readings", "改用 2026-10-31 形式", "Write it as 2026-10-31"
    ),
    "RATIO_UNIT_DOUBTFUL": Mending("比率单位存疑", "Doubtful unit of a ratio", *_UNIT),
    "FOREIGN_CURRENCY": Mending(
        "外币单位", "Foreign currency", "折算为人民币后重新导出", "Convert to yuan and export again"
    ),
    "RAROC_DISAGREES": Mending(
        "给定 RAROC 与要素不符",
        "Given RAROC disagrees",
        "已采用要素计算值；核对口径",
        "Its parts were used; check its definition",
    ),
    "NO_REASON": Mending("改格未写理由", "Move without a reason", "补填理由后再读回", "Fill in the reason"),
    "NO_NAME": Mending("改格未写决定人", "Move without a name", "补填决定人后再读回", "Fill in who decided"),
    "STALE_DECISION": Mending(
        "决定已过期", "Stale decision", "在本次工作簿的“校准”中重新决定", "Decide again in this run's workbook"
    ),
    "OVERRULED": Mending("推翻了此前的决定", "Overrules an earlier decision", *_CHECK_ONCE),
    "UNKNOWN_CELL": Mending("不是九格之一", "No such cell", "从下拉列表中选择", "Choose one from the list"),
    "CONFLICT": Mending("校准表互相矛盾", "Copies disagree", "统一后只读回一份", "Agree, and read one copy back"),
    "INTERIM": Mending(
        "中期报表已搁置",
        "Interim statement kept aside",
        "只用于存量（现金、负债），不计入增速；无需修改",
        "Used for stocks (cash, debt) alone, never for growth; nothing to do",
        counted=True,
    ),
    "FUTURE_YEAR": Mending(
        "年度晚于本期",
        "Year after the period",
        "核对财报年度或本期，改正后重跑",
        "Check the statement's year or the period, and run again",
    ),
    "AMBIGUOUS": Mending(
        "目标所指的客户经理重名",
        "Target of a name that several have",
        "在目标表填工号，或写明所属分行",
        "Give the number, or the branch, in the targets",
    ),
    "MIXED_EC_METHODS": Mending(
        "资本口径不一", "Several EC methods", "尽量统一经济资本口径", "Use one method where you can"
    ),
    "OFF_SCALE": Mending(
        "超出量表", "Off the scale", "改正评分，或注明量表的上下限", "Correct the score or give its scale"
    ),
    "SCALE_UNKNOWN": Mending(
        "分制未注明",
        "Scale not given",
        "在表头注明分制，如（满分5分），或用 --map 指定",
        "Say the scale in the header, as in (1-5), or with --map",
    ),
    "UNKNOWN_LEVEL": Mending(
        "等级不在政策表中",
        "Level not in the policy",
        "改正，或在政策中加入该等级",
        "Correct it, or add the level to the policy",
    ),
    "BAD_SCALE": Mending("量表有误", "Bad scale", "下限须小于上限", "The minimum must be below the maximum"),
    "UNREADABLE_SCORE": Mending(
        "评分无法识别",
        "Unreadable score",
        "改为数值，或在政策中加入该等级",
        "Use a number, or add the letter to the policy",
    ),
    "OWN_MANAGER": Mending("上级为本人", "Own manager", *_CORRECT),
    "UNKNOWN_MANAGER": Mending(
        "上级不在册", "Manager not on the roster", "补上该员工，或改正上级", "Add or correct them"
    ),
    "TWO_ROLES": Mending(
        "一人两种来源", "One rater in two roles", "确认哪一种来源正确", "Settle which source is right"
    ),
    "SELF_BY_ANOTHER": Mending("自评非本人", "Self rating by another", *_CORRECT),
    "INCOME_DISAGREES": Mending(
        "总收入与分项不符", "Total income disagrees", "核对总收入与分项的口径", "Check total income against its parts"
    ),
}
_OTHER = Mending("", "", "按说明核对", "See the message")


def mending(reason: str) -> Mending:
    """What is known of a reason; a reason nobody has described is called by its code."""
    code = reason.partition("/")[0]
    return MENDINGS.get(code) or Mending(code, code, _OTHER.do_zh, _OTHER.do_en)
