"""``grade map SUBJECT FILE…``: how files are read, as a map to edit; on a terminal it asks column by column."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ninegrid.cli import options
from ninegrid.cli.display import Display, display
from ninegrid.cli.shared_options import run_options
from ninegrid.cli.speech import hear, phrase, spoken
from ninegrid.model.errors import UsageError

if TYPE_CHECKING:
    from ninegrid.model.mapping import ColumnMap, Map
    from ninegrid.model.reading import ColumnReading
    from ninegrid.result import Result


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("map", help="help.map_command")(map_files)


def map_files(
    words: Annotated[list[str] | None, typer.Argument(metavar="[SUBJECT] FILE…", help="help.map_files")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="MAP.toml", help="help.map_out")] = None,
    map_: options.Mapping = None,
    db: options.DatabaseFile = "grade.duckdb",
    no_memory: options.NoMemory = False,
    forget: Annotated[bool, typer.Option("--forget", help="help.map_forget")] = False,
    ask: Annotated[bool | None, typer.Option("--ask/--no-ask", help="help.map_ask")] = None,
    lang: options.Lang = options.Language.auto,
    password_env: options.PasswordEnv = None,
    wait: options.Wait = 10,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Write how the files are read as a map: what is certain, what is proposed, what is missing."""
    subject, files = _subject_and_files(words or [])
    if forget:
        _forget(db, subject, wait)
        return
    if not files:
        raise UsageError("cli.map_which_files")
    result = _read(files, subject, out, map_, db, no_memory, lang, password_env, quiet)
    asks = sys.stdin.isatty() and sys.stderr.isatty() if ask is None else ask
    text = _asked(result, map_ or (), lang) if asks else _proposed(result)
    if out is None:
        typer.echo(text, nl=False)
        return
    _write(out, text)
    if not quiet:
        typer.echo(phrase("cli.wrote_map", path=out, subject=subject), err=True)


def _read(
    files: list[Path],
    subject: str,
    out: Path | None,
    map_: list[str] | None,
    db: str,
    no_memory: bool,
    lang: options.Language,
    password_env: str | None,
    quiet: bool,
) -> Result:
    from ninegrid.pipeline import check_files

    with display(quiet=True) as show:
        asked = run_options(
            show,
            db=db,
            lang=lang,
            map_=map_,
            no_memory=no_memory,
            max_rejected="100%",
            allow_cut=True,
            allow_unused=True,
            password_env=password_env,
            wait=0,
        )
        result = check_files(subject, files, asked)
    hear(result.lang)
    if result.refusal is not None and not quiet:
        Display(quiet).say(result.refusal.said(spoken(result.refusal.problem)))
    return result


def _subject_and_files(words: list[str]) -> tuple[str, list[Path]]:
    from ninegrid.subjects.registry import SUBJECTS

    named = next((word for word in words if word in SUBJECTS and not Path(word).is_file()), None)
    return named or next(iter(SUBJECTS)), [Path(word) for word in words if word != named]


def _proposed(result: Result) -> str:
    from ninegrid.intake.maps import proposed_toml
    from ninegrid.subjects.registry import relations

    main, *_ = known = relations(result.subject)
    present = result.inputs.present.get(main.name, ())
    return proposed_toml(result.inputs.reading, known, spoken(), present, _to_date(result))


def _to_date(result: Result) -> list[str]:
    """The headers of flows from the year's start of which nobody said for how many months."""
    told = next((one for one in result.notices if one.code == "intake.year_to_date"), None)
    headers = told.values["headers"] if told else ()
    return [str(header) for header in headers] if isinstance(headers, (list, tuple)) else []


def _asked(result: Result, given: list[str] | tuple[str, ...], lang: options.Language) -> str:
    """The map of what a person answers, over what was given."""
    from ninegrid.intake.maps import as_toml, read_maps
    from ninegrid.subjects.registry import relations

    said = read_maps(given, relations(result.subject))
    return as_toml(_answers(result).over(said))


def _answers(result: Result) -> Map:
    from ninegrid.intake.maps.named_after import named_after
    from ninegrid.model.mapping import MONTH, Map, SheetMap
    from ninegrid.subjects.registry import relations

    reading, subject = result.inputs.reading, result.subject
    main = relations(subject)[0]
    sheets = []
    headers = _to_date(result)
    if headers and typer.confirm(phrase("cli.map_from_january", headers=headers), err=True):
        sheets.append(SheetMap(set={str(main.observed): MONTH}))
    for offer in named_after(reading, main):
        if typer.confirm(phrase("cli.map_named_after", column=offer.column, names=offer.names), err=True):
            sheets.append(SheetMap(set={offer.column.name: f"{{{offer.place}}}"}))
    for sheet in reading.sheets:
        columns: dict[str, ColumnMap] = {}
        taken = {one.meaning: one.header for one in sheet.columns if one.meaning and one.year is None}
        for column in (one for one in sheet.columns if one.index in sheet.offered):
            if answer := _ask(column, subject, taken):
                columns[column.map_header] = answer
                taken[answer.meaning] = column.header
        if columns:
            sheets.append(SheetMap(sheet.sheet or sheet.file, columns=columns))
    return Map(tuple(sheets))


def _ask(column: ColumnReading, subject: str, taken: Mapping[str, str]) -> ColumnMap | None:
    """What a person says a column means; None to leave it undecided.

    taken: the meanings that other columns have, with their headers; only groups of items may be those of several.
    """
    from ninegrid.intake.maps.read import canonical
    from ninegrid.model.mapping import ColumnMap, column_map
    from ninegrid.subjects.registry import relations

    known = relations(subject)
    ordered = sorted(known, key=lambda one: one.name != column.relation)
    labels = {c.name: c.label(spoken()) for r in reversed(ordered) for c in r.columns}
    typer.echo(phrase("cli.map_column", header=column.header, group=column.group, column=column.column), err=True)
    typer.echo("    " + "；".join(sample.written for sample in column.samples), err=True)
    for number, near in enumerate(column.nearest, 1):
        typer.echo(f"    {number}  {labels.get(near.meaning, near.meaning)}  ({near.meaning})", err=True)
    while True:
        answer = typer.prompt(phrase("cli.map_answer"), default="", show_default=False, err=True).strip()
        if not answer:
            return None
        if answer.isdigit() and 0 < int(answer) <= len(column.nearest):
            answer = column.nearest[int(answer) - 1].meaning
        found = column_map(answer)
        meaning = canonical(found.meaning, known) if found else None
        if found and meaning in taken and meaning in labels:
            said = {"meaning": labels[meaning], "header": taken[meaning]}
            typer.echo(phrase("cli.map_taken", **said), err=True)
        elif found and meaning:
            return ColumnMap(meaning, found.unit, found.sign)
        else:
            typer.echo(phrase("cli.map_no_answer", answer=answer), err=True)


def _forget(db: str, subject: str, wait: float) -> None:
    from ninegrid.store.database import open_database
    from ninegrid.store.maps import forget_maps
    from ninegrid.store.turns import turn
    from ninegrid.subjects.registry import relations

    with turn(db, wait=wait), open_database(db, wait=wait) as database, database.transaction():
        n = forget_maps(database, subject, relations(subject))
    typer.echo(phrase("cli.maps_forgotten", n=n, db=db), err=True)


def _write(out: Path, text: str) -> None:
    from ninegrid.files.outputs import outputs

    with outputs() as staged:
        with staged.writing(out) as path:
            path.write_text(text, encoding="utf-8", newline="\n")
        staged.publish()
