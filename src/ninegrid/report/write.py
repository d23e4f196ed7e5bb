"""What a run leaves outside the database: the workbook, the units' workbooks, the tables; a report, an empty form."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from ninegrid.files.outputs import Outputs, outputs, refuse_held, refuse_kept
from ninegrid.files.tables import with_version, write_tables
from ninegrid.history.maps import used_map
from ninegrid.intake.formats.files import is_lock_file
from ninegrid.intake.maps import as_toml
from ninegrid.messages import Message, message
from ninegrid.model.errors import InputError, UsageError
from ninegrid.model.paths import refuse_no_text, refuse_strange, whole
from ninegrid.model.relations import Lang
from ninegrid.model.steps import timed
from ninegrid.options import Options
from ninegrid.report import Draft, presentable, write_template, write_workbook
from ninegrid.report.book import Builder
from ninegrid.report.division import division, is_template, paths, unassigned
from ninegrid.report.encryption import write_locked
from ninegrid.report.masking import Masks, masks
from ninegrid.report.unit_reports import parts
from ninegrid.report.unit_workers import unit_workbooks
from ninegrid.result import Result
from ninegrid.store.running import MEMORY
from ninegrid.study_registry import form_relations
from ninegrid.subjects.registry import SUBJECTS


def default_target(paths: Sequence[Path], options: Options) -> Path:
    """A name of its own beside the workbook whose decisions are read back, which stays as it was edited."""
    first = next((path for path in paths if not is_lock_file(path)), paths[0]).stem
    target = Path(f"{first}-graded.xlsx")
    edited = {whole(path) for path in options.decisions}
    return target.with_stem(f"{first}-calibrated") if whole(target) in edited else target


def workbook_path(target: Path, inputs: Sequence[Path] = ()) -> Path:
    """The target, if a workbook may be written there: UsageError for another suffix, or for one of the inputs;
    OutputError for one that is open in a program that locks it."""
    refuse_strange(target, UsageError)
    if target.suffix.lower() != ".xlsx":
        raise UsageError("report.out_no_xlsx", path=target)
    refuse_kept(target, inputs)
    refuse_held(target)
    return target


def refuse_strange_paths(paths: Sequence[Path], options: Options) -> None:
    """Before anything is read or made: InputError for an input, UsageError for any other path, that is no text or that
    of a pipe, a device or a socket.
    """
    for path in paths:
        refuse_strange(path, InputError)
    units = Path(options.each) if options.each and is_template(options.each) else None
    named = (options.policy, *options.decisions, options.out, options.tables, options.save_map, units)
    for other in filter(None, named):
        refuse_strange(other, UsageError)
    if options.db != MEMORY:
        refuse_no_text(Path(options.db), UsageError)


def kept_files(paths: Sequence[Path], options: Options) -> tuple[Path, ...]:
    """The files of a run that no output may replace: what it reads, and the database with what stands beside it."""
    read = (*paths, *options.decisions, *((options.policy,) if options.policy else ()))
    beside = ("", ".wal", ".lock", ".publishing") if options.db != MEMORY else ()
    return (*read, *(Path(f"{options.db}{ending}") for ending in beside))


def begin_outputs(result: Result, draft: Draft, options: Options) -> None:
    """Begin the workbook's long lists while moves and the way up are still being computed."""
    if options.names and not options.mask:
        draft.begin(result)


def write_outputs(result: Result, target: Path, staged: Outputs, options: Options, draft: Draft) -> Result:
    """Write workbook, units' workbooks and tables beside their targets; returns the result as it may be shown.

    The timings are those of the parts of the run's step. draft: as `begin_outputs` left it.
    """
    mask = mask_of(result, options)
    told = mask.result(result) if mask else result
    target = _called(target, options, mask)
    with timed("workbook"):
        _write_book(told, target, staged, options, draft)
    if options.each is not None:
        with timed("parts"):
            _write_units(result, target, staged, options, mask)
    if options.save_map:
        _save_map(result, options.save_map, staged)
    if options.tables:
        with timed("tables"):
            tables = told if options.names else presentable(told, names=False)
            write_tables(
                with_version(tables.tables),
                options.tables,
                options.tables_format,
                staged.writing,
                told.long,
                excel_safe=options.excel_safe,
            )
    return told


def _write_units(result: Result, target: Path, staged: Outputs, options: Options, mask: Masks | None) -> None:
    """A workbook a unit; where names are masked, in the files' names too."""
    assert options.each is not None
    taken = (target, *(file.path for file in result.inputs.files))
    called = (lambda name: mask.whole.get(name, name)) if mask else str
    wanted = paths(result, division(options.each, target, result.policy), taken, called)
    told = parts(result, wanted, lambda n, unit: options.on_unit(n, len(wanted), called(unit)))
    owned = ((path, mask.result(own) if mask else own) for path, own in told)
    subjects = result.tables[SUBJECTS[result.subject].table].height
    books = unit_workbooks(owned, len(wanted), subjects, names=options.names, password=options.encrypt)
    with contextlib.closing(books):
        for path, book in books:
            with staged.writing(path) as place:
                place.write_bytes(book)


def _save_map(result: Result, target: Path, staged: Outputs) -> None:
    """What was used of maps, those that were remembered too."""
    with staged.writing(target) as path:
        path.write_text(as_toml(used_map(result.inputs.reading, result.inputs.given)), encoding="utf-8", newline="\n")


def in_no_part(result: Result, options: Options) -> tuple[Message, ...]:
    """A notice that some subjects are in no unit's workbook, if units have workbooks."""
    if options.each is None:
        return ()
    column = division(options.each, Path(), result.policy).column
    left = unassigned(result, column)
    return (message("report.in_no_part", n=left, column=column),) if left else ()


def write_report(checked: Result, target: Path, options: Options, mask: Masks | None) -> Path:
    """The data-quality workbook of a result that was only checked; returns its path."""
    target = _called(target, options, mask)
    with outputs(kept_files([file.path for file in checked.inputs.files], options)) as staged:
        _write_book(mask.result(checked) if mask else checked, target, staged, options)
        staged.publish()
    return target


def mask_of(result: Result, options: Options, named: Iterable[pl.DataFrame] = ()) -> Masks | None:
    """What is done to the result, and to its parts, before they are written or shown; the database gets it as it is.

    named: further frames with names.
    """
    return masks(result, named) if options.mask else None


def _called(target: Path, options: Options, mask: Masks | None) -> Path:
    """The target, whose name is masked too where it was made from that of an input."""
    return mask.path(target) if mask and not options.out else target


def _write_book(result: Result, target: Path, staged: Outputs, options: Options, draft: Draft | None = None) -> None:
    """The workbook of a result written beside its target, and locked there when a password is given."""
    with staged.writing(target) as path:
        write_locked(path, options.encrypt, partial(write_workbook, result, names=options.names, draft=draft))


def write_checked(checked: Result, target: Path | None, options: Options) -> tuple[Result, tuple[Path, ...]]:
    """Write what is asked for of a result that was only checked: the data-quality workbook, the findings as a table.

    Returns the result as it may be told, and the files.
    """
    mask = mask_of(checked, options)
    told = mask.result(checked) if mask else checked
    with outputs(kept_files([file.path for file in checked.inputs.files], options)) as staged:
        if target is not None:
            _write_book(told, target, staged, options)
        if options.tables is not None:
            write_tables(
                with_version(told.tables),
                options.tables,
                options.tables_format,
                staged.writing,
                excel_safe=options.excel_safe,
            )
        return told, staged.publish()


def write_answer(
    result: Result,
    target: Path,
    staged: Outputs,
    options: Options,
    builders: Mapping[str, Builder],
    named: Iterable[pl.DataFrame] = (),
) -> Result:
    """Write the workbook and the tables of a study beside their targets; returns the result as it may be shown.

    builders: what lays out the kinds of sheets that are the study's own. named: stored tables whose names may stand in
    what people wrote, to be masked there.
    """
    mask = mask_of(result, options, named)
    told = mask.result(result) if mask else result
    target = _called(target, options, mask)
    with Draft(further=builders) as draft:
        _write_book(told, target, staged, options, draft)
    if options.tables is not None:
        tables = with_version(told.tables)
        safe = options.excel_safe
        write_tables(tables, options.tables, options.tables_format, staged.writing, excel_safe=safe)
    return told


def write_form(name: str, target: Path, lang: Lang) -> Path:
    """An empty workbook of the input relations of a subject or a study, to fill in.

    UsageError where a file is there already.
    """
    known = form_relations(name)
    if workbook_path(target).exists() and target.stat().st_size:
        raise UsageError("report.form_is_there", path=target)
    with outputs() as staged:
        with staged.writing(target) as path:
            write_template(known, path, lang)
        staged.publish()
    return target
