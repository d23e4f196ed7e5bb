"""Every column's header in some forty kinds of dress is that column; with forty kinds of another measure, never.

In Chinese and in English, without any file: headers alone are read.
"""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import pytest

from ninegrid.intake.headers.heading import readings
from ninegrid.intake.headers.matching import Match, Vocabulary
from ninegrid.model.relations import Column, Lang
from ninegrid.subjects.registry import relations

RELATIONS = {one.name: one for subject in ("customers", "talent") for one in relations(subject)}
WORDS = {name: Vocabulary(one, {}) for name, one in RELATIONS.items()}
MAIN = ("customers", "employees")
LANGS: tuple[Lang, ...] = ("zh", "en")
TRADITIONAL = str.maketrans(
    "户号称业规经总营费损资团贷额余产线数净标维险风违约", "戶號稱業規經總營費損資團貸額餘產線數淨標維險風違約"
)

Header = tuple[str | None, str]
Change = Callable[[str], Header]


def broken(text: str, end: str) -> str:
    return text.replace(" ", end) if " " in text else f"{text[:2]}{end}{text[2:]}"


def texts(**forms: str) -> dict[str, Change]:
    """Changes by name: the form of a header, with a group and | before it where it stands under one."""
    return {name: lambda h, form=form: headed(form.replace("{}", h)) for name, form in forms.items()}  # type: ignore[misc]


def headed(form: str) -> Header:
    group, _, cell = form.rpartition("|")
    return group or None, cell


PLAIN: dict[str, Change] = {
    "full width": lambda h: (None, "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in h)),
    "upper case": lambda h: (None, h.upper()),
    "lower case": lambda h: (None, h.lower()),
    "line break": lambda h: (None, broken(h, "\n")),
    "carriage return": lambda h: (None, broken(h, "\r\n")),
    "zero width": lambda h: (None, f"\u200b{h[:2]}\u200b{h[2:]}\ufeff"),
    "soft hyphen": lambda h: (None, f"{h[:2]}\u00ad{h[2:]}"),
} | texts(
    as_it_is="{}", spaces="  {} ", tab="\t{}\t", no_break_space="\u00a0{}\u3000", star="*{}", star_behind="{}*", colon="{}:", wide_colon="{}：",
    quoted='"{}"', zh_quoted="“{}”", numbered="3. {}", zh_numbered="12、{}", bracket_number="(1) {}", circled="①{}", chinese_number="一、{}",
    required="{}（必填）", optional="{}[选填]", corner="{}【必填】", as_text="{}(文本)", choose="{}（下拉选择）", example="{}（示例）",
    unknown_group="经营概览|{}", base_group="基本信息|{}", numbered_group="一、基础情况|{}",
)  # fmt: skip
DRESS: Mapping[Lang, Mapping[str, Change]] = {
    "zh": {
        "traditional": lambda h: (None, h.translate(TRADITIONAL)),
        "spaced out": lambda h: (None, " ".join(h) if not any(map(str.isascii, h)) else h),
    }
    | texts(
        of_which="其中：{}", ours="我行{}", this_bank="本行{}", corporate="对公{}", this_period="本期{}", actual="实际{}", belonging="所属{}",
        unit="单位{}", period_behind="{}（本期）", customer_group="客户信息|{}", year_group="本年|{}",
    ),
    "en": {
        "snake case": lambda h: (None, h.replace(" ", "_").replace("-", "_").lower()),
        "capital snake": lambda h: (None, h.replace(" ", "_").replace("-", "_").upper()),
        "camel case": lambda h: (None, "".join(f"{word[:1].upper()}{word[1:]}" for word in h.replace("-", " ").split())),
        "hyphens": lambda h: (None, h.replace(" ", "-")),
        "dots": lambda h: (None, h.replace(" ", ".")),
        "two spaces": lambda h: (None, h.replace(" ", "  ")),
        "title case": lambda h: (None, h.title()),
    }
    | texts(
        current="Current {}", actual="Actual {}", the="The {}", required="{} (required)", optional="{} [optional]", below="{}\n(required)",
        actual_behind="{} (actual)", current_behind="{} - current", customer_group="Customer information|{}", details="Details|{}",
        year_group="Current year|{}",
    ),
}  # fmt: skip
OF_FIGURES: Mapping[Lang, Mapping[str, Change]] = {
    "zh": texts(
        this_year="本年{}", year_behind="{}（本年）", accumulated="本年累计{}", currencies="本外币{}", converted="{}（折人民币）", sum="{}合计",
        figure="{}数值", appraisal="{}(考核)", two_brackets="{}（本期）（折人民币）", unit_group="损益（万元）|{}", currencies_group="本外币合计|{}",
    ),
    "en": texts(
        total="Total {}", ytd="{} YTD", before="YTD {}", current_year="CY {}", short_of_which="o/w {}", of_which="of which: {}",
        local="{} (LCY)", amount="{} amount", ytd_group="YTD actual|{}",
    ),
}  # fmt: skip
UNITS: Mapping[Lang, Sequence[str]] = {
    "zh": ["(万元)", "（亿元）", "[千元]", "-万元", "/万元", "_元", "（单位：万元）", "(RMB mn)", "（人民币万元）", "(元)"],
    "en": [" (RMB mn)", " (USD)", " - RMB million", " in thousands", " (in millions)", ", CNY mn", " RMB", " ($000)", " (EUR k)", " [mn]"],
}  # fmt: skip
BEFORE: Mapping[Lang, Sequence[str]] = {
    "zh": ["上年同期", "去年", "上期", "上月", "前年", "目标", "计划", "预算", "户均", "人均", "当月", "行业平均"],
    "en": ["Prior Year", "PY", "Last Year", "Previous", "Budget", "Target", "Planned", "Change in", "Ranking of", "Peer", "Per capita", "Median"],
}  # fmt: skip
BEHIND: Mapping[Lang, Sequence[str]] = {
    "zh": ["较年初", "较上年", "同比", "环比", "增减", "增幅", "变动", "目标", "任务", "完成率", "KPI值", "排名", "分位", "占比", "差异", "缺口"],
    "en": ["PY", "YoY", "YoY %", "MoM", "vs. Plan", "Target", "Forecast", "Rank", "Percentile", "Change", "Delta", "Var %", "per customer", "% of total", "Gap to target", "Achievement %"],
}  # fmt: skip
OVER: Mapping[Lang, Sequence[str]] = {
    "zh": ["上年同期", "上期", "较年初", "同比增减", "任务", "预算（万元）", "排名", "2026年目标", "比上年"],
    "en": ["Prior Year", "PY", "Budget", "FY26 Target", "Forecast", "YoY change", "Growth vs PY", "Rank", "Variance"],
}  # fmt: skip
IN_BRACKETS: Mapping[Lang, Sequence[str]] = {
    "zh": ["上年同期", "目标", "排名", "同比%", "占比", "PY"],
    "en": ["YoY", "Budget", "Prior year", "Rank", "% change"],
}
SHARES: Mapping[Lang, Sequence[str]] = {"zh": ["占比", "人均"], "en": ["Per capita", "Share"]}
"""Over a name or a date such a word says nothing: 占比 may stand over the branch of a table of shares."""
BOTH = {("deposit_ftp_income", "current"), ("deposit_monthly_sd", "current")}
"""A current deposit is a demand deposit to banks: what the word makes of these is told by a person."""


def vetoes(lang: Lang, *, figures: bool) -> dict[str, Change]:
    """Kinds of another measure. `figures`: with those that only figures have."""
    between = "" if lang == "zh" else " "
    forms = {
        **{f"{word} before": f"{word}{between}{{}}" for word in BEFORE[lang]},
        **{f"{word} behind": f"{{}}{between}{word}" for word in BEHIND[lang] if figures or word != "% of total"},
        **{f"under {word}": f"{word}|{{}}" for word in (*OVER[lang], *(SHARES[lang] if figures else ()))},
        **{f"{word} in brackets": f"{{}} ({word})" for word in IN_BRACKETS[lang]},
    }
    return texts(**forms)


def kinds_of_dress(lang: Lang, column: Column) -> dict[str, Change]:
    """The kinds of dress that a column's header may wear."""
    of_figures = OF_FIGURES[lang] if is_figure(column) else {}
    units = texts(**{f"in {unit}": f"{{}}{unit}" for unit in UNITS[lang]}) if column.kind == "money" else {}
    return {**PLAIN, **DRESS[lang], **of_figures, **units}


def is_figure(column: Column) -> bool:
    return column.kind in ("money", "ratio")


def read(header: Header, words: Vocabulary) -> Match | None:
    group, cell = header
    found = words.match(readings(group, group, cell) if group else readings(None, None, cell))
    return found if isinstance(found, Match) else None


def misread(name: str, lang: Lang) -> Iterable[tuple[str, str, str | None]]:
    """Column, kind of dress, and what its header was read as, where that is another thing, nothing or has no unit."""
    for column in RELATIONS[name].columns:
        for kind, change in kinds_of_dress(lang, column).items() if column.name != "sme_sales" else ():
            got = read(change(column.label(lang)), WORDS[name])
            right = got is not None and got.column == column and (not kind.startswith("in ") or got.unit is not None)
            if not right and (column.name, kind) not in BOTH:
                yield column.name, kind, got.column.name if got else None


def taken(name: str, lang: Lang, but: Sequence[str] = ()) -> Iterable[tuple[str, str, str]]:
    """Column, kind of another measure, and what its header was read as all the same."""
    for column in RELATIONS[name].columns:
        if column.name not in but and not column.echoed:
            for kind, change in vetoes(lang, figures=is_figure(column)).items():
                if got := read(change(column.label(lang)), WORDS[name]):
                    yield column.name, kind, got.column.name


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.thorough)])
@pytest.mark.parametrize("name", MAIN)
def test_dress_changes_no_column(name: str, lang: Lang) -> None:
    assert not list(misread(name, lang))


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.thorough)])
@pytest.mark.parametrize("name", MAIN)
def test_another_measure_is_never_taken_for_the_column(name: str, lang: Lang) -> None:
    assert not list(taken(name, lang))


@pytest.mark.thorough
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", [name for name in RELATIONS if name not in (*MAIN, "targets")])
def test_every_column_of_every_relation(name: str, lang: Lang) -> None:
    """The columns of targets are about targets, and those of a KPI's actual value have a target beside them.

    In a form that comes back 计划 and 上期 say which column it is: the planned day is the due one, 计划状态 how far a plan is,
    上期 is before. A share of the market stays one under Share, and what to change is called Change. Actions are tasks: 任务
    says nothing of their columns. 目标权重 is a KPI's weight, and KPI Target its target.
    """
    own = ("actual", "target", "done_on", "after", "status", "attainment", "our_share", "largest_rival_share", "change")
    own += ("weight", "kpi") if name == "kpis" else ()
    assert not list(misread(name, lang))
    told = [one for one in taken(name, lang, own) if name != "actions" or "任务" not in one[1]]
    assert not told


@pytest.mark.parametrize("lang", LANGS)
def test_there_are_forty_kinds_of_each(lang: Lang) -> None:
    columns = [column for name in MAIN for column in RELATIONS[name].columns]
    assert all(len(kinds_of_dress(lang, column)) >= 40 for column in columns)
    assert len(vetoes(lang, figures=False)) >= 40
    assert sum(map(is_figure, columns)) > 20
