"""Classes of `ninegrid.dataclass` behave as those of the library: each case is asked of both."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import field
from typing import Any

import pytest

from ninegrid.dataclass import dataclass


def _place(decorate: Callable[..., Any]) -> Any:
    @decorate(frozen=True)
    class Place:
        """A place."""

        name: str
        level: int = 1
        seen: list[str] = field(default_factory=list, compare=False)
        hidden: str = field(default="", repr=False)

    return Place


def _inner(decorate: Callable[..., Any]) -> Any:
    place = _place(decorate)

    @decorate(frozen=True)
    class Inner(place):  # type: ignore[misc]
        """A place in another."""

        outer: Any = None

    return Inner


@dataclass(frozen=True)
class Sent:
    """What goes to another process."""

    number: int


@dataclass(frozen=True, repr=False, eq=False)
class Alone:
    """Compared by what it is."""

    number: int


BOTH = pytest.mark.parametrize("decorate", [dataclasses.dataclass, dataclass])


@BOTH
@pytest.mark.parametrize("make", [_place, _inner])
def test_values_are_told_and_compared_by_their_fields(decorate: Callable[..., Any], make: Callable[..., Any]) -> None:
    kind = make(decorate)
    one, same, other = kind("A", seen=["x"]), kind(name="A"), kind("A", 2)
    assert repr(one).startswith(f"{kind.__qualname__}(name='A', level=1, seen=['x']")
    assert "hidden" not in repr(one)
    assert (one, hash(one)) == (same, hash(same))
    assert one != other
    assert one.__eq__(("A", 1, "")) is NotImplemented
    assert dataclasses.replace(one, level=2) == other
    assert list(dataclasses.asdict(one)) == [part.name for part in dataclasses.fields(kind)]
    assert kind("A").seen is not kind("A").seen


@BOTH
def test_what_it_is_made_of_is_asked_for(decorate: Callable[..., Any]) -> None:
    kind = _inner(decorate)
    for wrong in ((), ("A", 1, [], "", None, "too many")):
        with pytest.raises(TypeError, match=r"__init__\(\)"):
            kind(*wrong)
    with pytest.raises(TypeError, match="unexpected keyword argument 'wide'"):
        kind("A", wide=True)


@BOTH
def test_it_stays_as_it_is(decorate: Callable[..., Any]) -> None:
    one = _place(decorate)("A")
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "B"
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name


def test_it_goes_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(Sent(3))) == Sent(3)


def test_without_comparison_each_is_one_of_its_own() -> None:
    assert Alone(1) != Alone(1)
    assert "number" not in repr(Alone(1))


def test_only_frozen_classes() -> None:
    with pytest.raises(TypeError, match="only frozen"):
        dataclass(frozen=False)(object)
