"""The talent export as it lies on an HR partner's desk, and the truth it should be read to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from planting.lines import Line, Row
from planting.spoiler import Planted, unfilled

from invented_company import layout, plans
from invented_company.cases import Company
from invented_company.faults import spoil_competencies, spoil_employees, spoil_kpis, spoil_ratings
from invented_company.quarters import company_of
from invented_company.ratings import ratings
from invented_company.results import competencies, kpis
from invented_company.structure import DEPARTMENTS, LAST, PERIOD_ENDS

_DEPARTMENTS = {department.name: place for place, department in enumerate(DEPARTMENTS)}


@dataclass(frozen=True)
class Export:
    """A quarter's workbook as lines a relation, all faults planted in it, and who is to be found."""

    period: str
    lines: dict[str, list[Line]]
    planted: dict[str, list[Planted]]
    company: Company

    @property
    def file(self) -> str:
        """The workbook's name."""
        return f"人才盘点_{self.period}.xlsx"


@cache
def export(period: str, seed: int) -> Export:
    """The quarter's export. What people and raters are like lasts; the faults are each quarter's own."""
    whole = company_of(period, seed)
    luck = f"{seed}" if period == LAST else f"{seed} {period}"
    rows = {
        "employees": [person.row for person in whole.people],
        "ratings": ratings(whole, seed),
        "kpis": kpis(whole, seed),
        "competencies": competencies(whole, seed),
    }
    lines = {relation: layout.lines(relation, listed) for relation, listed in rows.items()}
    protected = whole.cases.everyone | {person.id for person in whole.people if person.reports}
    own_manager = whole.cases.own_manager.id
    planted = {
        "employees": spoil_employees(lines["employees"], Random(f"{luck} roster faults"), protected, own_manager)
    }
    lines["employees"].sort(key=lambda line: _DEPARTMENTS.get(line.cells["department"], len(_DEPARTMENTS)))
    known = _known(lines)
    lines |= {
        "past_reviews": layout.lines("past_reviews", plans.years(whole.people, known)),
        "development": layout.lines("development", plans.rows(whole.plans, known, PERIOD_ENDS[period])),
    }
    planted |= {"past_reviews": [], "development": []}
    steady = known - whole.cases.everyone - unfilled(planted["employees"], "employee_id")
    for relation, spoil in (("ratings", spoil_ratings), ("kpis", spoil_kpis), ("competencies", spoil_competencies)):
        planted[relation] = spoil(lines[relation], Random(f"{luck} {relation} faults"), steady)
    return Export(period, lines, planted, whole)


def truth(export: Export) -> dict[str, list[Row]]:
    """The rows that must be accepted, a list a relation: words canonical, shares as fractions, numbers as Decimal."""
    accepted = {name: [line.truth for line in lines if line.truth] for name, lines in export.lines.items()}
    known = _known(export.lines)
    for child in ("ratings", "kpis", "competencies"):
        accepted[child] = [row for row in accepted[child] if row["employee_id"] in known]
    return accepted


def _known(lines: dict[str, list[Line]]) -> set[str]:
    return {line.truth["employee_id"] for line in lines["employees"] if line.truth}


def accounts(export: Export) -> dict[str, dict[str, int]]:
    """What must become of the rows of each relation: read = accepted + merged + rejected."""
    accepted = truth(export)
    result = {}
    for name, lines in export.lines.items():
        read, merged, kept = len(lines), sum(line.merged for line in lines), len(accepted[name])
        result[name] = {"read": read, "accepted": kept, "merged": merged, "rejected": read - kept - merged}
    return result


def people(export: Export) -> dict[str, list[str]]:
    """The employee numbers of those who are to be found, by what is to be found."""
    cases = export.company.cases
    return _planned(export) | {
        "one_point_generous": [cases.generous.id],
        "own_manager": [cases.own_manager.id],
        "no_manager_rating": sorted(p.id for p in (*cases.no_manager_rating, *cases.no_potential_by_manager)),
        "not_enough_ratings": sorted(p.id for p in (*cases.no_kpi, *cases.manager_alone)),
        "too_new": sorted(p.id for p in cases.too_new),
        "just_long_enough": sorted(p.id for p in cases.just_long_enough),
    }


def _planned(export: Export) -> dict[str, list[str]]:
    """Those to be found by their plans, as far as the quarter's roster has them."""
    planned, end, known = export.company.plans, PERIOD_ENDS[export.period], _known(export.lines)
    dropped = [plan for plan in planned.each if plan.known(end) and plan.status(end) == "取消"]
    ready = [plan for plan in planned.helped if plan.status(end) == "已完成"]
    found = {
        "plan_finished": [plan.person for plan in planned.finished if plan.status(end) == "已完成"],
        "plan_late": [plan.person for plan in planned.late(end)],
        "plan_dropped": [plan.person for plan in dropped],
        "plan_finished_too_few": [plan.person for plan in planned.few if plan.status(end) == "已完成"],
        "review_ready": [plan.person for plan in ready],
        "review_without_help": [planned.unhelped],
        "review_after_transfer": [planned.moved],
    }
    return {name: sorted({person.id for person in those} & known) for name, those in found.items()}
