"""``grade forget SUBJECT ID``: remove one person or customer from every period, and say what is left where."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ninegrid.cli import options, terminal
from ninegrid.cli.display import print_json
from ninegrid.model.errors import UsageError

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
        terminal.line(_standing(trace(db, subject_named(subject), subject_id, wait=wait)), err=True)
        if not typer.confirm("Remove it for good?", err=True):
            terminal.line("Nothing was changed.", err=True)
            return
    done = forgotten(db, subject_named(subject), subject_id, wait=wait)
    if json:
        print_json(_as_dict(done))
        return
    for line in _lines(done, db):
        terminal.line(line)


def _standing(found: Trace) -> str:
    return (
        f"{found.subject} {found.subject_id} stands in {_listed(found.periods) or 'no period'}: "
        f"{_total(found.removed)} rows would go, {_total(found.altered)} other rows would no longer name it."
    )


def _lines(done: Forgotten, db: str) -> Iterator[str]:
    found = done.trace
    yield f"removed {_total(found.removed)} rows of {found.subject} {found.subject_id} ({_listed(found.periods)})"
    yield from (f"  {table} {n:,}" for table, n in found.removed.items())
    if found.altered:
        yield f"took its id and name out of {_total(found.altered)} other rows"
        yield from (f"  {table} {n:,}" for table, n in found.altered.items())
    yield f"{db} was written anew; what was removed is not in the file any more"
    left = list(_left(done))
    yield "left:" if left else "left: nothing that the database knows of"
    yield from (f"  {line}" for line in left)
    yield "Copies of the database and of these files are not known here."


def _left(done: Forgotten) -> Iterator[str]:
    """What may still hold the subject, and what to do about it."""
    found = done.trace
    yield from (f"output {path}: delete it, or grade its period again" for path in done.outputs)
    yield from (f"input {name}: take the subject out, or delete it" for name in done.inputs)
    if found.totals:
        yield f"totals that count it until its periods are graded again: {_listed(found.totals)}"
    yield from (f"{table}: {n:,} rows with the same text, perhaps of others" for table, n in done.remains.items())


def _as_dict(done: Forgotten) -> dict[str, Any]:
    found = dataclasses.asdict(done.trace)
    left = {
        "outputs": [str(path) for path in done.outputs],
        "inputs": list(done.inputs),
        "totals": list(found["totals"]),
        "same_text": dict(done.remains),
    }
    told = {key: found[key] for key in ("subject", "subject_id", "periods", "removed", "altered")}
    return {**told, "rows": sum(done.trace.removed.values()), "left": left, "exit_code": 0}


def _total(rows: Mapping[str, int]) -> str:
    return f"{sum(rows.values()):,}"


def _listed(texts: tuple[str, ...]) -> str:
    return ", ".join(texts)
