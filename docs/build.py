"""Makes docs/cli.md and docs/data-dictionary.md from the code; ``--check`` only says if they are stale."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path

os.environ.update(COLUMNS="100", TERMINAL_WIDTH="100")


from ninegrid import resources
from ninegrid.cli.main import command
from ninegrid.model.relations import Column, Relation
from ninegrid.study_registry import STUDIES, study_relations
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import SUBJECTS, relations

HERE = Path(__file__).parent
KINDS = {
    "id": "text, leading zeros kept",
    "text": "text",
    "score": "a level, a letter or a number on a scale that is declared",
    "category": "one of: {choices}",
    "money": "money, yuan once read",
    "ratio": "fraction (0.12 is 12%)",
    "number": "number",
    "count": "number",
    "year": "year",
    "date": "date",
    "period": "2026-10, 2026Q3 or 2026",
    "flag": "yes or no",
}


def cli_page() -> str:
    """Every command's --help, as it is printed."""
    parts = ["# Commands\n\nMade from the program by `python docs/build.py`.\n"]
    grade = command("en")
    below = [[name, word] for name, one in grade.commands.items() for word in getattr(one, "commands", {})]
    for words in ([], *([name] for name in grade.commands), *below):
        page = io.StringIO()
        with redirect_stdout(page):
            grade.main([*words, "--help"], prog_name="grade", standalone_mode=False)
        lines = "\n".join(line.rstrip() for line in page.getvalue().strip().splitlines())
        parts.append(f"## {' '.join(['grade', *words])}\n\n```\n{lines}\n```\n")
    return "\n".join(parts)


def dictionary_page() -> str:
    """Every input column from the schemas and every result column from schemas/results.toml."""
    lines = ["# Data dictionary", "", "Made from `schemas/` by `python docs/build.py`.", "", "## Inputs", ""]
    for subject in SUBJECTS:
        for relation in relations(subject):
            lines += _relation(relation)
        lines += ["## Results", ""]
        lines += _result_tables(subject)
    for study in STUDIES.values():
        lines += [f"## grade {study.name}", "", study.help["en"], ""]
        for relation in study_relations(study):
            lines += _relation(relation)
        lines += _result_tables(study.subject, study.name)
    return "\n".join(lines).rstrip() + "\n"


def _relation(relation: Relation) -> Iterator[str]:
    yield from (f"### {relation.name} {relation.zh}", "")
    yield from (f"Key: {', '.join(relation.key)}. A column in bold is required.", "")
    yield from ("| column | 中文 | English | what | also recognised as |", "|--|--|--|--|--|")
    yield from map(_input_row, relation.columns)
    yield ""


def _input_row(column: Column) -> str:
    name = f"**{column.name}**" if column.required else column.name
    what = KINDS[column.kind].format(choices=", ".join(column.choices))
    note = f"; {column.note_en}" if column.note_en else ""
    return _row(name, column.zh, column.en, what + note, ", ".join(column.aliases))


def _result_tables(subject: str, study: str = "") -> Iterator[str]:
    policy, declared = policy_for(subject), resources.results()
    inputs = {c.name: c for r in relations(subject) for c in r.columns}
    for table in resources.own_tables(study) if study else resources.result_tables(subject):
        about = declared["tables"][table]
        yield from (
            f"### {table} {about['zh']}",
            "",
            about["note"],
            *_packed(table, about.get("packed", ())),
            "",
            "| column | 中文 | unit | meaning |",
            "|--|--|--|--|",
        )
        for name in resources.result_columns(table, policy):
            yield _result_row(name, declared["columns"].get(name), inputs.get(name), policy)
        yield ""


def _packed(table: str, differing: Sequence[str]) -> Iterator[str]:
    """How the database keeps a packed table."""
    if differing:
        yield (
            f"In the database it is a view; `packed.{table}`, which it shows, keeps a row for each run of rows that "
            f"differ in {', '.join(differing)} alone."
        )


def _result_row(name: str, described: dict[str, str] | None, column: Column | None, policy: object) -> str:
    if described:
        return _row(name, described["zh"], described["unit"], described["note"])
    if column:
        return _row(name, column.zh, column.kind, f"as given: {column.en}")
    component = next((c for c in getattr(policy.rules, "components", ()) if c.key == name), None)
    if component:
        return _row(
            name, component.zh, "number", f"Mean of {', '.join(component.sources)}, 0–100; weight {component.weight:g}"
        )
    metric = next((m for m in policy.indicators if m.key == name), None)
    if metric:
        return _row(name, metric.zh, metric.unit, f"`{metric.formula}`")
    return _row(name, "", "count", f"Customers of tier {name.removeprefix('tier_').upper()}")


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> int:
    """Write the pages, or with --check compare them; 1 when one is stale."""
    pages = {"cli.md": cli_page(), "data-dictionary.md": dictionary_page()}
    if "--check" not in sys.argv:
        for name, text in pages.items():
            (HERE / name).write_text(text, encoding="utf-8", newline="\n")
        return 0
    stale = [n for n, t in pages.items() if not (HERE / n).exists() or (HERE / n).read_text(encoding="utf-8") != t]
    for name in stale:
        print(f"docs/{name} is stale: run python docs/build.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
