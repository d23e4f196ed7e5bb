"""Accepted rows graded by an engine that holds some customers at a time: every table, with all its rows."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from ninegrid.engines.engine import engine_of
from ninegrid.files.spill import INPUT, RESULT, Spill, spill
from ninegrid.grid.past import Past
from ninegrid.improvement.leads import in_order
from ninegrid.model.inputs import Inputs
from ninegrid.policy import Policy
from ninegrid.result import Result
from ninegrid.subjects.registry import SUBJECTS

if TYPE_CHECKING:
    from ninegrid.engines.spark import SparkParts

DISK = "disk"
SPARK = (
    pytest.param("sail", marks=pytest.mark.spark),
    pytest.param("local[2,4]", marks=(pytest.mark.java, pytest.mark.thorough)),  # a task is tried four times
)
IN_PARTS = (DISK, *SPARK)
PARTS = 3
MIDST = 8
"""Which of the questions to all parts a worker does not survive."""


def graded_by(engine: str, inputs: Inputs, policy: Policy, folder: Path) -> dict[str, pl.DataFrame]:
    """The tables of grading customers and of their way up. folder: where Spark's workers keep the parts."""
    read = Result(
        run_id="made",
        subject="customers",
        period=inputs.period,
        lang=inputs.lang,
        policy=policy,
        inputs=replace(inputs, tables={name: rows.clear() for name, rows in inputs.tables.items()}),
        tables={},
        counts={},
        started=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        versions={},
    )
    with _parts_of(engine, folder) as parts:
        _spread(inputs, parts)
        read = replace(read, parts=parts)
        grading = engine_of(SUBJECTS["customers"], read)
        graded = grading.grade(read, Past())
        tables = {**graded.tables, **grading.improve(replace(read, tables=graded.tables), graded, Past())}
        tables |= {name: long.scan().collect() for name, long in parts.tables(RESULT).items()}
    return {**tables, "leads": tables["leads"][in_order(tables["leads"])]}


@contextmanager
def _parts_of(engine: str, folder: Path) -> Iterator[Spill]:
    if engine == DISK:
        with spill() as parts:
            yield parts
        return
    from ninegrid.engines.spark import spark_parts  # noqa: PLC0415, as pandera would import Spark too

    with spark_parts(engine, folder) as spark:
        if engine.startswith("local"):
            _lose_a_worker(spark, folder / "lost")
        yield spark


def _lose_a_worker(parts: SparkParts, lost: Path) -> None:
    """In the midst of the run the process of a worker is killed, as by a system without memory."""
    run, questions = parts.run, count()

    def with_a_loss(work: Callable[[int], object], blocks: Sequence[int]) -> object:
        is_midst = next(questions) == MIDST

        def killed_once(block: int) -> object:
            if is_midst and not lost.exists():
                lost.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return work(block)

        return run(killed_once, blocks)

    parts.run = with_a_loss  # type: ignore[method-assign,assignment]


def _spread(inputs: Inputs, parts: Spill) -> None:
    """The customers in turn to the parts, whose order says nothing; what is of a customer to its own."""
    ids = inputs.tables["customers"]["customer_id"]
    own = {key: at % PARTS for at, key in enumerate(ids)}
    for name, rows in inputs.tables.items():
        if "customer_id" not in rows.columns:
            assert rows.is_empty(), f"{name} is about no single customer"
        where = [own.get(key, 0) for key in rows["customer_id"]] if rows.height else []
        for part in range(PARTS):
            parts.put(INPUT + name, part, rows.filter(pl.Series(where, dtype=pl.Int64) == part))
