"""What number formats say of the numbers they show."""

import pytest

from ninegrid.intake.values.shown_as import ShownAs, shown_as, unit_shown
from ninegrid.intake.values.units import Unit


@pytest.mark.parametrize(
    ("code", "percent", "shift", "exponent"),
    [
        ("General", False, 0, None),
        ("#,##0.00", False, 0, None),
        ("#,##0.00_);[Red](#,##0.00)", False, 0, None),
        ("0.00%", True, 0, None),
        ('0.00"%"', False, 0, None),
        ("0!.0,", False, 4, None),
        (r"0\.0,", False, 4, None),
        ('0"."0,', False, 4, None),
        ("0!.0000", False, 4, None),
        ("0!.00,,", False, 8, None),
        ("#,##0.00,", False, 3, None),
        ('0.00,,"M"', False, 6, 6),
        ('0!.0,"万"', False, 4, 4),
        ('0!.00,,"亿"', False, 8, 8),
        ('#,##0.0_);"万"', False, 0, 4),
        ('0.0"万元"', False, 0, 4),
        ('"¥"#,##0.00', False, 0, 0),
        ('[$$-409]#,##0.00', False, 0, 0),
        ('[>=100000000]0!.00,,"亿";[>=10000]0!.0,"万";0', False, 8, 8),
        ("yyyy-mm-dd", False, 0, None),
    ],
)  # fmt: skip
def test_a_format_tells_percent_scale_and_unit(code: str, percent: bool, shift: int, exponent: int | None) -> None:
    shown = shown_as(code)
    assert (shown.percent, shown.shift, shown.unit.exponent if shown.unit else None) == (percent, shift, exponent)


@pytest.mark.parametrize(
    ("code", "header", "exponent"),
    [
        ("0!.0,", Unit("万元", 4), 0),  # 29,821,116 is shown as 2982.1 under 万元: it is yuan
        ("#,##0.00,", Unit("千元", 3), 0),
        ("#,##0.00,", None, 0),
        ('0.00,,"M"', None, 0),
        ('0"万"', None, 4),
        ('0"万"', Unit("元", 0), 4),
        ("#,##0.00", Unit("万元", 4), 4),
        ('"¥"#,##0.00', Unit("万元", 4), 4),
    ],
)
def test_the_header_s_unit_is_of_what_is_shown(code: str, header: Unit | None, exponent: int) -> None:
    unit = unit_shown("money", header, shown_as(code))
    assert (unit.exponent if unit else 0) == exponent


def test_a_fraction_shown_as_percent_needs_no_unit() -> None:
    assert unit_shown("ratio", Unit("%", -2), ShownAs(percent=True)) is None
    assert unit_shown("ratio", Unit("%", -2), ShownAs()) == Unit("%", -2)
    assert unit_shown("ratio", None, shown_as('0.0"%"')) == Unit("%", -2)


def test_a_currency_in_a_format_is_the_amounts_own() -> None:
    unit = unit_shown("money", Unit("万", 4), shown_as("[$€-2] #,##0"))
    assert unit == Unit("万", 4, "EUR")
