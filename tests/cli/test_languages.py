"""What a person reads on the terminal is in one language: Chinese where it is asked for, English elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ninegrid.cli.main import command
from ninegrid.history.backtest import Backtest
from ninegrid.subjects.policies import policy_for
from tests.cli.conftest import Grade, customer, write_customers

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Three English words in a row make a sentence; codes, paths and options are none.
ENGLISH = re.compile(r"(?:\b[A-Za-z][a-z']+ ){2}[a-z']+\b")


def _helps(of: Any) -> Iterator[str]:
    yield from filter(None, (of.help, of.epilog, *(getattr(param, "help", None) for param in of.params)))
    for below in getattr(of, "commands", {}).values():
        yield from _helps(below)


def test_every_help_is_there_in_both_languages() -> None:
    zh, en = list(_helps(command("zh"))), list(_helps(command("en")))
    assert len(zh) == len(en) > 60
    assert [text for text in zh if not CHINESE.search(text) or ENGLISH.search(text)] == []
    assert [text for text in en if text.startswith("help.")] == []


def test_a_run_speaks_the_language_it_is_asked_for(grade: Grade, export: Path, capsys) -> None:
    assert grade("customers", export, "--lang", "zh", "--timings", "--json") == 0
    out, told = capsys.readouterr()
    assert "期间 2026-10（取自文件名）" in told
    assert "读入 10 行 = 已定位 10 + 未定位 0" in told
    assert not ENGLISH.search(told)
    summary = json.loads(out)  # codes stay beside what is told
    assert len(summary["notices"]) == len(summary["notice_codes"]) > 0
    assert "grading.no_statements" in summary["notice_codes"]


def test_the_variable_is_for_the_terminal_and_the_headers_are_for_the_tables(
    grade: Grade, export: Path, capsys, monkeypatch
) -> None:
    monkeypatch.setenv("GRADE_LANG", "en")
    for words, lang in (((), "zh"), (("--lang", "en"), "en")):
        assert grade("customers", export, "--out", "g.xlsx", "--json", *words) == 0
        told = capsys.readouterr()
        assert "10 rows read = 10 placed" in told.err
        # a size class and the headers of flows, as the export has them
        assert not CHINESE.search(told.err.replace("中型", "").replace("总收入, 营业费用", ""))
        assert json.loads(told.out)["lang"] == lang


def test_without_a_locale_the_headers_decide(grade: Grade, export: Path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert grade("customers", export) == 0
    assert "读入 10 行" in capsys.readouterr().err


def test_without_a_locale_a_job_speaks_as_a_run_by_hand_does(grade: Grade, export: Path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    job = export.with_name("monthly.toml")
    job.write_text(f'''name = "monthly"
subject = "customers"
[sources]
files = ["{export.name}"]
[outputs]
workbook = "out/{{period}}/g.xlsx"
''')
    assert grade("run", job, "--period", "2026-10") == 0
    told = capsys.readouterr().err
    assert "monthly 2026-10: 读入 10 行" in told
    assert not ENGLISH.search(told)


def test_without_a_locale_an_error_speaks_the_headers_language(grade: Grade, tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    broken = write_customers(tmp_path / "2026-10.xlsx", [customer(1, 总收入="很多"), customer(2)])
    assert grade("customers", broken) == 4
    assert "错误：客户：2 行中有 1 行被拒收" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_error_says_what_where_and_what_to_do(grade: Grade, tmp_path: Path, capsys, lang: str) -> None:
    rows = [customer(1, 总收入="很多"), customer(2)]
    broken = write_customers(tmp_path / "2026-10.xlsx", rows)
    assert grade("customers", broken, "--lang", lang, "--json") == 4
    told = capsys.readouterr()
    summary = json.loads(told.out)
    assert bool(CHINESE.search(summary["error"])) == (lang == "zh")
    assert ("请修正这些行" in summary["hint"]) == (lang == "zh")
    assert told.err.startswith("错误：" if lang == "zh" else "error: ")


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (
            "custmers",
            "没有“custmers”这个命令；相近的有：customers",
            "There is no command 'custmers'; near it: customers",
        ),
        ("customers x.xlsx --nope", "没有 --nope 这个选项", "There is no option --nope."),
        ("customers x.xlsx --perio 1", "相近的有：--period", "near it: --period."),
        ("customers", "缺少 FILE…", "FILE… is missing."),
        ("history 1 2 3", "多出的参数：2 3", "Too many arguments: 2 3."),
        ("customers x.xlsx --period", "--period 后面要写一个值", "--period needs a value."),
        ("customers x.xlsx --quiet=3", "--quiet 后面不写值", "--quiet takes no value."),
        ("customers x.xlsx --wait long", "--wait 的值“long”不是不小于 0 的数字", "a number from 0, not 'long'."),
        ("customers x.xlsx --lang fr", "“fr”不在 auto、zh、en 之内", "--lang takes one of auto, zh, en, not 'fr'."),
    ],
)
def test_a_wrong_command_line_is_told_in_the_language_to_speak(
    grade: Grade, capsys, monkeypatch, words: str, zh: str, en: str
) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        monkeypatch.setenv("GRADE_LANG", lang)
        assert grade(*words.split()) == 2
        told = capsys.readouterr().err
        assert said in told
        assert "--help" in told
        assert bool(CHINESE.search(told)) == (lang == "zh")
        assert lang == "en" or not ENGLISH.search(told)


def test_a_wrong_command_line_is_an_event_and_a_line_of_json_too(grade: Grade, capsys) -> None:
    assert grade("customers", "x.xlsx", "--json", "--nope") == 2
    assert json.loads(capsys.readouterr().out)["exit_code"] == 2


def test_without_words_the_help_is_shown(grade: Grade, capsys, monkeypatch) -> None:
    monkeypatch.setenv("GRADE_LANG", "zh")
    assert grade() == 2
    assert "用法：" in capsys.readouterr().err
    assert grade("--version") == 0
    assert capsys.readouterr().out.startswith("grade ")


# GRADE_LANG and what is typed, and the language that is spoken of a period whose headers are Chinese.
SPOKEN = [("en", (), "en"), ("", (), "zh"), ("zh", ("--lang", "en"), "en")]


def test_explain_speaks_the_language_of_the_terminal(stored: Grade, capsys, monkeypatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    for variable, words, lang in SPOKEN:
        monkeypatch.setenv("GRADE_LANG", variable)
        capsys.readouterr()
        assert stored("explain", "customers", "000001", *words) == 0
        assert {"en": "Value grid:", "zh": "价值九宫格:"}[lang] in capsys.readouterr().out


def test_backtest_speaks_the_language_of_the_terminal(stored: Grade, capsys, monkeypatch) -> None:
    row = {"rule": "any", "outcome": "gone", "outcomes": 2, "flagged": 1, "recall": 0.5, "lead": 2.0, "warnings": 3}
    table = pl.DataFrame([{**row, "followed": 1, "precision": 1 / 3, "warnings_per_owner": 0.5}])
    found = Backtest("customers", ("2026-08", "2026-09", "2026-10"), policy_for("customers"), "zh", table)
    monkeypatch.setattr("ninegrid.history.backtest.backtest", lambda *_: found)
    monkeypatch.setenv("LANG", "C.UTF-8")
    for variable, words, lang in SPOKEN:
        monkeypatch.setenv("GRADE_LANG", variable)
        capsys.readouterr()
        assert stored("backtest", *words) == 0
        assert {"en": "any rule", "zh": "任一规则"}[lang] in capsys.readouterr().out


@pytest.mark.parametrize("name", ["explain", "backtest"])
def test_a_command_that_writes_no_workbook_speaks_of_none(name: str) -> None:
    option = next(param for param in command("en").commands[name].params if param.name == "lang")
    assert "workbook" not in option.help
