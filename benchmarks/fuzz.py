"""``python -m benchmarks.fuzz N --seed S``: N damaged inputs, each read in a process of its own, and what came of it.

Inputs are customers, what people say on a form (actions, beside sound customers), and what studies are given: deals,
prospects, canvases. A run may refuse an input, or accept it. Faults are: a traceback, a process that died, one that
worked longer or took more memory than allowed, and silence: accepted rows that are not the original's while no finding
or notice says why. What nobody can tell (a digit of a text file that became another digit) is not among the changes
that are made.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import signal
import sys
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import openpyxl
import pandera.polars  # noqa: F401 - imported late, which every child would do anew
import polars as pl

from ninegrid.engines.engine import read_relations
from ninegrid.intake.maps.apply import Maps
from ninegrid.model.errors import GradeError
from ninegrid.model.period import Period
from ninegrid.options import Options
from ninegrid.pipeline import check_files
from ninegrid.study_registry import study_named, study_relations
from ninegrid.subjects.registry import relations

SECONDS, BYTES = 20, 2 << 30
_WAITING = 30  # times as long, by the clock
_ROWS = 40
_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2" '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="客户">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
)
Change = Callable[[random.Random, bytes], bytes]
_PERIOD = "2026-10"
_MAIN = "main.csv"  # the customers beside a form
Row = tuple[object, ...]


@dataclass(frozen=True)
class Kind:
    """What a table holds. relation: its name; study: whose relation it is, "" for one of customers. rows: one of them
    by its number. kept: the columns that are held against the original's, the id first.
    """

    relation: str
    headers: tuple[str, ...]
    row: Callable[[random.Random, int], Row]
    kept: tuple[str, ...]
    study: str = ""


# ------------------------------------------------------------------------------------------------ originals


def _money(rng: random.Random) -> float:
    return round(rng.uniform(1e5, 9e6), 2)


KINDS = {
    "customers": Kind(
        "customers",
        ("客户号", "客户名称", "数据日期",
         "分行", "行业", "规模", "客户经理", "总收入", "营业费用", "预期损失", "经济资本"),
        lambda rng, n: (
            f"{n:010}", f"甲{n:03}有限公司", _PERIOD, rng.choice(("北京分行", "上海分行")), "制造业", "中型", "王伟",
            *(_money(rng) for _ in range(4)),
        ),
        ("customer_id", "total_income", "operating_cost", "expected_loss"),
    ),
    "actions": Kind(
        "actions",
        ("客户号", "事项", "状态", "承诺额(元)", "计划完成日期", "备注"),
        lambda rng, n: (
            f"{n:010}", rng.choice(("存款", "中收")), rng.choice(("进行中", "客户承诺")), _money(rng),
            "2026-12-31", f"记{n}",
        ),
        ("customer_id", "matter", "status", "promised"),
    ),
    "deals": Kind(
        "deals",
        ("业务编号", "客户号", "金额", "FTP", "利率", "期限（年）", "违约概率", "违约损失率"),
        lambda rng, n: (f"D{n:04}", f"{n:010}", _money(rng), "2.05%", "3.10%", 1 + n % 5, "0.80%", "45%"),
        ("deal_id", "customer_id", "amount"),
        "price",
    ),
    "prospects": Kind(
        "prospects",
        ("潜在客户编号", "潜在客户名称", "分行", "行业", "规模", "营业收入", "货币资金"),
        lambda rng, n: (f"P{n:04}", f"乙{n:03}有限公司", "北京分行", "制造业", "中型", _money(rng), _money(rng)),
        ("prospect_id", "operating_revenue", "cash"),
        "prospects",
    ),
    "canvas": Kind(
        "canvas",
        ("画布编号", "画布类型", "画布对象", "模块", "内容", "服务群体", "序号"),
        lambda rng, n: (
            "重点", "企业", "制造业", rng.choice(("价值主张", "客户群体", "收入")), f"第{n}项内容", "", n + 1,
        ),
        ("canvas_id", "block", "item", "order"),
        "canvas",
    ),
}  # fmt: skip


def rows(rng: random.Random, kind: Kind) -> list[Row]:
    """A table as a bank exports it."""
    return [kind.row(rng, number) for number in range(_ROWS)]


def originals(rng: random.Random) -> dict[str, bytes]:
    """The tables in every format that can be written here, by the kind's name and a file's."""
    found: dict[str, bytes] = {}
    for name, kind in KINDS.items():
        table = [kind.headers, *rows(rng, kind)]
        text = "\n".join(",".join(map(str, row)) for row in table) + "\n"
        parquet = BytesIO()
        pl.DataFrame(table[1:], schema=list(kind.headers), orient="row").write_parquet(parquet)
        found[f"{name}-utf-8.csv"] = text.encode()
        found[f"{name}-gbk.csv"] = text.encode("gb18030")
        found[f"{name}-x.xlsx"] = _xlsx(table)
        found[f"{name}-x.ods"] = _ods(table)
        found[f"{name}-x.parquet"] = parquet.getvalue()
    return found


def kind_of(name: str) -> Kind:
    """What an original holds, by its name; those that are given by hand are customers."""
    return KINDS.get(name.partition("-")[0], KINDS["customers"])


def _xlsx(table: Sequence[Sequence[object]]) -> bytes:
    book, made = openpyxl.Workbook(), BytesIO()
    book.active.title = "客户"
    for row in table:
        book.active.append(row)
    book.save(made)
    return made.getvalue()


def _ods(table: Sequence[Sequence[object]]) -> bytes:
    made = BytesIO()
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in table)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", _ODS.format(rows=lines))
    return made.getvalue()


def _ods_cell(value: object) -> str:
    if isinstance(value, float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


# ------------------------------------------------------------------------------------------------ changes


def cut(rng: random.Random, data: bytes) -> bytes:
    """The beginning alone."""
    return data[: rng.randrange(len(data))]


def flip(rng: random.Random, data: bytes) -> bytes:
    """A few bits turned round."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def spoil(rng: random.Random, data: bytes) -> bytes:
    """Bytes put in that stand in no text: what is between them stays."""
    at = rng.randrange(len(data))
    return data[:at] + rng.choice((b"\x00", b"\xff\xfe", b"\x1b[2J", b"\x80\x81", b"\x0c")) + data[at:]


def splice(rng: random.Random, data: bytes) -> bytes:
    """A piece moved to another place."""
    a, b = sorted(rng.randrange(len(data)) for _ in range(2))
    at = rng.randrange(len(data))
    return data[:at] + data[a : min(b, a + 4096)] + data[at:]


_EDITS: tuple[tuple[bytes, bytes], ...] = (
    (rb"<v>(\d)(\d)", rb"<v>\1<!-- x -->\2"),
    (rb"<v>(\d)", rb"<v><![CDATA[\1]]>"),
    (rb"<v>1", rb"<v>&#49;"),
    (rb"<v>", rb"<v> "),
    (rb"<v>", rb"<v>&undefined;"),
    (rb"</row>", rb"<!-- </row> --></row>"),
    (rb"</row>", rb""),
    (rb"<row ", rb"<row hidden='1' "),
    (rb" r=\"[A-Z]+\d+\"", rb""),
    (rb" r=\"([A-Z]+)\d+\"", rb' r="\g<1>9999999999"'),
    (rb"<dimension ref=\"[^\"]*\"", rb'<dimension ref="A1:A1"'),
    (rb"<dimension ref=\"[^\"]*\"", rb'<dimension ref="A1:XFD1048576"'),
    (rb"<sheetData>", rb"<sheetData><row r='1'/>"),
    (rb"encoding=['\"][^'\"]*['\"]", rb'encoding="GBK"'),
    (rb"^", rb"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"),
    (rb"t=\"s\"", rb't="str"'),
    (rb"t=\"inlineStr\"", rb't="n"'),
    (rb"<c ", rb"<x:c xmlns:x='urn:x' "),
    (rb"office:value=\"\d", rb'office:value="&#x'),
    (rb"number-columns-repeated=\"\d+\"", rb'number-columns-repeated="99999999"'),
    (rb"<table:table-row>", rb'<table:table-row table:number-rows-repeated="1048576">'),
    (rb"sheet1\.xml", rb"sheet9.xml"),
    (rb"\x00", rb""),
)


def edit(rng: random.Random, data: bytes) -> bytes:
    """A part of a package edited, taken out or doubled, in a package that is whole."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as package, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as again:
        names = package.namelist()
        chosen, how = rng.choice(names), rng.choice(("edit", "edit", "edit", "edit", "drop", "empty", "cut", "twice"))
        edits = rng.sample(_EDITS, k=len(_EDITS))
        for name in names:
            part = package.read(name)
            if how == "edit":
                part = _edited(rng, part, edits)
            elif name == chosen:
                part = b"" if how == "empty" else cut(rng, part) if how == "cut" and part else part
            if not (name == chosen and how == "drop"):
                again.writestr(name, part)
            if name == chosen and how == "twice":
                again.writestr(name.upper(), cut(rng, part) if part else part)
    return made.getvalue()


def _edited(rng: random.Random, part: bytes, edits: Sequence[tuple[bytes, bytes]]) -> bytes:
    """The first edit that finds anything, at one place or everywhere."""
    for pattern, put in edits[:3]:
        if found := list(re.finditer(pattern, part)):
            one = rng.choice(found)
            if rng.random() < 0.5:
                return re.sub(pattern, put, part)
            return part[: one.start()] + one.expand(put) + part[one.end() :]
    return part


CHANGES: dict[str, tuple[Change, ...]] = {
    ".csv": (cut, spoil),
    ".xlsx": (cut, flip, spoil, splice, edit, edit, edit, edit),
    ".ods": (cut, flip, spoil, splice, edit, edit, edit),
    ".parquet": (cut, splice),
    ".xls": (cut, flip, splice),
    ".xlsb": (cut, flip, splice),
}
_UNTOLD = (".xls", ".csv")
"""Formats without a checksum: there a figure may be another one, and of an .xls a letter of an id too. Of a text
the ids are compared, of an .xls how many there are; a text that ends between two rows may have ended there from the
start.
"""


# ------------------------------------------------------------------------------------------------ runs


@dataclass(frozen=True)
class Ended:
    """How a run on one input ended: a fault's name, or refused, or accepted; and what is to be told of it."""

    outcome: str
    told: str = ""


def read(path: Path, kind: Kind) -> dict[str, object]:
    """What one run makes of a file: the exit code, or the accepted rows and what was said of them, by reason."""
    options = Options(db=":memory:", max_rejected=1.0, period=Period.parse(_PERIOD))
    try:
        if kind.study:
            inputs = read_relations(study_relations(study_named(kind.study)), [path], options, Maps())
            notices = len(inputs.notices)
        else:
            beside = [] if kind is KINDS["customers"] else [path.with_name(_MAIN)]
            result = check_files("customers", [*beside, path], options)
            if result.refusal is not None:
                return {"code": result.refusal.exit_code, "said": result.refusal.message}
            inputs, notices = result.inputs, len(result.notices)
    except GradeError as error:
        return {"code": error.exit_code, "said": error.message}
    said = {"notices": notices, **Counter(inputs.findings["reason"])}  # of a row one may stand in another's place
    main = inputs.tables[kind.relation]
    kept = [name for name in kind.kept if name in main.columns]
    return {"code": 0, "rows": [[str(value) for value in row] for row in main.select(kept).rows()], "said": said}


def in_child(
    path: Path, answer: Path, kind: Kind, seconds: int = SECONDS
) -> tuple[dict[str, object] | None, Ended | None]:
    """`read` in a process of its own, with a limit of time and memory: what it gave, or the fault it ended with."""
    child = os.fork()
    if child == 0:
        _answer(path, answer, kind, seconds)
    _, status, used = os.wait4(child, 0)
    took, most = used.ru_utime + used.ru_stime, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    if took > seconds or status == signal.SIGALRM:
        return None, Ended("hang", f"{took:.0f} s of work")
    if most > BYTES:
        return None, Ended("memory", f"{most / 2**30:.1f} GiB")
    if os.waitstatus_to_exitcode(status) or not answer.exists():
        return None, Ended("abort", f"exit {os.waitstatus_to_exitcode(status)}")
    given: dict[str, object] = json.loads(answer.read_text())
    return given, Ended("traceback", str(given["trace"])) if "trace" in given else None


def _answer(path: Path, answer: Path, kind: Kind, seconds: int) -> None:
    """What the child does; it never returns."""
    signal.alarm(_WAITING * seconds)  # it may wait for others on the machine, not for ever
    resource.setrlimit(resource.RLIMIT_CPU, (2 * seconds, 2 * seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    try:
        given = read(path, kind)
    except BaseException:
        given = {"trace": traceback.format_exc()}
    answer.write_text(json.dumps(given))
    os._exit(0)


def _made(seed: int, folder: Path) -> dict[str, bytes]:
    """The originals, made in a child: polars' threads would not live on in the children of who used them."""
    made = folder / "made"
    made.mkdir()
    child = os.fork()
    if child == 0:
        for name, data in originals(random.Random(seed)).items():
            (made / name).write_bytes(data)
        os._exit(0)
    os.waitpid(child, 0)
    return {path.name: path.read_bytes() for path in sorted(made.iterdir())}


def judged(given: dict[str, object], original: dict[str, object], suffix: str) -> Ended:
    """Whether what was accepted is the original, or something says why not."""
    if given["code"]:
        return Ended("refused", str(given["said"]))
    if given["said"] != original["said"]:
        return Ended("accepted, with findings")
    ours, theirs = given["rows"], original["rows"]
    if suffix in _UNTOLD:
        ours, theirs = ([row[0] for row in table] for table in (ours, theirs))  # type: ignore[attr-defined]
    if suffix == ".xls":
        ours, theirs = len(ours), len(theirs)  # type: ignore[assignment, arg-type]
    if suffix == ".csv":
        theirs = theirs[: len(ours)]  # type: ignore[arg-type, index]
    return Ended("accepted" if ours == theirs else "silent", "" if ours == theirs else "other rows, and nothing said")


FAULTS = ("traceback", "abort", "hang", "memory", "silent")


def fuzz(count: int, seed: int, also: Sequence[Path], keep: Path | None) -> Iterator[tuple[str, Ended]]:
    """Each damaged input's name and how its run ended; those with a fault are kept in a folder, if one is named."""
    for relation in (
        relations("customers"),
        *(study_relations(study_named(kind.study)) for kind in KINDS.values() if kind.study),
    ):
        assert relation  # read once for all children
    with tempfile.TemporaryDirectory() as folder:
        bases = _made(seed, Path(folder)) | {path.name: path.read_bytes() for path in also}
        (Path(folder) / _MAIN).write_bytes(bases["customers-utf-8.csv"])
        known: dict[str, dict[str, object]] = {}
        for name, data in bases.items():
            path = Path(folder) / f"original-{name}"
            path.write_bytes(data)
            given, fault = in_child(path, path.with_suffix(".json"), kind_of(name))
            if given is None or fault or given["code"]:
                raise SystemExit(f"the original {name} can't be read: {fault or given}")
            known[name] = given
        for number in range(count):
            rng = random.Random(f"{seed}:{number}")
            name = list(bases)[number % len(bases)]
            change = rng.choice(CHANGES[Path(name).suffix])
            path = Path(folder) / f"{seed}-{number}-{change.__name__}-{name}"
            path.write_bytes(change(rng, bases[name]))
            given, fault = in_child(path, path.with_suffix(".json"), kind_of(name))
            ended = fault or judged(given or {}, known[name], path.suffix)
            if keep and ended.outcome in FAULTS:
                (keep / path.name).write_bytes(path.read_bytes())
            yield path.name, ended


def main(words: Sequence[str] | None = None) -> int:
    """The exit code: 1 when a run had a fault."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("count", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--also", type=Path, nargs="*", default=[], help="more originals, such as .xls and .xlsb files")
    parser.add_argument("--keep", type=Path, help="a folder for the inputs whose run had a fault")
    asked = parser.parse_args(words)
    counts: Counter[str] = Counter()
    for name, ended in fuzz(asked.count, asked.seed, asked.also, asked.keep):
        counts[ended.outcome] += 1
        if ended.outcome in FAULTS:
            print(f"{ended.outcome}: {name}: {ended.told.strip().splitlines()[-1][:200]}", flush=True)
    print(", ".join(f"{n:,} {outcome}" for outcome, n in sorted(counts.items())))
    return int(any(counts[fault] for fault in FAULTS))


if __name__ == "__main__":
    sys.exit(main())
