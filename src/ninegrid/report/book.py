"""A result as an Excel workbook: the sheets the policy lists, built in memory, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from types import TracebackType

from openpyxl import Workbook

from ninegrid.model.errors import PolicyError
from ninegrid.model.steps import timed
from ninegrid.policy import Policy, Sheet
from ninegrid.report.gains import sheet as way_gains
from ninegrid.report.kit.cells import clean
from ninegrid.report.kit.layout import Book
from ninegrid.report.kit.left_out import left_out
from ninegrid.report.kit.style import register_styles
from ninegrid.report.mark import mark_result
from ninegrid.report.migration import sheet as migration_sheet
from ninegrid.report.portrait import sheet as portrait_sheet
from ninegrid.report.privacy import presentable
from ninegrid.report.sheets.grids import gaps as gap_sheets
from ninegrid.report.sheets.grids import grid as grid_sheet
from ninegrid.report.sheets.grids import names as names_sheet
from ninegrid.report.sheets.grids import profile as profile_sheet
from ninegrid.report.sheets.grids import side_by_side as side_by_side_sheet
from ninegrid.report.sheets.grids import views as views_sheet
from ninegrid.report.sheets.lists import actions as actions_sheet
from ninegrid.report.sheets.lists import calibration as calibration_sheet
from ninegrid.report.sheets.lists import forms as form_sheets
from ninegrid.report.sheets.lists import leads as leads_sheet
from ninegrid.report.sheets.lists import subject_list as list_sheet
from ninegrid.report.sheets.lists import succession as succession_sheet
from ninegrid.report.sheets.lists import tables as tables_sheet
from ninegrid.report.sheets.lists import warnings as warnings_sheet
from ninegrid.report.sheets.origin import method as method_sheet
from ninegrid.report.sheets.origin import quality as quality_sheet
from ninegrid.report.sheets.origin import reading as reading_sheet
from ninegrid.report.sheets.overview import overview
from ninegrid.report.sheets.units import campaigns as campaigns_sheet
from ninegrid.report.sheets.units import coverage as coverage_sheet
from ninegrid.report.sheets.units import reconcile as reconcile_sheet
from ninegrid.report.sheets.units import scorecards as scorecards_sheet
from ninegrid.report.sheets.units import trend as trend_sheet
from ninegrid.report.trial import sheet as try_it_sheet
from ninegrid.report.xlsx.background_deflate import Ahead
from ninegrid.report.xlsx.deferred_rows import StreamedWorkbook
from ninegrid.report.xlsx.saving import save
from ninegrid.result import Result

Builder = Callable[[Book, Sheet], None]

# In the order they are built: lists first, because other sheets link into their rows.
BUILDERS: dict[str, Builder] = {
    "list": list_sheet.build,
    "leads": leads_sheet.build,
    "actions": actions_sheet.build,
    "portrait": portrait_sheet.build,
    "try_it": try_it_sheet.build,
    "gains": way_gains.build,
    "grid": grid_sheet.build,
    "names": names_sheet.build,
    "profile": profile_sheet.build,
    "gap_within": gap_sheets.build_within,
    "gap_across": gap_sheets.build_across,
    "views": views_sheet.build,
    "tables": tables_sheet.build,
    "side_by_side": side_by_side_sheet.build,
    "calibration": calibration_sheet.build,
    "campaigns": campaigns_sheet.build,
    "coverage": coverage_sheet.build,
    "form": form_sheets.build,
    "succession": succession_sheet.build,
    "reconcile": reconcile_sheet.build,
    "scorecards": scorecards_sheet.build,
    "trend": trend_sheet.build,
    "migration": migration_sheet.build,
    "warnings": warnings_sheet.build,
    "quality": quality_sheet.build,
    "reading": reading_sheet.build,
    "method": method_sheet.build,
    "overview": overview.build,
}
KINDS = frozenset(BUILDERS)
_FIRST = ("list",)

# Sheets that say something of inputs that were read and not graded.
_UNGRADED = ("reading", "quality")


def refuse_unknown_kinds(policy: Policy) -> None:
    """PolicyError for a sheet of a kind that nothing lays out."""
    for sheet in policy.sheets:
        if sheet.kind not in KINDS:
            raise PolicyError("policy.no_sheet_kind", sheet=sheet.key, kind=sheet.kind, known=sorted(KINDS))


class Draft:
    """A workbook whose lists are laid out, and deflated on another thread, while what the other sheets tell is still
    being found out; to be used in a `with`.
    """

    def __init__(self, ahead: Ahead | None = None, further: Mapping[str, Builder] | None = None) -> None:
        """Nothing is laid out yet. ahead: what deflates the lists. further: what lays out further kinds."""
        self.ahead = ahead or Ahead()
        self._builders = {**BUILDERS, **(further or {})}
        self._book: Book | None = None

    def __enter__(self) -> Draft:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """What is not begun yet is left."""
        self.ahead.__exit__(kind, error, at)

    @property
    def begun(self) -> bool:
        """Whether anything is laid out."""
        return self._book is not None

    def begin(self, result: Result) -> None:
        """Lay out the lists of a result whose other tables may still be missing, if that is worth it."""
        held = result.tables  # of a table that is too long to hold, what the list shows is known only later
        listed = (held[sheet.table].height for sheet in result.policy.sheets if sheet.kind in _FIRST)
        if self.ahead.takes(max(listed, default=0)):
            self._book = _opened(presentable(result, names=True), StreamedWorkbook(self.ahead.take))
            _lay_out(self._book, result.policy.sheets, _FIRST, self._builders)

    def finish(self, result: Result) -> Workbook:
        """The whole workbook of a result as it may be shown; its lists are the ones that were begun, if they were."""
        kinds = [kind for kind in self._builders if self._book is None or kind not in _FIRST]
        book = self._book or _opened(result, StreamedWorkbook(self.ahead.take))
        book.result = result
        _take_out(book)
        _lay_out(book, _sheets(result), kinds, self._builders)
        self._book = None  # it is large, and the workbooks of units follow
        return book.workbook


def write_workbook(result: Result, path: Path | BytesIO, *, names: bool = True, draft: Draft | None = None) -> None:
    """Write the workbook of a result to `path`, or into memory; one only checked has 读法 and 数据质量 alone.

    Without `names`, subjects that the policy says have one (its ``[privacy]``) go by their ids in the whole file.
    draft: one that was begun with the same result, and with names, in a `with` of the caller's.
    """
    with Draft() if draft is None else nullcontext(draft) as begun:
        workbook = begun.finish(presentable(result, names=names))
        with timed("save"):
            save(workbook, path, begun.ahead)


def build_workbook(result: Result, *, names: bool = True, workbook: Workbook | None = None) -> Workbook:
    """The workbook of a result, in memory, its sheets in the policy's order; `names` as in `write_workbook`.

    workbook: an empty one to build it in; in a `StreamedWorkbook`, long lists are not in cells.
    """
    book = _opened(presentable(result, names=names), workbook or Workbook())
    _take_out(book)
    _lay_out(book, _sheets(book.result), BUILDERS, BUILDERS)
    return book.workbook


def _opened(result: Result, workbook: Workbook) -> Book:
    """A workbook with its looks and its sheets, which are still empty."""
    workbook.remove(workbook.active)
    register_styles(workbook, result.lang, result.policy.tiers)
    book = Book(result, workbook)
    for sheet in result.policy.sheets:
        if result.has_more or sheet.kind in _UNGRADED:
            workbook.create_sheet(book.title(sheet))
    unit = (result.unit.value,) if result.unit else ()
    mark_result(workbook, clean(" ".join([result.subject, str(result.period), *unit])))
    return book


def _take_out(book: Book) -> None:
    """Remove the sheets that turn out to have nothing to say; the overview says which."""
    for sheet in left_out(book.result):
        book.workbook.remove(book.worksheet(sheet))


def _sheets(result: Result) -> list[Sheet]:
    told, silent = result.has_more, left_out(result)
    return [sheet for sheet in result.policy.sheets if (told and sheet not in silent) or sheet.kind in _UNGRADED]


def _lay_out(book: Book, sheets: Sequence[Sheet], kinds: Iterable[str], builders: Mapping[str, Builder]) -> None:
    for kind in kinds:
        for sheet in sheets:
            if sheet.kind == kind:
                with timed(kind):
                    builders[kind](book, sheet)
