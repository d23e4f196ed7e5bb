"""Cross-selling: the product lines that most of a customer's peers hold and it doesn't, and what they bring these."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ninegrid.dataclass import dataclass
from ninegrid.improvement.peers import SEPARATOR
from ninegrid.policy import Policy


@dataclass(frozen=True)
class Common:
    """lines: a row a peer group and line that enough of it hold: peers, product_line, peer_share, median_income (yuan
    a year), income_n. groups: a row a peer group with enough members whose lines are known: peers, peer_n.
    """

    lines: pl.DataFrame
    groups: pl.DataFrame


def cross_sell(rows: pl.DataFrame, known: pl.DataFrame, products: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The lines each customer lacks and most of its peers hold, the most widely held first; estimates, no promises.

    rows: target rows with `peers`, as `with_peers` gives them, one a customer (the nearer axis). known: every customer,
    as `standing` gives it. products: the input relation; a line is held unless `active` is false, and a customer that
    has no row there holds nobody knows what: it is neither asked nor counted.

    Columns: subject_id, product_line, peers, peer_n (peers whose lines are known), peer_share (of those), median_income
    (of the line among the peers that hold it with a known income, yuan a year; null when these are fewer than the
    parameter side_minimum) and income_n (how many these are). Lines held by less than cross_sell_share of the peers
    are not listed, nor those of fewer peers than side_minimum.
    """
    common = _common(rows, known, products, policy)
    lacking = _lacking(rows.select(policy.id, "peers"), common, products, policy)
    named = lacking.rename({policy.id: "subject_id"}).join(common.groups, on="peers", how="left")
    columns = ("subject_id", "product_line", "peers", "peer_n", "peer_share", "median_income", "income_n")
    return in_order([named.select(columns)])


def in_order(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The table from its parts: by customer, the most widely held line first."""
    order = ["subject_id", "peer_share", "product_line"]
    return pl.concat(parts).sort(order, descending=[False, True, False])


def with_cross_sell(rows: pl.DataFrame, known: pl.DataFrame, products: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The target rows with `cross_sell_income`: what the lines a customer lacks would bring, yuan a year.

    The sum of the lines' median incomes among its peers, those that are known (one that costs more than it brings
    counts 0); 0 when it lacks none; null when its lines or its peers' are not known, or what any of the lacking brings.
    Arguments as in `cross_sell`, but of all axes.
    """
    common = _common(rows, known, products, policy)
    brought = pl.when(pl.col("median_income").count() > 0).then(pl.col("median_income").clip(0).sum())
    pairs = rows.select(policy.id, "peers").unique()
    sums = _lacking(pairs, common, products, policy).group_by(policy.id, "peers").agg(brought=brought, lacks=True)
    joined = rows.join(sums, on=[policy.id, "peers"], how="left", maintain_order="left")
    asked = pl.col(policy.id).is_in(products["customer_id"].unique().implode()) & pl.col("peers").is_in(
        common.groups["peers"].implode()
    )
    income = pl.when("lacks").then("brought").when(asked).then(0.0)
    return joined.with_columns(cross_sell_income=income).drop("brought", "lacks")


def _common(rows: pl.DataFrame, known: pl.DataFrame, products: pl.DataFrame, policy: Policy) -> Common:
    """What each of the rows' peer groups holds in common."""
    fewest, members = policy.number("side_minimum"), _members(rows["peers"], known, policy)
    table = members.join(products.select(_id(policy)).unique(), on=policy.id, how="semi")
    groups = table.group_by("peers").agg(peer_n=pl.len().cast(pl.Int64)).filter(pl.col("peer_n") >= fewest)
    lines = (
        table.join(_held(products, policy), on=policy.id)
        .group_by("peers", "product_line")
        .agg(holders=pl.len(), income_n=pl.col("income").count().cast(pl.Int64), median=pl.col("income").median())
        .join(groups, on="peers")
        .with_columns(peer_share=pl.col("holders") / pl.col("peer_n"))
        .filter(pl.col("peer_share") >= policy.number("cross_sell_share"))
    )
    median = pl.when(pl.col("income_n") >= fewest).then("median").alias("median_income")
    return Common(lines.select("peers", "product_line", "peer_share", median, "income_n"), groups)


def _members(peers: pl.Series, known: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A row a peer group and member: the group's text, written as `with_peers` writes it, and the customer's id."""
    cell = policy.grid(policy.way.grid).cell
    steps = [
        known.select(policy.id, peers=pl.concat_str(cell, *step, separator=SEPARATOR)) for step in policy.way.ladder
    ]
    return pl.concat(steps).filter(pl.col("peers").is_in(peers.unique().implode())).unique()


def _held(products: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The lines that are held, and what each brings."""
    return products.filter(pl.col("active").fill_null(True)).select(_id(policy), "product_line", "income")


def _lacking(pairs: pl.DataFrame, common: Common, products: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Customers and their peers × the lines common among these, but for those the customer holds."""
    asked = pairs.join(products.select(_id(policy)).unique(), on=policy.id, how="semi")
    wanted = asked.join(common.lines, on="peers")
    return wanted.join(_held(products, policy), on=[policy.id, "product_line"], how="anti")


def _id(policy: Policy) -> pl.Expr:
    return pl.col("customer_id").alias(policy.id)
