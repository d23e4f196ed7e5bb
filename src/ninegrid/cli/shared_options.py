"""The options that several commands share: each with its default, in the order of every help page; commands made of
them, and what they say as the options of a run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

from ninegrid.cli import options
from ninegrid.cli.display import Display

if TYPE_CHECKING:
    from ninegrid.options import Options

_SHARED: Mapping[str, tuple[Any, Any]] = {
    "subject": (options.SubjectName, Parameter.empty),
    "files": (options.Files, Parameter.empty),
    "policy": (options.PolicyFile, None),
    "period": (options.PeriodText, None),
    "db": (options.DatabaseFile, "grade.duckdb"),
    "out": (options.Out, None),
    "each": (options.Each, None),
    "tables": (options.TablesFolder, None),
    "tables_format": (options.TablesFormat, options.TableFormat.parquet),
    "excel_safe": (options.ExcelSafe, False),
    "lang": (options.Lang, options.Language.auto),
    "map_": (options.Mapping, None),
    "save_map": (options.SaveMap, None),
    "no_memory": (options.NoMemory, False),
    "max_rejected": (options.MaxRejected, "5%"),
    "allow_cut": (options.AllowCut, False),
    "allow_unused": (options.AllowUnused, False),
    "accept": (options.Accept, None),
    "accept_break": (options.AcceptBreak, None),
    "password_env": (options.PasswordEnv, None),
    "encrypt_env": (options.EncryptEnv, None),
    "refit_cuts": (options.RefitCuts, ""),
    "compare_with": (options.CompareWith, None),
    "calibration": (options.Calibration, None),
    "no_names": (options.NoNames, False),
    "mask": (options.Mask, False),
    "engine": (options.Engine, options.Engines.auto),
    "master": (options.Master, None),
    "shared": (options.Shared, None),
    "wait": (options.Wait, 10),
    "log_format": (options.LogFormat, options.LogLines.text),
    "timings": (options.Timings, False),
    "json": (options.AsJson, False),
    "quiet": (options.Quiet, False),
    "debug": (options.Debug, False),
}
EVERY = frozenset(_SHARED)
OF_READING = frozenset({"files", "map_", "max_rejected", "allow_cut", "allow_unused", "password_env"})
"""Those that only a command has which reads files."""
COMMON = OF_READING | {
    *("policy", "period", "db", "out", "tables", "tables_format", "excel_safe", "lang", "encrypt_env", "mask"),
    *("json", "quiet", "debug"),
}
"""Those of every command that reads files and writes a workbook."""


def taking(
    command: Callable[..., None],
    names: Collection[str],
    own: Sequence[Parameter] = (),
    shown: Mapping[str, Any] | None = None,
) -> Callable[..., None]:
    """The command with these shared options, in the order of every help page, before its own options.

    It is called with all of them by name. shown: annotations in the place of the shared ones, where a command says
    something else of an option.
    """
    said = {name: (shown or {}).get(name, annotation) for name, (annotation, _) in _SHARED.items() if name in names}
    shared = [own_option(name, annotation, _SHARED[name][1]) for name, annotation in said.items()]
    command.__signature__ = Signature([*shared, *own])  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in (*shared, *own)}
    return command


def own_option(name: str, annotation: Any, default: object = None) -> Parameter:
    """An option or argument, as typer reads it."""
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def run_options(show: Display, **flags: Any) -> Options:
    """Shared options by their names as a run takes them, with the defaults of those that are not given; what the run
    does is shown. UsageError for one that can't be meant.
    """
    from ninegrid.options import Options

    said = {name: default for name, (_, default) in _SHARED.items()} | flags
    return Options(
        policy=said["policy"],
        period=options.period(said["period"]),
        db=said["db"],
        out=said["out"],
        each=said["each"],
        tables=said["tables"],
        tables_format=said["tables_format"].value,
        excel_safe=said["excel_safe"],
        lang=options.language(said["lang"]),
        maps=tuple(said["map_"] or ()),
        memory=not said["no_memory"],
        save_map=said["save_map"],
        max_rejected=options.share(said["max_rejected"]),
        allow_cut=said["allow_cut"],
        allow_unused=said["allow_unused"],
        accept=said["accept"],
        accept_break=said["accept_break"],
        password=options.password(said["password_env"]),
        encrypt=options.encryption(said["encrypt_env"]),
        refit_cuts=said["refit_cuts"],
        comparing=options.comparing(said["compare_with"]),
        wait=said["wait"],
        decisions=tuple(said["calibration"] or ()),
        names=not said["no_names"],
        mask=said["mask"],
        on_step=show.step,
        on_notice=show.tell,
        on_unit=show.unit,
        on_done=show.done,
        **options.engine(said["engine"], said["master"], said["shared"]),
    )
