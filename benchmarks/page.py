"""What was measured as Markdown: what it ran on, every task, how cost grows with rows, and what was aimed at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.plan import CUSTOMERS, MONTHLY, OURS, XLSX, Task
from benchmarks.results import CPU, GIB, MEMORY, WALL, Costs, Spread, figures, goals, ratio, spread

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
_BUSY = 0.3  # of the cores, from which other work is said to have run beside


def put_into(page: Path, text: str) -> None:
    """Replace what stands between the two marks of a page. ValueError when they are not there."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no line {BEGIN} followed by {END}.")
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8", newline="\n")


def markdown(costs: Costs, about: Mapping[str, Any]) -> str:
    """The whole of it. about: command, date, rounds, machine, versions."""
    parts = (_about(about), _costs(costs), _growth(costs), _steps(costs), _goals(costs))
    told = ("\n".join(lines) for lines in parts)
    return "\n\n".join(text for text in told if text)


def _about(about: Mapping[str, Any]) -> Iterator[str]:
    on = about["machine"]
    memory = f", {on['memory_gib']} GiB" if on["memory_gib"] else ""
    yield f"Measured on {about['date']} by `{about['command']}`, up to {about['rounds']} rounds."
    yield ""
    yield f"- {on['processor']}, {on['cores']} cores{memory}, {on['system']}"
    for who, found in about["versions"].items():
        yield f"- {who}: " + ", ".join(f"{name} {version}" for name, version in found.items())
    for who, package in about.get("lacking", {}).items():
        yield f"- {who}: not measured; its Python has no package {package}"
    if (load := about.get("load") or 0.0) > _BUSY * (on["cores"] or 1):
        yield (
            f"- **other work ran beside it** on the {on['cores']} cores (load average {load:.1f} before the first "
            "round): seconds are longer than on a free machine; ratios are of runs that came one after the other"
        )


def _costs(costs: Costs) -> Iterator[str]:
    yield "Seconds and memory: least / median over the rounds. Times ours: median (least) of the rounds' ratios."
    yield ""
    header = (
        "rows",
        "file",
        "who",
        "rounds",
        "wall s",
        "CPU s",
        "peak GiB",
        "wall × ours",
        "CPU × ours",
        "peak × ours",
    )
    yield from _table(header, (_cost_row(costs, task) for task in costs))


def _cost_row(costs: Costs, task: Task) -> list[str]:
    ours = Task(OURS, task.file)  # that of a first month
    kinds = (WALL, CPU, MEMORY) if task.file and task.who != OURS and ours in costs else ()
    memory = spread([value / GIB for value in figures(costs, task, MEMORY)])
    return [
        f"{task.file.rows:,}" if task.file else "",
        task.file.label if task.file else "",
        task.who,
        str(len(costs[task])),
        _both(spread(figures(costs, task, WALL))),
        _both(spread(figures(costs, task, CPU))),
        _both(memory),
        *([_times(ratio(costs, task, ours, kind)) for kind in kinds] or ["", "", ""]),
    ]


def _growth(costs: Costs) -> Iterator[str]:
    given = [task.file for task in costs if task.file and task.file.subject == CUSTOMERS]
    files = {file.rows: file for file in given if file.kind == XLSX}
    rows: list[list[str]] = []
    for small, large in pairwise(sorted(files)):
        for who in dict.fromkeys(task.who for task in costs if task.file == files[large]):
            found = [
                ratio(costs, Task(who, files[large]), Task(who, files[small]), kind) for kind in (WALL, CPU, MEMORY)
            ]
            rows.append([f"{small:,} → {large:,}", f"{large / small:g}", who, *map(_times, found)])
    if rows:
        yield "How the cost of a workbook grows with its rows: median (least) of the rounds' ratios."
        yield ""
        yield from _table(("rows", "× rows", "who", "× wall", "× CPU", "× peak"), rows)


def _steps(costs: Costs) -> Iterator[str]:
    yield "Where ours goes (median seconds; `--timings` tells the parts of each step):"
    yield ""
    ours = {task: found for task, found in costs.items() if _is_ours(task)}
    ran = {task: [json.loads(cost.output)["seconds"] for cost in found] for task, found in ours.items()}
    steps = list(dict.fromkeys(step for found in ran.values() for one in found for step in one))
    rows = []
    for task, found in ran.items():
        spent = [median(one.get(step, 0.0) for one in found) for step in steps]
        rest = median(cost.wall - sum(one.values()) for cost, one in zip(costs[task], found, strict=True))
        assert task.file is not None
        rows.append([f"{task.file.rows:,}", task.file.label, task.who, *(f"{s:.2f}" for s in (*spent, rest))])
    yield from _table(("rows", "file", "who", *steps, "start and end"), rows)


def _is_ours(task: Task) -> bool:
    return task.file is not None and task.who in (OURS, MONTHLY)


def _goals(costs: Costs) -> Iterator[str]:
    yield "What was aimed at (medians):"
    yield ""
    said = {True: "yes", False: "**no**", None: "not measured"}
    rows = ([goal.text, "" if goal.value is None else f"{goal.value:.2f}", said[goal.met]] for goal in goals(costs))
    yield from _table(("goal", "measured", "met"), rows)


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    header = list(header)
    yield _line(header)
    yield _line(["--"] * len(header))
    yield from (_line(row) for row in rows)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _both(found: Spread | None) -> str:
    return f"{found.least:.2f} / {found.median:.2f}" if found else "not told"


def _times(found: Spread | None) -> str:
    return f"{found.median:.2f} ({found.least:.2f})" if found else "not told"
