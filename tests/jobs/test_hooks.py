import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ninegrid.jobs import Outcome
from ninegrid.jobs.hooks import tell
from ninegrid.jobs.outcome import with_keys
from ninegrid.messages import message
from ninegrid.model.errors import BrokenContinuityError, InputError
from tests.jobs.conftest import FakeRun, MakeJob

KEEP = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())"
RunPeriods = Callable[..., list[Outcome]]


def hook(name: str, target: str) -> str:
    return f"{name} = {json.dumps([sys.executable, '-c', KEEP, target])}"


def test_a_hook_gets_json_and_the_words_as_they_are(tmp_path: Path) -> None:
    target = "a b; $(touch x).json"
    assert tell((sys.executable, "-c", KEEP, target), {"error": "缺文件"}, tmp_path) is None
    assert json.loads((tmp_path / target).read_text(encoding="utf-8")) == {"error": "缺文件"}
    assert [path.name for path in tmp_path.iterdir()] == [target]


def test_a_hook_does_not_get_the_passwords(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANK_KEY", "secret")
    monkeypatch.setenv("PLAIN", "plain")
    seen = "import os, pathlib; pathlib.Path('seen').write_text(' '.join(sorted(os.environ)))"
    assert tell((sys.executable, "-c", seen), {}, tmp_path, secrets=("BANK_KEY", "")) is None
    assert {"BANK_KEY", "PLAIN"} & set((tmp_path / "seen").read_text().split()) == {"PLAIN"}


def test_what_goes_wrong_with_a_hook_is_a_line(tmp_path: Path) -> None:
    assert "exit code 3" in str(tell((sys.executable, "-c", "raise SystemExit(3)"), {}, tmp_path))
    assert "can't be run" in str(tell(("no-such-command",), {}, tmp_path))
    forever = (sys.executable, "-c", "import sys, threading; threading.Event().wait()")
    assert "stopped after 0.2 s" in str(tell(forever, {}, tmp_path, timeout=0.2))


def test_options_that_advice_names_are_said_as_keys_of_the_job_file() -> None:
    error = BrokenContinuityError("continuity.broken", before="2026-08", breaks=["x"])
    for lang, words in (("en", "run this period alone"), ("zh", "只用 --period 跑这一期")):
        advice = with_keys(error.advice(lang), lang)
        assert advice.startswith(error.advice(lang))
        assert '[limits] accept_break = "…"' in advice
        assert words in advice
    assert with_keys("Raise --max-rejected.", "en").startswith("Raise --max-rejected. In a job file: ")  # one line
    assert with_keys("Look at --help.", "en") == "Look at --help."
    assert "[limits] max_rejected" in with_keys("Raise --max-rejected.", "en")


def test_a_failure_is_told_once_and_a_success_elsewhere(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, fake: FakeRun, tmp_path: Path
) -> None:
    job = make_job("\n".join((hook("on_failure", "failed.json"), hook("on_success", "done.json"))))
    fake.fails["2026-09"] = InputError("jobs.missing_files", folder="A", missing="B")
    run_periods(job, "2026-08", "2026-09", "2026-10")
    failed = json.loads((tmp_path / "failed.json").read_text(encoding="utf-8"))
    assert (failed["period"], failed["status"], failed["exit_code"]) == ("2026-09", "failed", 3)
    assert (failed["error"], failed["hint"], failed["job"]) == (
        "In A there is no B.",
        "Wait for the export, or list it under `optional` in the job file.",
        "monthly",
    )
    done = json.loads((tmp_path / "done.json").read_text(encoding="utf-8"))
    assert (done["period"], done["counts"]["placed"], done["run_id"]) == ("2026-08", 2, "run-1")


def test_a_hook_that_fails_never_hides_the_first_error(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, fake: FakeRun, said: list[str]
) -> None:
    fake.fails["2026-10"] = InputError("broken")
    (outcome,) = run_periods(make_job('on_failure = ["no-such-command"]'), "2026-10")
    assert (outcome.exit_code, str(outcome.error)) == (3, "broken")
    assert [line for line in said if "no-such-command" in line]


def test_what_is_skipped_or_absent_is_no_news(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, tmp_path: Path
) -> None:
    job = make_job(hook("on_success", "done.json"))
    run_periods(job, "2026-10")
    (tmp_path / "done.json").unlink()
    assert [o.status for o in run_periods(job, "2026-10", "2026-11")] == ["skipped", "nothing"]
    assert not (tmp_path / "done.json").exists()


def test_data_that_do_not_continue_are_told_with_their_own_code(
    make_job: MakeJob, drop: Path, run_periods: RunPeriods, fake: FakeRun, tmp_path: Path
) -> None:
    told = message("continuity.broken", before="2026-09", breaks=["UNIT_GONE 上海分行"])
    fake.fails["2026-10"] = BrokenContinuityError(told)
    (outcome,) = run_periods(make_job(hook("on_failure", "failed.json")), "2026-10")
    failed = json.loads((tmp_path / "failed.json").read_text(encoding="utf-8"))
    assert (outcome.exit_code, failed["exit_code"], failed["status"]) == (7, 7, "failed")
    assert "上海分行" in failed["error"]
