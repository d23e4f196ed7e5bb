"""Parquet tables of a data lake as inputs in parts: all that is about a customer in one, the parts read side by side.

A part is read as a small file of its own, by the very steps that read files: headers are recognised, cells typed, rows
checked, repeated keys settled. All rows of a customer are in one part, so what a key decides is decided there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from ninegrid.dataclass import dataclass
from ninegrid.engines.session import lake_errors
from ninegrid.engines.spark import SparkParts
from ninegrid.files.spill import INPUT, part_path, write_part
from ninegrid.intake.formats.parquet import ParquetSheet
from ninegrid.intake.maps.apply import Maps, Reader
from ninegrid.intake.read import read_opened, recognised
from ninegrid.intake.reading import added
from ninegrid.intake.sheets import SeenSheet
from ninegrid.messages import Message
from ninegrid.model import findings
from ninegrid.model.errors import InputError
from ninegrid.model.inputs import Counts, Inputs
from ninegrid.model.raw import InputFile
from ninegrid.model.relations import Relation
from ninegrid.model.subject import Subject
from ninegrid.options import Options
from ninegrid.resources import relation as relation_of
from ninegrid.subjects.registry import relations

_HEAD = 200
_WHOLE = ("tinyint", "smallint", "int", "bigint")
_PRIME = (1 << 31) - 1
_PART = "grade_part"
_FORMATS = ("delta:", "iceberg:")
_DELTA = "_delta_log"
_SCHEME = re.compile(r"^((?:delta:|iceberg:)?)(?!delta:|iceberg:)(\w+):/+")


@dataclass(frozen=True)
class LakeFile:
    """Some rows of a table of the lake, read as a Parquet file with one sheet is (`model.raw.OpenFile`).

    file: the rows, under the name of the table. notices: none.
    """

    file: InputFile
    notices: tuple[Message, ...] = ()

    def sheets(self) -> Iterator[ParquetSheet]:
        """Its only sheet."""
        yield ParquetSheet(self.file, Path(self.file.name).stem)


def read_lake(paths: Sequence[Path], subject: Subject, parts: SparkParts, options: Options, maps: Maps) -> Inputs:
    """The tables as inputs without rows; the accepted rows are put down in the parts, as `input.…`.

    A table is a parquet file, a folder of them, or what `place_of` says. Relations are the subject's `in_parts`.
    InputError where one can't be read, is of another relation, where its own column is called like one of its
    partitions, or parts are read differently.
    """
    known = relations(subject.name)
    main = next(relation for relation in known if relation.main)
    lake = [open_table(path, parts) for path in paths]
    counted = [count_rows(table) for table in lake]
    heads = [
        _head(table, place, at, digest, parts)
        for at, (table, place, (_, digest)) in enumerate(zip(lake, paths, counted, strict=True))
    ]
    seen, _ = recognised(heads, Reader(known, maps))
    keys = [_key_of(one, main, subject.in_parts) for one in seen]
    is_main = [bool(one.layout and one.layout.relation.main) for one in seen]
    rows = sum(n for (n, _), own in zip(counted, is_main, strict=True) if own)
    apart = max(1, -(-rows // options.part_rows))
    for at, (table, key) in enumerate(zip(lake, keys, strict=True)):
        _bring_together(table, key, at, apart, parts)
    told = _read_parts(apart, [head.file for head in heads], known, parts, options, maps)
    return _together(told, known, parts)


def place_of(path: Path) -> tuple[str, str]:
    """The format of a table, and where it is: a path, an URI, or of an Iceberg table its name in a catalogue.

    A format is written before the place: ``delta:s3a://bank/customers``, ``iceberg:lake.bank.customers``. A folder of
    this machine that holds the log of a Delta table is one, whose Parquet files are of old versions too.
    """
    # `Path` takes the second slash of ``s3a://`` away.
    text = _SCHEME.sub(r"\1\2://", str(path))
    table_format, _, place = text.partition(":") if text.startswith(_FORMATS) else ("parquet", "", text)
    here = Path(place)
    if here.exists():
        return "delta" if (here / _DELTA).is_dir() else table_format, str(here.resolve())
    if table_format == "parquet" and not _SCHEME.match(place):
        raise InputError("engines.no_lake", place=place)
    return table_format, place


def open_table(path: Path, parts: SparkParts) -> Any:
    """The table as Spark reads it; its columns are told apart by more than their case."""
    table_format, uri = place_of(path)
    try:
        with lake_errors():
            table = parts.session.read.format(table_format).load(uri)
            names = [name.casefold() for name in table.columns]
    except InputError as error:
        if table_format == "parquet":
            raise
        raise InputError(
            "engines.no_format", place=uri, format=table_format, reason=error.problem.values["reason"]
        ) from error
    if not names:
        raise InputError("engines.no_lake", place=uri)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError("engines.partition_clash", place=uri, columns=twice)
    return table


def count_rows(table: Any) -> tuple[int, str]:
    """How many rows a table has, and a digest of them in whatever order, in the place of a file's."""
    functions = _functions()
    columns = [_hashable(functions.col(f"`{name}`"), kind) for name, kind in table.dtypes]
    each = functions.pmod(functions.xxhash64(*columns), functions.lit(_PRIME))  # small, so that the sum stays in range
    with lake_errors():
        found = table.agg(functions.count(functions.lit(1)).alias("n"), functions.sum(each).alias("sum")).toArrow()
    n, digest = (found.column(name)[0].as_py() or 0 for name in ("n", "sum"))
    return n, f"xxhash64:{digest:x}:{n}"


def _hashable(column: Any, kind: str) -> Any:
    """The column as what Sail can hash too. Whole numbers may be unsigned there, which no type of Spark says."""
    if kind in _WHOLE:
        return column.cast("decimal(20,0)")
    return column.cast("string") if kind.startswith("interval") else column


def _head(table: Any, path: Path, at: int, digest: str, parts: SparkParts) -> LakeFile:
    """Its first rows, to recognise it by."""
    with lake_errors():
        rows = pl.from_arrow(table.limit(_HEAD).toArrow())
    write_part(parts.folder, f"head.{at}", 0, rows)  # type: ignore[arg-type]
    return LakeFile(InputFile(path.name, part_path(parts.folder, f"head.{at}", 0), digest, 0))


def _key_of(one: SeenSheet, main: Relation, among: Sequence[str]) -> str:
    """The table's column with the customer's id."""
    relation = one.layout.relation if one.layout else None
    if one.layout is None or relation is None or relation.name not in among:
        raise InputError("engines.not_in_parts", place=one.place, known=[relation_of(name) for name in among])
    index = next(f.index for f in one.layout.blocks[0].fields if f.column.name == main.key[0])
    return one.head[0][index] or ""


def _bring_together(table: Any, key: str, at: int, apart: int, parts: SparkParts) -> None:
    """Put down the rows of each part as they are, those of a customer in one."""
    functions, folder = _functions(), parts.folder
    text = functions.regexp_replace(functions.trim(functions.col(f"`{key}`").cast("string")), r"\.0$", "")
    number = functions.pmod(functions.xxhash64(functions.coalesce(text, functions.lit(""))), functions.lit(apart))

    def put_down(batches: Iterator[Any]) -> Iterator[Any]:
        held = [batch for batch in batches if batch.num_rows]
        if not held:
            return
        rows = pl.from_arrow(pa.Table.from_batches(held))
        for (block,), own in rows.partition_by(_PART, as_dict=True, include_key=False).items():  # type: ignore[union-attr]
            write_part(folder, f"raw.{at}", int(block), own)
            yield pa.RecordBatch.from_pydict({"block": [int(block)], "height": [own.height]}, _HEIGHTS)

    with lake_errors():
        numbered = table.withColumn(_PART, number).repartition(apart, _PART)
        found = numbered.mapInArrow(put_down, "block long, height long").toArrow()
    for block, height in zip(*(found.column(name).to_pylist() for name in ("block", "height")), strict=True):
        parts.note(f"raw.{at}", block, height)


_HEIGHTS = pa.schema([("block", pa.int64()), ("height", pa.int64())])


def _functions() -> Any:
    from importlib import import_module  # noqa: PLC0415

    return import_module("pyspark.sql.functions")


def _read_parts(
    apart: int,
    files: Sequence[InputFile],
    relations: Sequence[Relation],
    parts: SparkParts,
    options: Options,
    maps: Maps,
) -> list[Inputs]:
    """The inputs of each part without rows: its accepted rows are put down in the parts."""
    folder = parts.folder
    raw = [{**parts.files(f"raw.{at}")} if f"raw.{at}" in parts.names else {} for at in range(len(files))]
    period, lang = options.period, options.lang or "auto"

    def read(block: int) -> Inputs:
        opened = [
            LakeFile(replace(file, path=paths.get(block, file.path)))
            for file, paths in zip(files, raw, strict=True)
            if block in paths
        ]
        inputs = read_opened(opened, relations, maps=maps, period=period, lang=lang, allow_unused=True)
        for relation in relations:
            write_part(folder, INPUT + relation.name, block, inputs.tables[relation.name])
        empty = {name: frame.head(0) for name, frame in inputs.tables.items()}
        return replace(inputs, tables=empty, findings=inputs.findings.with_columns(cell=pl.lit(None, pl.String)))

    blocks = sorted({block for paths in raw for block in paths})
    found = parts.run(read, blocks)
    for block, told in found:
        for relation in relations:
            parts.note(INPUT + relation.name, block, told.counts[relation.name].accepted)
    return [told for _, told in found]


def _together(told: Sequence[Inputs], relations: Sequence[Relation], parts: SparkParts) -> Inputs:
    """The inputs of all parts. InputError for parts of several periods, or read differently."""
    first = told[0]
    periods = sorted({str(one.period) for one in told})
    if len(periods) > 1:
        raise InputError("engines.several_periods", periods=periods)
    if len({_how(one) for one in told}) > 1:
        raise InputError("values.blocks_differ", place=first.files[0].name)
    names = [relation.name for relation in relations]
    rows = [sum(one.sheets[i].rows for one in told) for i in range(len(first.sheets))]
    sheets = [replace(sheet, rows=n, scattered=True) for sheet, n in zip(first.sheets, rows, strict=True)]
    return replace(
        first,
        sheets=tuple(sheets),
        present={name: frozenset().union(*(one.present[name] for one in told)) for name in names},
        findings=findings.combine([one.findings for one in told]),
        counts={name: _counted([one.counts[name] for one in told]) for name in names},
        reading=reduce(added, (one.reading for one in told)),
    )


def _how(one: Inputs) -> str:
    """How columns were read: what each was taken for, in which unit."""
    table = one.reading.table()
    return str(table.select("file", "column", "meaning", "unit", "factor", "sign").rows())


def _counted(counts: Sequence[Counts]) -> Counts:
    return Counts(**{name: sum(getattr(one, name) for one in counts) for name in Counts.__dataclass_fields__})
