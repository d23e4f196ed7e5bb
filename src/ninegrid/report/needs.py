"""What each grid and indicator still lacks of the inputs, for the terminal and the sheet 读法."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace

from ninegrid import resources
from ninegrid.grid.rebased import columns_named
from ninegrid.messages import Message, message
from ninegrid.model.relations import Lang
from ninegrid.policy.needs import columns_of, lacking
from ninegrid.result import Result
from ninegrid.subjects.registry import relations, subject_named

_BRIEF = 3  # indicators named in brief


def needs(result: Result, *, brief: bool = False) -> Iterator[Message]:
    """A message a grid, and one of the indicators that can't be computed. brief: a few of the indicators are named."""
    main, there = subject_named(result.subject).relations[0], _present(result)
    for grid in (*result.policy.grids, *result.policy.segment_grids):
        missing = [_told(need, result) for need in lacking(grid, main, there)]
        yield message("cli.grid_lacks" if missing else "cli.grid_has_all", grid=grid, missing=missing)
    lacks = [metric for metric in result.policy.indicators if not _computable(result, metric.texts, there)]
    if lacks:
        code = "cli.indicators_lack_brief" if brief else "cli.indicators_lack"
        yield message(code, n=len(lacks), indicators=lacks[:_BRIEF] if brief else lacks)


def _told(need: str, result: Result) -> SimpleNamespace:
    """The columns that would do, in both languages."""
    names = columns_of(need)
    return SimpleNamespace(
        zh=" / ".join(dict.fromkeys(_named(name, result, "zh") for name in names)),
        en=" / ".join(dict.fromkeys(_named(name, result, "en") for name in names)),
    )


def _named(name: str, result: Result, lang: Lang) -> str:
    """A column that a grid needs, with the relation it is of where that isn't the main one."""
    of, _, column = name.rpartition(".")
    if of:
        return f"{resources.relation(of).label(lang)}·{resources.relation(of).column(column).label(lang)}"
    found = (c for r in relations(result.subject) for c in r.columns if c.name == column)
    return next((c.label(lang) for c in found), column)


def _present(result: Result) -> dict[str, set[str]]:
    present: dict[str, set[str]] = {name: set(columns) for name, columns in result.inputs.present.items()}
    for sheet in result.inputs.reading.sheets:
        for column in sheet.columns:
            if column.meaning and sheet.relation:
                present.setdefault(column.relation, set()).add(column.meaning)
    return present


def _computable(result: Result, texts: Sequence[str], present: dict[str, set[str]]) -> bool:
    """Whether the inputs have the columns of input relations that a metric's expressions name."""
    known = {name for relation in relations(result.subject) for name in relation.names}
    return (columns_named(texts) & known) <= {name for columns in present.values() for name in columns}
