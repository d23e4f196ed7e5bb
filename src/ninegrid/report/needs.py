"""What each grid and indicator still lacks of the inputs, for the terminal and the sheet 读法."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace

from ninegrid import resources
from ninegrid.grid.rebased import columns_named
from ninegrid.messages import Message, message, say
from ninegrid.model.relations import Lang
from ninegrid.policy.needs import lacking, nearest_first
from ninegrid.result import Result
from ninegrid.subjects.registry import relations, subject_named

_BRIEF = 3  # indicators and columns named in brief
_NAMED = 8  # columns named
_LANGS: tuple[Lang, ...] = ("zh", "en")


def needs(result: Result, *, brief: bool = False) -> Iterator[Message]:
    """A message a grid, and one of the indicators that can't be computed. brief: a few of the indicators are named."""
    yield from of_grids(result)
    yield from of_indicators(result, brief=brief)


def of_grids(result: Result) -> Iterator[Message]:
    """A message a grid: what it lacks, if anything."""
    main, there = subject_named(result.subject).relations[0], _present(result)
    for grid in (*result.policy.grids, *result.policy.segment_grids):
        missing = lacking(grid, main, there)
        told = SimpleNamespace(zh=_told(missing, result, "zh"), en=_told(missing, result, "en"))
        yield message("cli.grid_lacks" if missing else "cli.grid_has_all", grid=grid, missing=told)


def nobody_can_be_placed(result: Result) -> bool:
    """Whether the inputs lack a column without which nobody is placed on the grid of the tiers."""
    grid = result.policy.grid(result.policy.tiering.grid)
    return bool(lacking(grid, subject_named(result.subject).relations[0], _present(result)))


def of_indicators(result: Result, *, brief: bool = False) -> Iterator[Message]:
    """A message on the indicators that can't be computed, where there are any."""
    there = _present(result)
    missing = {metric: _missing(result, metric.texts, there) for metric in result.policy.indicators}
    lacks = [metric for metric, columns in missing.items() if columns]
    if lacks:
        every = list(dict.fromkeys(name for metric in lacks for name in missing[metric]))
        shown = every[: _BRIEF if brief else _NAMED]
        told = {lang: [_named(name, result, lang) for name in shown] for lang in _LANGS}
        columns = SimpleNamespace(**{lang: _listed(names, len(every), lang) for lang, names in told.items()})
        code = "cli.indicators_lack_brief" if brief else "cli.indicators_lack"
        yield message(code, n=len(lacks), columns=columns, indicators=lacks[:_BRIEF] if brief else lacks)


def _listed(names: Sequence[str], of: int, lang: Lang) -> str:
    """The names, and how many there are where that is more."""
    code = "cli.columns_lacking" if of == len(names) else "cli.columns_lacking_more"
    return say(message(code, names=list(names), n=of), lang)


def _told(needs: Sequence[str], result: Result, lang: Lang) -> str:
    """All needs, each with what would do for it; what would do for all of them alone comes last, once."""
    each = [[one.strip() for one in need.split("|")] for need in needs]
    shared = [one for one in each[0] if all(one in need for need in each)] if len(each) > 1 else []
    listed = [_either([one for one in need if one not in shared], result, lang) for need in each]
    joined = say(message("cli.needs_all"), lang).join(listed)
    if not shared:
        return joined
    return say(message("cli.needs_or_alone", needs=joined, alone=_either(shared, result, lang)), lang)


def _either(alternatives: Sequence[str], result: Result, lang: Lang) -> str:
    """``预期损失 或 违约概率 + 违约损失率 + 风险敞口``: alternatives of columns that belong together."""
    main = subject_named(result.subject).relations[0]
    named = []
    for lacks, there in nearest_first("|".join(alternatives), main, _present(result)):
        text = " + ".join(_named(name, result, lang) for name in lacks)
        known = " + ".join(_named(name, result, lang) for name in there)
        named.append(say(message("cli.needs_rest", lacking=text, there=known), lang) if there else text)
    return say(message("cli.needs_either"), lang).join(dict.fromkeys(named))


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


def _missing(result: Result, texts: Sequence[str], present: dict[str, set[str]]) -> list[str]:
    """The columns of input relations that a metric's expressions name and the inputs don't have."""
    known = {name for relation in relations(result.subject) for name in relation.names}
    there = {name for columns in present.values() for name in columns}
    return sorted((columns_named(texts) & known) - there)
