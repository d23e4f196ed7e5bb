"""Six months of the sample with actions: every card, item, trend, continuity and action row, recomputed apart."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ninegrid.options import Options
from ninegrid.pipeline import run
from ninegrid.report import write as writing
from ninegrid.result import Result

from .actions import Said, became, causes, month_end, watched
from .agreement import differences, same
from .cards import BOOK, CHANGES, FIGURES, ITEMS, LEVELS, Key, Month, cards, changes
from .over_time import TOLD, continuity, trend
from .sample import SAMPLE_DATA, maker

pytestmark = pytest.mark.thorough

MONTHS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
NOW = MONTHS[-1]
LED = ("2026-07", "2026-09", NOW)
"""The months whose leads are sought."""
FILES = SAMPLE_DATA / "customers"
STATUS = {"doing": "进行中", "done": "已办", "promised": "客户承诺", "planned": "待办", "blocked": "受阻"}
Cards = dict[Key, dict[str, Any]]
Rows = list[dict[str, Any]]


@dataclass
class Play:
    """The months as they were graded, their tables as rows, and what was said of leads and warnings."""

    results: dict[str, Result] = field(default_factory=dict)
    stored: dict[str, dict[str, dict[str, dict[str, Any]]]] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)

    def rows(self, month: str, table: str) -> Rows:
        """A table's rows; none of a table that isn't there."""
        tables = self.results[month].tables
        return tables[table].to_dicts() if table in tables else []

    def keep(self, month: str, result: Result) -> None:
        """Keeps a month for the oracle of actions."""
        self.results[month] = result
        self.stored[month] = {
            "customers": {row["customer_id"]: row for row in self.rows(month, "customers")},
            "leads": {f"{row['subject_id']}/{row['lever']}": row for row in self.rows(month, "leads")},
            "warnings": {row["subject_id"]: row for row in self.rows(month, "warnings")},
        }

    def act(self, month: str, path: Path) -> Path:
        """A sheet of one's own on leads and warnings of a month."""
        rng, statuses = random.Random(month), list(STATUS)
        leads = rng.sample([row for row in self.rows(month, "leads") if row["counts"]], 60)
        warned = rng.sample(self.rows(month, "warnings"), 20)
        matters = [(row["subject_id"], row["lever"]) for row in leads]
        matters += [(row["subject_id"], "warning") for row in warned]
        known = {
            (one.customer, one.matter) for one in self.said
        }  # a second word on a matter that is open is the first's
        matters = [matter for matter in matters if matter not in known]
        lines = ["客户号,事项,状态,立项期间,完成日,承诺额"]
        for at, (customer, matter) in enumerate(matters):
            status = statuses[at % len(statuses)]
            done = month_end(month).replace(day=20) if status == "done" else None
            promised = 1_000_000.0 if matter in ("deposits", "fees") and at % 2 else None
            self.said.append(Said(customer, matter, month, status, promised, done))
            lines.append(f"{customer},{matter},{STATUS[status]},{month},{done or ''},{promised or ''}")
        path.write_text("\n".join(lines), encoding="utf-8")
        return path


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Actions on July's and on September's leads and warnings come back a month later."""
    folder, acted, back = tmp_path_factory.mktemp("months"), Play(), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "write_workbook", lambda result, path, **_: path.write_bytes(b""))
        for month in MONTHS:
            files = [FILES / f"对公客户_{month}.xlsx", FILES / "财报.csv", *back]
            given = Options(db=str(folder / "g.duckdb"), out=folder / "g.xlsx")
            with pytest.MonkeyPatch.context() as hasty:
                if month not in LED:
                    hasty.setattr("ninegrid.improvement.improvement", lambda *_: {})
                acted.keep(month, run("customers", files, given).result)
            back = [acted.act(month, folder / f"行动_{month}.csv")] if month in ("2026-07", "2026-09") else []
    return acted


@pytest.fixture(scope="module")
def expected(play: Play) -> Cards:
    return cards(_month(play, NOW))


def _month(play: Play, month: str) -> Month:
    before = MONTHS[MONTHS.index(month) - 1] if month != MONTHS[0] else None
    moves = [row for row in play.rows(month, "migration") if row["grid"] == "value"]
    told = {name: play.rows(month, name) for name in ("leads", "warnings", "actions", "reconcile")}
    return Month(
        play.rows(month, "customers"), before and play.rows(before, "customers"), moves, told["leads"],
        told["warnings"], told["actions"], told["reconcile"],
    )  # fmt: skip


@pytest.mark.parametrize("month", MONTHS)
def test_every_card_with_its_score(play: Play, month: str) -> None:
    table = play.results[month].tables["scorecards"]
    columns = (*BOOK, *CHANGES, "score", "covered_weight", "rank", "rank_n", "status")
    assert differences(table, cards(_month(play, month)), ["level", "unit_key"], columns) == []


def test_cards_are_about_what_they_should_be(play: Play, expected: Cards) -> None:
    told = expected.values()
    assert any(card["status"] == "UNASSIGNED" and card["counted"] for card in told)
    for column in ("delivery_mean", "handled_share", "target_attainment", "score", "against_mix"):
        assert any(row[column] not in (None, 0) for row in told), column
    assert {level for level, _ in expected} == set(LEVELS)
    assert any(row["income_moved_in"] for row in told)


def test_every_item_of_every_score(play: Play, expected: Cards) -> None:
    items = {
        (*unit, key): {"weight": ITEMS[key][0], "figure": figure, "score": score, "reason": reason}
        for unit, card in expected.items()
        for key, (figure, score, reason) in card["items"].items()
    }
    table = play.results[NOW].tables["score_items"]
    assert differences(table, items, ["level", "unit_key", "item"], ("weight", "figure", "score", "reason")) == []


@pytest.mark.parametrize("month", MONTHS[1:])
@pytest.mark.parametrize("level", LEVELS)
def test_achieved_is_the_change_of_the_bank_to_the_fen(play: Play, month: str, level: str) -> None:
    now, then = (play.rows(m, "customers") for m in (month, MONTHS[MONTHS.index(month) - 1]))
    rows = play.results[month].tables["scorecards"].filter(level=level)
    apart = changes(_month(play, month), level)
    for name, column in FIGURES.items():
        gained = sum(row[column] or 0 for row in now) - sum(row[column] or 0 for row in then)
        assert rows[f"{name}_achieved"].sum() == pytest.approx(gained, abs=0.005)
        assert sum(row[f"{name}_achieved"] for row in apart.values()) == pytest.approx(gained, abs=0.005)


def test_every_row_of_the_trend(play: Play) -> None:
    known = {}
    for month in MONTHS:
        moves = [row for row in play.rows(month, "migration") if row["grid"] == "value"]
        rows = trend(play.rows(month, "customers"), moves, play.rows(month, "warnings"), first=month == MONTHS[0])
        known |= {(month, *key): row for key, row in rows.items()}
    assert differences(play.results[NOW].tables["trend"], known, ["period", "scope", "scope_value"], TOLD) == []
    (changed,) = play.rows(NOW, "changed_since")
    whole = [known[month, "bank", "all"] for month in (MONTHS[-2], NOW)]
    assert (changed["since_when"], changed["compared_with"]) == ("last_period", MONTHS[-2])
    for name in ("n", "total_income", "eva", "raroc", "high_share"):
        assert same(changed[name], whole[1][name] - whole[0][name]), name


def test_every_card_over_time(play: Play) -> None:
    columns = ("n", "total_income", "eva", "raroc", "high_share", "ups", "downs", "red", "score")
    now = cards(_month(play, NOW))
    known = {
        (month, *unit): card
        for month in MONTHS
        for unit, card in cards(_month(play, month)).items()
        if unit in now and unit[1] is not None
    }
    assert differences(play.results[NOW].tables["card_trend"], known, ["period", "level", "unit_key"], columns) == []


def _plain(rows: Rows) -> Rows:
    """Rows of the truth with numbers for decimals."""
    return [{name: float(v) if isinstance(v, Decimal) else v for name, v in row.items()} for row in rows]


@pytest.mark.parametrize("month", MONTHS[1:])
def test_every_row_of_continuity(play: Play, month: str) -> None:
    money = [column.name for column in maker("invented_bank.layout").CUSTOMERS if column.kind == "money"]
    before = MONTHS[MONTHS.index(month) - 1]
    now, then = (maker().truth(one)["customers"] for one in (month, before))
    moves = [row for row in play.rows(month, "migration") if row["grid"] == "value"]
    known = continuity(_plain(now), _plain(then), money, moves)
    table = play.results[month].tables["continuity"]
    told = ("before", "after", "figure", "n", "verdict", "code")
    assert differences(table, known, ["check", "scope", "scope_value", "column"], told) == []
    assert set(table["verdict"]) <= {"OK", "TOO_FEW"}


@pytest.mark.parametrize("month", MONTHS[3:])
def test_every_action(play: Play, month: str) -> None:
    said = [one for one in play.said if one.opened < month]
    known = {
        (one.customer, one.matter, one.opened): {"status": one.status, **became(one, month, play.stored)}
        for one in said
    }
    table = play.results[month].tables["actions"]
    told = ("status", "delivered", "delivery", "landed", "reason")
    assert differences(table, known, ["subject_id", "matter", "opened"], told) == []


def test_how_every_warning_stands(play: Play) -> None:
    before: dict[str, dict[str, Any]] = {}
    for month in MONTHS:
        said = [one for one in play.said if one.opened < month]
        before = watched(month, play.stored[month]["warnings"], before, said, play.stored)
        table = play.results[month].tables["warnings"]
        assert differences(table, before, ["subject_id"], ("since", "first_due", "state")) == []
    assert {row["state"] for row in play.rows(NOW, "warnings")} >= {"HANDLED", "OVERDUE", "OPEN"}
    assert causes(play.rows(NOW, "warnings")[0])
