"""What people and systems do to an export, planted on purpose and noted down, fault by fault."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from decimal import Decimal
from random import Random

from planting.lines import Line, Written
from planting.spoiler import FULL_WIDTH, NOTHING, Planted, Spoiler


def spoil_customers(lines: list[Line], rng: Random, spared: Collection[str]) -> list[Planted]:
    """The faults of the main sheet; about one row in eighty becomes unusable, none of those `spared`."""

    def free(line: Line) -> bool:
        return line.truth["customer_id"] not in spared

    spoiler = Spoiler(lines, rng, lambda line: _ordinary(line) and free(line))
    _refusals(spoiler)
    _other_forms(spoiler)
    for _ in range(4):
        spoiler.copy("exact_duplicate")
    spoiler.copy("duplicate_in_other_form", _thousands_everywhere)
    for text in ("2018-13-45", "约2015年春", "20190231", "开户早"):
        spoiler.blank("unreadable_date", "opened_on", text)
    for text in ('=HYPERLINK("http://example.invalid","点击查看")', "@SUM(A1:A9)商贸有限公司", "+860000000000联络处"):
        spoiler.rename("formula_like_text", "customer_name", text)
    for _ in range(5):
        spoiler.rewrite("stated_raroc_differs", "raroc", lambda v: None if v is None else round(v + 3, 2), "warning")
        spoiler.planted[-1].line.truth["raroc"] += Decimal("0.03")
    for column in ("economic_capital", "rwa", "pd", "credit_limit", "months_observed", "raroc"):
        spoiler.gaps(NOTHING, column, 6, free)
    return spoiler.planted


def _ordinary(line: Line) -> bool:
    """A line with nothing unusual about it, so that a planted fault is the only thing that can befall its row."""
    needed = ("total_income", "fee_income", "economic_capital", "operating_cost", "expected_loss", "months_observed")
    return all(line.truth[name] for name in (*needed, "credit_limit", "deposit_avg", "deposit_monthly_sd"))


def _refusals(spoiler: Spoiler) -> None:
    for column in ("deposit_avg", "total_income", "loan_avg"):
        spoiler.contradict("contradicting_duplicate", column, lambda v: round(v * 1.1 + 1, 2))
    for column in ("customer_name", "relationship_manager"):
        spoiler.blank("value_missing", column, None, "missing")
    spoiler.blank("value_missing", "relationship_manager", "--", "missing")
    spoiler.refuse("required_value_missing", "customer_id", None)
    spoiler.refuse("unreadable_number", "total_income", "见附注")
    spoiler.refuse("negative_amount", "ead", -1200)
    spoiler.refuse("error_value", "loan_avg", "#REF!")
    spoiler.refuse("error_value", "economic_capital", "#DIV/0!")
    spoiler.refuse("error_value", "deposit_avg", "#REF!")
    spoiler.refuse("negative_amount", "deposit_avg", -1234.5)
    spoiler.refuse("negative_amount", "credit_limit", "(5,000)")
    spoiler.refuse("unreadable_number", "loan_avg", "约三千万")
    spoiler.refuse("unreadable_number", "operating_cost", "待核实")
    spoiler.refuse("unknown_category", "scale", "特大型")
    spoiler.refuse("unknown_category", "scale", "待定")
    spoiler.refuse("out_of_range", "months_observed", 150)
    spoiler.refuse("out_of_range", "months_observed", 0)
    for number in (910_000_200_012_345_000, 910_000_200_067_890_000):
        spoiler.refuse("id_rounded_by_excel", "customer_id", number)


def _other_forms(spoiler: Spoiler) -> None:
    for column in ("total_income", "deposit_avg", "loan_avg", "ead", "operating_cost", "settlement_credits"):
        spoiler.rewrite("thousands_separator", column, _thousands)
        spoiler.rewrite("thousands_separator", column, _thousands)
    for column in ("credit_used", "deposit_monthly_sd", "fee_income", "txn_count"):
        spoiler.rewrite("full_width_digits", column, lambda v: str(v).translate(FULL_WIDTH) if v else None)
    for column, text, amount in (
        ("credit_limit", "1.2亿", 120_000_000),
        ("settlement_credits", "3.05亿", 305_000_000),
        ("credit_limit", "6500万", 65_000_000),
        ("overdue_balance", "350万", 3_500_000),
    ):
        spoiler.amount("unit_in_cell", column, text, amount)
    for column in ("lgd", "pd", "raroc", "lgd"):
        spoiler.rewrite("percent_in_cell", column, lambda v: None if v is None else f"{v}%")
    for column in ("deposit_avg", "loan_avg"):
        spoiler.rewrite("currency_sign", column, lambda v: f"¥{v:,.2f}" if v else None)
    spoiler.rewrite("bracket_negative", "other_income", lambda v: f"({-v:,})" if v and v < 0 else None)
    spoiler.rewrite("trailing_minus", "other_income", lambda v: f"{-v}-" if v and v < 0 else None)
    for space in ("\u3000", " ", "  "):
        spoiler.rewrite("id_with_spaces", "customer_id", lambda v, s=space: f"{v}{s}")
    spoiler.rewrite("id_with_spaces", "customer_id", lambda v: f"\u3000{v}")
    for _ in range(2):
        spoiler.rewrite("numeric_id", "customer_id", lambda v: int(v) if v.startswith("88") else None)
    for column, form in (("scale", "{}企业"), ("scale", "{}企业")):
        spoiler.rewrite("category_alias", column, lambda v, f=form: f.format(v), "kept")
    for form in ("%Y年%-m月%-d日", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%d"):
        spoiler.rewrite("date_as_text", "opened_on", lambda v, f=form: _date_text(v, f), "kept")
    spoiler.rewrite("date_as_serial", "opened_on", lambda v: (v - dt.date(1899, 12, 30)).days, "kept")


def _date_text(day: Written, form: str) -> str:
    plain = form.replace("%-m", str(day.month)).replace("%-d", str(day.day))  # %-m is not known on Windows
    return day.strftime(plain)


def _thousands(value: Written) -> str | None:
    return f"{value:,}" if isinstance(value, int | float) and value >= 1_000 else None


def _thousands_everywhere(line: Line) -> None:
    for name, value in line.cells.items():
        line.cells[name] = _thousands(value) or value


def spoil_groups(lines: list[Line], rng: Random, steady: set[str]) -> list[Planted]:
    """Members nobody knows, a member twice, and a member of two groups."""
    spoiler = Spoiler(lines, rng, lambda line: line.truth["customer_id"] in steady)
    spoiler.contradict("member_of_two_groups", "group_id", lambda group: "G0001" if group != "G0001" else "G0002")
    spoiler.copy("exact_duplicate")
    for number in (1, 2):
        spoiler.stray("orphan", {"customer_id": f"990000000{number}", "group_id": "G0007", "group_name": "外来集团"})
    return spoiler.planted


def spoil_income(lines: list[Line], rng: Random) -> list[Planted]:
    """Incomes of customers nobody knows, and words for nothing."""
    spoiler = Spoiler(lines, rng)
    for number in (3, 4):
        spoiler.stray(
            "orphan", {"customer_id": f"990000000{number}", "total_income_2024": 12.5, "total_income_2025": 13}
        )
    spoiler.gaps(NOTHING, "total_income_2023", 5)
    return spoiler.planted


def spoil_statements(lines: list[Line], rng: Random, steady: set[str]) -> list[Planted]:
    """The CSV's faults: repeated, contradicting, half-empty and unreadable statements of `steady` customers.

    All of customers with three years, so that two are left to grow between.
    """
    years = Counter(line.truth["customer_id"] for line in lines)
    enough = {customer_id for customer_id in steady if years[customer_id] == 3}
    spoiler = Spoiler(
        lines, rng, lambda line: line.truth["customer_id"] in enough and bool(line.truth["interest_bearing_debt"])
    )
    spoiler.contradict("contradicting_duplicate", "net_profit", lambda v: round(v * 1.2 + 1, 2))
    for _ in range(4):
        spoiler.copy("exact_duplicate")
    for text in ("--", "N/A", None):
        spoiler.blank("figure_missing", "net_profit", text, "missing")
    spoiler.refuse("unreadable_number", "operating_revenue", "见附注")
    spoiler.refuse("negative_amount", "cash", -500)
    for number in (5, 6, 7):
        cells = {
            "customer_id": f"990000000{number}",
            "fiscal_year": 2025,
            "operating_revenue": 1000.5,
            "net_profit": 20,
        }
        spoiler.stray("orphan", cells)
    for text in ("--", "无", "N/A", "—", ""):
        spoiler.blank("placeholder", "cash", text, "missing")
        spoiler.blank("placeholder", "interest_bearing_debt", text, "missing")
    spoiler.rewrite("full_width_digits", "operating_revenue", lambda v: str(v).translate(FULL_WIDTH))
    return spoiler.planted
