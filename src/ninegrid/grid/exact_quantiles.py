"""Exact quantiles of a column too long for one machine's memory, by brackets that can't miss.

Each part sends every k-th of its sorted values, so that the place of a value among all is known to within k a part.
That gives a bracket which holds the values on both sides of the quantile's rank. The parts then count what is below it
and send every k-th of what is inside, with a smaller k; once k is 1, everything inside is there and ranks are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from ninegrid.grid.rows import Keys, Shares

MOST = 1 << 20
"""Values of one column and way that are brought home in a round."""


class Search:
    """The search for a column's quantiles, by one set of keys, over several rounds."""

    def __init__(self, way: Keys, column: str, shares: Shares, rows: int, most: int = MOST) -> None:
        """Nothing is known yet. rows: how many there are at most; most: values to bring home in a round."""
        self.way, self.column, self._shares, self._most = list(way), column, shares, most
        self._brackets: pl.DataFrame | None = None
        self._counted = pl.DataFrame()
        self._step, self._inside = max(1, -(-rows * len(shares) // most)), rows * len(shares) + 1

    def look(self, part: pl.DataFrame) -> pl.DataFrame:
        """Of a part, by the way and `share`: how many values are `below` the bracket, how many `inside`, and every k-th
        of these in order as `values`.
        """
        known = part.select(*(pl.col(name).cast(pl.String) for name in self.way), value=pl.col(self.column))
        known = known.drop_nulls().with_columns(pl.col("value").cast(pl.Float64)).sort("value")
        return pl.concat(self._of_share(known, share) for share in self._shares)

    def _of_share(self, known: pl.DataFrame, share: str) -> pl.DataFrame:
        if self._brackets is None:
            known = known.with_columns(low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64))
        else:
            own = self._brackets.filter(share=share).drop("share")
            known = known.join(own, on=self.way, maintain_order="left") if self.way else known.join(own, how="cross")
        value, low, high = pl.col("value"), pl.col("low"), pl.col("high")
        inside = value.filter((low.is_null() | (value >= low)) & (high.is_null() | (value <= high)))
        looks = [
            (value < low).sum().cast(pl.Int64).alias("below"),
            inside.len().cast(pl.Int64).alias("inside"),
            inside.gather_every(self._step).implode().alias("values"),
        ]
        rows = known.group_by(self.way).agg(looks) if self.way else known.select(looks)
        return rows.with_columns(share=pl.lit(share))

    def take(self, looks: Sequence[pl.DataFrame]) -> bool:
        """Whether all is known once every part has been looked at: else the brackets are closer than before."""
        by = [*self.way, "share"]
        parts = (pl.col("inside") > 0).sum().cast(pl.Int64).alias("parts")
        found = pl.concat(looks).group_by(by).agg(pl.col("below", "inside").sum(), parts, pl.col("values").explode())
        found = found.with_columns(values=pl.col("values").list.drop_nulls().list.sort())
        if self._brackets is None:
            found = found.with_columns(n="inside")
        else:
            found = found.join(self._brackets.select(*by, "n"), on=by)
        share = pl.col("share").replace_strict(dict(self._shares), return_dtype=pl.Float64)
        self._counted = found.with_columns(rank=(pl.col("n").cast(pl.Float64) - 1) * share)
        if self._step == 1:
            return True
        self._brackets = self._closer(by)
        inside = int(self._counted["inside"].sum())
        self._step = max(1, -(-inside // self._most)) if inside < self._inside else 1
        self._inside = inside
        return False

    def _closer(self, by: Sequence[str]) -> pl.DataFrame:
        """The brackets by the values that came home."""
        step, values = self._step, pl.col("values")
        first = pl.col("rank").floor().cast(pl.Int64) - pl.col("below")
        last = pl.col("rank").ceil().cast(pl.Int64) - pl.col("below")
        up = (last + 1 + pl.col("parts") * (step - 1) + step - 1) // step - 1
        closer = self._counted.with_columns(
            low=values.list.get(first // step, null_on_oob=True), high=values.list.get(up, null_on_oob=True)
        )
        was = self._brackets
        if was is not None:
            closer = closer.join(was.select(*by, was_low="low", was_high="high"), on=by)
            closer = closer.with_columns(low=pl.coalesce("low", "was_low"), high=pl.coalesce("high", "was_high"))
        return closer.select(*by, "low", "high", "n")

    def result(self) -> pl.DataFrame:
        """As `Rows.quantiles` gives it, for groups that have a value."""
        values, place = pl.col("values"), pl.col("rank") - pl.col("below")
        low, high = (values.list.get(side.cast(pl.Int64), null_on_oob=True) for side in (place.floor(), place.ceil()))
        counted = self._counted.with_columns(low=low, high=high, part=pl.col("rank") - pl.col("rank").floor())
        between = pl.col("part") * (pl.col("high") - pl.col("low")) + pl.col("low")
        found = counted.with_columns(found=pl.when(pl.col("low") == pl.col("high")).then("low").otherwise(between))
        of_share = {f"{self.column}:{share}": pl.col("found").filter(share=share).first() for share in self._shares}
        figures = [one.alias(name) for name, one in of_share.items()]
        n = pl.col("n").first().alias(f"{self.column}:n")
        return found.group_by(self.way).agg(n, *figures) if self.way else found.select(n, *figures)


def looked(searches: Sequence[Search], part: pl.DataFrame) -> list[pl.DataFrame]:
    """What one part finds for each search: see `Search.look`."""
    return [search.look(part) for search in searches]


def ranked(looks: Iterable[list[pl.DataFrame]], searches: Sequence[Search]) -> list[Search]:
    """The searches that need another round, once every part has been looked at for all of them."""
    by_search = zip(*looks, strict=True)
    return [search for search, parts in zip(searches, by_search, strict=True) if not search.take(parts)]
