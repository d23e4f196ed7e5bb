"""Every kind of workbook, and every table, says the version of its form."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from ninegrid.files.outputs import outputs
from ninegrid.files.tables import with_version, write_tables
from ninegrid.model.form_version import FORM_VERSION
from ninegrid.report import write_template
from ninegrid.subjects.registry import relations


def _form(book: Path) -> object:
    return openpyxl.load_workbook(book, read_only=True).custom_doc_props["form_version"].value


def test_a_workbook_and_a_template_say_their_form(file: Path, tmp_path: Path) -> None:
    assert _form(file) == FORM_VERSION
    write_template(relations("customers"), tmp_path / "t.xlsx", "zh")
    assert _form(tmp_path / "t.xlsx") == FORM_VERSION


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_tables_say_their_form(tmp_path: Path, form: str) -> None:
    with outputs() as staged:
        write_tables(with_version({"views": pl.DataFrame({"n": [1]})}), tmp_path, form, staged.writing)
        staged.publish()
    read = pl.read_csv if form == "csv" else pl.read_parquet
    assert read(tmp_path / f"form_version.{form}")["form_version"].to_list() == [FORM_VERSION]
    if form == "parquet":
        assert pl.read_parquet_metadata(tmp_path / "views.parquet")["form_version"] == str(FORM_VERSION)
