"""Grading of employees, in the order the definitions build on each other."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ninegrid.grid.cuts import cuts_for
from ninegrid.grid.decide import decide
from ninegrid.grid.disclosure import MINIMUM, hidden_groups, hidden_of
from ninegrid.grid.official import held_back, official
from ninegrid.grid.past import Past
from ninegrid.grid.place import levels_of, place
from ninegrid.grid.rows import Held
from ninegrid.grid.tables import Graded, Wide, describe
from ninegrid.intake.validate.locate import with_source
from ninegrid.model.findings import combine
from ninegrid.model.inputs import Inputs
from ninegrid.model.period import Period
from ninegrid.model.subject import FoundInValues
from ninegrid.policy import Policy
from ninegrid.resources import result_columns
from ninegrid.subjects.talent.noticed import warnings
from ninegrid.subjects.talent.ratings.anonymity import merged_raters, pseudonymous, with_hidden_parts
from ninegrid.subjects.talent.ratings.confidence import with_confidence
from ninegrid.subjects.talent.ratings.given import doubts, letter_notices, unread_notices
from ninegrid.subjects.talent.ratings.moves import Scoring, counted, moves
from ninegrid.subjects.talent.ratings.one_scale import on_one_scale, with_unknown_levels
from ninegrid.subjects.talent.ratings.raters import RaterLimits, adjusted, rater_effects
from ninegrid.subjects.talent.ratings.reliability import axis_reliability, reliability, weighted, with_assumed_sources
from ninegrid.subjects.talent.ratings.scores import kpi_scores, source_means, with_scores
from ninegrid.subjects.talent.ratings.shortfall import shortfalls
from ninegrid.subjects.talent.review.agenda import agenda, agenda_groups
from ninegrid.subjects.talent.review.competencies import competency_gap
from ninegrid.subjects.talent.review.cycles import cycles, movement, of_years, reviews_before, with_path, with_years
from ninegrid.subjects.talent.review.development import development, development_effect, priorities, skills, suggestions
from ninegrid.subjects.talent.review.distribution import distribution, with_before
from ninegrid.subjects.talent.review.fairness import Limits, fairness
from ninegrid.subjects.talent.review.final_cell import calibrate
from ninegrid.subjects.talent.review.gate import with_gate
from ninegrid.subjects.talent.review.plans import RELATION, known_plans
from ninegrid.subjects.talent.review.pools import pools, with_readiness
from ninegrid.subjects.talent.review.succession import succession, with_posts
from ninegrid.subjects.talent.rules import AXES, TalentRules


def of_values(inputs: Inputs, policy: Policy, period: Period) -> FoundInValues:
    """What grading finds of the values themselves: levels and scores that are none, people rated by the wrong ones."""
    del period
    scored = on_one_scale(inputs.tables["ratings"], inputs, policy)
    found = combine([scored.findings, doubts(inputs, policy), warnings(inputs)])
    said = (*unread_notices(inputs, policy), *letter_notices(inputs, policy))
    return FoundInValues(found, {"ratings": scored.refused}, said)


def grade(inputs: Inputs, policy: Policy, period: Period, past: Past) -> Graded:
    """Every result table of the talent contract but the findings, from checked inputs."""
    rules: TalentRules = policy.rules
    roster = with_posts(inputs.tables["employees"])
    scored = on_one_scale(inputs.tables["ratings"], inputs, policy)
    kpis = kpi_scores(inputs.tables["kpis"], policy)
    raters = rater_effects(scored.ratings, _rater_limits(policy))
    ratings = adjusted(scored.ratings, raters, policy.number("leniency_lambda"))
    frame = with_scores(roster, source_means(ratings, kpis), policy, period, scored.unscaled)
    frame = with_unknown_levels(frame, scored.unknown)
    short = shortfalls(frame, policy, inputs)
    cuts = pl.concat([cuts_for(frame, grid, policy, past.cuts) for grid in policy.grids], how="diagonal")
    frame = _placed(frame, cuts, policy, past)
    frame = _sure(frame, scored.ratings, source_means(ratings, kpis), policy)
    back = held_back(frame, cuts, past, policy)
    moved = moves(frame, Scoring(scored.ratings, raters, kpis, cuts, policy, period))
    raters = raters.join(counted(moved), on=["rater_id", "source"], how="left")
    believed = pl.col("shrinkage").fill_null(0) * pl.col("leniency")
    raters = raters.with_columns(pl.col("moved_at_half", "moved_at_full").fill_null(0)).sort(
        pl.col("flagged").fill_null(False), believed, "leniency", descending=True, nulls_last=True, maintain_order=True
    )
    calibrated = calibrate(frame, inputs.decisions, policy, period, inputs.lang)
    frame = with_hidden_parts(calibrated.frame, scored.ratings, policy)
    years = of_years(inputs.tables["past_reviews"], cuts, policy).filter(pl.col("ends") < period.end)
    path = cycles(frame, replace(past, cycles=with_years(past.cycles, years)), policy, period)
    trends = movement(path, policy)
    frame = with_path(frame, path, trends, policy)
    stored = past.earlier.get("employees", pl.DataFrame())
    earlier = reviews_before(stored, years)
    plans = known_plans(inputs.tables[RELATION])
    competencies = inputs.tables["competencies"]
    frame = with_gate(frame, plans, earlier, policy, period)
    frame = with_readiness(frame, competencies, rules.top, policy.number("competency_tolerance"))
    tiers = {cell.id: cell.tier for cell in policy.grid(policy.tiering.grid).cells}
    by_system = pl.col("system_cell").replace_strict(tiers, default=None, return_dtype=pl.String)
    frame = frame.with_columns(system_tier=by_system)
    named = ~pl.col("source").is_in(list(rules.anonymous))
    flagged = raters.filter(pl.col("flagged"), named).select("rater_id", "source")
    hidden = _hidden(frame, policy)
    succeeding = succession(frame)
    fewest = int(policy.number("competency_minimum"))
    gaps = competency_gap(frame, competencies, rules.star, fewest, hidden["department"])
    wanted = priorities(frame, competencies, gaps, rules)
    suggested = suggestions(wanted, rules, inputs.lang, int(policy.number("suggestions_most")))
    spread = _before_and_after(frame, hidden["department"], policy)
    ranked = agenda(frame, calibrated.log, spread, policy, inputs.lang)
    tables = {
        **describe(Held(frame), {}, policy),
        "employees": _listed(frame, inputs, policy),
        "competency_gap": gaps,
        "pools": pools(
            frame,
            policy,
            period,
            past.earlier.get("pools", pl.DataFrame()),
            stored["period"][-1] if stored.width else None,
        ),
        "skills": skills(wanted, frame, gaps),
        "development": development(wanted, plans, suggested, period),
        "development_effect": development_effect(frame, plans, earlier, period, int(policy.number("side_minimum"))),
        "raters": merged_raters(raters, policy).select(result_columns("raters", policy)),
        "moves": moved.join(flagged, on=["rater_id", "source"], how="semi"),
        "reliability": reliability(scored.ratings, inputs.lang),
        "fairness": fairness(frame, rules.attributes, rules.age_bands, rules.top, _fairness_limits(policy), hidden),
        "distribution": spread,
        "agenda": ranked,
        "agenda_groups": agenda_groups(frame, ranked, policy),
        "succession": succeeding.posts,
        "bench": succeeding.measures,
        "calibration_log": calibrated.log,
        "cycles": path.drop("ends"),
        "movement": trends,
        "held_back": back,
        "cuts": cuts,
    }
    refused = {"ratings": scored.refused}
    found = [scored.findings, doubts(inputs, policy), short, warnings(inputs), calibrated.findings]
    said = (*unread_notices(inputs, policy), *letter_notices(inputs, policy), *calibrated.notices)
    kept = {"ratings": pseudonymous(inputs.tables["ratings"], policy)}
    return Graded(tables, combine(found), said, refused, Wide(frame), kept)


def _hidden(frame: pl.DataFrame, policy: Policy) -> dict[str, frozenset[str | None]]:
    """By column of a view and of the departments, the groups that no table tells of."""
    columns = dict.fromkeys(["department", *(v.keys[0] for v in policy.views if len(v.keys) == 1)])
    cell, fewest = policy.grid(policy.tiering.grid).cell, int(policy.number(MINIMUM))
    return {column: hidden_of(frame, column, cell, fewest) for column in columns if column in frame.columns}


def _before_and_after(frame: pl.DataFrame, hidden: frozenset[str | None], policy: Policy) -> pl.DataFrame:
    """The distribution of the final tiers beside that of the system's; of what is hidden in one no figure of before."""
    rules: TalentRules = policy.rules
    by_system = frame.with_columns(tier="system_tier")
    fewest = int(policy.number(MINIMUM))
    untold = hidden_of(by_system, "department", "system_cell", fewest)
    if hidden or untold:
        placed = by_system.group_by(pl.col("department").cast(pl.String)).agg(pl.col("system_cell").count())
        untold = hidden_groups(dict(placed.rows()), fewest, small=hidden | untold)
    tested = (rules.expected, int(policy.number("distribution_minimum")), policy.number("distribution_q"))
    after, before = distribution(frame, *tested, hidden), distribution(by_system, *tested, untold)
    return with_before(after, before, untold)


def _rater_limits(policy: Policy) -> RaterLimits:
    return RaterLimits(int(policy.number("rater_minimum")), policy.number("rater_q"))


def _fairness_limits(policy: Policy) -> Limits:
    return Limits(policy.number("fairness_ratio"), policy.number("fairness_p"), int(policy.number(MINIMUM)))


def _placed(frame: pl.DataFrame, cuts: pl.DataFrame, policy: Policy, past: Past) -> pl.DataFrame:
    by_system = _by_system(past, policy)
    frame = frame.with_columns(review_ready=pl.lit(False))  # until it is known who stands where
    for grid in policy.grids:
        frame = official(place(frame, grid, cuts, policy), grid, cuts, by_system, policy)
    return decide(frame, policy).with_columns(unplaced_reason=pl.col(f"{policy.grids[0].cell}:reason"))


def _by_system(past: Past, policy: Policy) -> Past:
    """The past as the system placed people: what people decided then holds nobody in a dead-band now."""
    if past.before is None:
        return past
    stored = {name: _undecided(frame, policy) for name, frame in past.before.stored.items()}
    same = past.before.rebased is past.before.stored
    rebased = stored if same else past.before.rebased
    return replace(past, before=replace(past.before, stored=stored, rebased=rebased, worked_out={}))


def _undecided(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A stored table with the system's cell and levels in the place of the final ones."""
    grid = policy.grid(policy.tiering.grid)
    if not {"system_cell", grid.cell} <= set(frame.columns):
        return frame
    return frame.with_columns(pl.col("system_cell").alias(grid.cell), *levels_of(pl.col("system_cell"), grid))


def _sure(frame: pl.DataFrame, ratings: pl.DataFrame, means: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The frame with how sure each cell is, and of which sources that is assumed."""
    estimated = axis_reliability(ratings, policy)
    frame = with_assumed_sources(frame, means, estimated, policy)
    limits = dict(zip(AXES, (policy.cut_values(axis) for axis in policy.grids[0].axes), strict=True))
    most = policy.number("assumed_confidence")
    return with_confidence(frame, limits, weighted(estimated, policy), policy.number("borderline"), most)


def _listed(frame: pl.DataFrame, inputs: Inputs, policy: Policy) -> pl.DataFrame:
    """The employees table: best tier first, then by cell and score, each with the row it came from."""
    tiers = {t.key: i for i, t in enumerate(policy.tiers)}
    cells = {c.id: i for i, c in enumerate(policy.grids[0].cells)}
    order = [
        pl.col("tier").replace_strict(tiers, default=None, return_dtype=pl.Int64),
        pl.col("cell").replace_strict(cells, default=None, return_dtype=pl.Int64),
        -(pl.col("performance_score") + pl.col("potential_score")),
        pl.col("employee_id"),
    ]
    return with_source(frame, inputs).sort(order, nulls_last=True).select(result_columns("employees", policy))
