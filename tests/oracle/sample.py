"""The sample data's maker, which lives beside the sample data and is no package."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"


def maker() -> ModuleType:
    """The module ``make_customers``."""
    if str(SAMPLE_DATA) not in sys.path:
        sys.path.insert(0, str(SAMPLE_DATA))
    return import_module("make_customers")
