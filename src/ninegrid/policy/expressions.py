"""The SQL expressions of a policy: what may stand in one, whether it can be read, and from which columns it computes.

An expression is scalar: columns, numbers, texts, operators, CASE and the functions listed here. A subquery or a table
function would read files while the policy is parsed, so each text is taken apart and checked before polars sees it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import Literal

import polars as pl
from polars.exceptions import PolarsError

from ninegrid.messages import Message, message
from ninegrid.model.errors import PolicyError

Path = tuple[str | int, ...]
Problem = tuple[Path, Message]

LONGEST = 2_000  # characters of one expression
_SCALAR = """
ABS CAST CBRT CEIL CEILING COALESCE CONCAT DATE_PART DIV ENDS_WITH EXP EXTRACT FLOOR GREATEST IF IFNULL LEAST LEFT
LENGTH LN LOG LOG10 LOG1P LOG2 LOWER LTRIM MOD NULLIF POW POWER REPLACE RIGHT ROUND RTRIM SIGN SQRT STARTS_WITH STRPOS
SUBSTR SUBSTRING TRIM TRY_CAST UPPER
"""
FUNCTIONS = frozenset(_SCALAR.split())
# FROM stands in EXTRACT(… FROM …) and IS DISTINCT FROM; without SELECT it opens no table.
_WORDS = "AND OR NOT IN WHEN THEN ELSE CASE BETWEEN LIKE ILIKE IS FROM"
_BEFORE_BRACKET = frozenset(_WORDS.split())
_TABLES = "SELECT WITH EXISTS UNION INTERSECT EXCEPT TABLE VALUES JOIN OVER COLUMNS ATTACH COPY INSTALL LOAD PRAGMA SET"
_FORBIDDEN = frozenset(_TABLES.split())
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<text>'(?:[^']|'')*')|(?P<quoted>\"[^\"]*\")|(?P<number>\d[\w.]*|\.\d\w*)|(?P<word>[^\W\d]\w*)"
    r"|(?P<sign>::|<=|>=|<>|!=|==|\|\||[-+*/%<>=(),.])"
)
_COMMENT = re.compile(r"--|/\*")


def forbidden(text: str) -> Message | None:
    """What in the expression may not stand there; None when nothing is."""
    if len(text) > LONGEST:
        return message("policy.long_expression", most=LONGEST, length=len(text))
    word, at = "", 0
    while at < len(text):
        if _COMMENT.match(text, at):
            return message("policy.comment", text=text)
        if (found := _TOKEN.match(text, at)) is None:
            return message("policy.character", text=text, character=repr(text[at]))
        kind, token, at = found.lastgroup, found[0], found.end()
        if kind == "word" and token.upper() in _FORBIDDEN:
            return message("policy.forbidden_word", text=text, word=token.upper())
        if token == "(" and word and word.upper() not in FUNCTIONS | _BEFORE_BRACKET:
            return message("policy.function", function=word, text=text, known=sorted(FUNCTIONS))
        word = token if kind in ("word", "quoted") else word if kind == "space" else ""
    return None


@cache
def expression(text: str) -> pl.Expr:
    """An expression of a policy, each read once. PolicyError for what may not stand in one, wherever it comes from."""
    if problem := forbidden(text):
        raise PolicyError("policy.expression", problem=problem)
    return pl.sql_expr(text)  # noqa: TID251 - the one door


def columns_of(text: str) -> list[str]:
    """The columns that an expression names; none when it can't be read."""
    try:
        return expression(text).meta.root_names()
    except (PolarsError, PolicyError):
        return []


def broken_expression(text: str, path: Path, allowed: Collection[str] | None) -> Iterator[Problem]:
    """What is wrong with the expression at `path`: it can't be read, or names a column not `allowed` (None: any is)."""
    if problem := forbidden(text):
        yield path, problem
        return
    try:
        names = expression(text).meta.root_names()
    except PolarsError as error:
        yield path, message("policy.no_expression", text=text, reason=str(error).splitlines()[0])
        return
    unknown = [] if allowed is None else sorted(set(names) - set(allowed))
    if unknown:
        yield path, message("policy.no_columns_for", names=unknown, text=text)


def unfit(text: str, rows: pl.DataFrame, wanted: Literal["condition", "number"]) -> Message | None:
    """Why the expression gives no condition, or no number, of each row; None when it does."""
    try:
        kind = rows.select(expression(text)).dtypes[0]
    except PolarsError:
        return message("policy.kinds_mixed", text=text, kinds=_kinds(text, rows))
    fits = {"condition": kind == pl.Boolean, "number": kind.is_numeric()}[wanted] or kind == pl.Null
    return None if fits else message(f"policy.gives_no_{wanted}", text=text, kinds=_kinds(text, rows))


def _kinds(text: str, rows: pl.DataFrame) -> tuple[Message, ...] | Message:
    """What the columns of an expression hold."""
    named = [name for name in dict.fromkeys(columns_of(text)) if name in rows.columns]
    notices = [message(f"policy.column_kind.{_kind(rows.schema[name])}", column=name) for name in named]
    return tuple(notices) or message("policy.column_kind.none")


def _kind(kind: pl.DataType) -> str:
    if kind.is_numeric():
        return "number"
    return "condition" if kind == pl.Boolean else "day" if kind.is_temporal() else "text"
