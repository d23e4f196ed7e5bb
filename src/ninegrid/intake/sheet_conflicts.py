"""What is said where two sheets about the same subjects hold the same columns with other values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.intake.headers.heading import key
from ninegrid.messages import Message, message
from ninegrid.model.inputs import SheetSource


@dataclass(frozen=True)
class SheetConflict:
    """The findings CONFLICT of cells of exports, and the sheets that were read."""

    rows: pl.DataFrame
    sheets: tuple[SheetSource, ...]

    @classmethod
    def among(cls, found: pl.DataFrame, sheets: Sequence[SheetSource]) -> SheetConflict | None:
        """Those of the findings that are of sheets' own columns, not of forms that people filled in; None for none."""
        read = [one for one in sheets if one.relation is not None and not one.relation.form]
        cells = [(*_names(one), column) for one in read for column in one.headers]
        known = pl.DataFrame(cells, schema={"file": pl.String, "sheet": pl.String, "column": pl.String}, orient="row")
        rows = found.filter(pl.col("reason") == "CONFLICT")
        rows = rows.join(known.unique(), on=known.columns, how="semi", maintain_order="left")
        return cls(rows, tuple(read)) if rows.height else None

    def notice(self, *, quote: bool = True) -> Message:
        """Which columns differ for how many, the first of them with its cells, and the options that settle it."""
        first = self.rows.row(0, named=True)
        cells = self.rows.filter(subject_id=first["subject_id"], column=first["column"]).rows(named=True)
        heading = {one["column"]: self._header(one) for one in self._places()}
        return message(
            "pipeline.sheets_differ",
            columns=list(heading.values()),
            n=self.rows["subject_id"].n_unique(),
            relation=self._sheet(first).relation,
            column=heading[first["column"]],
            id=first["subject_id"],
            cells=[_said(cell, quote=quote) for cell in cells],
            maps=message("common.as_is", text=" ".join(f'--map "{header}=aside"' for header in self._aside())),
        )

    def _places(self) -> list[dict[str, str]]:
        """file, sheet, column: each column once in each sheet, sheets as they were given."""
        names = ["file", "sheet", "column"]
        return self.rows.select(names).unique(maintain_order=True).rows(named=True)

    def _header(self, place: dict[str, str]) -> str:
        return self._sheet(place).headers[place["column"]]

    def _sheet(self, place: dict[str, str]) -> SheetSource:
        return next(one for one in self.sheets if _names(one) == (place["file"], place["sheet"]))

    def _aside(self) -> Iterator[str]:
        """The headers to set aside, of all sheets but the first; with their sheet where the first has them too."""
        kept: dict[str, SheetSource] = {}
        for place in self._places():
            sheet = self._sheet(place)
            first = kept.setdefault(place["column"], sheet)
            if first is not sheet:
                header, theirs = self._header(place), {key(one) for one in (*first.headers.values(), *first.ignored)}
                yield f"{sheet.place} › {header}" if key(header) in theirs else header


def _names(sheet: SheetSource) -> tuple[str, str]:
    """As findings name it: a text file has no sheet."""
    return sheet.file.name, "" if sheet.encoding else sheet.sheet


def _said(cell: dict[str, str], *, quote: bool) -> Message:
    place = " › ".join(filter(None, (cell["file"], cell["sheet"], cell["cell"])))
    return message("pipeline.cell_says" if quote else "common.as_is", text=place, value=cell["value"] or "")
