"""What holds for all tests: no deadlines, no threads within one; what takes long runs where there is time for it."""

import os

import pytest
from hypothesis import settings

# The frames of tests are small and several tests run at once: threads within one would only be in each other's way.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

# Property tests say what holds, not how fast: no deadline on machines that others use too.
settings.register_profile("patient", deadline=None, max_examples=10)
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is marked as thorough runs with GRADE_THOROUGH set, as continuous integration does."""
    if not os.environ.get("GRADE_THOROUGH"):
        for item in items:
            if item.get_closest_marker("thorough"):
                item.add_marker(pytest.mark.skip(reason="takes long: set GRADE_THOROUGH"))
