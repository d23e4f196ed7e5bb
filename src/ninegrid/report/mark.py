"""Properties of a workbook: the version of its tables, and who made it, which marks results as no exports."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from openpyxl import Workbook
from openpyxl.packaging.custom import IntProperty

from ninegrid.model.form_version import FORM_VERSION
from ninegrid.report.encryption import unlocked

CREATOR = "grade"
_PROPERTIES = "docProps/core.xml"
_NO_WORKBOOK = (OSError, KeyError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error)


def mark_result(workbook: Workbook, title: str) -> None:
    """Say that a workbook holds results, of what, and with which version of the tables (`form_version`)."""
    workbook.properties.creator = CREATOR
    workbook.properties.title = title
    mark_form(workbook)


def mark_form(workbook: Workbook) -> None:
    """Say which version a workbook's tables have: that of the database and of result tables."""
    workbook.custom_doc_props.append(IntProperty(name="form_version", value=FORM_VERSION))


def is_own_workbook(path: Path, password: str | None = None) -> bool:
    """Whether a file is a workbook that `write_workbook` wrote; False for whatever is no workbook.

    A locked one is looked into with the password, and is taken for an export without it.
    """
    try:
        with zipfile.ZipFile(unlocked(path, password) or path) as package:
            return f">{CREATOR}</dc:creator>".encode() in package.read(_PROPERTIES)
    except _NO_WORKBOOK:
        return False
