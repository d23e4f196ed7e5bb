"""What is done in other threads comes back in order, and its errors too."""

import threading
from collections.abc import Iterator

import pytest

from ninegrid.intake.threads import ahead, side_by_side


def numbers(count: int, made: list[int], failing_at: int = -1) -> Iterator[int]:
    for number in range(count):
        if number == failing_at:
            raise OSError("the disk is gone")
        made.append(number)
        yield number


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_ahead_gives_what_there_is_false_values_too(count):
    assert list(ahead(numbers(count, []))) == list(range(count))
    assert list(ahead(iter([None, b"", 0]))) == [None, b"", 0]


def test_ahead_makes_one_item_before_it_is_asked_for():
    made: list[int] = []
    coming = ahead(numbers(50, made))
    assert next(coming) == 0
    coming.close()
    assert made in ([0], [0, 1])


def test_an_error_in_making_comes_where_the_item_would():
    coming = ahead(numbers(5, [], failing_at=2))
    assert [next(coming), next(coming)] == [0, 1]
    with pytest.raises(OSError, match="gone"):
        next(coming)


def test_results_come_in_the_items_order_whatever_is_done_first():
    released = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            released.wait(5)
        else:
            released.set()
        return item * item

    assert list(side_by_side(work, range(20))) == [n * n for n in range(20)]


def test_only_a_few_items_are_held_at_a_time():
    made: list[int] = []
    results = side_by_side(lambda item: item, numbers(1000, made))
    next(results)
    assert len(made) < 10
    results.close()


def test_an_error_in_the_work_or_in_an_item_ends_it():
    def work(item: int) -> float:
        return 1 / (item - 3)

    with pytest.raises(ZeroDivisionError):
        list(side_by_side(work, range(10)))
    with pytest.raises(OSError, match="gone"):
        list(side_by_side(str, numbers(9, [], failing_at=5)))


def test_no_thread_is_left_behind():
    before = threading.active_count()
    list(side_by_side(str, range(30)))
    list(ahead(iter(range(30))))
    assert threading.active_count() == before
