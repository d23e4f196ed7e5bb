"""Makes the sample employees, a workbook a quarter: roster, ratings, KPIs, competencies, plans, earlier years.

    python sample_data/make_talent.py [--out DIR] [--seed N]

Everybody in it is invented. The same seed gives the same files.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from invented_company import exports, workbook
from invented_company.exports import Export
from invented_company.layout import SHEETS
from invented_company.structure import LAST, PERIODS
from planting.lines import Row
from planting.manifest import as_json, described
from planting.spoiler import Planted

SEED = 20260930
FOLDER = Path(__file__).parent / "talent"


def make(out: Path = FOLDER, seed: int = SEED, periods: Sequence[str] = PERIODS) -> list[Path]:
    """Write the files of the quarters into `out`, a workbook and a manifest each, and return their paths."""
    out.mkdir(parents=True, exist_ok=True)
    return [path for period in periods for path in _made(exports.export(period, seed), out)]


def _made(export: Export, out: Path) -> tuple[Path, Path]:
    book, manifest = workbook.write(export, out), out / _manifest_name(export.period)
    manifest.write_text(as_json(_manifest(export)), encoding="utf-8", newline="\n")
    return book, manifest


def truth(period: str = LAST, seed: int = SEED) -> dict[str, list[Row]]:
    """The rows that must be accepted, a list a relation; words canonical, shares as fractions, numbers as Decimal."""
    return exports.truth(exports.export(period, seed))


def accounts(period: str = LAST, seed: int = SEED) -> dict[str, dict[str, int]]:
    """What must become of the rows, by relation: read, accepted, merged, rejected."""
    return exports.accounts(exports.export(period, seed))


def people(period: str = LAST, seed: int = SEED) -> dict[str, list[str]]:
    """The employee numbers of those who are to be found, by what is to be found."""
    return exports.people(exports.export(period, seed))


def planted(period: str = LAST, out: Path = FOLDER) -> dict[str, Any]:
    """The manifest that stands beside the quarter's workbook: accounts, people, and faults with sheet and cell."""
    return dict(json.loads((out / _manifest_name(period)).read_text(encoding="utf-8")))


def _manifest_name(period: str) -> str:
    return "planted.json" if period == LAST else f"planted_{period}.json"


def _manifest(export: Export) -> dict[str, Any]:
    faults = [_fault(export, relation, fault) for relation, listed in export.planted.items() for fault in listed]
    return {
        "period": export.period,
        "accounts": exports.accounts(export),
        "people": exports.people(export),
        "faults": faults,
    }


def _fault(export: Export, relation: str, fault: Planted) -> dict[str, Any]:
    number = fault.line.number
    at = f"row {number}" if fault.column is None else f"{workbook.column_letter(relation, fault.column)}{number}"
    return described(fault, "employee_id", export.file, SHEETS[relation], at)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write to")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    for path in make(options.out, options.seed):
        print(path)
