"""A result with names, phone numbers and identity numbers as codes; equal texts get equal codes.

Which columns name people or companies is declared in the schemas (`personal`). A name becomes a code that is drawn at
random for this run, such as 客户·3F7A2C: nothing is computed from the name, so no list of names can be tried against a
code, and two runs can't be laid side by side. Files and sheets whose names may be somebody's are shown by number
(`masked_places`). What is stored in the database is not masked.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from random import SystemRandom

import polars as pl

from ninegrid import resources
from ninegrid.dataclass import dataclass
from ninegrid.files.names import safe_name
from ninegrid.grid.tables import Wide
from ninegrid.grid.unit_ids import BRANCH, MANAGER, unit_key
from ninegrid.messages import Message
from ninegrid.model.inputs import Inputs, SheetSource
from ninegrid.model.raw import InputFile
from ninegrid.model.reading import ColumnReading, Proposal, Reading, SheetReading
from ninegrid.model.relations import Column
from ninegrid.model.result_tables import tables_of
from ninegrid.policy import Policy
from ninegrid.report.kit.words import word
from ninegrid.report.masked_places import NAMING, Places
from ninegrid.report.redaction import FIGURE, reading_of_figures
from ninegrid.result import Result
from ninegrid.study_registry import study_named, study_relations
from ninegrid.subjects.registry import relations, subject_named

_SHORTEST = 2  # a name of one letter would be found in every other word
_AT_LEAST = 6  # hexadecimal digits of a code
_CELL = "cell"
_NO_PLACES = Places({}, {})
_ID = ("ID", "ID")
_TARGETS = "targets"
_OWNER = "owner_said"  # who people say acts, in the table of actions


@dataclass(frozen=True)
class Number:
    """What a number of a kind looks like, as regular expressions: what may stand before it (the first group), the
    number itself (what stays of it in two groups), what may stand after it (a group); and what is written for it all.
    """

    before: str
    shape: str
    after: str
    written: str

    def masked(self, cells: pl.Series) -> pl.Series:
        """The texts with every such number masked; twice, for of two side by side the first takes the sign between."""
        whole = f"(?i){self.before}{self.shape}{self.after}"
        return cells.str.replace_all(whole, self.written).str.replace_all(whole, self.written)


_D, _S = "[0-9０-９]", r"[ \-–‐·.]?"
# After a decimal point or within longer digits it is no phone number.
_BEFORE, _AFTER = "^|[^0-9０-９.]|[^0-9０-９][.]", "($|[^0-9０-９])"
_COUNTRY = rf"(?:(?:\+|00)?86{_S})?"
_SIGN = "[0-9A-HJ-NP-RTUW-Y]"
_NUMBERS = (
    Number(  # identity card, 18 digits: the area stays, and the last one
        f"({_BEFORE})",
        rf"([1-9１-９](?:{_S}{_D}){{5}})(?:{_S}{_D}){{11}}{_S}({_D}|[XＸ])",
        _AFTER,
        "${1}${2}***********${3}${4}",
    ),
    Number(  # unified social credit code
        "(^|[^0-9A-Za-z０-９])",
        rf"({_SIGN}{{2}}[0-9]{{4}})[0-9]{{2}}{_SIGN}{{6}}({_SIGN}{{4}})",
        "($|[^0-9A-Za-z０-９])",
        "${1}${2}********${3}${4}",
    ),
    Number(  # identity card of old, 15 digits
        f"({_BEFORE})",
        rf"([1-9１-９](?:{_S}{_D}){{5}})(?:{_S}{_D}){{8}}{_S}({_D})",
        _AFTER,
        "${1}${2}********${3}${4}",
    ),
    Number(  # mobile phone
        f"((?:{_BEFORE}){_COUNTRY})",
        rf"([1１]{_S}[3-9３-９]{_S}{_D})(?:{_S}{_D}){{4}}{_S}({_D}(?:{_S}{_D}){{3}})",
        _AFTER,
        "${1}${2}****${3}${4}",
    ),
    Number(  # landline with its area code apart
        f"({_BEFORE})",
        rf"([0０]{_D}{{2,3}}[)） \-–‐]{{1,2}}){_D}{{3,4}}{_S}({_D}{{4}})",
        _AFTER,
        "${1}${2}****${3}${4}",
    ),
)
_MAY_HOLD_ONE = rf"(?:{_D}[ \-–‐·.)）]{{0,2}}){{9}}|[0-9A-Za-z]{{18}}"
_CODE = "^[A-Z][A-Z0-9_]*$"
# A quoted value is shown if it is a figure or a date; any other might be a name that strayed into another column.
_LIKE_AN_ID = r"^[0-9A-Za-z_.\-/ ]*[0-9][0-9A-Za-z_.\-/ ]*$"


@dataclass(frozen=True)
class Masks:
    """How one run masks: `whole` cells that are a name or an id, and the same inside `sentences`.

    personal: columns that name people or companies, and what these are called there. sentences: columns whose text may
    quote a name. silent: columns in which people write what they like, left empty.
    ids: columns of identifiers, which may be quoted. codes: columns that hold words of the program and nobody's name.
    places: files and sheets that are shown by number.
    """

    whole: Mapping[str, str]
    personal: Mapping[str, str]
    sentences: frozenset[str]
    silent: frozenset[str]
    ids: frozenset[str]
    codes: frozenset[str]
    places: Places = _NO_PLACES

    def result(self, result: Result) -> Result:
        """The result, or a part of it, with everything masked that is shown: tables, notices, inputs."""
        apart = ("findings", "reading")
        tables = {name: self._frame(frame) for name, frame in result.tables.items() if name not in apart}
        findings = {"findings": self._frame(self._quoting_figures(result))}
        reading = self._reading(result.inputs.reading)
        findings |= {"reading": reading.table(result.policy.privacy.withheld)} if "reading" in result.tables else {}
        wide = result.wide and Wide(self._frame(result.wide.frame), self._members(result.wide))
        unit = result.unit and dataclasses.replace(
            result.unit, value=self.whole.get(result.unit.value, result.unit.value)
        )
        return dataclasses.replace(
            result,
            tables={name: (findings | tables)[name] for name in result.tables},
            inputs=dataclasses.replace(self._inputs(result.inputs, findings["findings"]), reading=reading),
            notices=self._messages(result.notices),
            policy=self._policy(result.policy),
            accepted_break=result.accepted_break and self._texts([result.accepted_break])[0],
            wide=wide,
            unit=unit,
        )

    def _policy(self, policy: Policy) -> Policy:
        """The policy with the rules that a workbook quotes, which may be about somebody."""
        rules = (
            dataclasses.replace(rule, when=when, zh=zh, en=en)
            for rule in policy.strategy_rules
            for when, zh, en in [self._texts((rule.when, rule.zh, rule.en))]
        )
        return dataclasses.replace(policy, strategy_rules=tuple(rules), source=self._texts(policy.source))

    def path(self, path: Path) -> Path:
        """A path whose last step is made from an input's name, without the names of people and companies in it."""
        return path.with_name(safe_name(self._texts([path.stem])[0]) + path.suffix)

    def _members(self, wide: Wide) -> pl.DataFrame | None:
        return None if wide.members is None else self._frame(wide.members)

    def _inputs(self, inputs: Inputs, findings: pl.DataFrame) -> Inputs:
        """Without the texts above headers, which may name anybody, and without the decisions, which the tables tell."""
        return dataclasses.replace(
            inputs,
            files=tuple(map(self._file, inputs.files)),
            sheets=tuple(map(self._source, inputs.sheets)),
            tables={name: self._frame(frame) for name, frame in inputs.tables.items()},
            findings=findings,
            notices=self._messages(inputs.notices),
            decisions=None,
        )

    def _file(self, file: InputFile) -> InputFile:
        return dataclasses.replace(file, name=self.places.file(file.name))

    def _source(self, sheet: SheetSource) -> SheetSource:
        headers = dict(zip(sheet.headers, self._texts(sheet.headers.values()), strict=True))
        return dataclasses.replace(
            sheet,
            file=self._file(sheet.file),
            sheet=self.places.sheet(sheet.file.name, sheet.sheet),
            headers=headers,
            ignored=self._texts(sheet.ignored),
            titles=(),
        )

    def _reading(self, reading: Reading) -> Reading:
        """The reading whose samples are figures, and no phone or identity numbers among them."""
        figures = reading_of_figures(reading)
        samples = pl.Series("sample", sorted(figures.quotable), dtype=pl.String)
        quoted = figures.quoting(samples.filter(_without_numbers(samples) == samples).to_list())
        return Reading(tuple(map(self._sheet_reading, quoted.sheets)))

    def _sheet_reading(self, sheet: SheetReading) -> SheetReading:
        file, name = self.places.file(sheet.file), self.places.sheet(sheet.file, sheet.sheet)
        return dataclasses.replace(sheet, file=file, sheet=name, columns=self._column_readings(sheet.columns))

    def _column_readings(self, columns: Sequence[ColumnReading]) -> tuple[ColumnReading, ...]:
        """The columns with their headers, and those that proposals quote, masked."""
        texts = self._texts(text for one in columns for text in (one.group, one.header))
        return tuple(
            dataclasses.replace(one, group=group, header=header, nearest=tuple(map(self._proposal, one.nearest)))
            for one, group, header in zip(columns, texts[::2], texts[1::2], strict=True)
        )

    def _proposal(self, near: Proposal) -> Proposal:
        return dataclasses.replace(near, detail=self._texts([near.detail])[0]) if near.detail else near

    def _frame(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Text columns masked: whole cells, in sentences also what is in them, and numbers in either."""
        wordy = self.codes - self.silent  # a reason is a code in findings, and people's own words in a calibration
        text = [n for n, kind in frame.schema.items() if kind in (pl.String, pl.Categorical) and n not in wordy]
        masked = (self._column(frame[n].cast(pl.String)) for n in text if n not in NAMING and n != _CELL)
        return self.places.frame(frame.with_columns(masked))

    def _column(self, cells: pl.Series) -> pl.Series:
        if cells.name in self.silent and cells.name in self.codes:
            return cells.set(~cells.str.contains(_CODE).fill_null(True), None)
        if cells.name in self.silent:
            return pl.Series(cells.name, [None], dtype=pl.String).new_from_index(0, len(cells))
        if cells.name in self.sentences:
            return self._sentences(cells)
        hidden = cells.replace(*self._replaced) if self.whole else cells
        if cells.name in self.personal:  # one name may be a customer's and a group's
            return hidden.str.replace("^.*·", f"{self.personal[cells.name]}·")
        return _without_numbers(hidden)

    def _sentences(self, cells: pl.Series) -> pl.Series:
        """Of names within each other the longest counts."""
        if not self._quotable[0]:
            return _without_numbers(cells)
        hidden = pl.col(cells.name).str.replace_many(*self._quotable, leftmost=True)
        whole = cells.rechunk().to_frame()  # names are prepared for the search once a chunk
        return _without_numbers(whole.select(hidden).to_series())

    @cached_property
    def _replaced(self) -> tuple[pl.Series, pl.Series]:
        return pl.Series(list(self.whole)), pl.Series(list(self.whole.values()))

    @cached_property
    def _quotable(self) -> tuple[list[str], list[str]]:
        """What may be found within a sentence and what is written instead, the longest first."""
        codes = {name: code for name, code in self.whole.items() if len(name) >= _SHORTEST} | dict(self.places.texts())
        known = sorted(codes, key=len, reverse=True)
        return known, [codes[name] for name in known]

    @cached_property
    def _alone(self) -> Mapping[str, str]:
        """What is written for a whole value of a message."""
        return {**dict(self.places.alone()), **self.whole}

    def _messages(self, messages: Iterable[Message]) -> tuple[Message, ...]:
        """The messages with masked texts among their values."""
        return tuple(map(self.message, messages))

    def message(self, notice: Message) -> Message:
        """The message with masked texts among its values, and in the messages within it."""
        return dataclasses.replace(notice, values={name: self._value(value) for name, value in notice.values.items()})

    def _value(self, value: object) -> object:
        if isinstance(value, (tuple, list)):
            return tuple(map(self._value, value))
        if isinstance(value, Message):
            return self.message(value)
        if not isinstance(value, str):
            return value
        return self._alone[value] if value in self._alone else self._texts([value])[0]

    def _texts(self, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._sentences(pl.Series("text", list(texts), dtype=pl.String)))

    def _quoting_figures(self, result: Result) -> pl.DataFrame:
        """The findings; those that quote what is neither a figure nor an id say only where it stands."""
        value, message = pl.col("value"), pl.col("message")
        known = pl.col("column").is_in(list(self.ids)).fill_null(False) & value.str.contains(_LIKE_AN_ID)
        quotable = value.is_null() | value.str.contains(FIGURE) | known
        instead, subject = pl.lit(word("not_quoted", result.lang)), pl.col("subject_id")
        return result.tables["findings"].with_columns(
            value=pl.when(quotable).then(value),
            message=pl.when(quotable).then(message).otherwise(instead),
            subject_id=pl.when(subject.str.contains(_LIKE_AN_ID) | subject.is_in(list(self.whole))).then(subject),
        )


def masks(result: Result, further: Iterable[pl.DataFrame] = ()) -> Masks:
    """The masks of a run, from its whole result; parts of it are masked by the same ones.

    further: frames of whose names none may stand either in the result's texts, such as the customers a study asked.
    """
    policy = result.policy
    columns = list(_columns(result))
    personal = {c.name: c.personal for c in columns if c.personal}
    ids = frozenset({policy.id, "subject_id", *(c.name for c in columns if c.kind == "id")})
    frames = [*result.tables.values(), *result.inputs.tables.values(), *_more(result), *further]
    named = dict(_named_in_targets(result, personal))
    named |= dict.fromkeys(_values(frames, _OWNER), personal[MANAGER]) if MANAGER in personal else {}
    named |= {name: words for column, words in reversed(personal.items()) for name in _values(frames, column)}
    numbers = {key: _ID for column in sorted(ids) for key in _numbers(_values(frames, column))}
    whole = _drawn(numbers | named, result)
    whole |= dict(_keys_of_managers(frames, whole))
    known = [name for name in whole if len(name) >= _SHORTEST]
    return Masks(
        whole,
        {column: words[result.lang == "en"] for column, words in personal.items()},
        frozenset(_quoting(result)),
        frozenset(policy.privacy.free_text) - personal.keys(),
        ids,
        frozenset(_codes(columns, policy)) - personal.keys() - ids,
        Places.of(result.inputs, frames, partial(_holds_one, known), result.lang),
    )


def _holds_one(names: list[str], text: str) -> bool:
    """Whether a text is or holds one of the names, or a number that tells who somebody is."""
    cells = pl.Series([text])
    return bool(_without_numbers(cells)[0] != text or cells.str.contains_any(names)[0])


def _named_in_targets(result: Result, personal: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Whom targets are set for, where that is a person or a customer, with what one is called.

    Such a name may stand in no other input: of who left, or is written otherwise there.
    """
    targets = result.inputs.tables.get(_TARGETS)
    if targets is None or targets.is_empty():
        return
    for level, column in resources.stands_for(_TARGETS, "level").items():
        words = personal.get(column) or personal.get(f"{column}_name")
        if words:
            yield from ((name, words) for name in _values([targets.filter(pl.col("level") == level)], "name"))


def _keys_of_managers(frames: Iterable[pl.DataFrame], whole: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The keys of managers who are known by branch and name, and the same with the name masked."""
    for frame in frames:
        if {MANAGER, BRANCH} <= set(frame.columns):
            who = frame.select(pl.col(MANAGER, BRANCH).cast(pl.String)).unique().drop_nulls(MANAGER)
            masked = who.with_columns(pl.col(MANAGER).replace(whole))
            keys = (rows.select(unit_key(MANAGER, rows.columns)).to_series() for rows in (who, masked))
            yield from zip(*keys, strict=True)


def _columns(result: Result) -> Iterator[Column]:
    """The columns of every input relation of the subject, and of the study where it is one's answer."""
    decisions = subject_named(result.subject).decisions
    back = (resources.relation(decisions.relation),) if decisions else ()
    own = study_relations(study_named(result.study)) if result.study else ()
    for relation in (*relations(result.subject), *back, *own):
        yield from relation.columns


def _more(result: Result) -> Iterator[pl.DataFrame]:
    if result.wide:
        yield result.wide.frame
    if result.inputs.decisions is not None:
        yield result.inputs.decisions


def _values(frames: Iterable[pl.DataFrame], column: str) -> pl.Series:
    """Every text that stands in a column, in any of the frames."""
    found = [frame[column].cast(pl.String).unique() for frame in frames if column in frame.columns]
    texts = pl.concat([pl.Series(column, [], dtype=pl.String), *(series.alias(column) for series in found)])
    return texts.drop_nulls().unique(maintain_order=True)


def _numbers(keys: pl.Series) -> pl.Series:
    """The ids that are themselves a phone number, an identity number or a credit code."""
    shapes = "|".join(f"(?:{number.shape})" for number in _NUMBERS)
    return keys.filter(keys.str.contains(f"(?i)^(?:{shapes})$"))


def _drawn(whole: Mapping[str, tuple[str, str]], result: Result) -> dict[str, str]:
    """What each name is called: the word for its kind, and a code that no other has."""
    digits = max(_AT_LEAST, len(f"{16 * len(whole):X}"))
    codes = SystemRandom().sample(range(16**digits), len(whole))
    spoken = result.lang == "en"
    return {name: f"{kind[spoken]}·{code:0{digits}X}" for (name, kind), code in zip(whole.items(), codes, strict=True)}


def _quoting(result: Result) -> Iterator[str]:
    """The columns whose text may quote a name, as declared of the result tables."""
    yield from ("value", "message")
    yield from (name for name, about in resources.results()["columns"].items() if about.get("written"))
    for table in tables_of(result.subject):
        yield from (*table.quoting, *table.people)


def _codes(columns: Iterable[Column], policy: Policy) -> Iterator[str]:
    """The columns that hold words of the program: codes of result tables, categories and periods of inputs."""
    yield from (name for name, about in resources.results()["columns"].items() if about["unit"] == "code")
    yield from (column.name for column in columns if column.kind in ("category", "period"))
    yield from (grid.cell for grid in policy.grids)


def _without_numbers(cells: pl.Series) -> pl.Series:
    """The texts with the middle of every phone number, identity number and credit code masked."""
    if not cells.str.contains(_MAY_HOLD_ONE).any():
        return cells
    for number in _NUMBERS:
        cells = number.masked(cells)
    return cells
