"""The options that commands share, and their translation to what a run takes."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ninegrid.model.errors import UsageError
from ninegrid.model.period import Period
from ninegrid.model.relations import Lang as Lang_

if TYPE_CHECKING:
    from ninegrid.options import Comparing


class Language(StrEnum):
    """In which language headings and labels are written."""

    auto = "auto"
    zh = "zh"
    en = "en"


class TableFormat(StrEnum):
    """File format of the result tables."""

    parquet = "parquet"
    csv = "csv"


class LogLines(StrEnum):
    """How progress and messages are written."""

    text = "text"
    json = "json"


SubjectName = Annotated[str, typer.Argument(metavar="SUBJECT", help="What is graded: customers or talent.")]
Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="Excel, CSV or Parquet exports, in any order.")]
PolicyFile = Annotated[
    Path | None, typer.Option("--policy", metavar="FILE.toml", help="A policy; what it doesn't set is inherited.")
]
PeriodText = Annotated[
    str | None, typer.Option("--period", metavar="P", help="2026-10, 2026Q3 or 2026; else from the data or the names.")
]
DatabaseFile = Annotated[
    str,
    typer.Option(
        "--db", metavar="FILE.duckdb", envvar="GRADE_DB", help="Where periods are kept; :memory: keeps nothing."
    ),
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE.xlsx", help="The workbook; else <first input>-graded.xlsx here.")
]
Each = Annotated[
    str | None,
    typer.Option(
        "--each",
        metavar="TEMPLATE",
        help="Also a workbook a branch or department, of its own only: 'out/{unit}/{unit}_{period}.xlsx'.",
    ),
]
TablesFolder = Annotated[
    Path | None, typer.Option("--tables", metavar="DIR", help="Also write the result tables here.")
]
TablesFormat = Annotated[TableFormat, typer.Option("--tables-format", help="File format of the tables.")]
MaxRejected = Annotated[str, typer.Option("--max-rejected", metavar="SHARE", help="Allowed share of rejected rows.")]
AllowCut = Annotated[
    bool, typer.Option("--allow-cut", help="Go on with the rows that are left of a file or sheet that ends early.")
]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the workbook; auto: that of the headers.")]
Mapping = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="MAP.toml|CHECK.xlsx|LINE",
        help="How headers are read: a map, a filled-in check workbook, or '考核收入=total_income[万元]'; repeatable.",
    ),
]
NoMemory = Annotated[
    bool, typer.Option("--no-memory", help="Neither use maps that the database remembers nor remember new ones.")
]
SaveMap = Annotated[Path | None, typer.Option("--save-map", metavar="MAP.toml", help="Write what was used of maps.")]
PasswordEnv = Annotated[
    str | None, typer.Option("--password-env", metavar="NAME", help="Variable that holds the workbooks' password.")
]
EncryptEnv = Annotated[
    str | None,
    typer.Option("--encrypt-env", metavar="NAME", help="Lock the workbooks with the password this variable holds."),
]
Mask = Annotated[
    bool, typer.Option("--mask", help="Mask names, phone and identity numbers in all outputs; not in the database.")
]
LogFormat = Annotated[
    LogLines, typer.Option("--log-format", help="Progress and messages as lines for people or as JSON lines.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object on standard output.")]
Timings = Annotated[bool, typer.Option("--timings", help="Say seconds and rows of each step and its parts.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")]
CompareWith = Annotated[
    str | None,
    typer.Option(
        "--compare-with", metavar="P|none", help="The stored period to tell moves against; else the one before."
    ),
]
Wait = Annotated[float, typer.Option("--wait", metavar="SECONDS", min=0, help="How long to wait for the database.")]


def period(text: str | None) -> Period | None:
    """The period given, if any."""
    return Period.parse(text) if text else None


def comparing(text: str | None) -> Comparing:
    """With which stored period moves are told: the one before unless told otherwise."""
    from ninegrid.options import Comparing

    return Comparing(wanted=False) if text == "none" else Comparing(period(text))


def language(lang: Language) -> Lang_ | None:
    """zh, en, or None for auto."""
    return None if lang is Language.auto else "en" if lang is Language.en else "zh"


def share(text: str) -> float:
    """``5%``, ``5`` or ``0.05`` as a fraction; UsageError outside 0–100%."""
    try:
        number = float(text.rstrip("%"))
        value = number / 100 if text.endswith("%") or number > 1 else number
    except ValueError:
        value = -1
    if not 0 <= value <= 1:
        raise UsageError("cli.no_share", text=text)
    return value


def encryption(variable: str | None) -> str | None:
    """The password to lock workbooks with, held by an environment variable; UsageError when there is none in it."""
    if variable is None:
        return None
    from ninegrid.report.encryption import checked_password

    return checked_password(password(variable) or "")


def password(variable: str | None) -> str | None:
    """The password held by an environment variable; UsageError when it isn't set."""
    if variable is None:
        return None
    if variable not in os.environ:
        raise UsageError("cli.no_variable", variable=variable)
    return os.environ[variable]
