"""Some shared texts of a workbook, found without looking into the others."""

import pytest

from ninegrid.intake.formats.xlsx.shared_texts import shared_texts
from ninegrid.model.errors import InputError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FIVE = (
    "<si><t>客户</t></si><si><r><t>总</t></r><r><t>收入</t></r></si><si><t/></si>"
    '<si><t>行业</t><rPh sb="0" eb="2"><t>hangye</t></rPh></si><si><t>A&amp;B</t></si>'
)


def found(items: str, *wanted: int, size: int = 1 << 20, tag: str = f'sst xmlns="{MAIN}"') -> dict[int, str]:
    xml = f'<?xml version="1.0"?><{tag}>{items}</{tag.split(maxsplit=1)[0]}>'.encode()
    return shared_texts(lambda: (xml[at : at + size] for at in range(0, len(xml), size)), set(wanted), "客户.xlsx")


@pytest.mark.parametrize("size", [1, 7, 40, 1 << 20])
def test_the_wanted_texts_are_found_however_the_part_is_cut(size: int) -> None:
    assert found(FIVE, 0, size=size) == {0: "客户"}
    assert found(FIVE, 1, 3, size=size) == {1: "总收入", 3: "行业"}
    assert found(FIVE, 2, 4, size=size) == {2: "", 4: "A&B"}


def test_a_number_beyond_the_last_text_has_none() -> None:
    assert found(FIVE, 4, 5, 900) == {4: "A&B"}
    assert found("", 0) == {}


@pytest.mark.parametrize(
    "items",
    [
        FIVE.replace("<si><t/></si>", "<si/>"),
        FIVE.replace("<si><t/></si>", '<si xml:space="preserve"><t/></si>'),
        FIVE.replace("<si><t/>", "<!-- <si> --><si><t/>"),
        FIVE.replace("<t/>", "<t><![CDATA[]]></t>"),
    ],
    ids=["empty item", "attribute", "comment", "CDATA"],
)
def test_items_that_are_written_otherwise_are_counted_too(items: str) -> None:
    assert found(items, 2, 3, 4) == {2: "", 3: "行业", 4: "A&B"}


def test_items_with_a_prefix_are_found() -> None:
    prefixed = FIVE.replace("<", "<x:").replace("<x:/", "</x:")
    assert found(prefixed, 1, 4, tag=f'x:sst xmlns:x="{MAIN}"') == {1: "总收入", 4: "A&B"}


def test_what_is_not_well_formed_before_the_last_wanted_text_is_refused() -> None:
    broken = FIVE.replace("<t/>", "<t>R&D</t>")
    assert found(broken, 1) == {1: "总收入"}
    with pytest.raises(InputError):
        found(broken, 4)
