from pathlib import Path

import pytest

from ninegrid.jobs import load_job
from ninegrid.model.errors import GradeError, PolicyError, UsageError
from tests.jobs.conftest import JOB, MakeJob


def test_what_a_job_does_not_say_has_a_default(make_job: MakeJob, tmp_path: Path) -> None:
    job = make_job()
    assert (job.kind, job.when_nothing, job.limits.max_rejected, job.retention.keep) == ("month", "ok", 0.05, 0)
    assert job.database_file == tmp_path.resolve() / "grade.duckdb"
    assert len(job.policy_digest) == 64


def test_relative_paths_start_at_the_root_or_here(
    make_job: MakeJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert make_job().home == tmp_path.resolve()
    path = tmp_path / "here.toml"
    path.write_text(JOB.replace('root = "."\n', ""), encoding="utf-8")
    assert load_job(path).home == elsewhere.resolve()


def test_the_policys_name_for_a_unit_may_stand_for_it(make_job: MakeJob) -> None:
    job = make_job(outputs='each = "out/{period}/{branch}/{branch}.xlsx"')
    assert job.outputs.unit_workbooks == "out/{period}/{unit}/{unit}.xlsx"


@pytest.mark.parametrize(
    ("was", "says", "error", "hint"),
    [
        ("[sources]", "[source]", "line 4 › source: there is no such key", "Did you mean 'sources'?"),
        ("folder =", "foldr =", "line 5 › sources.foldr: there is no such key", "Did you mean 'folder'?"),
        ('"customers"', '"costumers"', "line 2 › subject: there is no subject 'costumers'", "mean 'customers'?"),
        ("[sources]", 'period = "last-month"\n[sources]', "line 4 › period: 'last-month' is not one of", ""),
        ("[sources]", "file = 1\n[sources]", "line 4 › file: there is no such key", ""),
        ('"drop"', "7", "line 5 › sources.folder: 7 is not a text", ""),
        ('["customers_{period}.csv", "statements.csv"]', "[]", "there is nothing to read", ""),
        ("customers_{period}", "customers_{perriod}", "nothing can stand for {perriod}", "Did you mean 'period'?"),
        ("customers_{period}", "customers_{quarter}", "nothing can stand for {quarter}", ""),
        ("customers_{period}", "customers_{period", "don't pair", ""),
        ("all.xlsx", "all.csv", "line 8 › outputs.workbook: the whole workbook is an .xlsx file", ""),
        ("{period}/all", "all", "outputs.workbook: every period would write over", "{period}"),
        ("{period}/tables", "{year}", "outputs.tables: every period would write over", ""),
        ('workbook = "out/{period}/all.xlsx"', "", "outputs: 'workbook' is missing", ""),
        ("[outputs]", '[outputs]\neach = "{period}.xlsx"', "every unit would write over", "{branch}"),
        ("[outputs]", '[outputs]\neach = "{branch}.xlsx"', "every period would write over", ""),
        ("[outputs]", '[outputs]\neach = "{period}{department}.xlsx"', "nothing can stand for {department}", ""),
        ("[outputs]", '[outputs]\neach = "{period}{branch}.pdf"', "a workbook is an .xlsx file", ""),
        ("[sources]", 'database = ":memory:"\n[sources]', "a job keeps its periods in a file", ""),
        ('name = "monthly"', 'name = " "', "the job needs a name", ""),
        ('root = "."', 'root = "nowhere"', "line 3 › root: there is no folder", ""),
        ("[outputs]", "[limits]\nmax_rejected = 5\n[outputs]", "a share is between 0 and 1", "0.05"),
        ("[outputs]", "[limits]\nwait = -1\n[outputs]", "can't be negative", ""),
        ("[outputs]", "[retention]\nkeep = -1\n[outputs]", "can't be negative", ""),
        ('"statements.csv"', '"/statements.csv"', "is not a name within the folder", ""),
        ("name =", "name", "monthly.toml is not valid TOML", ""),
        ("[sources]", 'refit_cuts = "vaule"\n[sources]', "line 4 › refit_cuts: There is no grid 'vaule'", ""),
        (
            "[sources]",
            '[sources]\ndecisions = ["a.xlsx"]',
            "no decisions on customers to read back",
            "Leave the key out",
        ),
        ("[outputs]", '[outputs]\nsave_map = "map.toml"', "outputs.save_map: every period would write over", ""),
    ],
)
def test_a_slip_of_the_pen_is_said_by_file_line_and_key(
    tmp_path: Path, was: str, says: str, error: str, hint: str
) -> None:
    path = tmp_path / "monthly.toml"
    assert was in JOB
    path.write_text(JOB.replace(was, says, 1), encoding="utf-8")
    with pytest.raises(GradeError) as refused:
        load_job(path)
    assert refused.value.exit_code == 2
    assert refused.value.message.startswith("monthly.toml")
    assert error in refused.value.message
    assert hint in refused.value.hint


def test_a_job_file_that_is_not_there_says_where_examples_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        load_job(tmp_path / "nowhere.toml")
    assert "--init" in refused.value.hint


def test_its_policy_is_tried_out(make_job: MakeJob, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[parameters]\nhurdel = 0.1\n", encoding="utf-8")
    with pytest.raises(PolicyError, match="hurdel"):
        make_job('policy = "mine.toml"')
    (tmp_path / "mine.toml").write_text("[parameters]\nhurdle = 0.1\n", encoding="utf-8")
    assert make_job('policy = "mine.toml"').policy_digest != make_job().policy_digest
    assert make_job('policy = "mine.toml"').report_digest == make_job().report_digest
