"""The workbook's own words, in both languages. What a policy or a schema names is not here."""

from __future__ import annotations

from ninegrid.relations import Lang

WORDS: dict[str, tuple[str, str]] = {
    # on every sheet
    "back": ("← 返回总览", "← Overview"),
    "page": ("第 &P 页，共 &N 页", "Page &P of &N"),
    "period": ("期间", "Period"),
    "money_in": ("金额单位：{unit}", "money in {unit}"),
    "all": ("全体", "All"),
    "total": ("合计", "Total"),
    "none": ("（空）", "(none)"),
    "cut_off": ("…（已截断）", "… (cut)"),
    "missing": ("缺失", "Missing"),
    # overview
    "graded": ("评级范围", "What was graded"),
    "rows_read": ("读入行数", "Rows read"),
    "placed": ("已定位", "Placed"),
    "unplaced": ("未定位", "Unplaced"),
    "rejected": ("拒绝", "Rejected"),
    "merged": ("合并重复", "Merged duplicates"),
    "subtotals": ("小计/合计行", "Subtotal rows"),
    "other_period": ("其他期间", "Other periods"),
    "by_tier": ("各等级", "By tier"),
    "by_strategy": ("策略", "Strategies"),
    "look_first": ("先看这里", "What to look at first"),
    "sheets": ("本工作簿", "In this workbook"),
    "share": ("占比", "Share"),
    "no_rows": ("没有", "None"),
    "nobody": ("没有对象", "Nothing here"),
    "cannot_compute": ("缺少计算所需的数据", "The figures it is made of are missing"),
    "share_of_count": ("数量占比", "Share of number"),
    "count": ("数量", "Number"),
    "files_more": ("{names} 等 {n} 个文件", "{names} and others, {n} files"),
    "between_names": ("、", ", "),
    "and_more": ("{names} 等 {n} 项", "{names} and others, {n} in all"),
    "high_tiers_are": ("{tiers}：{share}", "{tiers}: {share}"),
    "policy": ("政策 {version}", "policy {version}"),
    "share_of": ("{name}占比", "Share of {name}"),
    "high_tiers_hold": (
        "{tiers}：{count} {share}，{amount} {amount_share}",
        "{tiers}: {share} of {count}, {amount_share} of {amount}",
    ),
    "lowest_tier": ("{tier} {metric} {value}，全体 {whole}", "{tier} {metric} {value}, overall {whole}"),
    "most_common": ("{name} {n}，占 {share}", "{name}: {n}, {share}"),
    # views
    "views_line": (
        "同一口径按不同维度汇总，每张表合计等于全体",
        "The same totals by different keys; each table adds up to the whole",
    ),
    "most_low": (
        "{name} {tiers}占比最高：{share}，全体 {whole}",
        "{name} has the largest share of {tiers}: {share}, overall {whole}",
    ),
    "no_low": ("{view}：没有 {tiers}", "{view}: no {tiers}"),
    "below_cut": (
        "{n} 个{view}中 {below} 个 {metric} 低于 {cut}",
        "{view}: {below} of {n} have {metric} below {cut}",
    ),
    "low_share": ("{tiers}占比", "Share of {tiers}"),
    # grids
    "unplaced_by_reason": ("未定位原因", "Why unplaced"),
    "cuts": ("分界", "Cuts"),
    "see_rows": ("查看清单中的 {n} 行", "See the {n} rows in the list"),
    "see_column": ("到清单的该列筛选 {cell}（{n}）", "Filter the list by {cell} ({n})"),
    "growing_shade": ("底色越深，户数占比越高", "The darker the card, the larger its share"),
    "among_peers": ("，同{peer}内", " within {peer}"),
    "up": ("↑ {axis}", "↑ {axis}"),
    "right": ("{axis} →", "{axis} →"),
    "tier": ("等级", "Tier"),
    "counted": ("{n} {what}", "{n} {what}"),
    # lists
    "yes": ("是", "Yes"),
    "no": ("否", "No"),
    "list_line": (
        "共 {n} 行 · {period} · 金额单位：{unit} · 点列标上方的 ＋ 展开其余列",
        "{n} rows · {period} · money in {unit} · open the + above the columns for the rest",
    ),
    "list_line_plain": (
        "共 {n} 行 · {period} · 点列标上方的 ＋ 展开其余列",
        "{n} rows · {period} · open the + above the columns for the rest",
    ),
    # calibration
    "calibration_back": (
        "只填浅色列；留空表示维持系统格。改格须写明理由与决定人。"
        "存盘后读回：grade {subject} … --calibration 本文件.xlsx",
        "Fill in the shaded columns only; empty keeps the system's cell. A move needs a reason and who decided. "
        "Save, then read it back with: grade {subject} … --calibration FILE.xlsx",
    ),
    "calibration_order": (
        "共 {n} 行 · {period} · 临界与 {tiers} 在前，其中把握最低者在前",
        "{n} rows · {period} · borderline and {tiers} first, among them the least sure first",
    ),
    # the empty form
    "guide": ("填写说明", "Guide"),
    "guide_rules": (
        "每个工作表填一类数据，第一行是列名，从第二行起一行一条；不要改列名，用不到的列可以留空或删去。\n"
        "金额以元为单位；若改用万元或亿元，请把列名中的“(元)”改成“(万元)”或“(亿元)”。\n"
        "比率按百分比填写（例如 12%）；没有的数据请留空，不要填 0。编号列是文本格式，前导零会保留。",
        "One sheet a kind of data; row 1 holds the headings, then one record a row. "
        "Keep the headings; leave out what you do not have.\n"
        "Money is in yuan; to use another unit, change the unit in the heading, such as (million).\n"
        "Ratios are percentages (12%); leave missing figures empty, never 0. Ids are text, so leading zeros stay.",
    ),
    "guide_columns": ("列名|必填|单位/格式|说明|示例", "Column|Required|Unit or format|Meaning|Example"),
    "required": ("必填", "Required"),
    "optional": ("选填", "Optional"),
    "main_relation": ("必须填写", "needed"),
    "other_relation": ("有则填写", "if you have it"),
    "example": ("示例：{example}", "Example: {example}"),
    "one_of": ("可选：{choices}", "One of: {choices}"),
    "not_allowed": ("不在可选值之内", "Not one of the choices"),
    "choose_one": ("请选择：{choices}", "Choose one of: {choices}"),
    "kind_id": ("文本编号", "id, as text"),
    "kind_text": ("文本", "text"),
    "kind_category": ("下拉选择", "choose from the list"),
    "kind_money": ("元", "yuan"),
    "kind_ratio": ("百分比", "percent"),
    "kind_number": ("数值", "number"),
    "kind_count": ("数值", "number"),
    "kind_year": ("年份，如 2025", "year, such as 2025"),
    "kind_date": ("日期，如 2026-10-31", "date, such as 2026-10-31"),
    "kind_period": ("期间，如 2026-10、2026Q3、2026", "period: 2026-10, 2026Q3 or 2026"),
    "kind_flag": ("是/否", "yes or no"),
    # profiles and gaps
    "profile_line": (
        "各格的样子 · 底色：与{whole}相比的远近（以四分位距计），青色更好、陶色更差 · 灰字：不足 {few} 个",
        "What each cell looks like · colour: distance from the {whole} in interquartile ranges, "
        "teal better, clay worse · grey: fewer than {few}",
    ),
    "profile_median": ("中位数", "Median"),
    "profile_ratio": ("合计口径 Σ/Σ", "Σ / Σ"),
    "profile_n": ("有该指标的数量", "How many have the indicator"),
    "indicator": ("指标", "Indicator"),
    "good_direction": ("向好方向", "Better when"),
    "higher_better": ("越高越好", "higher"),
    "lower_better": ("越低越好", "lower"),
    "band_better": ("{low}–{high} 为宜", "{low}–{high}"),
    "no_figure": ("这里没有一个有该指标", "None here has this indicator"),
    "gap_within_line": (
        "每个{unit}内：{high} 的中位数减 {low} 的中位数 · 青色：{high} 更好，陶色：反而更差；"
        "越深，差距相对四分位距越大",
        "Within each {unit}: median of {high} less median of {low} · teal: {high} is better, clay: worse; "
        "the deeper, the larger against the interquartile range",
    ),
    "widest_gap": ("差距最大：{unit} · {indicator}", "Widest: {unit} · {indicator}"),
    "gap_block": ("差距（{high} − {low}，比率为百分点）", "Gap ({high} − {low}, ratios in percentage points)"),
    "side_block": ("{side} 中位数", "Median of {side}"),
    "sides_block": ("数量（{high} | {low}）", "How many ({high} | {low})"),
    "few_on_a_side": ("数量不足：{high} 对 {low}", "Too few: {high} against {low}"),
    "gap_across_line": (
        "同一格在各{unit}的中位数 · 底色：与{whole}该格中位数相比，青色更好、陶色更差 · "
        "灰字：不足 {few} 个，不参与比较",
        "The same cell in each {unit}, as medians · colour: against the {whole}, teal better, clay worse · "
        "grey: fewer than {few}, not compared",
    ),
    "best_median": ("最优中位数", "Best median"),
    "best_unit": ("最优{unit}", "Best {unit}"),
    "too_few": ("数量不足：{n}", "Too few: {n}"),
    "to_top": ("↑ 回到顶部", "↑ Top"),
    # data quality
    "accepted": ("采用", "Accepted"),
    "relation": ("数据", "Relation"),
    "rows_title": ("每一行去了哪里", "Where every row went"),
    "reasons_title": ("问题分类", "What was found"),
    "findings_title": ("逐项清单（{n} 项）", "Every finding ({n})"),
    "not_quoted": ("原值不予显示。", "The value is not shown here."),
    "what_to_do": ("怎么办", "What to do"),
    "at_cell": ("单元格", "Cell"),
    # method
    "method_line": (
        "本工作簿由下列口径算出 · 政策版本 {version}（{digest}），来源 {source}",
        "How this workbook was computed · policy {version} ({digest}) from {source}",
    ),
    "parameters": ("参数", "Parameters"),
    "parameter": ("参数", "Parameter"),
    "key": ("键", "Key"),
    "value": ("值", "Value"),
    "metrics": ("指标公式", "Formulas"),
    "formula": ("公式", "Formula"),
    "formula_sql": ("运行的表达式（SQL）", "Expression that ran (SQL)"),
    "unit": ("单位", "Unit"),
    "unit_money": ("元", "yuan"),
    "unit_percent": ("比率", "ratio"),
    "unit_bp": ("基点", "basis points"),
    "unit_number": ("数值", "number"),
    "exceptions": ("缺失与提示", "Missing or flagged when"),
    "definitions": ("其他数字的定义", "Definitions of other figures"),
    "figure": ("数字", "Figure"),
    "meaning": ("含义", "Meaning"),
    "cells": ("宫格、等级与基础策略", "Cells, tiers and base strategies"),
    "levels": ("档位", "Levels"),
    "rules": ("策略规则（自上而下，先成立者生效）", "Strategy rules (the first that holds decides)"),
    "rule": ("规则", "Rule"),
    "condition": ("条件", "Condition"),
    "base_strategy": ("宫格的基础策略", "the cell's own"),
    "inputs": ("输入文件", "Inputs"),
    "bytes": ("字节", "Bytes"),
    "recognised": ("列的识别", "How columns were understood"),
    "header": ("原列名", "Heading in the file"),
    "recognised_as": ("识别为", "Recognised as"),
    "header_row": ("表头行", "Header row"),
    "other_rules": ("其他规则", "Other rules"),
    "skipped": ("（未识别，已跳过）", "(not recognised, skipped)"),
    "kept_aside": ("（未使用）", "(kept aside)"),
    "this_run": ("本次运行", "This run"),
    "fact": ("项目", "Fact"),
    "run_id": ("运行编号", "Run"),
    "started": ("开始时间", "Started"),
    "seconds": ("用时（秒）：{step}", "Seconds: {step}"),
    "notice": ("说明", "Notice"),
    "origin_option": ("由命令指定", "as given"),
    "origin_column": ("取自数据日期列", "from the period column"),
    "origin_file_name": ("取自文件名", "from the file's name"),
    "origin_sheet_name": ("取自工作表名", "from the sheet's name"),
    "origin_today": ("取当前月份", "this month"),
}


def word(key: str, lang: Lang, **values: object) -> str:
    """The text of a key in a language, `{name}` filled in from `values`; KeyError for an unknown key."""
    zh, en = WORDS[key]
    return (zh if lang == "zh" else en).format(**values)
