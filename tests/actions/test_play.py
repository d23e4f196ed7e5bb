"""Six months of a small bank: leads of the second month get actions in three managers' own workbooks."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.result import Result
from tests.actions.books import LEADS, fill, header, rows
from tests.few_sheets import only
from tests.oracle.actions import Said, became
from tests.report.way_bank import BRANCHES, exports

pytestmark = pytest.mark.thorough

MONTHS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
MANAGERS = ("经理1", "经理2", "经理3")
# By month from the third on, how much of its promise of a million each manager's first deposit lead has delivered.
PLANTED = {"经理1": (0.1, 0.5, 0.8, 1.2), "经理2": (0.3, 0.3, 0.1, -0.2), "经理3": (0.85, 0.85, 0.85, 0.85)}
SHARES = {"经理1": ("NO", "PARTLY", "YES", "YES"), "经理2": ("PARTLY", "PARTLY", "NO", "NO"), "经理3": ("YES",) * 4}
PROMISE = 1_000_000.0


@dataclass
class Play:
    """The months as they were graded, the books as they were filled in, and what was said in them."""

    folder: Path
    results: dict[str, Result] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)
    books: dict[str, Path] = field(default_factory=dict)

    def month(self, text: str, *books: Path, **options: Any) -> Result:
        """Grade a month, in which the planted customers have delivered what was planted."""
        home = self.folder / text
        home.mkdir()
        files = exports(home)
        named = files[0].rename(home / f"customers_{text}.csv")
        table = pl.read_csv(named, schema_overrides={"customer_id": pl.String})
        grown = {self.said[who].customer: PLANTED[who][MONTHS.index(text) - 2] * PROMISE for who in self.said}
        more = pl.col("customer_id").replace_strict(grown, default=0.0, return_dtype=pl.Float64)
        sits = {f"经理{number}": BRANCHES[number % 2] for number in range(7)}  # each in one branch
        branch = pl.col("relationship_manager").replace_strict(sits, return_dtype=pl.String)
        table.with_columns(pl.col("deposit_avg") + more, branch=branch).write_csv(named)
        given = Options(
            db=str(self.folder / "bank.duckdb"), out=home / "bank.xlsx", lang="zh", accept_break="a play", **options
        )
        with only("list", "leads", "warnings", "actions"):
            self.results[text] = run("customers", [named, files[1], *books], given).result
        return self.results[text]

    def fill_in(self, who: str) -> None:
        """A manager's own workbook of June: promise on the first deposit lead; the rows upside down, others deleted.

        In the second one's a filter hides the row; the third one has pasted it into a sheet of its own.
        """
        path = self.folder / "2026-06" / "bank-relationship_manager" / f"{who}.xlsx"
        book = load_workbook(path)
        page = book[LEADS]
        at = next(i for i, row in enumerate(rows(page)) if row["抓手"] == "提升存款份额")
        fill(page, at, 状态="客户承诺", 承诺额=PROMISE / 1e4, 备注=f"{who}已谈妥", 截止日=dt.date(2026, 12, 31))
        self.said[who] = Said(rows(page)[at]["客户号"], "deposits", "2026-06", "promised", PROMISE)
        top, columns = header(page)
        lines = [[cell.value for cell in row] for row in page.iter_rows(min_row=top + 1)][::-1]
        status = columns["状态"] - 1
        page.delete_rows(top + 1, page.max_row)
        kept = [line for number, line in enumerate(lines) if number % 2 or line[status]]
        for row, line in enumerate(kept, top + 1):
            for column, value in enumerate(line, 1):
                page.cell(row, column).value = value
            page.row_dimensions[row].hidden = who == MANAGERS[1] and bool(line[status])
        if who == MANAGERS[2]:
            at = next(row for row, line in enumerate(kept, top + 1) if line[status])
            own = book.create_sheet("我的跟进")
            for line in (top, at):
                own.append([cell.value for cell in page[line]])
            page.delete_rows(at)
        self.books[who] = self.folder / f"{who}_交回.xlsx"
        book.save(self.books[who])


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Play:
    acted = Play(tmp_path_factory.mktemp("play"))
    acted.month(MONTHS[0])
    acted.month(MONTHS[1], each="relationship_manager")
    for who in MANAGERS:
        acted.fill_in(who)
    acted.month(MONTHS[2], *acted.books.values())
    for text in MONTHS[3:]:
        acted.month(text)
    return acted


def test_what_was_planted_is_delivered_and_lands(play: Play) -> None:
    for at, text in enumerate(MONTHS[2:]):
        told = {row["owner"].split(" · ")[1]: row for row in play.results[text].tables["actions"].iter_rows(named=True)}
        assert set(told) == set(MANAGERS)
        for who, row in told.items():
            assert row["delivery"] == pytest.approx(PLANTED[who][at])
            assert (row["landed"], row["opened"], row["status"]) == (SHARES[who][at], "2026-06", "promised")


def test_an_oracle_agrees_on_every_row(play: Play) -> None:
    stored = {
        text: {
            "customers": {row["customer_id"]: row for row in result.tables["customers"].iter_rows(named=True)},
            "leads": {f"{r['subject_id']}/{r['lever']}": r for r in result.tables["leads"].iter_rows(named=True)},
        }
        for text, result in play.results.items()
    }
    for text in MONTHS[2:]:
        for row in play.results[text].tables["actions"].iter_rows(named=True):
            mine = next(said for said in play.said.values() if said.customer == row["subject_id"])
            expected = became(mine, text, stored)
            assert {name: row[name] for name in ("landed", "reason")} == {n: expected[n] for n in ("landed", "reason")}
            assert (row["delivered"], row["delivery"]) == pytest.approx((expected["delivered"], expected["delivery"]))


def test_two_books_that_disagree_are_named_and_nothing_of_the_others_is_lost(play: Play) -> None:
    book = load_workbook(play.books["经理1"])
    page = book[LEADS]
    at = next(i for i, row in enumerate(rows(page)) if row["状态"])
    fill(page, at, 状态="放弃")
    other = play.folder / "经理1_另一份.xlsx"
    book.save(other)
    again = Play(play.folder, said=play.said)
    (play.folder / "2026-07").rename(play.folder / "2026-07-first")
    result = again.month("2026-07", *play.books.values(), other)
    conflicts = result.tables["findings"].filter(reason="CONFLICT")
    assert set(conflicts["file"]) == {"经理1_交回.xlsx", "经理1_另一份.xlsx"}
    assert all("经理1_交回.xlsx" in text and "经理1_另一份.xlsx" in text for text in conflicts["message"])
    assert result.tables["actions"].height == len(MANAGERS)  # the word of the first run still holds


def test_a_managers_book_names_no_customer_of_another(play: Play) -> None:
    customers = play.results["2026-06"].tables["customers"]
    for who in MANAGERS:
        with zipfile.ZipFile(play.folder / "2026-06" / "bank-relationship_manager" / f"{who}.xlsx") as package:
            whole = b"".join(package.read(name) for name in package.namelist() if "styles" not in name)
        others = customers.filter(pl.col("relationship_manager") != who)
        names = others["customer_name"].filter(~others["customer_name"].str.contains("="))
        for text in (*others["customer_id"], *names):
            alone = rb"(?<![0-9.])" + re.escape(text.encode()) + rb"(?![0-9])"  # no digits of a longer number
            assert not re.search(alone, whole), (who, text)
