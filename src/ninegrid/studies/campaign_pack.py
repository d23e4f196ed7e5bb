"""The two workbooks of a planned campaign: the managers' pack, without those held out, and head office's."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import polars as pl

from ninegrid.campaigns.elements import Campaign
from ninegrid.campaigns.selection import Taken
from ninegrid.messages import Lang
from ninegrid.model.period import Period
from ninegrid.policy import Policy, Sheet
from ninegrid.report.kit.sheet_titles import sheet_titles
from ninegrid.result import Result

_PACK, _REVIEW = "campaign_pack", "campaigns"
"""Kinds of sheets: the pack's, and that of the review."""


@dataclasses.dataclass(frozen=True)
class Planned:
    """A campaign with the period it is planned on, that period's tables and policy, and whom it takes."""

    campaign: Campaign
    base: Period
    policy: Policy
    tables: dict[str, pl.DataFrame]
    taken: Taken
    lang: Lang


def for_managers(result: Result, one: Planned, *, each: bool) -> Result:
    """The result with the sheets and rows of the managers' pack, who are not told whom is held out.

    each: with a sheet a branch.
    """
    treated = result.tables["campaign_members"].filter(pl.col("side") == "treated")
    ids = treated.select(pl.col("subject_id"))
    leads = result.tables["leads"].join(ids, on="subject_id", how="semi", maintain_order="left")
    customers = result.tables["customers"].join(
        ids, left_on=one.policy.id, right_on="subject_id", how="semi", maintain_order="left"
    )
    campaigns = result.tables["campaigns"].with_columns(control=pl.lit(None, pl.Int64))
    own = {"campaign_members": treated, "leads": leads, "customers": customers, "campaigns": campaigns}
    sheets = [sheet for sheet in _sheets(one, each=each) if sheet.kind == _PACK]
    return _with_sheets(dataclasses.replace(result, tables={**result.tables, **own}), sheets)


def for_head_office(result: Result, one: Planned, *, each: bool) -> Result:
    """The result with the sheets of head office's workbook. each: with a sheet a branch."""
    return _with_sheets(result, _sheets(one, each=each))


def _with_sheets(result: Result, sheets: Sequence[Sheet]) -> Result:
    return dataclasses.replace(result, policy=dataclasses.replace(result.policy, sheets=tuple(sheets)))


def _sheets(one: Planned, *, each: bool) -> list[Sheet]:
    """The sheets of a plan; with `each` behind the pack's own one more a branch of those treated."""
    sheets = [sheet for sheet in one.policy.sheets if sheet.kind != _REVIEW]
    if not each:
        return sheets
    treated = one.taken.members.filter(pl.col("side") == "treated")
    branches = treated["branch"].drop_nulls().unique().sort().to_list()
    titles = sheet_titles(branches)
    found: list[Sheet] = []
    for sheet in sheets:
        found.append(sheet)
        if sheet.kind == _PACK:
            found += [
                dataclasses.replace(sheet, key=f"{sheet.key}:{branch}", zh=title, en=title, about_unit=branch)
                for branch, title in zip(branches, titles, strict=True)
            ]
    return found
