"""What inputs are brought to and must be like: a year, plausible amounts, continuity. TOML keys are the fields."""

from __future__ import annotations

from typing import Literal

from ninegrid.dataclass import dataclass


@dataclass(frozen=True)
class Annualise:
    """Flows of a relation that are brought to a year: × 12 / months."""

    relation: str
    months: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Plausible:
    """A check that amounts of a sheet go together: the median of numerator / denominator lies in [low, high].

    numerator, denominator: SQL over the main relation's columns as they were read. before: the column of the stored
    main table, a period earlier, that the numerator is compared with instead. mean: the mean in place of the median.
    least_rows: of fewer rows with both figures the bounds are `few_times` as wide: one customer may be
    unusual. stops: whether a run stops, or only says so. stops_from: the rows from which it stops all the same.
    unnamed_low: the lower bound where no unit of the numerator's columns is written anywhere,
    so that they were taken to be in yuan; of columns that are headed by their names in the data dictionary, which are
    in yuan by definition, it is only said.
    """

    key: str
    zh: str
    en: str
    numerator: str
    low: float
    high: float
    denominator: str = "1"
    before: str = ""
    mean: bool = False
    least_rows: int = 3
    few_times: float = 10.0
    stops: bool = True
    stops_from: int = 0
    unnamed_low: float | None = None


@dataclass(frozen=True)
class ContinuityCheck:
    """How far a period may differ from the one before it (`history.continuity` has the figures by their keys).

    warn, stop: a bound, or a low and a high one; a figure beyond is said, or ends the run. off: left out. least: of
    fewer rows nothing is said. near: how near to a power of ten a ratio is taken for a change of unit, as a share.
    """

    key: Literal["SAME_FILE", "COUNT", "LOST", "UNIT_GONE", "UNIT_COUNT", "LEVEL", "FROZEN", "EMPTIED", "MOVED"]
    zh: str
    en: str
    warn: float | tuple[float, ...] = ()
    stop: float | tuple[float, ...] = ()
    off: bool = False
    least: int = 1
    near: float = 0.0
