"""Headers in pinyin and by initials: names and ids are read where the sheet is written so, figures only proposed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ninegrid
from ninegrid.intake.headers.heading import Heading
from ninegrid.intake.headers.matching import Match, plain_vocabulary
from ninegrid.intake.headers.pinyin import spelt
from ninegrid.model.errors import GradeError
from ninegrid.model.reading import SheetReading
from ninegrid.subjects.registry import relations

ROWS = [
    "KHH,KHMC,SSFH,QYGM,KHJL,ZSR,JJZB,DKYE",
    "0001,甲贸易公司,东城分行,大型,王一,3200000,9000000,5",
    "0002,乙制造公司,西城分行,小型,李二,1200000,4000000,6",
]


def reading(path: Path, *rows: str) -> SheetReading:
    path.write_text("\n".join(rows), encoding="utf-8")
    try:
        result = ninegrid.check("customers", [path])
        found = result.inputs.reading
    except GradeError as error:
        found = error.reading
    assert found is not None
    return found.sheets[0]


def test_names_and_ids_are_read_and_figures_proposed(tmp_path: Path) -> None:
    columns = reading(tmp_path / "hx_202610.csv", *ROWS).columns
    assert {c.header: c.meaning for c in columns if c.meaning} == {
        "KHH": "customer_id",  # 客户号 here, as its values are codes; 开户行 has the same initials
        "KHMC": "customer_name",
        "SSFH": "branch",
        "QYGM": "scale",
        "KHJL": "relationship_manager",
    }
    assert {c.header: c.nearest[0].meaning for c in columns if c.nearest} == {
        "ZSR": "total_income",
        "JJZB": "economic_capital",
    }


def test_long_initials_of_a_figure_and_short_ones_that_a_sum_confirms_are_read(tmp_path: Path) -> None:
    columns = reading(
        tmp_path / "hx_202610.csv",
        "KHH,KHMC,TYSHXYDM,BZ,LXJSR,ZJYWJSR,QTSR,YYJSR,HQCKNRJ,JJZB",
        *(f"000{n},甲{n},91310000MA1K0000{n}X,CNY,{n}0,{n},{n},{n * 12},9,8" for n in range(1, 5)),
    ).columns
    assert {c.header: c.meaning for c in columns if c.meaning} == {
        "KHH": "customer_id",
        "KHMC": "customer_name",
        "TYSHXYDM": "credit_code",
        "BZ": "currency",
        "LXJSR": "net_interest_income",
        "ZJYWJSR": "fee_income",
        "QTSR": "other_income",
        "YYJSR": "total_income",
        "HQCKNRJ": "demand_deposit_avg",
    }


def test_letters_that_are_initials_by_chance_stay_unread(tmp_path: Path) -> None:
    columns = reading(
        tmp_path / "mix_202610.csv", "客户号,名称,分行,行业,KHJL,ZSR", "1,甲,东城分行,制造业,王一,3"
    ).columns
    assert {c.header for c in columns if not c.meaning} == {"KHJL", "ZSR"}
    assert [c.nearest[0].meaning for c in columns if c.header == "KHJL"] == ["relationship_manager"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("会计年度", ("kuaijiniandu", "kjnd")),
        ("存款FTP净收入", ("cunkuanftpjingshouru", "ckftpjsr")),
        ("income", None),
        ("囧额", None),
    ],
)
def test_a_text_in_pinyin(text: str, said: tuple[str, str] | None) -> None:
    assert spelt(text) == said


def test_the_schemas_headers_can_be_spelt() -> None:
    headers = [
        header
        for subject in ("customers", "talent")
        for relation in relations(subject)
        for column in relation.columns
        for header in (*column.headers, *column.general, *column.possible)
        if re.search(r"[\u3400-\u9fff]", header)
    ]
    assert sum(spelt(header) is not None for header in headers) > 0.97 * len(headers)


def test_names_ids_and_amounts_by_initials_with_another_ending_and_periods_and_classes_of_one_value(
    tmp_path: Path,
) -> None:
    columns = reading(
        tmp_path / "hx.csv",
        "TJYF,KHH,KEHUMINGCHENG,GHJLMC,GHJLBH,FXJQZCJE,WJFL,CKYE,DGCKNRJYE",
        *(f"202610,000{n},甲{n},王{n},07{n},{n}0,正常,{n}5,{n}6" for n in range(1, 5)),
    ).columns
    assert {c.header: c.meaning for c in columns if c.meaning} == {
        "TJYF": "period",
        "KHH": "customer_id",
        "KEHUMINGCHENG": "customer_name",
        "GHJLMC": "relationship_manager",
        "GHJLBH": "relationship_manager_id",
        "FXJQZCJE": "rwa",
        "WJFL": "loan_class",
        "DGCKNRJYE": "deposit_avg",
    }


@pytest.mark.parametrize(
    ("off", "told"),
    [(0, {"YQSS", "WYGL", "JJZB", "SXED", "YXYE"}), (1, {"WYGL", "YQSS"})],
)
def test_short_initials_of_figures_are_read_where_they_are_to_others_what_those_are(
    tmp_path: Path, off: int, told: set[str]
) -> None:
    columns = reading(
        tmp_path / "hx_202610.csv",
        "KHH,KHMC,SSFH,LXJSR,YQSS,WYGL,WYSSL,WYFXCK,FXJQZC,JJZB,SXED,YXYE",
        *(
            f"000{n},甲{n},东城分行,{n}0,{0.02 * 0.4 * n * 1000:g},0.02,0.4,{n}000,{n}000,{n * (100 + off * n)},"
            f"{n}000,{n * 600 * (1 + off)}"
            for n in range(1, 8)
        ),
    ).columns
    found = {c.header for c in columns if c.meaning}
    assert found - {"KHH", "KHMC", "SSFH", "LXJSR", "WYSSL", "WYFXCK", "FXJQZC"} == told


def test_averages_by_initials_with_every_ending(tmp_path: Path) -> None:
    columns = reading(
        tmp_path / "hx_202610.csv",
        "kh_bh,kh_mc,gs_fh_mc,hqck_nrj_ye,bzj_nrj_ye,dk_rj_ye,lx_jsr",
        *(f"000{n},甲{n},东城分行,{n}5,{n}6,{n}7,{n}8" for n in range(1, 5)),
    ).columns
    assert [c.meaning for c in columns][3:6] == ["demand_deposit_avg", "margin_deposit_avg", "loan_avg"]


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("kehumc", "customer_name"),
        ("KEHUBH", "customer_id"),
        ("kehujingligh", "relationship_manager_id"),
        ("cunkuannrj", "deposit_avg"),
        ("lixijsr", "net_interest_income"),
        ("cunkuanye", None),
        ("lixisr", None),
        ("gender", None),
    ],
)
def test_pinyin_that_goes_on_with_initials(header: str, meaning: str | None) -> None:
    found = plain_vocabulary(relations("customers")[0]).match((Heading.read(header),))
    assert (found.column.name if isinstance(found, Match) else None) == meaning


def test_days_by_initials_are_when_a_customer_came_where_each_has_its_own(tmp_path: Path) -> None:
    for days, meaning in ((lambda n: f"2011030{n}", "opened_on"), (lambda n: "20261015", "")):
        rows = (f"000{n},甲{n},东城分行,{days(n)},{n}7,{n}8" for n in range(1, 8))
        columns = reading(tmp_path / "hx_202610.csv", "kh_bh,kh_mc,gs_fh_mc,kh_rq,dk_rj_ye,lx_jsr", *rows).columns
        assert columns[3].meaning == meaning
