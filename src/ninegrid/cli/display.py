"""Progress and the summary of a run, as lines for people or as JSON lines, on standard error."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ninegrid.cli import log, terminal
from ninegrid.cli.speech import hear, phrase, sentence, spoken
from ninegrid.messages import Message, is_alert, message, say
from ninegrid.model import stop

if TYPE_CHECKING:
    import polars as pl

    from ninegrid.model.inputs import SheetSource
    from ninegrid.model.period import Period
    from ninegrid.result import Result

_KINDS = 5  # of refused rows
_REASONS = 3  # named of the findings of a kind
_UNITS_A_LINE = 100
_A_LINE_EACH = 20  # workbooks of one folder
_STEPS = frozenset(
    {
        "read",
        "check",
        "recall",
        "connect",
        "grade",
        "compare",
        "act",
        "improve",
        "assess",
        "answer",
        "store",
        "report",
        "publish",
    }
)


def _step(name: str) -> str:
    """A step as people call it."""
    return phrase(f"cli.step.{name}") if name in _STEPS else name


class Display:
    """Shows progress and notices; silent with `--quiet` or when nobody looks."""

    def __init__(self, quiet: bool, status: Any = None) -> None:
        """status: a rich status that shows the step, or None when standard error is no terminal."""
        self._quiet, self._status = quiet, status

    def step(self, name: str) -> None:
        """A step has begun."""
        stop.check()
        if self._status is not None:
            self._status.update(f"{_step(name)} …")

    def unit(self, number: int, of: int, unit: str) -> None:
        """The workbook of a unit is begun: on a terminal each is shown, elsewhere a line a hundred."""
        stop.check()
        text = phrase("cli.unit", number=number, of=of, unit=unit)
        if self._status is not None:
            from rich.markup import escape

            self._status.update(escape(terminal.one_line(text)))
        elif number % _UNITS_A_LINE == 0:
            self.say(text)

    def done(self, run_id: str, step: str, rows: int | None, seconds: float) -> None:
        """A step has ended."""

    def say(self, text: str) -> None:
        """A line for people."""
        if not self._quiet:
            terminal.line(text, err=True)

    def answer(self, text: str) -> None:
        """A line of what was asked for, on standard output."""
        if not self._quiet:
            terminal.line(text)

    def alert(self, text: str) -> None:
        """A line for people that they should not miss."""
        if not self._quiet:
            terminal.line(text, err=True, colour="yellow")

    def tell(self, notice: Message) -> None:
        """What a person should know."""
        self.say(sentence(notice))

    def timings(self, result: Result) -> None:
        """Rows and seconds of each step and its parts, which are indented."""
        self.say(phrase("cli.timings"))
        for step in result.steps:
            for part in step.flat():
                rows = "" if part.rows is None else f"{part.rows:,}"
                *above, own = part.name.split(".")
                self.say(f"{part.seconds:10.3f}  {rows:>10}  {'  ' * len(above)}{own}")
        self.say(f"{sum(result.seconds.values()):10.3f}  {'':>10}  {phrase('cli.all_steps')}")

    def finished(self, result: Result, files: tuple[Path, ...]) -> None:
        """A run has ended well: the run in a few lines, what matters most first."""
        self.begin(result)
        refused = refused_lines(result.tables["findings"], files, of_a_kind=0, sheets=result.inputs.sheets)
        for line in (*refused, *written_lines(files)):
            self.say(line)

    def begin(self, result: Result, elsewhere: Collection[str] = ()) -> None:
        """What a person should not miss, then the period, what else there is to know, and where the rows went.

        elsewhere: the codes of notices that are shown in another place.
        """
        notices = [notice for notice in result.notices if notice.code not in elsewhere]
        for notice in notices:
            if is_alert(notice):
                self.alert(note(notice))
        if result.inputs.period_origin == "today":
            self.alert(phrase("cli.warning", told=_no_period(result.period)))
        for line in _summary_lines(result, [notice for notice in notices if not is_alert(notice)]):
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
            log.write("step", _step(step), step=step, rows=rows, seconds=seconds)

    def unit(self, number: int, of: int, unit: str) -> None:
        """The workbook of a unit is begun."""
        stop.check()
        if not self._quiet:
            text = phrase("cli.unit", number=number, of=of, unit=unit)
            log.write("unit", text, number=number, of=of, unit=unit)

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
        if result.inputs.period_origin == "today":
            self.tell(_no_period(result.period))
        for notice in result.notices:
            self.tell(notice)
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
    if quiet or not terminal.colours(sys.stderr):
        yield Display(quiet)
        return
    from rich.console import Console

    with Console(file=getattr(sys.stderr, "plain", sys.stderr)).status(phrase("cli.starting")) as status:
        yield Display(quiet, status)


def summary(result: Result, files: tuple[Path, ...]) -> dict[str, Any]:
    """The run as one JSON object: period, counts, tiers, strategies, cuts, notices, outputs, seconds, timings."""
    policy = result.policy
    return {
        "run_id": result.run_id,
        "subject": result.subject,
        **({"study": result.study} if result.study else {}),
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
        "notices": [say(notice, spoken()) for notice in result.notices],
        "notice_codes": [notice.code for notice in result.notices],
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
    hear(result.lang)
    show.finished(result, files)


def _no_period(taken: Period) -> Message:
    """That nothing named a period, so that the month was taken, with an option to copy: last year's last month."""
    return message("cli.no_period", period=taken, example=f"{taken.end.year - 1}-12")


def _summary_lines(result: Result, notices: Sequence[Message]) -> Iterator[str]:
    from ninegrid.resources import relation

    if result.inputs.period_origin != "today":
        origin = message(f"cli.origin.{result.inputs.period_origin.replace(' ', '_')}")
        yield phrase("cli.period", period=result.period, origin=origin)
    yield from map(note, notices)
    if "rows_read" in result.counts:
        yield accounting(result.counts)
    if "cells" in result.tables:
        yield from _tier_lines(result)
    if result.counts.get("findings"):
        yield phrase("cli.findings", counted=_counted(result.tables["findings"]))
        refused = {name: c.rejected for name, c in result.inputs.counts.items() if c.rejected}
        if len(refused) > 1:
            counted = tuple(message("cli.rejected_of", n=n, relation=relation(name)) for name, n in refused.items())
            yield phrase("cli.rejected_rows", counted=counted)


def _counted(found: pl.DataFrame) -> tuple[Message, ...]:
    """How many findings there are of each kind, with their reasons in words where they are few."""
    from ninegrid.model.findings import named_reason

    counts = []
    for kind, n in sorted(found["kind"].value_counts().iter_rows()):
        reasons = found.filter(kind=kind)["reason"].unique(maintain_order=True)
        counted = message(f"cli.kind.{kind}", n=n)
        if len(reasons) <= _REASONS:
            counted = message("cli.kind_of", counted=counted, reasons=[named_reason(reason) for reason in reasons])
        counts.append(counted)
    return tuple(counts)


def note(notice: Message) -> str:
    """What a person should know, as a line: one that may change what the figures mean says so."""
    return phrase("cli.alert" if is_alert(notice) else "cli.note", told=notice)


def refused_lines(
    found: pl.DataFrame, files: Sequence[Path], of_a_kind: int = 2, sheets: Sequence[SheetSource] = ()
) -> Iterator[str]:
    """What was refused by reason, with the first cells of each and where the rest stand.

    found: the findings. files: those written, of which a workbook lists all. of_a_kind: cells shown of each reason.
    sheets: those that were read.
    """
    from ninegrid.refusals import refused_kinds

    kinds = refused_kinds(found, sheets)
    for kind in kinds[:_KINDS]:
        yield f"  {sentence(kind.notice())}"
        for row in kind.first[1 : of_a_kind + 1].iter_rows(named=True):
            place = " › ".join(filter(None, (row["file"], row["sheet"], row["cell"])))
            yield f"    {place}  {row['message']}"
    if kinds:
        book = next((path for path in files if path.suffix == ".xlsx"), None)
        n = sum(kind.n for kind in kinds)
        yield phrase("cli.refused_in", n=n, path=book) if book else phrase("cli.refused_where", n=n)


def written_lines(files: Sequence[Path]) -> list[str]:
    """A line a workbook or map, or one for all of a folder that has many; the tables of a folder in one.

    A table of many files is a folder of them, called like the one file that it is elsewhere.
    """
    alone = [path for path in files if path.suffix in (".xlsx", ".toml")]
    others = (path for path in files if path not in alone)
    tables = dict.fromkeys(path.parent if path.parent.suffix == path.suffix else path for path in others)
    folders = Counter(path.parent for path in tables)
    many = {folder: n for folder, n in Counter(path.parent for path in alone).items() if n > _A_LINE_EACH}
    lines = [phrase("cli.wrote", path=path) for path in alone if path.parent not in many]
    lines += [phrase("cli.wrote_workbooks", n=n, folder=folder) for folder, n in many.items()]
    return [*lines, *(phrase("cli.wrote_tables", n=n, folder=folder) for folder, n in folders.items())]


def accounting(counts: Any) -> str:
    """Rows read, and where they went; the parts add up."""
    kept = ("placed", "unplaced") if "placed" in counts else ("accepted",)
    others = ("rejected", "merged", "other_period", "departed")  # a ledger of an earlier version may not have them all
    parts = [*kept, *(name for name in others if counts.get(name))]
    whole = phrase("cli.rows_read", n=counts["rows_read"])
    return f"{whole} = " + " + ".join(phrase(f"cli.rows.{name}", n=counts[name]) for name in parts)


def _tier_lines(result: Result) -> Iterator[str]:
    from ninegrid.subjects.registry import subject_named

    counts = _distribution(result)
    code = "cli.tier_people" if subject_named(result.subject).of_people else "cli.tier_customers"
    tiers = (phrase(code, tier=tier, n=counts["tiers"][tier.key]) for tier in result.policy.tiers)
    yield phrase("cli.tiers", counted=phrase("cli.tier_between").join(tiers))
    names = {s.key: s.en if spoken() == "en" else s.zh for s in result.policy.strategies}
    yield phrase("cli.strategies", counted="  ".join(f"{names[key]} {n:,}" for key, n in counts["strategies"].items()))


def print_json(value: Any) -> None:
    """One JSON object on standard output."""
    terminal.line(json.dumps(value, ensure_ascii=False))
