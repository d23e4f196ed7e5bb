"""Frozen dataclasses that cost little to declare.

The library writes the text of six methods for each class and compiles it: 0.7 ms a class, a fifteenth of a small run.
Here comparison, hash and text are functions that look the fields up, and `__init__` is compiled when the first value is
made. All else is the library's: `field`, `fields`, `replace`, `asdict`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass  # the same to who reads the types
else:
    _Class = TypeVar("_Class", bound=type)

    def dataclass(*, frozen: bool, repr: bool = True, eq: bool = True) -> Callable[[_Class], _Class]:
        """`dataclasses.dataclass` for a frozen class, with what the library calls `repr` and `eq`."""
        if not frozen:
            raise TypeError("only frozen classes are declared here; take dataclasses.dataclass")

        def declared(kind: _Class) -> _Class:
            kind.__doc__ = kind.__doc__ or kind.__name__  # else the library makes one of the signature
            dataclasses.dataclass(init=False, repr=False, eq=False)(kind)
            methods = {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
            methods |= {"__init__": _compiled_when_called(kind)} | (_compared(kind) if eq else {})
            methods |= {"__repr__": _text} if repr else {}
            for name in methods.keys() - kind.__dict__.keys():
                setattr(kind, name, methods[name])
            return kind

        return declared


def _compiled_when_called(kind: type) -> Callable[..., None]:
    def __init__(self: Any, *values: Any, **named: Any) -> None:
        compiled = _compiled(kind)
        kind.__init__ = compiled  # type: ignore[misc]
        compiled(self, *values, **named)

    return __init__


def _compiled(kind: type) -> Callable[..., None]:
    """The `__init__` that the library would write."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_absent": object()}
    parameters, lines = [], []
    for one in dataclasses.fields(kind):
        value = one.name
        if one.default_factory is not dataclasses.MISSING:
            known[f"_new_{one.name}"] = one.default_factory
            parameters.append(f"{one.name}=_absent")
            value = f"_new_{one.name}() if {one.name} is _absent else {one.name}"
        elif one.default is not dataclasses.MISSING:
            known[f"_default_{one.name}"] = one.default
            parameters.append(f"{one.name}=_default_{one.name}")
        else:
            parameters.append(one.name)
        lines.append(f" _set(self, {one.name!r}, {value})")
    exec("\n".join([f"def __init__(self, {', '.join(parameters)}):", *lines, " pass"]), known)
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    return made


def _compared(kind: type) -> dict[str, Callable[..., Any]]:
    """Comparison and hash by the fields that count, as the library's."""
    values = _values([one.name for one in dataclasses.fields(kind) if one.compare])

    def __eq__(self: Any, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(values(self))

    return {"__eq__": __eq__, "__hash__": __hash__}


def _values(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple(getattr(self, name) for name in names)


def _text(self: Any) -> str:
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr)
    return f"{self.__class__.__qualname__}({', '.join(shown)})"


def _refuse_to_set(self: Any, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
