"""The steps of a run in one file. RECIPE, below them, lists them in order; each turns a frozen value into the next.

    read      files → typed relations, with findings
    check     refuse inputs that are worse than allowed
    recall    what earlier periods left: cuts, the period before, decisions; refuse amounts far from those before
    connect   refuse inputs that do not continue the period before
    grade     relations → places on the grids, profiles, gaps, views; refuse where nobody is placed
    compare   moves since the period before, warnings, departures; refuse where too many moved
    act       what became of actions on leads and warnings, and of campaigns
    improve   the way up: paths, leads, attribution, what-if
    assess    how units stand: targets, scorecards
    store     the period's rows begin to go into the database, on another thread
    report    workbook and tables, beside their targets
    publish   the period is committed, and the files go to their places: both or neither

`grade check` (`check_files`) reads, looks through forms that came back, says which flows are brought to a year, and
asks what `check` asks of group columns and of the scale of amounts; a refusal is part of its result. `grade_files` goes
all the way up to `assess`, a run through the whole list. Locks, staged files, times and inputs larger than memory are
in the context around the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

import polars as pl

from ninegrid.actions.follow import followed_up, with_attainment
from ninegrid.actions.form_rows import RELATION
from ninegrid.actions.recall import LEDGER, MADE
from ninegrid.context import Context, reading, writing
from ninegrid.dataclass import dataclass
from ninegrid.engines.engine import Engine, engine_of, read_files
from ninegrid.grid.rows import Rows
from ninegrid.grid.tables import Graded
from ninegrid.history.compare import campaigns_judged, comparison, notices_of_the_past
from ninegrid.history.continuity import Predecessor, broken, continuity, refuse_break, with_moves
from ninegrid.history.forms import decisions_with, forms_with, found_on_forms
from ninegrid.history.in_parts import main_before
from ninegrid.history.prior_runs import PriorRuns
from ninegrid.history.recall import recalled
from ninegrid.intake.validate.categories import refuse_many_values
from ninegrid.intake.validate.plausible import accepted, doubted, implausible, refuse_implausible
from ninegrid.intake.validate.year_to_date import year_to_date
from ninegrid.messages import Message, terminal_language
from ninegrid.model.errors import InputError, NotReadError, RefusedInputError
from ninegrid.model.findings import combine, empty
from ninegrid.model.inputs import Counts, Inputs
from ninegrid.model.packed import together
from ninegrid.model.period import Period
from ninegrid.model.steps import count_rows
from ninegrid.options import Comparing, Options
from ninegrid.refusals import many_foreign, many_rejected, refuse_nobody_placed, refuse_too_many_rejected
from ninegrid.report.division import division
from ninegrid.report.privacy import without_withheld
from ninegrid.report.write import in_no_part, write_outputs
from ninegrid.result import Result, Written, counts_of
from ninegrid.store import ledger
from ninegrid.store.database import MEMORY
from ninegrid.store.maps import remember
from ninegrid.subjects.registry import SUBJECTS, relations


@dataclass(frozen=True)
class Stage:
    """The value that each step takes and returns.

    result: the run so far. prior: what earlier periods left. graded: what grading gave, with the wide frame that the
    way up is found from. engine: how it is graded, in memory or in blocks. shown: the result as it may be shown (names
    masked where that was asked for). files: what was written. said: by form of the subject, what is new for its ledger.
    """

    result: Result
    engine: Engine
    prior: PriorRuns = field(default_factory=PriorRuns)
    graded: Graded | None = None
    shown: Result | None = None
    files: tuple[Path, ...] = ()
    said: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def read(context: Context) -> Stage:
    """The files as typed relations with findings, for one period, in one language."""
    inputs, parts = read_files(context.subject, context.paths, context.options, context.spilled)
    inputs = without_withheld(inputs, context.policy)
    count_rows(sum(count.read for count in inputs.counts.values()))
    result = Result(
        run_id=context.run_id,
        subject=context.subject.name,
        period=inputs.period,
        lang=inputs.lang,
        policy=context.policy,
        inputs=inputs,
        tables={"findings": inputs.findings, "reading": inputs.reading.table(context.policy.privacy.withheld)},
        counts=counts_of(inputs, context.subject.relations[0]),
        started=context.started,
        versions=context.versions,
        notices=inputs.notices,
        job=context.options.job,
        key=context.options.key,
        parts=parts,
    )
    return Stage(result, engine_of(context.subject, result))


def check(context: Context, stage: Stage) -> Stage:
    """Refuse inputs that are not good enough to grade, or of which what was asked for can't be made."""
    if context.options.each is not None:
        division(context.options.each, context.target or Path(), stage.result.policy)
    result, options = stage.result, context.options
    refuse_too_many_rejected(result.inputs, context.subject.relations[0], options)
    flows = year_to_date(result.inputs, result.policy.annualise)
    result = replace(result, notices=(*many_rejected(result.inputs, options), *flows, *result.notices))
    _refuse_many_values(result)
    return replace(stage, result=with_plausible_scale(result, options))


def recall(context: Context, stage: Stage) -> Stage:
    """What the database holds for this run: cuts in force, the period to compare with, decisions of people."""
    options, result = context.options, stage.result
    prior = recalled(result, options, stage.engine.grade_again)
    inputs, of_other_runs = decisions_with(result, prior, options)
    if prior.followed is not None:
        # What was said is kept as such; the forms' own rows, most of which say nothing, are not.
        inputs = inputs.keeping({RELATION: inputs.tables[RELATION].clear()})
        inputs = replace(inputs, findings=combine([inputs.findings, prior.followed.findings]))
    inputs, said = forms_with(result, prior, inputs)
    before = main_before(prior.past.before, result.parts, result.policy)
    result = replace(result, inputs=inputs, notices=(*result.notices, *of_other_runs))
    if before is not None:
        result = with_plausible_scale(result, options, before)
    return replace(stage, result=result, prior=prior, said=said)


def connect(context: Context, stage: Stage) -> Stage:
    """Add the table continuity: whether the inputs continue the period before.

    BrokenContinuityError where they break with it and nobody accepted that. The earlier rows, which are large, are
    dropped from the stage.
    """
    result, prior = stage.result, replace(stage.prior, predecessor=Predecessor())
    if not result.policy.continuity:
        return replace(stage, prior=prior)
    main = relations(result.subject)[0]
    table = continuity(result.inputs, main, stage.prior.predecessor, result.policy, result.lang)
    refuse_break(table, result.policy, context.options.accept_break)
    return replace(stage, result=replace(result, tables={**result.tables, "continuity": table}), prior=prior)


def grade(context: Context, stage: Stage) -> Stage:
    """Every table of grading: who stands where, what each cell looks like, what separates them.

    NobodyPlacedError when nobody stands anywhere.
    """
    graded = stage.engine.grade(stage.result, stage.prior.past)
    result = replace(
        stage.result,
        inputs=stage.result.inputs.without(graded.refused).keeping(graded.kept_inputs),
        notices=(*stage.result.notices, *graded.notices),
        wide=graded.wide,
    )
    counts = _placed(graded.tables, result, context)
    refuse_too_many_rejected(result.inputs, context.subject.relations[0], context.options, graded.findings)
    if not counts["placed"]:
        grid = result.policy.grid(result.policy.tiering.grid)
        table = graded.tables[context.subject.table]
        main = context.subject.relations[0]
        refuse_nobody_placed(grid, table, counts["unplaced"], result.inputs, main, graded.findings)
    count_rows(counts["placed"] + counts["unplaced"])
    return replace(stage, result=replace(result, counts={**result.counts, **counts}), graded=graded)


def compare(context: Context, stage: Stage) -> Stage:
    """Add the moves since the period before, warnings, departures and all findings. The workbook's lists are begun."""
    assert stage.graded is not None
    result, prior = stage.result, stage.prior
    context.lay_out_lists(replace(result, tables={**result.tables, **stage.graded.tables}))
    tables = comparison(result, stage.graded, prior)
    before = prior.past.before
    if before:  # what tables of this step had in common is of no further use
        prior = replace(prior, past=replace(prior.past, before=replace(before, worked_out={})))
    continued: tuple[Message, ...] = ()
    if "continuity" in tables:
        moves = replace(result, tables=tables).rows("migration")
        tables["continuity"] = with_moves(tables["continuity"], moves, result.policy, result.lang)
        continued = refuse_break(tables["continuity"], result.policy, context.options.accept_break)
    result = replace(
        result,
        tables=tables,
        counts={**result.counts, "findings": tables["findings"].height},
        notices=(*result.notices, *notices_of_the_past(tables, prior, result.period, result.policy), *continued),
        accepted_break=context.options.accept_break if broken(tables) else None,
        compared_with=before.period if before else None,
    )
    return replace(stage, result=result, prior=prior)


def act(context: Context, stage: Stage) -> Stage:
    """Add the tables of actions, of warnings with their states, and of campaigns, for a subject that has them."""
    tables: dict[str, pl.DataFrame] = {}
    if stage.prior.followed is not None:
        tables |= followed_up(stage.result, stage.prior.followed)
    if stage.prior.campaigns.running:
        tables |= campaigns_judged(stage.result, stage.prior.campaigns)
    return replace(stage, result=replace(stage.result, tables={**stage.result.tables, **tables}))


def improve(context: Context, stage: Stage) -> Stage:
    """Add the tables of the way up, for a subject that has them."""
    assert stage.graded is not None
    expecting = with_attainment(stage.result.policy, stage.result.tables.get("actions"))
    tables = stage.engine.improve(replace(stage.result, policy=expecting), stage.graded, stage.prior.past)
    result = replace(stage.result, tables=together(stage.result.tables, tables))
    if context.options.each is None and not context.options.mask and context.staged is not None:
        result = replace(result, wide=None)  # large, and only units' workbooks add up from it
    return replace(stage, result=result.with_distribution(context.subject.table))


def assess(context: Context, stage: Stage) -> Stage:
    """Add the tables about units (targets, scorecards, trend), and findings about targets, for a subject with them."""
    assert stage.graded is not None
    result, subject = stage.result, context.subject
    if subject.assess is None:
        return stage
    before = main_before(stage.prior.past.before, result.parts, result.policy, rebased=True)
    earlier = replace(stage.prior.earlier, before=before)
    assessed = subject.assess(result, stage.graded, earlier)
    found = combine([result.tables["findings"], assessed.findings])
    result = replace(
        result,
        inputs=result.inputs.without(assessed.refused),
        tables=together(result.tables, assessed.tables, {"findings": found}),
        counts={**result.counts, "findings": found.height},
    )
    return replace(stage, result=result)


def store(context: Context, stage: Stage) -> Stage:
    """Begin to store the period's rows, on another thread, while files are made.

    From here to its commit the database is open for writing. What only grading needed, which is large, is dropped.
    """
    if context.stores:
        context.begin_storing(stage.result)
    return replace(stage, graded=None, prior=PriorRuns(followed=stage.prior.followed))


def report(context: Context, stage: Stage) -> Stage:
    """The workbook, the units' workbooks and the tables, written beside their targets."""
    assert context.target is not None
    assert context.staged is not None
    assert context.draft is not None
    result = replace(stage.result, notices=(*stage.result.notices, *in_no_part(stage.result, context.options)))
    shown = write_outputs(result, context.target, context.staged, context.options, context.draft)
    count_rows(result.height(context.subject.table))
    return replace(stage, result=result, shown=shown)


def publish(context: Context, stage: Stage) -> Stage:
    """The run's line in the ledger, with what people said; with its commit the files take their places."""
    assert context.staged is not None
    options, result, staged = context.options, stage.result, context.staged
    if not context.stores:
        return replace(stage, files=staged.publish())
    with context.committing() as (database, waited):
        files = staged.targets
        count_rows(waited.rows or 0)
        ledger.record(database, result, files, context.subject.decisions, waited.seconds)
        if stage.prior.followed is not None:
            ledger.add_said(database, result, LEDGER, MADE, stage.prior.followed.said)
        for form in context.subject.forms:
            ledger.add_said(database, result, form.ledger, form.made, stage.said[form.relation])
        if options.memory:
            new = context.new_maps(result.inputs)
            remember(database, result.subject, result.run_id, new, relations(result.subject))
    return replace(stage, files=files)


RECIPE: tuple[Callable[..., Stage], ...] = (
    read, check, recall, connect, grade, compare, act, improve, assess, store, report, publish,
)  # fmt: skip
_UNTIL_GRADED = RECIPE[: RECIPE.index(assess) + 1]


def check_files(subject: str, paths: Sequence[Path], options: Options) -> Result:
    """Read and check only: a result with findings and counts; nothing is graded, written or stored.

    Inputs that can't be read give a result without rows: `refusal` says why, the reading how far they were understood.
    """
    with reading(subject, paths, options) as context:
        try:
            stage = _follow((read,), context)
            checked = _with_values(_with_forms(stage.result, options), stage.engine)
            flows = year_to_date(checked.inputs, checked.policy.annualise)
            checked = replace(checked, notices=(*many_foreign(checked.inputs), *flows, *checked.notices))
        except NotReadError as error:
            return _not_read(context, error)
        try:
            _refuse_many_values(checked)
            checked = with_plausible_scale(checked, options)
        except InputError as error:
            checked = replace(checked, refusal=error)
        return replace(checked, parts=None)


def _with_values(checked: Result, engine: Engine) -> Result:
    """The result with what grading would find of the values."""
    found = engine.of_values(checked)
    if found is None:
        return checked
    checked = replace(checked, inputs=checked.inputs.without(found.refused))
    return replace(_with_findings(checked, found.findings), notices=(*checked.notices, *found.notices))


def _with_forms(checked: Result, options: Options) -> Result:
    """The result with what a run would say of forms that came back: copies that disagree, figures that were edited."""
    return _with_findings(checked, found_on_forms(checked, options))


def _with_findings(checked: Result, found: pl.DataFrame) -> Result:
    if found.is_empty():
        return checked
    findings = combine([checked.tables["findings"], found])
    inputs = replace(checked.inputs, findings=findings)
    return replace(
        checked,
        inputs=inputs,
        tables={**checked.tables, "findings": findings},
        counts={**checked.counts, "findings": findings.height},
    )


def _not_read(context: Context, error: NotReadError) -> Result:
    """A result that holds how far the inputs were understood, and the error that says why they were not read."""
    period = context.options.period or Period.of_month(context.started.date())
    lang = context.options.lang or terminal_language(()) or "zh"
    counts = {name: Counts() for name in context.subject.relations}
    inputs = Inputs((), (), {}, {}, empty(), counts, period, "today", lang, (), reading=error.reading)
    return Result(
        run_id=context.run_id,
        subject=context.subject.name,
        period=period,
        lang=lang,
        policy=context.policy,
        inputs=inputs,
        tables={"findings": inputs.findings, "reading": error.reading.table(context.policy.privacy.withheld)},
        counts=counts_of(inputs, context.subject.relations[0]),
        started=context.started,
        versions=context.versions,
        refusal=error,
    )


def with_plausible_scale(checked: Result, options: Options, before: Rows | None = None) -> Result:
    """The result, its amounts plausible beside each other, or beside the main table of the period before.

    InputError where they aren't and nobody accepted them; what was accepted is said, and kept as findings.
    """
    in_doubt = implausible(checked.inputs, checked.policy, before, checked.long_inputs)
    checked = replace(checked, notices=(*checked.notices, *doubted(in_doubt, checked.inputs)))
    if options.accept is None:
        refuse_implausible(in_doubt, checked.inputs)
        return checked
    said, found = accepted(in_doubt, checked.inputs, options.accept)
    found = combine([checked.inputs.findings, found])
    inputs = replace(checked.inputs, findings=found)
    return replace(
        checked, inputs=inputs, notices=(*checked.notices, *said), tables={**checked.tables, "findings": found}
    )


def _refuse_many_values(checked: Result) -> None:
    """InputError where a column that people group by has about as many values as rows."""
    main = SUBJECTS[checked.subject].relations[0]
    long = checked.long_inputs.get(main)
    refuse_many_values(checked.inputs, checked.inputs.tables[main] if long is None else long.scan(), checked.policy)


def grade_files(subject: str, paths: Sequence[Path], options: Options | None = None) -> Result:
    """Read, check and grade, without a past; nothing is written. TooManyRejectedError when too many rows are bad."""
    alone = replace(options or Options(), db=MEMORY, comparing=Comparing(), large=1 << 62)
    with reading(subject, paths, alone) as context:
        return _follow(_UNTIL_GRADED, context).result


def run(subject: str, paths: Sequence[Path], options: Options) -> Written:
    """A whole run: grade, write the workbook and the tables, store the period.

    All or nothing: on any error every earlier output and the database stay as they were. When the inputs are refused
    (RefusedInputError) the data-quality workbook is written beside the output first.
    """
    with writing(subject, paths, options) as context:
        stage = _follow(RECIPE, context)
        assert stage.shown is not None
        return Written(replace(stage.shown, steps=tuple(context.steps), parts=None), stage.files)


def _follow(recipe: Sequence[Callable[..., Stage]], context: Context) -> Stage:
    """The last stage of a recipe, or of the first steps of one; each step is timed, and knows the times before it."""
    stage: Stage | None = None
    for step in recipe:
        with context.timed(step.__name__):
            try:
                stage = step(context, stage) if stage else step(context)
            except RefusedInputError as error:
                assert stage is not None
                read = replace(stage.result, tables={**stage.result.tables, **error.tables})
                raise context.reported(read, error) from error
        stage = replace(stage, result=replace(stage.result, steps=tuple(context.steps)))
    assert stage is not None
    return stage


def _placed(tables: Mapping[str, pl.DataFrame], result: Result, context: Context) -> dict[str, int]:
    """How many were placed, how many not, and how many by a decision."""
    cells, decisions = tables["cells"].filter(grid=result.policy.tiering.grid), context.subject.decisions
    placed, everyone = int(cells.drop_nulls("cell")["n"].sum()), int(cells["n"].sum())
    moved = {decisions.counted: tables[context.subject.table][decisions.moved].count()} if decisions else {}
    return {"placed": placed, "unplaced": everyone - placed, **moved}
