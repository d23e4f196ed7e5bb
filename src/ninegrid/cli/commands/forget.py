"""``grade forget SUBJECT ID``: remove one person or customer from every period, and say what is left where."""

from __future__ import annotations

import dataclasses
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ninegrid.cli import options, terminal
from ninegrid.cli.display import print_json
from ninegrid.cli.speech import hear, phrase
from ninegrid.messages import message
from ninegrid.model.errors import UsageError

_A_LINE_EACH = 5  # outputs of one folder

if TYPE_CHECKING:
    from ninegrid.store.forget import Forgotten, Trace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("forget", help="help.forget")(forget)


def forget(
    subject: options.SubjectName,
    subject_id: Annotated[str, typer.Argument(metavar="ID", help="help.subject_id")],
    db: options.DatabaseFile = "grade.duckdb",
    yes: Annotated[bool, typer.Option("--yes", help="help.yes")] = False,
    wait: options.Wait = 10,
    json: options.AsJson = False,
    debug: options.Debug = False,
) -> None:
    """Remove one person or customer from every period; says what is left where."""
    from ninegrid.store.forget import forget as forgotten
    from ninegrid.store.forget import trace
    from ninegrid.subjects.registry import subject_named

    if not yes and not terminal.is_terminal(sys.stdin):
        raise UsageError("forget.not_asked")
    if not yes:
        found = trace(db, subject_named(subject), subject_id, wait=wait)
        hear(found.lang)
        terminal.line(_standing(found), err=True)
        if not typer.confirm(phrase("forget.confirm"), err=True):
            terminal.line(phrase("forget.nothing_changed"), err=True)
            return
    done = forgotten(db, subject_named(subject), subject_id, wait=wait)
    if json:
        print_json(_as_dict(done))
        return
    hear(done.trace.lang)
    for line in _lines(done, db):
        terminal.line(line)


def _standing(found: Trace) -> str:
    return phrase(
        "forget.standing",
        subject=found.subject,
        subject_id=found.subject_id,
        periods=found.periods or message("explain.none_stored"),
        removed=_total(found.removed),
        altered=_total(found.altered),
    )


def _lines(done: Forgotten, db: str) -> Iterator[str]:
    found = done.trace
    values = {"subject": found.subject, "subject_id": found.subject_id, "periods": found.periods}
    yield phrase("forget.removed", n=_total(found.removed), **values)
    yield from (f"  {table} {n:,}" for table, n in found.removed.items())
    if found.altered:
        yield phrase("forget.altered", n=_total(found.altered))
        yield from (f"  {table} {n:,}" for table, n in found.altered.items())
    yield phrase("forget.rewritten", db=db)
    left = list(_left(done))
    yield phrase("forget.left" if left else "forget.nothing_left")
    yield from (f"  {line}" for line in left)
    yield phrase("forget.copies")


def _left(done: Forgotten) -> Iterator[str]:
    """What may still hold the subject, and what to do about it."""
    found = done.trace
    many = {folder: n for folder, n in Counter(path.parent for path in done.outputs).items() if n > _A_LINE_EACH}
    yield from (phrase("forget.output", path=path) for path in done.outputs if path.parent not in many)
    yield from (phrase("forget.outputs", n=n, folder=folder) for folder, n in many.items())
    yield from (phrase("forget.input", name=name) for name in done.inputs)
    if found.totals:
        yield phrase("forget.totals", tables=found.totals)
    yield from (phrase("forget.same_text", table=table, n=n) for table, n in done.remains.items())


def _as_dict(done: Forgotten) -> dict[str, Any]:
    found = dataclasses.asdict(done.trace)
    left = {
        "outputs": [str(path) for path in done.outputs],
        "inputs": list(done.inputs),
        "totals": list(found["totals"]),
        "same_text": dict(done.remains),
    }
    values = {key: found[key] for key in ("subject", "subject_id", "periods", "removed", "altered")}
    return {**values, "rows": sum(done.trace.removed.values()), "left": left, "exit_code": 0}


def _total(rows: Mapping[str, int]) -> int:
    return sum(rows.values())
