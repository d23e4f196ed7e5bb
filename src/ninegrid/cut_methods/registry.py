"""Which cut methods there are: every module beside this file that has a METHOD."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from ninegrid.cut_methods.method import CutMethod


def _declared() -> Mapping[str, CutMethod]:
    modules = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
    own = (import_module(f"ninegrid.cut_methods.{name}") for name in modules if name not in ("__init__", "registry"))
    found: list[CutMethod] = [module.METHOD for module in own if hasattr(module, "METHOD")]
    return {method.name: method for method in found}


METHODS = _declared()
