"""The options that commands share, and their translation to what a run takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ninegrid.model.errors import UsageError
from ninegrid.model.relations import Lang as Lang_

if TYPE_CHECKING:
    from ninegrid.model.period import Period
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


class Engines(StrEnum):
    """Where a run is graded."""

    auto = "auto"
    memory = "memory"
    disk = "disk"
    spark = "spark"


class LogLines(StrEnum):
    """How progress and messages are written."""

    text = "text"
    json = "json"


SubjectName = Annotated[str, typer.Argument(metavar="SUBJECT", help="help.subject")]
Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="help.files")]
PolicyFile = Annotated[Path | None, typer.Option("--policy", metavar="FILE.toml", help="help.policy_file")]
PeriodText = Annotated[str | None, typer.Option("--period", metavar="P", help="help.period")]
DatabaseFile = Annotated[
    str,
    typer.Option("--db", metavar="FILE.duckdb", envvar="GRADE_DB", help="help.db"),
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE.xlsx", help="help.out")]
Each = Annotated[
    str | None,
    typer.Option(
        "--unit-workbooks",
        "--each",  # its old name
        metavar="[COLUMN]",
        help="help.each",
    ),
]
TablesFolder = Annotated[Path | None, typer.Option("--tables", metavar="DIR", help="help.tables")]
TablesFormat = Annotated[TableFormat, typer.Option("--tables-format", help="help.tables_format")]
ExcelSafe = Annotated[bool, typer.Option("--excel-safe", help="help.excel_safe")]
MaxRejected = Annotated[str, typer.Option("--max-rejected", metavar="SHARE", help="help.max_rejected")]
AllowCut = Annotated[bool, typer.Option("--allow-cut", help="help.allow_cut")]
AllowUnused = Annotated[bool, typer.Option("--allow-unused", help="help.allow_unused")]
Accept = Annotated[str | None, typer.Option("--accept", metavar="REASON", help="help.accept")]
AcceptBreak = Annotated[str | None, typer.Option("--accept-break", metavar="REASON", help="help.accept_break")]
Lang = Annotated[Language, typer.Option("--lang", help="help.lang")]
Spoken = Annotated[Language, typer.Option("--lang", help="help.spoken")]
"""Of a command that only prints. It is read by `speech.spoken`, as everywhere on the terminal."""
Mapping = Annotated[list[str] | None, typer.Option("--map", metavar="MAP.toml|CHECK.xlsx|LINE", help="help.map")]
NoMemory = Annotated[bool, typer.Option("--no-memory", help="help.no_memory")]
SaveMap = Annotated[Path | None, typer.Option("--save-map", metavar="MAP.toml", help="help.save_map")]
PasswordEnv = Annotated[str | None, typer.Option("--password-env", metavar="NAME", help="help.password_env")]
EncryptEnv = Annotated[
    str | None,
    typer.Option("--encrypt-env", metavar="NAME", help="help.encrypt_env"),
]
Mask = Annotated[bool, typer.Option("--mask", help="help.mask")]
LogFormat = Annotated[LogLines, typer.Option("--log-format", help="help.log_format")]
AsJson = Annotated[bool, typer.Option("--json", help="help.json")]
Timings = Annotated[bool, typer.Option("--timings", help="help.timings")]
Quiet = Annotated[bool, typer.Option("--quiet", help="help.quiet")]
Debug = Annotated[bool, typer.Option("--debug", help="help.debug")]
Engine = Annotated[Engines, typer.Option("--engine", help="help.engine")]
Master = Annotated[str | None, typer.Option("--master", metavar="URL", help="help.master")]
Shared = Annotated[Path | None, typer.Option("--shared", metavar="DIR", help="help.shared")]
CompareWith = Annotated[
    str | None,
    typer.Option("--compare-with", metavar="P|none", help="help.compare_with"),
]
RefitCuts = Annotated[
    str,
    typer.Option("--refit-cuts", metavar="[GRID]", help="help.refit_cuts"),
]
Calibration = Annotated[
    list[Path] | None,
    typer.Option("--decisions", "--calibration", metavar="EDITED.xlsx", help="help.calibration"),
]
NoNames = Annotated[bool, typer.Option("--no-names", help="help.no_names")]
Wait = Annotated[float, typer.Option("--wait", metavar="SECONDS", min=0, help="help.wait")]


# Options that may stand alone, and what they mean then.
_OPTIONAL_VALUE = {"--refit-cuts": "all", "--unit-workbooks": "", "--each": ""}
SEVERAL = "--decisions"
"""The option that may have several files behind it."""
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*|.*\{.*\}.*")


def with_each_file(words: Sequence[str]) -> list[str]:
    """The command line with ``--decisions A B C`` written as three options, where an input file stands before it.

    Without one before it only the next word is its value: what follows are the input files.
    """
    listed: list[str] = []
    several = False
    for at, word in enumerate(words):
        if several and not word.startswith("-"):
            listed += [SEVERAL, word]
            continue
        several = bool(listed) and listed[-1] == SEVERAL and _has_input(words[: at - 1])
        listed.append(word)
    return listed


def _has_input(words: Sequence[str]) -> bool:
    """Whether a word after the command is no option, and no option's value."""
    return any(not before.startswith("-") and not word.startswith("-") for before, word in pairwise(words))


def with_optional_values(words: Sequence[str]) -> list[str]:
    """The command line with every option whose value may be left out written with one: ``--refit-cuts=all``.

    The next word is its value where it reads like a key, or has a place in braces, and is no file: so the option may
    stand before the files.
    """
    listed: list[str] = []
    for word in words:
        last = listed[-1] if listed else ""
        if last in _OPTIONAL_VALUE and _KEY.fullmatch(word) and not Path(word).exists():
            listed[-1] = f"{last}={word}"
        else:
            listed.append(word)
    return [f"{word}={_OPTIONAL_VALUE[word]}" if word in _OPTIONAL_VALUE else word for word in listed]


def period(text: str | None) -> Period | None:
    """The period given, if any."""
    from ninegrid.model.period import Period

    return Period.parse(text) if text else None


def comparing(text: str | None) -> Comparing:
    """The stored period to compare with: the one before, unless another one or none is asked for."""
    from ninegrid.options import Comparing

    return Comparing(wanted=False) if text == "none" else Comparing(period(text))


def language(lang: Language) -> Lang_ | None:
    """zh, en, or None for auto."""
    return None if lang is Language.auto else "en" if lang is Language.en else "zh"


def engine(wanted: Engines, master: str | None, shared: Path | None) -> dict[str, Any]:
    """Where a run is graded, as `Options` takes it. UsageError for a master without --engine spark."""
    if wanted is Engines.spark:
        return {"master": master or "sail", "shared": shared}
    if master or shared:
        raise UsageError("engines.only_on_spark", option="--master" if master else "--shared")
    return {Engines.memory: {"large": 1 << 62}, Engines.disk: {"large": 0}}.get(wanted, {})


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
    from ninegrid.config.secrets import secret

    return None if variable is None else secret(variable)
