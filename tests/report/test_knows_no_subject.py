"""The report names no column of a subject: which ones it shows comes by the report policy, or by the subject."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ninegrid.report
from ninegrid import resources
from ninegrid.subjects.registry import SUBJECTS

REPORT = Path(ninegrid.report.__file__).parent
# Names that result tables, sheets and the catalogue have too.
COMMON = {
    "actual", "base", "by", "income", "item", "kind", "level", "location", "metric", "name", "note", "on", "period",
    "required", "score", "segment", "source", "target", "weight",
}  # fmt: skip
WRITTEN = {"actions", "campaign_reviews", "development"}  # forms of the program's own, which it reads back
COLUMNS = {
    column
    for subject in SUBJECTS.values()
    for name in subject.relations
    if name not in WRITTEN
    for column in resources.relation(name).names
} - {*COMMON, "fiscal_year"}  # the year of the table `years`


def _named(tree: ast.AST) -> Iterator[str]:
    """Every text that is no docstring, and every keyword of a call."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg


@pytest.mark.parametrize("path", sorted(REPORT.rglob("*.py")), ids=lambda path: path.relative_to(REPORT).as_posix())
def test_it_names_no_column_of_a_subject(path: Path) -> None:
    assert COLUMNS & set(_named(ast.parse(path.read_text(encoding="utf-8")))) == set()
