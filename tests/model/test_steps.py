from ninegrid.model.steps import Step, timed


def names(step: Step) -> list[tuple[str, int | None]]:
    return [(part.name, part.rows) for part in step.flat()]


def test_what_is_timed_inside_a_step_is_a_part_of_it() -> None:
    with timed("read") as reading:
        with timed("open"):
            pass
        with timed("settle"), timed("check") as checking:
            checking.rows = 3
        reading.rows = 5
    assert names(reading.step) == [("read", 5), ("read.open", None), ("read.settle", None), ("read.settle.check", 3)]
    assert reading.step.seconds >= sum(part.seconds for part in reading.step.parts.values()) > 0


def test_a_part_done_for_each_sheet_is_one_with_the_sum() -> None:
    with timed("read") as reading:
        for rows in (2, 40):
            with timed("parse") as parsing:
                parsing.rows = rows
    assert names(reading.step) == [("read", None), ("read.parse", 42)]


def test_a_step_that_failed_is_over() -> None:
    try:
        with timed("read"):
            raise ValueError
    except ValueError:
        pass
    with timed("grade") as grading:
        pass
    assert grading.step.as_json().keys() == {"step", "rows", "seconds"}
    assert grading.step.name == "grade"
