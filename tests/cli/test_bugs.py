"""What a user sees of a bug of ours: one plain sentence, exit code 1, and no data but where it is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ninegrid import pipeline
from ninegrid.model.errors import UsageError
from tests.cli.conftest import Grade

SECRET = "客户王伟的密码 hunter2"  # what the error of a library may quote


@pytest.fixture
def words(tmp_path: Path) -> tuple[str, ...]:
    (tmp_path / "客户_2026-10.csv").write_text("客户号,总收入,营业费用\n1,2,3\n", encoding="utf-8")
    return ("check", "customers", "客户_2026-10.csv")


def _fails(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def step(*_: object) -> None:
        raise error

    monkeypatch.setattr(pipeline, "_with_forms", step)


def test_a_bug_is_a_sentence_without_data(
    grade: Grade, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    _fails(monkeypatch, RuntimeError(SECRET))
    assert grade(*words) == 1
    told = capsys.readouterr()
    assert "bug in the program: RuntimeError at pipeline.py:" in told.err
    assert "--debug" in told.err
    assert len(told.err.splitlines()) == 2
    assert not [word for word in ("Traceback", "王伟", "hunter2") if word in told.out + told.err]


def test_the_trace_is_shown_where_it_is_asked_for(
    grade: Grade, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    _fails(monkeypatch, RuntimeError(SECRET))
    assert grade(*words, "--debug") == 1
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert "hunter2" in told


def test_json_says_it_too(grade: Grade, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    _fails(monkeypatch, RuntimeError(SECRET))
    assert grade(*words, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["exit_code"] == 1
    assert "RuntimeError at pipeline.py:" in told["error"]
    assert "hunter2" not in json.dumps(told, ensure_ascii=False)


def test_an_error_whose_sentence_can_not_be_made_is_a_bug_too(
    grade: Grade, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    _fails(monkeypatch, UsageError("maps.two_for_one", place=SECRET))  # without its other values
    assert grade(*words) == 1
    told = capsys.readouterr().err
    assert "bug in the program: KeyError at messages" in told
    assert "hunter2" not in told


def test_no_threads_to_work_with_is_a_wrong_setting_and_no_bug(
    grade: Grade, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setenv("POLARS_MAX_THREADS", "0")
    assert grade(*words) == 2
    assert "POLARS_MAX_THREADS is 0" in capsys.readouterr().err
