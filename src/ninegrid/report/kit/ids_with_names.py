"""Subjects by id, with their names beside the ids where names are wanted."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ninegrid.report.kit.layout import Book

_JOINED = "; "


def names_between(book: Book) -> str:
    """What stands between names in a row of them: no comma where names hold one themselves, as in ``Dubois, Ben``."""
    policy, usual = book.result.policy, book.word("between_names")
    subjects, name = book.table(policy.grid(policy.tiering.grid).over), policy.privacy.name
    held = name in subjects.columns and subjects[name].cast(pl.String).str.contains(usual.strip(), literal=True).any()
    return _JOINED if held else usual


def with_names(book: Book, rows: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """The rows with ``id name`` for every known id in the given columns of ``; ``-joined ids."""
    columns, policy = list(columns), book.result.policy
    if not columns:
        return rows
    subjects, name = book.table(policy.grid(policy.tiering.grid).over), policy.privacy.name
    if name not in subjects.columns:
        return rows
    known = subjects.select(pl.col(policy.id, name).cast(pl.String)).drop_nulls().unique(policy.id)
    words = {key: f"{key} {called}" for key, called in known.iter_rows()}
    return rows.with_columns(
        pl.col(column)
        .cast(pl.String)
        .str.split(_JOINED)
        .list.eval(pl.element().replace(words))
        .list.join(names_between(book))
        for column in columns
    )
