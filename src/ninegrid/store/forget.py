"""Forgetting one subject: its rows go from every period, its id and name from all others; what is left is reported.

The database file is written anew, so that the deleted bytes are gone from it. Totals that were made with the subject's
figures stay as they are until their period is graded again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.messages import Lang, Message, message
from ninegrid.model.errors import UsageError
from ninegrid.model.subject import Owned, Subject
from ninegrid.store.quoting import literal
from ninegrid.store.rewrite import Edit, Stored, Table, stored

PSEUDONYM = "forgotten"
_KEY = "subject_id"  # what tables about any subject call the id
# Columns in which people or the program wrote sentences that may name a subject.
_SENTENCES = ("value", "message", "reason", "evidence", "override_reason", "note", "keep", "stop", "change", "result",
              "action", "suggested")  # fmt: skip
# Such columns of one table alone: elsewhere a name in a column of this name is somebody's.
_SENTENCES_OF = {
    "campaign_plans": ("name", "meaning", "owner"),
    "campaigns": ("campaign_name", "campaign_meaning", "owner"),
    "deals": ("deal_name",),
    "runs": ("accepted_break", "outputs"),
    "study_runs": ("outputs",),
}
# Columns with expressions, in which an id or a name is a text in quotes: a number or a word of theirs is none.
_CONDITIONS_OF = {"campaign_plans": ("who", "never")}
_EXPRESSIONS_OF = {"runs": ("policy",)}
_NAMES_OF = {"runs": ("inputs",)}  # and no ids: numbers are like them
_ABOUT_VALUES, _MAPS = "findings", "maps"
_LEDGER, _STUDIES = "runs", "study_runs"
_TELLING = 4  # an id of fewer characters stands by chance in other text


@dataclass(frozen=True)
class Trace:
    """Where a subject stands in a database: its names and periods, and by table how many rows would go or be altered.

    totals: tables of those periods that hold no row of the subject's own, but may count it. lang: the language of the
    runs that are stored, where they say one.
    """

    subject: str
    subject_id: str
    names: tuple[str, ...]
    periods: tuple[str, ...]
    removed: Mapping[str, int]
    altered: Mapping[str, int]
    totals: tuple[str, ...]
    outputs: tuple[Path, ...]
    inputs: tuple[str, ...]
    lang: Lang | None


@dataclass(frozen=True)
class Forgotten:
    """What was done, and what is left where.

    outputs: files of those periods that are still there. inputs: names of the files they were made from. remains: by
    table, rows of the new file in whose text the id or a name still stands, such as another subject of that name.
    """

    trace: Trace
    outputs: tuple[Path, ...]
    inputs: tuple[str, ...]
    remains: Mapping[str, int]


def trace(path: str, subject: Subject, subject_id: str, *, wait: float = 10.0) -> Trace:
    """Where the subject stands; UsageError with ids that are close when it stands nowhere."""
    with stored(path, _variables(subject, subject_id), wait=wait) as database:
        return _traced(database, subject, subject_id)


def forget(path: str, subject: Subject, subject_id: str, *, wait: float = 10.0) -> Forgotten:
    """Remove the subject from every period and write the database file anew; UsageError when it stands nowhere."""
    with stored(path, _variables(subject, subject_id), wait=wait, alone=True) as database:
        found = _traced(database, subject, subject_id)
        tables = database.tables()
        edits = _edits(tables, subject, found.names, _references(database, tables, subject))
        line = (dt.datetime.now(dt.UTC).replace(tzinfo=None), subject.name, sum(found.removed.values()))
        remains = database.rewrite(
            edits,
            resources.sql("history/forgotten_table"),
            ("forgotten", line),
            {table: _mentions(table, found.names) for table in tables if table.texts},
        )
    there = tuple(output for output in found.outputs if output.exists())
    return Forgotten(found, there, found.inputs, {table.title: n for table, n in remains.items()})


def _variables(subject: Subject, subject_id: str) -> dict[str, str]:
    return {"subject": subject.name, "id": subject_id}


def _id_column(subject: Subject) -> str:
    return resources.relation(subject.relations[0]).key[0]


def _traced(database: Stored, subject: Subject, subject_id: str) -> Trace:
    tables = database.tables()
    own = {table: _own(table, subject) for table in tables if _keys(table, subject)}
    named = _references(database, tables, subject)
    standing = {table: _standing(table, subject, named) for table in tables if table.name != _LEDGER}
    standing = {table: condition for table, condition in standing.items() if database.count(table, condition)}
    if not standing:
        raise UsageError(
            "forget.unknown_id", _closest(database, tables, subject), subject_id=subject_id, subject=subject.name
        )
    names = _names(database, own, subject)
    edits = _edits(tables, subject, names, named)
    removed = {table: database.count(table, edit.dropped) for table, edit in edits.items()}
    altered = {table: database.count(table, edit.altered) for table, edit in edits.items()}
    periods = sorted({p for t, c in standing.items() if "period" in t.texts for p in database.distinct(t, "period", c)})
    outputs, inputs = _files(database, tables, subject, periods)
    return Trace(
        subject.name,
        subject_id,
        names,
        tuple(periods),
        {table.title: n for table, n in removed.items() if n},
        {table.title: n for table, n in altered.items() if n},
        _totals(database, tables, subject, periods),
        outputs,
        inputs,
        _language(database, tables, subject),
    )


def _keys(table: Table, subject: Subject) -> list[str]:
    """The columns by which a table's rows belong to a subject."""
    return [column for column in (_id_column(subject), _KEY) if column in table.texts]


def _of_subject(table: Table) -> str:
    """Whether a row is of the subject's kind, as SQL: ids of two kinds may be alike."""
    return "\"subject\" = getvariable('subject')" if "subject" in table.texts else "true"


def _own(table: Table, subject: Subject, names: tuple[str, ...] = ()) -> str:
    """Whether a row is the subject's own, as SQL."""
    same = [f"\"{key}\" = getvariable('id')" for key in _keys(table, subject)]
    if scoped := _scoped(table, subject):
        same.append(f'("{scoped.column}" = {literal(scoped.value)} AND trim("{scoped.naming}") IN ({_listed(names)}))')
    return f"{_of_subject(table)} AND ({' OR '.join(same) or 'false'})"


def _scoped(table: Table, subject: Subject) -> Owned | None:
    """By which column and value a row is about one subject, and which column says whom."""
    scoped = subject.owned.get(table.name)
    return scoped if scoped and {scoped.column, scoped.naming} <= set(table.texts) else None


def _standing(table: Table, subject: Subject, named: tuple[str, ...]) -> str:
    """Whether a row is the subject's own or names it by its id, as SQL."""
    by_id = [column for column in named if column in table.texts and not column.endswith("_name")]
    naming = [f'regexp_matches("{column}", {_ID_AS_WORD})' for column in by_id]
    return f"({_own(table, subject)}) OR ({_of_subject(table)} AND ({' OR '.join(naming) or 'false'}))"


def _names(database: Stored, own: Mapping[Table, str], subject: Subject) -> tuple[str, ...]:
    columns = (f"{_id_column(subject).removesuffix('_id')}_name", "name")
    found = {
        name
        for table, condition in own.items()
        for column in columns
        if column in table.texts
        for name in database.distinct(table, column, condition)
    }
    return tuple(sorted(found, key=len, reverse=True))  # the longest first: one may be part of another


def _edits(tables: list[Table], subject: Subject, names: tuple[str, ...], named: tuple[str, ...]) -> dict[Table, Edit]:
    """What becomes of each table that says something of the subject's kind."""
    return {table: edit for table in tables if (edit := _edit(table, subject, names, named)) is not None}


def _edit(table: Table, subject: Subject, names: tuple[str, ...], named: tuple[str, ...]) -> Edit | None:
    dropped = _own(table, subject, names)
    if table.name == _MAPS:
        dropped = f"{_of_subject(table)} AND ({_mentions(table, names, 'array_to_string(headers, chr(10))')})"
    if table.name == _ABOUT_VALUES and "value" in table.texts:
        dropped += f' OR ({_of_subject(table)} AND trim("value") IN ({_listed(names)}))'
    references = {column: _without(column, names, as_whole=True) for column in named if column in table.texts}
    written = {
        **{column: _without(column, names, as_whole=False) for column in (*_SENTENCES, *_of(_SENTENCES_OF, table))},
        **{column: _without_quoted(column, names) for column in _of(_EXPRESSIONS_OF, table)},
        **{column: _without_names(_without_quoted(column, ()), names) for column in _of(_CONDITIONS_OF, table)},
        **{column: _without_names(f'"{column}"', names) for column in _of(_NAMES_OF, table)},
    }
    sentences = {column: value for column, value in written.items() if column in table.texts}
    replaced = {
        column: f'CASE WHEN {_of_subject(table)} THEN {value} ELSE "{column}" END'
        for column, value in {**references, **sentences}.items()
    }
    is_told_of = replaced or _keys(table, subject) or _scoped(table, subject) or table.name == _MAPS
    return Edit(dropped, replaced) if is_told_of else None


def _of(columns: Mapping[str, tuple[str, ...]], table: Table) -> tuple[str, ...]:
    """The columns of a table of our own; one of its name in another schema is an input's."""
    return columns.get(table.name, ()) if table.schema == "main" else ()


def _references(database: Stored, tables: list[Table], subject: Subject) -> tuple[str, ...]:
    """The columns that name a subject; a group goes by its member's id only where the member is of that group."""
    heads = any(
        database.count(table, f"{_own(table, subject)} AND \"group_id\" = getvariable('id')")
        for table in tables
        if {"group_id", *_keys(table, subject)} <= set(table.texts) and _keys(table, subject)
    )
    return tuple(column for column in subject.references if column != "group_id" or heads)


def _without(column: str, names: tuple[str, ...], *, as_whole: bool) -> str:
    """A text without the id and the names, as SQL: as whole words, or (names) wherever they stand in a sentence."""
    text = f"regexp_replace(\"{column}\", {_ID_AS_WORD}, '\\1{PSEUDONYM}\\2', 'g')"
    if not as_whole:
        return _without_names(text, names)
    for name in names:
        text = f"CASE WHEN trim(\"{column}\") = {literal(name)} THEN '{PSEUDONYM}' ELSE {text} END"
    return text


def _without_names(text: str, names: tuple[str, ...]) -> str:
    """A text without the names, as SQL; one letter, and digits alone, stand by chance in others."""
    for name in names:
        if len(name) > 1 and not name.isdigit():
            text = f"replace({text}, {literal(name)}, '{PSEUDONYM}')"
    return text


def _without_quoted(column: str, names: tuple[str, ...]) -> str:
    """An expression without the id and the names where they are texts of it, as SQL."""
    text, quoted = f'"{column}"', ["chr(39) || getvariable('id') || chr(39)"]
    for one in (*quoted, *(literal(literal(name)) for name in names)):
        text = f"replace({text}, {one}, '''{PSEUDONYM}''')"
    return text


_ID_AS_WORD = "'(^|[^0-9A-Za-z])' || regexp_escape(getvariable('id')) || '($|[^0-9A-Za-z])'"


def _mentions(table: Table, names: tuple[str, ...], *more: str) -> str:
    """Whether a row's text still holds the id or a name, as SQL; more: further texts of it."""
    columns = ", ".join((*(f'"{column}"' for column in table.texts), *more))
    whole = f"concat_ws(chr(10), {columns})"
    found = [f"contains({whole}, {literal(name)})" for name in names]
    found.append(f"(length(getvariable('id')) >= {_TELLING} AND regexp_matches({whole}, {_ID_AS_WORD}))")
    return " OR ".join(found)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(["getvariable('id')", *map(literal, names)])


def _totals(database: Stored, tables: list[Table], subject: Subject, periods: list[str]) -> tuple[str, ...]:
    listed = ", ".join(map(literal, periods)) or "''"
    return tuple(
        table.title
        for table in tables
        if {"subject", "period", "run_id"} <= set(table.texts) and table.name not in (_LEDGER, "cuts")
        if table.schema == "main" and not _keys(table, subject)
        if database.count(table, f"{_of_subject(table)} AND period IN ({listed})")
    )


def _files(
    database: Stored, tables: list[Table], subject: Subject, periods: list[str]
) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Outputs and names of inputs of every run of those periods, as the ledger knows them; outputs of every study."""
    own = {table.name: table for table in tables if table.schema == "main"}
    outputs, inputs = set[str](), set[str]()
    if ledger := own.get(_LEDGER):
        listed = ", ".join(map(literal, periods)) or "''"
        where = f"{_of_subject(ledger)} AND period IN ({listed})"
        outputs |= {path for text in database.distinct(ledger, "outputs", where) for path in json.loads(text)}
        inputs |= {file["name"] for text in database.distinct(ledger, "inputs", where) for file in json.loads(text)}
    if studies := own.get(_STUDIES):
        told = database.distinct(studies, "outputs", _of_subject(studies))
        outputs |= {path for text in told for path in json.loads(text)}
    return tuple(map(Path, sorted(outputs))), tuple(sorted(inputs))


def _language(database: Stored, tables: list[Table], subject: Subject) -> Lang | None:
    """The language of the subject's runs: Chinese where any is."""
    ledger = next(
        (table for table in tables if table.title == _LEDGER and {"subject", "lang"} <= set(table.texts)), None
    )
    spoken = database.distinct(ledger, "lang", _of_subject(ledger)) if ledger else []
    return "zh" if "zh" in spoken else "en" if "en" in spoken else None


def _closest(database: Stored, tables: list[Table], subject: Subject) -> Message:
    """A hint: ids that differ in their leading zeros or in a character or two."""
    key = _id_column(subject)
    listed = " UNION ".join(
        f'SELECT "{key}" AS id FROM "{table.schema}"."{table.name}" WHERE {_of_subject(table)}'
        for table in tables
        if key in table.texts
    )
    if not listed:
        return message("common.check_subject")
    near = database.rows(
        f"SELECT DISTINCT id FROM ({listed}) WHERE ltrim(id, '0') = ltrim(getvariable('id'), '0') "
        "OR levenshtein(id, getvariable('id')) <= least(2, length(id) / 3) "
        "ORDER BY ltrim(id, '0') <> ltrim(getvariable('id'), '0'), levenshtein(id, getvariable('id')), id LIMIT 3"
    )
    if not near:
        return message("forget.check_id")
    return message("common.did_you_mean", found=[row[0] for row in near])
