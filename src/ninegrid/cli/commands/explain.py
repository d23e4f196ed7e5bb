"""``grade explain SUBJECT ID``: why it is in its cell, and what would move it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ninegrid.cli import options, terminal
from ninegrid.cli.display import print_json
from ninegrid.cli.speech import hear, spoken
from ninegrid.messages.message import entry, message, say

if TYPE_CHECKING:
    from ninegrid.explanation import AxisPlace, Explanation, GridPlace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", help="help.explain")(explain)


def explain(
    subject: options.SubjectName,
    subject_id: Annotated[str, typer.Argument(metavar="ID", help="help.subject_id")],
    period: options.PeriodText = None,
    db: options.DatabaseFile = "grade.duckdb",
    lang: options.Spoken = options.Language.auto,
    wait: options.Wait = 10,
    json: options.AsJson = False,
    debug: options.Debug = False,
) -> None:
    """Why this subject is in its cell, and what would move it."""
    from ninegrid.explanation import explain as explained
    from ninegrid.store.database import open_database

    asked = options.period(period)
    with open_database(db, read_only=True, wait=wait) as database:
        explanation = explained(database, subject, subject_id, str(asked) if asked else None)
    if json:
        print_json(_as_dict(explanation))
        return
    hear(explanation.lang)
    for line in _lines(explanation, spoken()):
        terminal.line(line)


def _lines(explanation: Explanation, lang: str) -> list[str]:
    row, policy = explanation.row, explanation.policy
    said = [f"{row[policy.id]}  {_name(row)}  {_word('period', lang)} {explanation.period}"]
    if row.get("source_file"):
        sheet = " › ".join(str(row[k]) for k in ("source_file", "source_sheet") if row[k])
        said.append(f"{_word('source', lang)} {sheet} › {_word('row', lang)} {row['source_row']}")
    for place in explanation.places:
        said += ["", *_grid_lines(place, explanation, lang)]
    said += [
        "",
        f"{_word('tier', lang)} {row['tier'] or '—'}   {_word('strategy', lang)} {_strategy(explanation, lang)}",
    ]
    said.append(f"{_word('rule', lang)} {row['strategy_rule']}: {_rule(explanation, lang)}")
    if explanation.warning:
        said.append(_warning_line(explanation, explanation.warning, lang))
    said += [
        f"{_word(k, lang)} {_in_words(str(row[k]), explanation, lang)}" for k in ("flags", "missing") if row.get(k)
    ]
    return said


def _warning_line(explanation: Explanation, warning: dict[str, Any], lang: str) -> str:
    severity = next(getattr(s, lang) for s in explanation.policy.severities if s.key == warning["severity"])
    rule = next(getattr(r, lang) for r in explanation.policy.warning_rules if r.rule == warning["cause"])
    metric = next((m for m in explanation.policy.metrics if m.key == warning["metric"]), None)
    name, unit = (getattr(metric, lang), metric.unit) if metric else (str(warning["metric"]), "money")
    change = f"{name} {_shown(warning['before'], unit, lang)} → {_shown(warning['after'], unit, lang)}"
    by = _word("by", lang).format(owner=warning["owner"] or "—", due=warning["due"])
    return f"{_word('warning', lang)} {severity}: {rule}; {change}; {by}"


def _in_words(codes: str, explanation: Explanation, lang: str) -> str:
    """``wallet_share=STALE;LOAN_CONCENTRATION`` as people say it, metrics of one reason together."""
    labels = {metric.key: getattr(metric, lang) for metric in explanation.policy.metrics}
    by_reason: dict[str, list[str]] = {}
    for piece in codes.split(";"):
        key, _, reason = piece.rpartition("=")
        by_reason.setdefault(_code(reason, lang), []).extend([labels.get(key, key)] if key else [])
    said = (f"{reason}: {', '.join(metrics)}" if metrics else reason for reason, metrics in by_reason.items())
    return "; ".join(said)


def _code(code: str, lang: str) -> str:
    """A code's label; the code itself where it has none."""
    from ninegrid.resources import results

    label = results()["codes"].get(code)
    return str(label[lang]) if label else code


def _name(row: dict[str, Any]) -> str:
    return next((str(row[k]) for k in row if k.endswith("_name") or k == "name"), "")


def _grid_lines(place: GridPlace, explanation: Explanation, lang: str) -> list[str]:
    title = getattr(place.grid, lang)
    if place.cell:
        head = f"{title}: {place.cell} {getattr(place.grid.by_id(place.cell), lang)}"
    else:
        head = f"{title}: {_word('unplaced', lang)}"
    if place.decision:
        cell = place.decision.system_cell or _word("unplaced", lang)
        head += f"  ({_word('decided', lang).format(cell=cell, reason=place.decision.reason)})"
    if place.move:
        head += f"  ({_move(place, lang)})"
    axes = [(f"  {_axis_line(axis, explanation, lang)}", *_part_lines(axis, lang)) for axis in place.axes]
    return [head, *_lacking(place, explanation, lang), *(line for lines in axes for line in lines)]


def _lacking(place: GridPlace, explanation: Explanation, lang: str) -> list[str]:
    """The columns, and the empty cells, without which there is no cell on the grid of the tiers."""
    if place.cell or place.grid.key != explanation.policy.tiering.grid or not explanation.row.get("lacks"):
        return []
    from ninegrid import resources
    from ninegrid.subjects.registry import subject_named

    main = resources.relation(subject_named(explanation.policy.subject).relations[0])
    columns = [main.column(name) for name in str(explanation.row["lacks"]).split(";")]
    at = str(explanation.row.get("lacks_at") or "").split(";")
    code = "explain.lacks_at" if any(at) else "explain.lacks"
    return [f"  {say(message(code, columns=columns, at=at), 'zh' if lang == 'zh' else 'en')}"]


def _move(place: GridPlace, lang: str) -> str:
    """``was I2R2 in 2026-09: customer moved``."""
    move = place.move
    assert move is not None
    was = _word("was", lang).format(since=move.since, cell=move.from_cell or _word("nowhere", lang))
    return f"{was}: {', '.join(_code(cause, lang) for cause in move.causes)}"


def _part_lines(place: AxisPlace, lang: str) -> list[str]:
    """The parts of a score with their weights, and the change in each alone that would move it up, smallest first; or
    why they are not shown.
    """
    if place.hidden_below is not None:
        weights = ", ".join(f"{getattr(part, lang)} × {part.weight:g}" for part in place.parts)
        return [f"    {weights}", f"    {_word('parts_hidden', lang).format(n=place.hidden_below)}"]
    lines = [
        f"    {getattr(part, lang)} {_shown(part.value, 'number', lang)} × {part.weight:g}"
        + (f"; {_word('alone', lang)} +{part.to_next:.1f}" if part.to_next is not None else "")
        for part in place.parts
    ]
    able = [part for part in place.parts if part.to_next is not None]
    if able:
        least = min(able, key=lambda part: part.to_next or 0)
        lines.append(f"    {_word('least', lang)}: {getattr(least, lang)} +{least.to_next:.1f}")
    return lines


def _axis_line(place: AxisPlace, explanation: Explanation, lang: str) -> str:
    metric, unit = place.metric, place.metric.unit
    level = place.axis.level_names(lang)[place.level - 1] if place.level else _reason(place, explanation, lang)
    parts = [
        f"{getattr(metric, lang)} {_shown(place.value, unit, lang)} → {level}",
        f"{_word('cuts', lang)} {_shown(place.low_cut, unit, lang)} / {_shown(place.high_cut, unit, lang)}",
    ]
    if place.axis.peer:
        parts[-1] += f" ({_word('peers', lang)} {place.peer_group}, {_code(place.status, lang)})"
    if place.raw_level and place.dead_band is None:
        parts.append(f"{_word('system', lang)} {place.axis.level_names(lang)[place.raw_level - 1]}")
    elif place.raw_level:
        band = f"{_word('dead_band', lang)} {_shown(place.dead_band, unit, lang)}"
        parts.append(f"{_word('raw', lang)} {place.axis.level_names(lang)[place.raw_level - 1]} ({band})")
    if place.to_next is not None:
        parts.append(f"{_word('next', lang)} {_shown(place.to_next, unit, lang)}{_amount(place, lang)}")
    if place.to_fall is not None:
        parts.append(f"{_word('fall', lang)} {_shown(place.to_fall, unit, lang)}")
    return "; ".join(parts)


def _amount(place: AxisPlace, lang: str) -> str:
    """The distance in yuan of the numerator."""
    if place.next_amount is None:
        return ""
    return f" ({_word('of', lang)} {_shown(place.next_amount, 'money', lang)})"


def _reason(place: AxisPlace, explanation: Explanation, lang: str) -> str:
    return _code(str(explanation.row.get(place.axis.reason) or explanation.row.get("unplaced_reason") or "—"), lang)


def _shown(value: float | None, unit: str, lang: str) -> str:
    if value is None:
        return "—"
    if unit == "money":
        return f"{value:,.2f} {_word('yuan', lang)}"
    return f"{value:.2%}" if unit == "percent" else f"{value:,.4g}"


def _strategy(explanation: Explanation, lang: str) -> str:
    key = explanation.row["strategy"]
    return next((f"{key} {getattr(s, lang)}" for s in explanation.policy.strategies if s.key == key), str(key))


def _rule(explanation: Explanation, lang: str) -> str:
    rule = explanation.row["strategy_rule"]
    return next((getattr(r, lang) for r in explanation.policy.strategy_rules if r.rule == rule), "")


def _word(key: str, lang: str) -> str:
    return entry(f"explain.word.{key}")[lang]


def _as_dict(explanation: Explanation) -> dict[str, Any]:
    grids = {
        place.grid.key: {
            "cell": place.cell,
            "move": dataclasses.asdict(place.move) if place.move else None,
            "decision": dataclasses.asdict(place.decision) if place.decision else None,
            "axes": {
                axis.metric.key: {
                    f.name: getattr(axis, f.name)
                    for f in dataclasses.fields(axis)
                    if f.name not in ("axis", "metric", "parts")
                }
                for axis in place.axes
            },
        }
        for place in explanation.places
    }
    row = _plain(explanation.row)
    return {
        "subject": explanation.subject,
        "period": explanation.period,
        "run_id": explanation.run_id,
        "row": row,
        "grids": grids,
        "warning": _plain(explanation.warning) if explanation.warning else None,
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()}
