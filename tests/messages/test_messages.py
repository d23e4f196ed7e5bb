"""A message is a code with values, said in either language."""

from __future__ import annotations

import pickle
from types import SimpleNamespace

import pytest

from ninegrid.messages import Message, advice, message, say, terminal_language
from ninegrid.messages.message import catalogue
from ninegrid.model.errors import InputError, TooManyRejectedError

REJECTED = {
    "relation": SimpleNamespace(zh="客户", en="Customers"),
    "rejected": 1200,
    "usable": 10000,
    "share": 0.12,
    "allowed": 0.05,
}


def test_numbers_are_written_as_the_sentence_has_them() -> None:
    told = message("pipeline.too_many_rejected", **REJECTED)
    assert say(told, "en") == "Customers: 1,200 of 10,000 rows were rejected (12.0%; allowed 5.0%)."
    assert say(told, "zh") == "客户：10,000 行中有 1,200 行被拒收（12.0%，允许 5.0%）。"
    assert advice(told, "zh").startswith("请修正")


def test_a_message_within_a_message_and_an_enumeration_are_said_in_its_language() -> None:
    inner = message("common.as_is", text=("甲", "乙"))
    assert say(message("common.as_is", text=inner), "zh") == "甲、乙"
    assert say(message("common.as_is", text=inner), "en") == "甲, 乙"


def test_a_text_of_a_million_characters_is_told_by_its_beginning() -> None:
    endless = message("common.as_is", text=("甲" * 1_000_000, "乙" * 1_000))
    assert say(endless, "zh") == f"{'甲' * 200}…（共 1,000,000 字）、{'乙' * 1_000}"
    assert say(endless, "en").startswith(f"{'甲' * 200}… (1,000,000 characters), 乙")


@pytest.mark.parametrize("code", ["nowhere.at_all", "common.nothing", "nothing"])
def test_an_unknown_code_fails(code: str) -> None:
    with pytest.raises(KeyError, match=code):
        say(Message(code), "en")


def test_a_missing_value_fails() -> None:
    with pytest.raises(KeyError, match="text"):
        say(Message("common.as_is"), "zh")


def test_an_error_speaks_both_languages_and_survives_another_process() -> None:
    error = TooManyRejectedError("pipeline.too_many_rejected", **REJECTED)
    for one in (error, pickle.loads(pickle.dumps(error))):
        assert one.said("zh").startswith("客户：10,000 行")
        assert one.advice("en").startswith("Correct the rows")
        assert str(one) == f"{one.said('en')} {one.advice('en')}"


def test_an_error_may_bring_its_own_advice() -> None:
    error = InputError("common.as_is", message("common.as_is", text="先存盘。"), text="x")
    assert (error.said("zh"), error.advice("zh")) == ("x", "先存盘。")


@pytest.mark.parametrize(
    ("words", "environment", "expected"),
    [
        (["--lang", "zh"], {"GRADE_LANG": "en"}, "zh"),
        (["--lang=en"], {"GRADE_LANG": "zh"}, "en"),
        (["--lang", "auto"], {"GRADE_LANG": "zh", "LANG": "en_US.UTF-8"}, "zh"),
        ([], {"LC_ALL": "zh_CN.GB18030", "LANG": "en_US.UTF-8"}, "zh"),
        ([], {"LC_MESSAGES": "en_GB", "LANG": "zh_CN.UTF-8"}, "en"),
        ([], {"LANG": "C.UTF-8"}, None),
        ([], {"LANG": "de_DE.UTF-8"}, None),
        ([], {"GRADE_LANG": "auto", "LANG": "POSIX"}, None),
    ],
)
def test_the_flag_decides_then_the_variable_then_the_locale(words, environment, expected) -> None:
    assert terminal_language(words, environment) == expected


@pytest.mark.parametrize(("n", "said"), [("1", "1 lead, 1"), ("0", "0 leads, 0"), ("1,001", "1,001 leads, 1,001")])
def test_a_word_goes_with_its_number(monkeypatch: pytest.MonkeyPatch, n: str, said: str) -> None:
    monkeypatch.setitem(catalogue("common"), "leads", {"zh": "{n} 条", "en": "{n} {n|lead|leads}, {n}"})
    assert say(message("common.leads", n=n), "en") == said


def test_a_value_that_is_not_given_is_missed() -> None:
    with pytest.raises(KeyError):
        say(message("common.cut", text="甲"), "en")
