"""What holds for all tests: no deadlines, no threads within one; what takes long runs where there is time for it.

A worker takes whole modules, or whole folders where modules share what takes long to make.
"""

import gc
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import PurePosixPath
from shutil import which

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

# The frames of tests are small and several tests run at once: threads within one would only be in each other's way.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

# Cycles of objects are rare here and workbooks are many objects: they are looked for less often.
gc.set_threshold(20_000, 20, 20)

# Where it is set, every worker and every command that a test starts compiles every module anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What is told is looked for in English, unless a test says otherwise; workbooks follow their inputs' headers.
os.environ["LANG"] = "en_US.UTF-8"
for name in ("LC_ALL", "LC_MESSAGES", "GRADE_LANG"):
    os.environ.pop(name, None)

# Property tests say what holds, not how fast: no deadline on machines that others use too.
settings.register_profile("patient", deadline=None, max_examples=30 if os.environ.get("GRADE_THOROUGH") else 6)
settings.load_profile("patient")


@pytest.fixture(scope="module")
def graded_alone() -> Iterator[None]:
    """For modules that look at no leads, paths, targets, cards and trend: runs leave out that third of their time."""
    from tests.short_runs import grading_alone  # noqa: PLC0415 - polars asks for its threads as it is imported

    with grading_alone():
        yield


TOGETHER = ("tests/oracle", "tests/report", "tests/report/unit_reports")

# What takes longest is begun first, so that no worker is left alone with it at the end.
FIRST = (
    "tests/report", "tests/test_durability.py", "tests/oracle", "tests/actions", "tests/history",
    "tests/intake/validate/test_never_silent.py", "tests/cli", "tests/oracle/made", "tests/extending",
    "tests/test_policy_check.py", "tests/subjects", "tests/engines", "tests/improvement",
)  # fmt: skip


WANTED = {"thorough": "GRADE_THOROUGH", "long": "GRADE_LONG"}
"""By mark, the variable with which such tests run: continuous integration sets the first, a release both."""


class ByModuleOrFolder(LoadScopeScheduling):
    """xdist's distribution by module, with the folders of TOGETHER whole."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        folder = str(PurePosixPath(module).parent)
        return folder if folder in TOGETHER else module


def _rank(item: pytest.Item) -> int:
    """The place of a test's module or folder in FIRST."""
    return next((at for at, name in enumerate(FIRST) if item.nodeid.startswith(name)), len(FIRST))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling | None:
    return ByModuleOrFolder(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is marked as thorough or long runs where the environment says so; what takes longest comes first."""
    items.sort(key=_rank)
    for item in items:
        if item.get_closest_marker("spark") and not find_spec("pysail"):
            item.add_marker(pytest.mark.skip(reason="needs the extra spark: see .ci/spark"))
        if item.get_closest_marker("java") and not (which("java") and find_spec("py4j")):
            item.add_marker(pytest.mark.skip(reason="needs Java and the package pyspark: see .ci/spark"))
        for mark, variable in WANTED.items():
            if item.get_closest_marker(mark) and not os.environ.get(variable):
                item.add_marker(pytest.mark.skip(reason=f"takes long: set {variable}"))
