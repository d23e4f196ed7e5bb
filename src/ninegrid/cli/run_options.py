"""Flags of a command as the options of a run: the one place where they are translated."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ninegrid.cli import options
from ninegrid.cli.display import Display

if TYPE_CHECKING:
    from ninegrid.options import Options


def run_options(
    show: Display,
    *,
    policy: Path | None,
    period: str | None,
    tables: Path | None,
    tables_format: options.TableFormat,
    lang: options.Language,
    map_: Sequence[str] | None,
    max_rejected: str,
    allow_cut: bool,
    allow_unused: bool,
    accept: str | None,
    password_env: str | None,
    encrypt_env: str | None,
    mask: bool,
    excel_safe: bool = False,
    no_memory: bool = False,
    save_map: Path | None = None,
    db: str = ":memory:",
    out: Path | None = None,
    each: str | None = None,
    refit_cuts: str = "",
    compare_with: str | None = None,
    accept_break: str | None = None,
    calibration: Sequence[Path] | None = None,
    no_names: bool = False,
    engine: options.Engines = options.Engines.auto,
    master: str | None = None,
    shared: Path | None = None,
    wait: float = 0,
) -> Options:
    """The flags, by their names, as a run takes them; what it does is shown. UsageError for one that can't be meant.

    Those without a default belong to every command that reads inputs.
    """
    from ninegrid.options import Options

    return Options(
        policy=policy,
        period=options.period(period),
        db=db,
        out=out,
        each=each,
        tables=tables,
        tables_format=tables_format.value,
        excel_safe=excel_safe,
        lang=options.language(lang),
        maps=tuple(map_ or ()),
        memory=not no_memory,
        save_map=save_map,
        max_rejected=options.share(max_rejected),
        allow_cut=allow_cut,
        allow_unused=allow_unused,
        accept=accept,
        accept_break=accept_break,
        password=options.password(password_env),
        encrypt=options.encryption(encrypt_env),
        refit_cuts=refit_cuts,
        comparing=options.comparing(compare_with),
        wait=wait,
        decisions=tuple(calibration or ()),
        names=not no_names,
        mask=mask,
        on_step=show.step,
        on_notice=show.tell,
        on_unit=show.unit,
        on_done=show.done,
        **options.engine(engine, master, shared),
    )
