"""A calculator for the talent workbook: what its sheets count and share out, worked out from the list of people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from openpyxl.worksheet.worksheet import Worksheet

from .sheets import Row, Told, blocks

TIERS = ("一级", "二级", "三级", "四级", "五级")
DOUBT = re.compile("把握只有|未定位|变动 .* 档|有升有降|高于预期区间|已过期")
TOP = {"P3T3", "P2T3", "P3T2"}
POOLS: dict[str, Callable[[Row], bool]] = {
    "高潜池": lambda p: p["人才格"] in TOP and p["上期格"] in TOP,
    "继任池": lambda p: p["继任岗位"] is not None,
    "关注池": lambda p: p["人才格"] in ("P1T3", "P1T2"),
    "保留池": lambda p: p["等级"] in TIERS[:2] and p["离职风险"] == "高",
}


def people(page: Worksheet, cell: str = "人才格") -> list[Row]:
    """The rows of 人才清单 by heading; cells as their ids alone."""
    head = next(row for row in page.iter_rows(min_col=2) if row[0].value == "员工号")
    rows = (
        {h.value: c.value for h, c in zip(head, row, strict=True)} for row in page.iter_rows(head[0].row + 1, min_col=2)
    )
    return [row | {cell: (row[cell] or "")[:4] or None} for row in rows if row["员工号"]]


def overview(page: Worksheet, everyone: Sequence[Row]) -> Iterator[Told]:
    """Heads, the nine boxes, tiers and strategies of 总览; shares are of the placed."""
    placed = _placed(everyone)
    heads = {"已定位": len(placed), "未定位": len(everyone) - len(placed), "临界": _n(everyone, "临界", "是")}
    for cell in page[5]:
        if cell.value in heads:
            yield page.cell(6, cell.column), str(heads[cell.value])
    for high, row in zip((3, 2, 1), (10, 11, 12), strict=True):
        yield from ((page.cell(row, 1 + t), _n(placed, "人才格", f"P{high}T{t}")) for t in (1, 2, 3))
    for name, column, at in (("等级", 2, 3), ("策略", 6, 10)):
        row = 27
        while page.cell(row, column).value and page.cell(row, at).value is not None:
            named = page.cell(row, column).value
            n = len(everyone) - len(placed) if named == "未定位" else _n(everyone, name, named)
            yield page.cell(row, at), n
            yield page.cell(row, at + 1), None if named in ("未定位", "待核实") else n / len(placed)
            row += 1


def cards(page: Worksheet, everyone: Sequence[Row]) -> Iterator[Told]:
    """The nine cards of 人才九宫格, the table of tiers, and who is unplaced and why."""
    placed = _placed(everyone)
    for row in page.iter_rows(max_row=28):
        for cell in row:
            found = re.match(r"(P\dT\d) · ", str(cell.value))
            if found:
                n = _n(placed, "人才格", found[1])
                yield page.cell(cell.row + 1, cell.column - 1), n
                yield page.cell(cell.row + 3, cell.column - 1), n / len(placed)
    for _, _, rows in blocks(page, lambda text: text in ("等级", "未定位原因")):
        for name, number, *share in rows:
            mine = [p for p in everyone if name.value in (p["等级"] or "未定位", p["未定位原因"])]
            yield number, len(mine)
            if share:
                yield share[0], None if name.value == "未定位" else len(mine) / len(placed)


def names(page: Worksheet, everyone: Sequence[Row]) -> Iterator[Told]:
    """Everybody of 九宫格名单 in the right box, once, beside the cell of the review before where it was another."""
    heads = [
        (c, m) for row in page.iter_rows() for c in row if (m := re.match(r"(P\dT\d) \S+ · (\d+) 人", str(c.value)))
    ]
    tops, lefts = (sorted({getattr(c, at) for c, _ in heads}) for at in ("row", "column"))
    for head, told in heads:
        mine = [p for p in everyone if p["人才格"] == told[1]]
        below = next((row for row in tops if row > head.row), page.max_row + 1)
        beside = next((column for column in lefts if column > head.column), page.max_column + 2)
        area = [c for row in page.iter_rows(head.row + 1, below - 1, head.column, beside - 1) for c in row]
        written = Counter((str(c.value), str(page.cell(c.row, c.column + 1).value or "")) for c in area if c.value)
        expected = Counter(_written(p, everyone) for p in mine)
        found = Counter({(name, mark): n for (name, mark), n in written.items() if name in {w for w, _ in expected}})
        marked = Counter({(name, mark if _is_mark(mark) else ""): n for (name, mark), n in found.items()})
        yield head, f"{told[0]}{str(head.value)[told.end() :]}" if int(told[2]) == len(mine) else f"{len(mine)} 人"
        yield head, head.value if {w for w, _ in marked} == {w for w, _ in expected} else "names differ"
        yield head, head.value if sum((expected - marked).values()) == 0 else f"{expected - marked}"


def _is_mark(text: str) -> bool:
    return bool(re.match(r"[↑↓↔]P\dT\d$|新$", text))


def _written(person: Row, everyone: Sequence[Row]) -> tuple[str, str]:
    alike = sum(p["姓名"] == person["姓名"] and p["人才格"] is not None for p in everyone)
    name = (
        person["员工号"]
        if person["姓名"] in (None, "未填")
        else person["姓名"]
        if alike == 1
        else f"{person['姓名']} {person['员工号']}"
    )
    before, now = person["上期格"], person["人才格"]
    if before == now:
        return name, ""
    if before is None:
        return name, "新"
    step = _sum(now) - _sum(before)
    return name, f"{'↑' if step > 0 else '↓' if step < 0 else '↔'}{before}"


def migration(page: Worksheet, everyone: Sequence[Row]) -> Iterator[Told]:
    """The nine by nine of 迁徙 with its net changes, and the sums of every row and column."""
    top = next(cell for cell in page["B"] if str(cell.value).startswith("2026Q2 ↓"))
    heads = [cell for cell in page[top.row][3:] if cell.value]
    lines = range(top.row + 1, top.row + 14)
    table = {page.cell(row, 2).value: {h.value: page.cell(row, h.column) for h in heads} for row in lines}
    moves = Counter((p["上期格"], p["人才格"]) for p in everyone)
    cells = [name for name in table if re.match(r"P\dT\d", str(name))]
    for before in cells:
        yield from ((table[before][now], moves[before, now]) for now in cells)
    for now in cells:
        yield table["合计"][now], _n(everyone, "人才格", now)
        yield table["净变动"][now], _n(everyone, "人才格", now) - table[now]["合计"].value
    for line in table.values():
        *parts, total = line.values()
        if total.value is not None:
            yield total, sum(cell.value for cell in parts)
    for name, cell in table["合计"].items():
        yield cell, sum(line[name].value for key, line in table.items() if key not in ("合计", "净变动"))


def views(page: Worksheet, everyone: Sequence[Row]) -> Iterator[Told]:
    """部门视图: every group, those merged, and the total."""
    for _, head, rows in blocks(page, lambda text: text in ("部门", "职族")):
        key, named = head[0].value, {row[0].value for row in rows}
        for name, n, n_placed, *tiers, low in rows:
            merged = str(name.value).startswith("合并")
            mine = [
                p for p in everyone if name.value == "合计" or (p[key] not in named if merged else p[key] == name.value)
            ]
            placed = _placed(mine)
            yield n, len(mine)
            yield n_placed, len(placed)
            yield from ((cell, _n(placed, "等级", tier)) for cell, tier in zip(tiers, TIERS, strict=True))
            yield low, sum(p["等级"] in TIERS[3:] for p in placed) / len(placed)


def distribution(page: Worksheet, everyone: Sequence[Row]) -> Iterator[Told]:
    """Shares of the tiers in the company and in each department that is not hidden."""
    company = _placed(everyone)
    for _, head, rows in blocks(page, lambda text: text in ("部门", "等级")):
        for name, *cells in rows:
            if head[0].value == "等级":
                n = _n(company, "等级", name.value)
                yield from zip(cells[:3], (len(company), n, n / len(company)), strict=True)
            elif any(cell.value is not None for cell in cells):
                mine = [p for p in company if name.value in ("公司", p["部门"])]
                yield from ((c, _n(mine, "等级", tier) / len(mine)) for c, tier in zip(cells, TIERS, strict=True))


def agenda(page: Worksheet, everyone: Sequence[Row]) -> Iterator[Told]:
    """People and placed of every group of 会议议程 that is not hidden, and those with a doubt by 校准's reasons."""
    for row in page.iter_rows(min_col=2):
        kind, name, n, placed, doubtful = row[:5]
        if kind.value in ("部门", "职级", "上级工号") and isinstance(n.value, int):
            key = str(name.value).split(" ")[0] if kind.value == "上级工号" else name.value
            mine = [p for p in everyone if p[kind.value] == key]
            yield from zip(
                (n, placed, doubtful),
                (len(mine), len(_placed(mine)), sum(bool(DOUBT.search(p["为何先议"] or "")) for p in mine)),
                strict=True,
            )


def pools(page: Worksheet, everyone: Sequence[Row]) -> Iterator[Told]:
    """Who is in each pool, and nobody else."""
    found = {}
    for row in page.iter_rows(7, min_col=2):
        if row[0].value in POOLS:
            found[row[0].value, str(row[1].value).split(" ")[0]] = row[1]
    expected = {(pool, p["员工号"]) for pool, rule in POOLS.items() for p in everyone if rule(p)}
    for key, cell in found.items():
        yield cell, cell.value if key in expected else "not in the pool"
    yield page["B2"], "人才池" if len(found) == len(expected) else f"{len(expected)} in all"


def risks(page: Worksheet, everyone: Sequence[Row]) -> Iterator[Told]:
    """The nine counts of flight risk by loss of 继任: each cell begins with one."""
    for _, head, rows in blocks(page, lambda text: text.startswith("离职风险")):
        for name, *cells in rows:
            for h, cell in zip(head[1:], cells, strict=True):
                n = sum((p["离职风险"], p["离职影响"]) == (name.value, h.value) for p in everyone)
                yield cell, "\n".join([str(n), *str(cell.value).split("\n")[1:]])


def accounts(page: Worksheet, everyone: Sequence[Row]) -> Iterator[Told]:
    """数据质量: rows that were read are those taken, refused and set aside; reasons have names, not codes."""
    yield page["B3"], f"{str(page['B3'].value).partition(' = ')[0]} = {_whole(everyone, str(page['B3'].value))}"
    for _, head, rows in blocks(page, lambda text: text in ("数据", "原因")):
        for name, read, *parts in rows:
            if head[0].value == "数据":
                yield read, sum(cell.value for cell in parts)
            else:
                yield name, "a code" if re.fullmatch("[A-Z_]+", str(name.value)) else name.value


def _whole(everyone: Sequence[Row], told: str) -> str:
    """The line on every row that was read, with the placed and the unplaced counted anew."""
    placed = len(_placed(everyone))
    return f"已定位 {placed} + 未定位 {len(everyone) - placed} + {told.split(' + ', 2)[2]}"


def _placed(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["人才格"]]


def _n(rows: Sequence[Row], column: str, value: object) -> int:
    return sum(row[column] == value for row in rows)


def _sum(cell: str) -> int:
    return int(cell[1]) + int(cell[3])
