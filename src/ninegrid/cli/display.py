"""What is told while it runs and when it's done: lines for people, or JSON lines. All on standard error."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ninegrid.cli import log

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

    def done(self, run_id: str, step: str, rows: int | None, seconds: float) -> None:
        """A step has ended."""

    def say(self, text: str) -> None:
        """A line for people."""
        if not self._quiet:
            typer.echo(text, err=True)

    def timings(self, result: Result) -> None:
        """Rows and seconds of each step and its parts, which are indented."""
        self.say("   seconds        rows  step")
        for step in result.steps:
            for part in step.flat():
                rows = "" if part.rows is None else f"{part.rows:,}"
                *above, own = part.name.split(".")
                self.say(f"{part.seconds:10.3f}  {rows:>10}  {'  ' * len(above)}{own}")
        self.say(f"{sum(result.seconds.values()):10.3f}  {'':>10}  all steps")

    def finished(self, result: Result, files: tuple[Path, ...]) -> None:
        """A run has ended well: the run in a few lines."""
        for line in _summary_lines(result, files):
            self.say(line)


class JsonLines(Display):
    """The same as JSON lines: an event `step` a step that ended, `notice` a notice, `done` at the end."""

    def __init__(self, quiet: bool) -> None:
        """Quiet: errors alone, which are written where they are caught."""
        super().__init__(quiet)
        log.begin()

    def done(self, run_id: str, step: str, rows: int | None, seconds: float) -> None:
        """A step has ended."""
        log.begin(run_id)
        if not self._quiet:
            log.write("step", _STEPS.get(step, step), step=step, rows=rows, seconds=seconds)

    def say(self, text: str) -> None:
        """What a person should know."""
        if not self._quiet:
            log.write("notice", text)

    def timings(self, result: Result) -> None:
        """An event `timing` for each step and each part."""
        if not self._quiet:
            for part in (part for step in result.steps for part in step.flat()):
                log.write("timing", part.name, step=part.name, rows=part.rows, seconds=part.seconds)

    def finished(self, result: Result, files: tuple[Path, ...]) -> None:
        """A run has ended well: its notices, then its counts and outputs."""
        log.begin(result.run_id)
        for notice in result.notices:
            self.say(notice)
        if not self._quiet:
            log.write(
                "done",
                f"{result.subject} {result.period}: {accounting(result.counts)}",
                rows=result.counts["rows_read"],
                seconds=sum(result.seconds.values()),
                subject=result.subject,
                period=str(result.period),
                counts=dict(result.counts),
                outputs=[str(path) for path in files],
            )


@contextmanager
def display(quiet: bool, log_format: str = "text") -> Iterator[Display]:
    """JSON lines, or lines for people: with a spinner on a terminal, without one elsewhere."""
    if log_format == "json":
        yield JsonLines(quiet)
        return
    if quiet or not sys.stderr.isatty():
        yield Display(quiet)
        return
    from rich.console import Console

    with Console(stderr=True).status("Starting …") as status:
        yield Display(quiet, status)


def summary(result: Result, files: tuple[Path, ...]) -> dict[str, Any]:
    """The run as one JSON object: period, counts, tiers, strategies, cuts, notices, outputs, seconds, timings."""
    policy = result.policy
    return {
        "run_id": result.run_id,
        "subject": result.subject,
        "period": str(result.period),
        "period_origin": result.inputs.period_origin,
        "lang": result.lang,
        "policy": {
            "version": policy.version,
            "source": list(policy.source),
            "digest": policy.digest,
            "report_digest": policy.report_digest,
        },
        "inputs": [{"name": f.name, "sha256": f.sha256, "bytes": f.size} for f in result.inputs.files],
        "counts": dict(result.counts),
        **_distribution(result),
        "outputs": [str(path) for path in files],
        "notices": list(result.notices),
        "seconds": {step: round(s, 3) for step, s in result.seconds.items()},
        "timings": [part.as_json() for step in result.steps for part in step.flat()],
        "exit_code": 0,
    }


def _distribution(result: Result) -> dict[str, Any]:
    if "cells" not in result.tables:
        return {}
    policy, counts = result.policy, result.distribution
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
    """Say what came out of the run."""
    show.finished(result, files)


def _summary_lines(result: Result, files: tuple[Path, ...]) -> Iterator[str]:
    yield f"period {result.period} (from {result.inputs.period_origin})"
    yield from (f"note: {notice}" for notice in result.notices)
    yield accounting(result.counts)
    if "cells" in result.tables:
        yield from _tier_lines(result)
    if result.counts["findings"]:
        kinds = dict(result.tables["findings"]["kind"].value_counts().iter_rows())
        yield "findings: " + ", ".join(f"{n:,} {kind}" for kind, n in sorted(kinds.items()))
        refused = {name: c.rejected for name, c in result.inputs.counts.items() if c.rejected}
        if len(refused) > 1:
            yield "rejected rows: " + ", ".join(f"{n:,} of {name}" for name, n in refused.items())
    yield from _written(files)


def _written(files: tuple[Path, ...]) -> list[str]:
    """A line a workbook; the tables of a folder in one."""
    folders = Counter(path.parent for path in files if path.suffix != ".xlsx")
    lines = [f"wrote {path}" for path in files if path.suffix == ".xlsx"]
    return [*lines, *(f"wrote {n} tables in {folder}" for folder, n in folders.items())]


def accounting(counts: Any) -> str:
    """Rows read, and where they went; the parts add up."""
    if "placed" in counts:
        kept = [f"{counts['placed']:,} placed", f"{counts['unplaced']:,} unplaced"]
    else:
        kept = [f"{counts['accepted']:,} accepted"]
    rest = [f"{counts[k]:,} {k.replace('_', ' ')}" for k in ("rejected", "merged", "other_period") if counts[k]]
    return f"{counts['rows_read']:,} rows read = " + " + ".join([*kept, *rest])


def _tier_lines(result: Result) -> Iterator[str]:
    told = _distribution(result)
    yield "tiers: " + "  ".join(f"{tier} {n:,}" for tier, n in told["tiers"].items())
    names = {s.key: s.en if result.lang == "en" else f"{s.key} {s.zh}" for s in result.policy.strategies}
    yield "strategies: " + "  ".join(f"{names[key]} {n:,}" for key, n in told["strategies"].items())


def print_json(value: Any) -> None:
    """One JSON object on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False))
