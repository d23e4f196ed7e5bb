"""The study of prospects: the tables `prospects` and `prospect_check`."""

from __future__ import annotations

import polars as pl

from ninegrid.grid.unit_ids import MANAGER, unit_key
from ninegrid.intake.validate.locate import findings_at
from ninegrid.messages import Lang, Message, message, say
from ninegrid.model.findings import sentences
from ninegrid.model.result_tables import result_table
from ninegrid.model.study import Answer, Asked
from ninegrid.policy import Policy
from ninegrid.prospecting.already_customers import customers_already
from ninegrid.prospecting.expected import bank, expected
from ninegrid.prospecting.reliability import Reliability, reliability
from ninegrid.resources import relation

RELATION, TABLE, CHECK = "prospects", "prospects", "prospect_check"
_RANKED = ("OK", "UNSURE")


def answer(asked: Asked) -> Answer:
    """The table prospects, ranked, and the one row of prospect_check; the check is said on every run.

    rank: by p_i3, then by expected income, then by id, among those of whom something is expected; none where the check
    shows no signal, and their status is NO_SIGNAL. owner: as given, else the manager of the linked customer.
    """
    rows, customers, policy = asked.inputs.tables[RELATION], asked.stored["customers"], asked.policy
    among = bank(customers, asked.stored["years"], policy)
    check = reliability(among, policy)
    already = customers_already(rows, customers)
    found = expected(rows.join(already, on="prospect_id", how="anti", maintain_order="left"), among, policy)
    table = rows.join(already, on="prospect_id", how="left", maintain_order="left")
    table = table.join(found, on="prospect_id", how="left", maintain_order="left")
    table = table.with_columns(status=_status(check))
    table = _with_owner(_ranked(table), customers)
    table = table.with_columns(
        why=_why(asked), linked_customer_id=pl.coalesce("linked_customer_id", "customer_id"), scale=pl.col("scale")
    )
    order = [pl.col("rank"), pl.col("status") == "ALREADY_CUSTOMER", pl.col("prospect_id")]
    tables = {TABLE: _declared(table.sort(order, nulls_last=True), TABLE), CHECK: _row(check)}
    counts = dict(table["status"].value_counts(sort=True).iter_rows())
    return Answer(tables, _unknown_links(asked, customers), counts=counts, notices=(_said(check, policy),))


def _unknown_links(asked: Asked, customers: pl.DataFrame) -> pl.DataFrame:
    """Findings at linked customers that the stored period doesn't have."""
    known, column = customers["customer_id"].implode(), "linked_customer_id"
    lone = asked.inputs.tables[RELATION].filter(~pl.col(column).is_in(known))
    value = pl.col(column)
    said = sentences("UNKNOWN_CUSTOMER/LINK", asked.lang, value=value)
    return findings_at(
        lone.with_columns(subject_id="prospect_id"), asked.inputs, column, "warning", "UNKNOWN_CUSTOMER", said, value
    )


def _status(check: Reliability) -> pl.Expr:
    silent = pl.col("status").is_in(_RANKED) & pl.lit(not check.has_signal)
    customer = pl.when(pl.col("customer_id").is_not_null()).then(pl.lit("ALREADY_CUSTOMER"))
    return customer.when(silent).then(pl.lit("NO_SIGNAL")).otherwise("status")


def _ranked(rows: pl.DataFrame) -> pl.DataFrame:
    asked = rows.filter(pl.col("status").is_in(_RANKED))
    asked = asked.sort(-pl.col("p_i3"), -pl.col("expected_income"), "prospect_id", nulls_last=True)
    ranks = asked.select("prospect_id", rank=pl.int_range(1, pl.len() + 1))
    return rows.join(ranks, on="prospect_id", how="left", maintain_order="left")


def _with_owner(rows: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """The rows with the proposed owner: of a linked customer its manager, where nobody was given."""
    linked = customers.select(linked_customer_id="customer_id", _manager=unit_key(MANAGER, customers.columns))
    rows = rows.join(linked, on="linked_customer_id", how="left", maintain_order="left")
    return rows.with_columns(owner=pl.coalesce("owner", "_manager")).drop("_manager")


def _why(asked: Asked) -> pl.Expr:
    """In words with whom a prospect was compared, or why not."""
    lang = asked.lang

    def text(code: str, **values: object) -> str:
        return say(message(f"prospects.why.{code}", **values), lang)

    holes = {name: f"\x00{name}\x00" for name in ("n", "scale", "low", "high", "customer")}
    compared = _filled(text("compared", **{k: holes[k] for k in ("n", "scale", "low", "high")}), lang)
    return (
        pl.when(pl.col("status") == "ALREADY_CUSTOMER")
        .then(_filled(text("customer", customer=holes["customer"]), lang))
        .when(pl.col("status") == "MISSING_INPUT")
        .then(pl.lit(text("no_revenue")))
        .when(pl.col("status") == "TOO_FEW")
        .then(_filled(text("too_few", n=holes["n"], scale=holes["scale"], least=asked.policy.prospects.minimum), lang))
        .otherwise(compared)
    )


def _filled(template: str, lang: Lang) -> pl.Expr:
    """The text with its holes filled from the rows; revenue in 亿元, or in millions of yuan."""
    yuan, decimals = (1e8, 2) if lang == "zh" else (1e6, 1)
    scale = relation("customers").column("scale")
    scales = {choice: scale.called(choice, lang) for choice in scale.choices}
    values = {
        **{name: (pl.col(f"peer_{name}") / yuan).round(decimals).cast(pl.String) for name in ("low", "high")},
        "n": pl.col("peer_n").fill_null(0).cast(pl.String),
        "scale": pl.col("scale").cast(pl.String).replace(scales),
        "customer": pl.col("customer_id"),
    }
    pieces = template.split("\x00")
    parts = [values[piece] if at % 2 else pl.lit(piece) for at, piece in enumerate(pieces)]
    return pl.concat_str(*parts, ignore_nulls=True)


def _said(check: Reliability, policy: Policy) -> Message:
    """The check in a sentence, whatever it says."""
    if not check.n:
        return message("prospects.unchecked", least=policy.prospects.minimum)
    code = "prospects.checked" if check.has_signal else "prospects.no_signal"
    return message(code, n=check.n, hits=check.hits, commonest=check.commonest, top=policy.prospects.top,
                   top_share=check.top_share, all_share=check.all_share)  # fmt: skip


def _row(check: Reliability) -> pl.DataFrame:
    values = {
        "n": check.n, "hit_share": check.hits, "commonest_share": check.commonest, "top_share": check.top_share,
        "all_share": check.all_share, "verdict": "SIGNAL" if check.has_signal else "NO_SIGNAL",
    }  # fmt: skip
    return _declared(pl.DataFrame([values]), CHECK)


def _declared(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    schema = result_table(table).schema()
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name) for name, kind in schema.items()
    )
