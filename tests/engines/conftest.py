"""Tables are compared here, not workbooks, which take as long to write as everything else together."""

from pathlib import Path

import pytest

from ninegrid.report import write as writing


@pytest.fixture(scope="module", autouse=True)
def _without_workbook(request: pytest.FixtureRequest) -> object:
    """The workbook is an empty file, but in the module that looks into it."""
    with pytest.MonkeyPatch.context() as patch:
        if not getattr(request.module, "LOOKS_INTO_WORKBOOKS", False):
            patch.setattr(writing, "write_workbook", lambda result, path, **_: Path(path).touch())
        yield
