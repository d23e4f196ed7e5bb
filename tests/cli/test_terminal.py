"""What is shown can't move, hide or forge anything, and a console of any kind fails no run."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ninegrid.cli import terminal
from ninegrid.cli.display import written_lines
from ninegrid.cli.terminal import one_line, visible
from tests.cli.conftest import Grade

EVIL = "甲\x1b[31m红\x9b2J\x1b]0;t\x07\u202e倒\u2066\nerror: forged\r"


def test_what_nobody_should_obey_is_shown_as_its_code() -> None:
    assert one_line("a\x1b]0;x\x07\n\u202eb\udcff") == "a\\u001b]0;x\\u0007\\u000a\\u202eb\\udcff"
    assert visible("two\nlines\tand 中文 é𠮷") == "two\nlines\tand 中文 é𠮷"
    assert json.loads(f'"{one_line(EVIL[1])}"') == EVIL[1]


def process(folder: Path, *words: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    """A run in a process of its own, for what is decided as Python starts."""
    environment = {**os.environ, **more.pop("env", {})}  # type: ignore[dict-item]
    command = [sys.executable, "-m", "ninegrid", *words]
    return subprocess.run(command, cwd=folder, env=environment, check=False, timeout=60, **more)  # type: ignore[call-overload,no-any-return]


def _evil(folder: Path) -> str:
    path = folder / "e.csv"
    lines = [f'客户号,"{EVIL}","{EVIL}",总收入', *(f"{n:06},x,y,{n}" for n in range(5))]
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    return path.name


@pytest.mark.parametrize("form", ["text", "json"])
def test_headers_and_names_are_shown_and_not_obeyed(
    grade: Grade, capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str
) -> None:
    assert grade("customers", _evil(tmp_path), "--db", ":memory:", "--log-format", form) in (0, 3, 4)
    shown = "".join(capsys.readouterr())
    assert not {"\x1b", "\x9b", "\x07", "\u202e", "\u2066", "\r"} & set(shown)
    assert not any(line.startswith("error: forged") for line in shown.splitlines())
    if form == "json":
        assert all(json.loads(line) for line in shown.splitlines())


def test_a_command_line_is_not_obeyed_either(grade: Grade, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(f"x{EVIL}") == 2
    assert "\x1b" not in capsys.readouterr().err


CONSOLES = {
    "C locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "GBK": {"PYTHONIOENCODING": "gbk"},
    "ASCII": {"PYTHONIOENCODING": "ascii"},
    "none": {"NO_COLOR": "1", "TERM": "dumb"},
}


@pytest.mark.parametrize(
    "console", ["GBK", *(pytest.param(name, marks=pytest.mark.thorough) for name in CONSOLES if name != "GBK")]
)
def test_any_console_will_do(tmp_path: Path, console: str) -> None:
    told = process(tmp_path, "history", "--db", "没有\udcff.duckdb", env=CONSOLES[console], capture_output=True)
    assert told.returncode == 2
    assert b"Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("system", "variable", "coloured"),
    [("linux", "", True), ("win32", "", False), ("win32", "WT_SESSION", True), ("win32", "ConEmuANSI", True)],
)
def test_the_old_console_of_windows_is_given_no_codes_of_colour(
    monkeypatch: pytest.MonkeyPatch, system: str, variable: str, coloured: bool
) -> None:
    for name in ("NO_COLOR", *terminal._TERMINALS_OF_WINDOWS):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, "1")
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(terminal, "is_terminal", lambda _: True)
    assert terminal.colours(sys.stderr) is coloured


def test_a_console_of_windows_is_opened_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """`open` gives its own kind of stream for a console, here one in memory."""
    console = io.BytesIO()
    monkeypatch.setattr(terminal, "open", lambda number, *_, **__: console if number == 1 else None, raising=False)
    shown = terminal._guarded(io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), 1)
    shown.write("客户\x1b\n")
    assert console.getvalue().decode("utf-8") == "客户\\u001b\n"


@pytest.mark.parametrize("command", ["customers", "check"])
def test_a_file_name_that_is_no_text_is_said(
    grade: Grade, capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str
) -> None:
    path = tmp_path / "客户\udcff.csv"
    path.write_text("客户号,总收入\n1,2\n", encoding="utf-8")
    words = (command, path.name) if command == "customers" else (command, "customers", path.name)
    assert grade(*words) == 3
    assert "is not text" in capsys.readouterr().err


@pytest.mark.parametrize(
    "redirection",
    [
        "0<&- 1>&- 2>&-",
        *(pytest.param(one, marks=pytest.mark.thorough) for one in ("1>&- 2>&-", "0<&-", "2>/dev/full")),
    ],
)
def test_a_closed_or_full_stream_fails_nothing(tmp_path: Path, redirection: str) -> None:
    command = f"'{sys.executable}' -m ninegrid history --db none.duckdb {redirection}"
    assert subprocess.run(["sh", "-c", command], cwd=tmp_path, check=False, capture_output=True).returncode == 2


def test_a_full_standard_output_is_said(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m ninegrid policy show customers >/dev/full"
    told = subprocess.run(["sh", "-c", command], cwd=tmp_path, check=False, capture_output=True)
    assert told.returncode == 6
    assert b"Standard output" in told.stderr


def test_an_error_keeps_its_exit_code_where_its_json_cannot_be_written(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m ninegrid history --db none.duckdb --json >/dev/full"
    told = subprocess.run(["sh", "-c", command], cwd=tmp_path, check=False, capture_output=True)
    assert told.returncode == 2
    assert b"Traceback" not in told.stderr


def test_a_password_that_is_no_text_is_said(
    grade: Grade, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("P", "a\udcff")
    assert grade("check", "customers", "x.csv", "--password-env", "P") == 2
    assert "no text" in capsys.readouterr().err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_with_one_line_and_leaves_nothing(tmp_path: Path, number: int, code: int) -> None:
    began = subprocess.Popen(
        [sys.executable, "-c", _WAITING], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert began.stdout is not None
    assert began.stdout.readline() == "waiting\n"
    began.send_signal(number)
    _, said = began.communicate(timeout=30)
    assert began.returncode == code
    assert len(said.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


_WAITING = """
import sys, time
from pathlib import Path
from ninegrid.cli.main import app
from ninegrid.__main__ import start
from ninegrid.files.outputs import outputs

@app.command("wait")
def run():
    with outputs() as staged:
        staged.stage(Path("out.xlsx")).write_text("figures")
        print("waiting", flush=True)
        time.sleep(60)

sys.argv[1:] = ["wait"]
start()
"""


def test_a_table_of_many_files_is_counted_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADE_LANG", "en")
    parts = [Path("out/customers.parquet") / f"part-0000{n}.parquet" for n in range(3)]
    assert written_lines([Path("a.xlsx"), *parts, Path("out/cells.parquet")]) == [
        "wrote a.xlsx",
        "wrote 2 tables in out",
    ]
