"""Files and sheets that say the same twice are refused; sheets that say more of the same subjects are put together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import polars as pl

from ninegrid.intake.validate.ids_by_name import with_ids_by_name
from ninegrid.intake.validate.join import joined
from ninegrid.intake.validate.labels import one_spelling
from ninegrid.intake.validate.rows import Gathered
from ninegrid.intake.validate.year_ends import with_year_ends
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import SOURCE, SheetSource
from ninegrid.model.raw import InputFile


def refuse_twice(files: Sequence[InputFile]) -> None:
    """InputError when two of the files are one: the same bytes."""
    for one, other in combinations(files, 2):
        if one.sha256 == other.sha256:
            raise InputError("intake.same_file", one=one.name, other=other.name)


def put_together(gathered: Gathered, sheets: Sequence[SheetSource]) -> Gathered:
    """The relation with sheets of other columns put together; InputError for sheets that say the same twice.

    Copies of a form are expected to, and are left as they are.
    """
    if gathered.relation.form:
        return gathered
    whole = joined(one_spelling(with_ids_by_name(with_year_ends(gathered))))
    refuse_overlap(whole, sheets)
    return whole


def refuse_overlap(gathered: Gathered, sheets: Sequence[SheetSource]) -> None:
    """InputError when most keys of one sheet stand in another sheet of the same relation too."""
    sources = gathered.rows[SOURCE].unique().sort()
    if len(sources) < 2 or gathered.moved.height:
        return
    key = list(gathered.relation.key)
    keys = gathered.rows.select(SOURCE, *key).drop_nulls(key[0]).unique()
    heights = dict(keys.group_by(SOURCE).len().iter_rows())
    twice = keys.filter(pl.struct(key).is_duplicated())  # nearly always none: no sheet is held against each other
    for one in twice[SOURCE].unique().sort():
        also = twice.filter(pl.col(SOURCE) > one)
        own = twice.filter(pl.col(SOURCE) == one).select(key)
        shared = also.join(own, on=key, how="semi", nulls_equal=True).group_by(SOURCE).len("shared").sort(SOURCE)
        for other, n in shared.iter_rows():
            rows = min(heights[one], heights[other])
            if 2 * n > rows:
                places = {"one": sheets[one].place, "other": sheets[other].place}
                raise InputError("intake.overlap", relation=gathered.relation, shared=n, rows=rows, **places)
