"""What a person sees on the terminal: progress while it runs, a summary when it's done. All on standard error."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from ninegrid.result import Result

_STEPS = {"read": "Reading and checking", "grade": "Grading", "write": "Writing the workbook", "store": "Storing"}


class Display:
    """Progress and notices; silent when told so or when nobody looks."""

    def __init__(self, quiet: bool, status: Any = None) -> None:
        """status: a rich status that shows the step, or None when standard error is no terminal."""
        self._quiet, self._status = quiet, status

    def step(self, name: str) -> None:
        """A step has begun."""
        if self._status is not None:
            self._status.update(f"{_STEPS.get(name, name)} …")

    def say(self, text: str) -> None:
        """A line for people."""
        if not self._quiet:
            typer.echo(text, err=True)


@contextmanager
def display(quiet: bool) -> Iterator[Display]:
    """A display with a spinner on a terminal, without one elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield Display(quiet)
        return
    from rich.console import Console

    with Console(stderr=True).status("Starting …") as status:
        yield Display(quiet, status)


def summary(result: Result, files: tuple[Path, ...]) -> dict[str, Any]:
    """The run as one JSON object: period, counts, tiers, strategies, cuts, notices, outputs, seconds."""
    policy = result.policy
    return {
        "run_id": result.run_id,
        "subject": result.subject,
        "period": str(result.period),
        "period_origin": result.inputs.period_origin,
        "lang": result.lang,
        "policy": {"version": policy.version, "source": list(policy.source), "digest": policy.digest},
        "inputs": [{"name": f.name, "sha256": f.sha256, "bytes": f.size} for f in result.inputs.files],
        "counts": dict(result.counts),
        **_distribution(result),
        "outputs": [str(path) for path in files],
        "notices": list(result.notices),
        "seconds": {step: round(s, 3) for step, s in result.seconds.items()},
        "exit_code": 0,
    }


def _distribution(result: Result) -> dict[str, Any]:
    if "cells" not in result.tables:
        return {}
    from ninegrid.subjects import SUBJECTS

    policy = result.policy
    main = result.tables[SUBJECTS[result.subject].table]
    counts = {column: dict(main[column].drop_nulls().value_counts().iter_rows()) for column in ("tier", "strategy")}
    return {
        "tiers": {t.key: counts["tier"].get(t.key, 0) for t in policy.tiers},
        "strategies": {s.key: counts["strategy"].get(s.key, 0) for s in policy.strategies},
        "cells": {
            grid.key: {
                row["cell"]: row["n"]
                for row in result.tables["cells"].iter_rows(named=True)
                if row["grid"] == grid.key and row["cell"]
            }
            for grid in policy.grids
        },
    }


def print_summary(result: Result, files: tuple[Path, ...], show: Display) -> None:
    """The run in a few lines."""
    counts = result.counts
    show.say(f"period {result.period} (from {result.inputs.period_origin})")
    for notice in result.notices:
        show.say(f"note: {notice}")
    show.say(_accounting(counts))
    if "cells" in result.tables:
        _print_tiers(result, show)
    if counts["findings"]:
        kinds = dict(result.tables["findings"]["kind"].value_counts().iter_rows())
        show.say("findings: " + ", ".join(f"{n:,} {kind}" for kind, n in sorted(kinds.items())))
        refused = {name: c.rejected for name, c in result.inputs.counts.items() if c.rejected}
        if len(refused) > 1:
            show.say("rejected rows: " + ", ".join(f"{n:,} of {name}" for name, n in refused.items()))
    for line in _written(files):
        show.say(line)


def _written(files: tuple[Path, ...]) -> list[str]:
    """A line a workbook; the tables of a folder in one."""
    folders = Counter(path.parent for path in files if path.suffix != ".xlsx")
    lines = [f"wrote {path}" for path in files if path.suffix == ".xlsx"]
    return [*lines, *(f"wrote {n} tables in {folder}" for folder, n in folders.items())]


def _accounting(counts: Any) -> str:
    """Rows read, and where they went; the parts add up."""
    if "placed" in counts:
        kept = [f"{counts['placed']:,} placed", f"{counts['unplaced']:,} unplaced"]
    else:
        kept = [f"{counts['accepted']:,} accepted"]
    rest = [f"{counts[k]:,} {k.replace('_', ' ')}" for k in ("rejected", "merged", "other_period") if counts[k]]
    return f"{counts['rows_read']:,} rows read = " + " + ".join([*kept, *rest])


def _print_tiers(result: Result, show: Display) -> None:
    told = _distribution(result)
    show.say("tiers: " + "  ".join(f"{tier} {n:,}" for tier, n in told["tiers"].items()))
    names = {s.key: s.en if result.lang == "en" else f"{s.key} {s.zh}" for s in result.policy.strategies}
    show.say("strategies: " + "  ".join(f"{names[key]} {n:,}" for key, n in told["strategies"].items()))


def print_json(value: Any) -> None:
    """One JSON object on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False))
