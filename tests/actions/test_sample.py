"""The sample's six months: three managers fill in their own workbooks of June, and an oracle follows each action."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.result import Result
from tests.actions.books import LEADS, fill, rows
from tests.few_sheets import only
from tests.oracle.actions import Said, became

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.long,
    # openpyxl knows no small columns (sparklines), and says that it leaves them out.
    pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning"),
]

SAMPLE = Path(__file__).parents[2] / "sample_data" / "customers"
MONTHS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
STATUS = {"doing": "进行中", "done": "已办", "blocked": "受阻", "promised": "客户承诺"}
MATTERS = {
    "提升存款份额": "deposits",
    "增加中间业务收入": "fees",
    "提高贷款定价": "loan_pricing",
    "节约资本占用": "capital",
}


def _graded(folder: Path, text: str, *books: Path, each: str | None = None) -> Result:
    files = [SAMPLE / f"对公客户_{text}.xlsx", SAMPLE / "财报.csv", *books]
    given = Options(db=str(folder / "bank.duckdb"), out=folder / f"{text}.xlsx", each=each)
    with only("list", "leads", "warnings", "actions"):
        return run("customers", files, given).result


def _filled(path: Path, back: Path) -> list[Said]:
    """The first lead of each of four levers, each with another status."""
    book, said = load_workbook(path), []
    listed = rows(book[LEADS])
    for (name, matter), (status, word) in zip(MATTERS.items(), STATUS.items(), strict=True):
        at = next((i for i, row in enumerate(listed) if row["抓手"] == name), None)
        if at is None:
            continue
        done = dt.date(2026, 7, 15) if status == "done" else None
        fill(book[LEADS], at, 状态=word, **({"完成日": done} if done else {}))
        said.append(Said(listed[at]["客户号"], matter, "2026-06", status, None, done))
    book.save(back)
    return said


def test_an_oracle_agrees_on_every_action_of_every_month(tmp_path: Path) -> None:
    results = {MONTHS[0]: _graded(tmp_path, MONTHS[0])}
    results[MONTHS[1]] = _graded(tmp_path, MONTHS[1], each="relationship_manager")
    own = sorted((tmp_path / "2026-06-relationship_manager").iterdir())[:3]
    backs = [tmp_path / f"回{path.name}" for path in own]
    said = [one for path, back in zip(own, backs, strict=True) for one in _filled(path, back)]
    results[MONTHS[2]] = _graded(tmp_path, MONTHS[2], *backs)
    results |= {text: _graded(tmp_path, text) for text in MONTHS[3:]}
    stored = {
        text: {
            "customers": {row["customer_id"]: row for row in result.tables["customers"].iter_rows(named=True)},
            "leads": {f"{r['subject_id']}/{r['lever']}": r for r in result.tables["leads"].iter_rows(named=True)},
        }
        for text, result in results.items()
    }
    assert results[MONTHS[1]].tables["actions"].is_empty()
    for text in MONTHS[2:]:
        told = {(r["subject_id"], r["matter"]): r for r in results[text].tables["actions"].iter_rows(named=True)}
        assert set(told) == {(one.customer, one.matter) for one in said}
        for one in said:
            row, expected = told[one.customer, one.matter], became(one, text, stored)
            assert (row["status"], row["landed"], row["reason"]) == (one.status, expected["landed"], expected["reason"])
            for figure in ("delivered", "delivery"):
                assert row[figure] == (None if expected[figure] is None else pytest.approx(expected[figure])), one
