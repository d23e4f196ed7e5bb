"""Makes the sample customers: six months' workbooks, a CSV of statements, the list of faults planted in them, a CSV of
markets and one of business model canvases, and what steering asks for: deals, contacts, prospects, a campaign.

    python sample_data/make_customers.py [--out DIR] [--seed N]

The last month also tells product lines, and targets of all levels by month. Everything in them is invented. The same
seed gives the same files.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from invented_bank import canvases, deals, exports, market, statements_csv, steering, warned, workbook
from invented_bank.economics import Row
from invented_bank.exports import STATEMENTS_FILE, Export
from invented_bank.layout import STATEMENTS
from invented_bank.population import PERIODS, months, warned_customers
from planting.manifest import as_json, described
from planting.spoiler import Planted

SEED = 20261031
FOLDER = Path(__file__).parent / "customers"


def make(out: Path = FOLDER, seed: int = SEED, periods: Sequence[str] = PERIODS) -> list[Path]:
    """Write all files of the periods into `out` and return their paths."""
    out.mkdir(parents=True, exist_ok=True)
    wanted = [_export(period, seed) for period in periods]
    paths = [workbook.write(export, out) for export in wanted]
    paths.append(statements_csv.write(wanted[0].lines["statements"], out))
    manifest = out / "planted.json"
    whole = {export.period: _manifest(export, seed) for export in wanted}
    manifest.write_text(as_json(whole), encoding="utf-8", newline="\n")
    first, *_, last = months(seed)
    further = [market.write(out, seed), canvases.write(out), *steering.write(out, last.customers, seed)]
    further.append(deals.write(out, first.customers, last.customers, seed))
    return [*paths, manifest, *further]


def truth(period: str, seed: int = SEED) -> dict[str, list[Row]]:
    """The rows that must be accepted, a list a relation; money in yuan (int), ratios as fractions (Decimal)."""
    return exports.truth(_export(period, seed))


def accounts(period: str, seed: int = SEED) -> dict[str, dict[str, int]]:
    """What must become of the rows, by relation: read, accepted, merged, rejected."""
    return exports.accounts(_export(period, seed))


def refused(period: str, seed: int = SEED) -> list[Any]:
    """The ids, as written, of the main sheet's rows that must be refused."""
    planted = _export(period, seed).planted["customers"]
    return [fault.line.cells["customer_id"] for fault in planted if fault.outcome == "rejected"]


def warnings(period: str, seed: int = SEED) -> list[dict[str, str]]:
    """Who must be warned about, with severity, cause (the rule's key) and metric; planted for 2026-09 alone."""
    return [
        {"customer_id": customer_id, "severity": case.severity, "cause": case.cause, "metric": case.metric}
        for customer_id, case in warned_customers(seed).items()
        if period == warned.MONTH
    ]


def planted(period: str, out: Path = FOLDER) -> dict[str, Any]:
    """The month's part of the manifest that stands beside the files: accounts and faults with file, sheet and cell."""
    whole: dict[str, Any] = json.loads((out / "planted.json").read_text(encoding="utf-8"))
    return dict(whole[period])


def _export(period: str, seed: int) -> Export:
    return next(export for export in exports.exports(seed) if export.period == period)


def _manifest(export: Export, seed: int) -> dict[str, Any]:
    faults = [_fault(export, relation, fault) for relation, faults in export.planted.items() for fault in faults]
    expected = {"warnings": warnings(export.period, seed)} if export.period == warned.MONTH else {}
    return {"accounts": exports.accounts(export), **expected, "faults": faults}


def _fault(export: Export, relation: str, fault: Planted) -> dict[str, Any]:
    in_csv = relation == "statements"
    file, sheet = (STATEMENTS_FILE, "") if in_csv else (export.file, export.layout.sheets[relation])
    return described(fault, "customer_id", file, sheet, _cell(export, relation, fault))


def _cell(export: Export, relation: str, fault: Planted) -> str:
    """``F23`` in a workbook, ``L12C5`` in the CSV; ``row 23`` or ``L12`` for a whole row."""
    in_csv, number = relation == "statements", fault.line.number
    if fault.column is None:
        return f"L{number}" if in_csv else f"row {number}"
    if in_csv:
        return f"L{number}C{[c.name for c in STATEMENTS].index(fault.column) + 1}"
    return f"{workbook.column_letter(export.layout, relation, fault.column)}{number}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write to")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    for path in make(options.out, options.seed):
        print(path)
