from pathlib import Path

import pytest

from ninegrid.jobs import load_job, sources
from ninegrid.model.errors import InputError
from ninegrid.model.period import Period
from tests.jobs.conftest import MakeJob

OCTOBER = Period.parse("2026-10")


def names(paths: tuple[Path, ...]) -> list[str]:
    return [path.name for path in paths]


def test_the_files_of_a_period_and_those_of_all(make_job: MakeJob, drop: Path) -> None:
    found = sources.find(make_job(), OCTOBER)
    assert names(found.own) == ["customers_2026-10.csv"]
    assert names(found.shared) == ["statements.csv"]
    assert found.missing == ()


def test_what_excel_keeps_open_and_hidden_files_are_passed_over(make_job: MakeJob, drop: Path) -> None:
    for name in ("~$customers_2026-10.csv", ".customers_2026-10.csv"):
        (drop / name).write_text("", encoding="utf-8")
    (drop / "x_customers_2026-10.csv").mkdir()
    job = make_job(sources='optional = ["*customers_{period}.csv"]')
    assert names(sources.find(job, OCTOBER).own) == ["customers_2026-10.csv"]


def test_an_optional_glob_may_match_several_or_nothing(make_job: MakeJob, drop: Path) -> None:
    job = make_job(sources='optional = ["branch*_{year}{month}.csv"]')
    assert sources.find(job, OCTOBER).missing == ()
    for name in ("branch2_202610.csv", "branch1_202610.csv", "branch1_202609.csv"):
        (drop / name).write_text("", encoding="utf-8")
    assert names(sources.find(job, OCTOBER).own) == [
        "customers_2026-10.csv",
        "branch1_202610.csv",
        "branch2_202610.csv",
    ]


def test_nothing_and_a_part_are_not_the_same(make_job: MakeJob, drop: Path) -> None:
    job, november = make_job(), Period.parse("2026-11")
    assert sources.is_nothing(job, sources.find(job, november))
    (drop / "statements.csv").unlink()
    found = sources.find(job, OCTOBER)
    assert not sources.is_nothing(job, found)
    assert found.missing == ("statements.csv",)


def test_the_periods_there_are_files_for(make_job: MakeJob, drop: Path) -> None:
    assert [str(p) for p in sources.periods_there(make_job())] == ["2026-08", "2026-09", "2026-10"]
    (drop / "customers_2026Q3.csv").write_text("", encoding="utf-8")
    (drop / "customers_2025-12.csv").write_text("", encoding="utf-8")
    assert [str(p) for p in sources.periods_there(make_job())] == ["2025-12", "2026-08", "2026-09", "2026-10"]
    quarterly = make_job('period = "previous-quarter"')
    assert [str(p) for p in sources.periods_there(quarterly)] == ["2026Q3"]


def test_a_folder_a_period(make_job: MakeJob, tmp_path: Path) -> None:
    for month in ("202609", "202610"):
        folder = tmp_path / "in [new]" / month
        folder.mkdir(parents=True)
        (folder / "c.csv").write_text(month, encoding="utf-8")
    path = tmp_path / "monthly.toml"
    make_job()
    text = path.read_text(encoding="utf-8").replace('"drop"', '"in [new]/{year}{month}"')
    path.write_text(text.replace('"customers_{period}.csv", "statements.csv"', '"*.csv"'), encoding="utf-8")
    job = load_job(path)
    assert [str(p) for p in sources.periods_there(job)] == ["2026-09", "2026-10"]
    assert [p.parent.name for p in sources.find(job, OCTOBER).own] == ["202610"]


def test_a_folder_that_is_not_connected_is_not_an_absent_export(make_job: MakeJob) -> None:
    for look in (lambda: sources.find(make_job(), OCTOBER), lambda: sources.periods_there(make_job())):
        with pytest.raises(InputError, match="There is no folder"):
            look()


def test_files_are_known_by_name_and_content(tmp_path: Path) -> None:
    for name, text in (("b.csv", "1"), ("a.csv", "2")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    known = sources.digests([tmp_path / "b.csv", tmp_path / "a.csv"])
    assert [name for name, _ in known] == ["a.csv", "b.csv"]
    assert known[1][1] == "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
    with pytest.raises(InputError, match="nowhere"):
        sources.digests([tmp_path / "nowhere.csv"])


@pytest.mark.parametrize("glob", ["customers_{year}-{month}.csv", "customers_{year}{month}.csv", "*{year}{month}*.csv"])
def test_places_side_by_side_find_the_periods_there(make_job: MakeJob, drop: Path, glob: str) -> None:
    if "-" not in glob:
        for path in drop.glob("customers_*.csv"):
            path.rename(path.with_name(path.name.replace("-", "")))
    make_job()
    path = drop.parent / "monthly.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("customers_{period}.csv", glob), encoding="utf-8")
    assert [str(p) for p in sources.periods_there(load_job(path))] == ["2026-08", "2026-09", "2026-10"]
