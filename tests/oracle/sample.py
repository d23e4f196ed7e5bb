"""The sample data's makers, which live beside the sample data and are no package."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"


def maker(name: str = "make_customers") -> ModuleType:
    """The module ``make_customers`` or ``make_talent``."""
    if str(SAMPLE_DATA) not in sys.path:
        sys.path.insert(0, str(SAMPLE_DATA))
    return import_module(name)
