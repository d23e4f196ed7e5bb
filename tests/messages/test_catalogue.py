"""Every sentence is there in both languages, and the program names no code that is missing."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import ninegrid
from ninegrid.messages.message import catalogue, entry

ROOT = Path(__file__).parents[2]
SOURCE = Path(ninegrid.__file__).parent
ROOMS = sorted(path.stem for path in (SOURCE / "messages").glob("*.toml"))
# What takes a code first and the values of its placeholders by name.
ERRORS = {
    "GradeError", "UsageError", "PolicyError", "InputError", "RefusedInputError", "TooManyRejectedError", "StoreError",
    "BrokenContinuityError",
    "OutputError",
}  # fmt: skip
SPEAKING = {*ERRORS, "message", "phrase"}
# What may be a code in the program's text, and one with values in it: of words beside the room's, and of a value alone.
CODE = re.compile(r"[\w.]+")
WITH_VALUES = re.compile(r"f[\"']([\w.]*\{[^{}\n]*\}(?:[\w.]|\{[^{}\n]*\})*)")
MADE = re.compile(rf"(?!(?:{'|'.join(ROOMS)})\.\{{[^{{}}]*\}}$)" r"[a-z]{2}.*\{|\{[^{}]*\}_[a-z]{4}")
BY_NAME = re.compile(r"(\w+)\.\{[^{}]*\}")
# Rooms whose names are those of errors of the system and of findings' reasons.
NAMED_ELSEWHERE = {"findings", "system"}


def _places(text: str) -> set[str]:
    return {name.partition("|")[0] for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("room", ROOMS)
def test_both_languages_say_the_same_of_the_same_values(room: str) -> None:
    for name, found in catalogue(room).items():
        _say_the_same(f"{room}.{name}", found)


@pytest.mark.parametrize("room", ROOMS)
def test_an_entry_by_itself_says_what_the_whole_file_says(room: str) -> None:
    whole = tomllib.loads((SOURCE / "messages" / f"{room}.toml").read_text(encoding="utf-8"))
    assert dict(catalogue(room)) == dict(_entries(whole))


def _entries(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """The tables that hold texts, by the dotted path of their keys."""
    for key, value in table.items():
        if isinstance(value.get("zh"), str):
            yield above + key, value
        else:
            yield from _entries(value, f"{above}{key}.")


def _say_the_same(code: str, found: dict[str, str]) -> None:
    assert found["zh"].strip(), code
    assert found["en"].strip(), code
    assert _places(found["zh"]) == _places(found["en"]), code
    assert ("hint_zh" in found) == ("hint_en" in found), code
    assert _places(found.get("hint_zh", "")) == _places(found.get("hint_en", "")), code
    assert set(found) <= {"zh", "en", "hint_zh", "hint_en", "hint", "weight"}, code
    if "hint" in found:
        assert entry(f"{code.partition('.')[0]}.{found['hint']}")


@cache
def _nodes(path: Path) -> tuple[ast.AST, ...]:
    """All that a module consists of."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def _holding(pattern: re.Pattern[str]) -> Iterator[Path]:
    """The program's modules whose text, comments and all, has something of the pattern."""
    return (path for path in sorted(SOURCE.rglob("*.py")) if pattern.search(path.read_text(encoding="utf-8")))


def _calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call in the program that takes a code: where it stands, the name called, the call."""
    for path in _holding(re.compile(rf"\b({'|'.join(SPEAKING)})\(")):
        for node in _nodes(path):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in SPEAKING and node.args:
                    yield f"{path.relative_to(SOURCE).as_posix()}:{node.lineno}", name, node


def _codes(first: ast.expr) -> list[str]:
    """The codes that a first argument may be: a text, or one of two."""
    if isinstance(first, ast.IfExp):
        return [*_codes(first.body), *_codes(first.orelse)]
    return [first.value] if isinstance(first, ast.Constant) and isinstance(first.value, str) else []


def test_the_program_gives_a_code_every_value_it_needs() -> None:
    lacking = [f"{where}: {lacks}" for where, name, call in _calls() for lacks in _lacking(name, call)]
    assert lacking == []


def _lacking(name: str, call: ast.Call) -> Iterator[str]:
    """The codes of a call to which it gives too few values, with those that are missing."""
    given = {keyword.arg for keyword in call.keywords}
    for code in _codes(call.args[0]):
        if " " in code and name in ERRORS:
            continue
        found = entry(code)
        needed = _places(found["zh"] + found.get("hint_zh", ""))
        if "hint" in found:
            needed |= _places(entry(f"{code.partition('.')[0]}.{found['hint']}")["zh"])
        if None not in given and not needed <= given:
            yield f"{code} lacks {sorted(needed - given)}"


def test_every_sentence_is_said_somewhere() -> None:
    """Under its code, or one made of a value: f"cli.origin.{origin}", word(f"{direction}_better")."""
    files = (*SOURCE.rglob("*.py"), *(ROOT / "pipelines").rglob("*.toml"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    written, with_values = set(CODE.findall(text)), set(WITH_VALUES.findall(text))
    made = re.compile("|".join(re.sub(r"\{[^{}]*\}", ".+", code) for code in with_values if MADE.match(code)))
    by_name = {found[1] for code in with_values if (found := BY_NAME.fullmatch(code))}
    unsaid = []
    for room in set(ROOMS) - NAMED_ELSEWHERE:
        hints = {found.get("hint") for found in catalogue(room).values()}
        for name in catalogue(room).keys() - hints:
            forms = {f"{room}.{name}", *((name, name.upper()) if room in by_name else ())}
            if not forms & written and not any(map(made.fullmatch, forms)):
                unsaid.append(f"{room}.{name}")
    assert sorted(unsaid) == []


def test_no_error_is_raised_with_a_sentence() -> None:
    sentences = [
        where
        for where, name, call in _calls()
        if name in ERRORS
        for told in call.args
        if isinstance(told, ast.JoinedStr)
        or (isinstance(told, ast.Constant) and not re.fullmatch(r"[a-z_0-9]+(\.\w+)+", str(told.value)))
    ]
    assert sentences == []


# Modules whose code may hold Chinese: grammars of what people write, and what a subject is called.
GRAMMARS = {
    "allocation/budget.py", "allocation/study.py",
    "intake/headers/dated.py", "intake/headers/heading.py", "intake/headers/row_kinds.py", "intake/values/dates.py",
    "intake/values/units.py",
    "campaigns/study.py", "canvases/study.py", "model/mapping.py", "model/period.py", "model/remembered.py",
    "pricing/study.py",
    "prospecting/study.py", "report/redaction.py",
    "subjects/customers/subject.py", "subjects/talent/subject.py",
}  # fmt: skip
CHINESE = re.compile(r"[\u3400-\u9fff]")


def _texts(path: Path) -> list[str]:
    """The texts in a module that are no docstrings."""
    docs = {id(node.value) for node in _nodes(path) if isinstance(node, ast.Expr)}
    constants = (node for node in _nodes(path) if isinstance(node, ast.Constant) and id(node) not in docs)
    return [node.value for node in constants if isinstance(node.value, str)]


def test_chinese_stands_in_the_catalogue_and_the_vocabulary_and_not_in_code() -> None:
    modules = [path for path in _holding(CHINESE) if path.parent.name != "messages"]
    speaking = {path for path in modules if any(map(CHINESE.search, _texts(path)))}
    assert {path.relative_to(SOURCE).as_posix() for path in speaking} == GRAMMARS
