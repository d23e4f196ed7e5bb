"""An invented company's employees as an export gives them: a roster, ratings by several people, targets, competencies.

Every row is the same whenever it is made.
"""

from __future__ import annotations

import polars as pl

from benchmarks.dice import ROW, below, normal, one_of, uniform

PERIOD = "2026Q3"
_DEPARTMENTS = tuple(f"示例{number:02}部" for number in range(1, 25))
_FAMILIES = ("研发", "生产", "销售", "职能")
_ITEMS = {"绩效": ("工作成果", "协作配合"), "潜力": ("学习敏锐度", "推动变化")}
_TARGETS = {"重点任务完成率(%)": 0.4, "项目按期率(%)": 0.4, "内部服务满意度": 0.2}
_COMPETENCIES = ("客户导向", "结果导向", "团队协作", "学习创新", "专业能力")
_PEERS = 3
_SPAN = 8  # people a manager has
_REQUIRED = 4.0


def company(employees: int) -> dict[str, pl.DataFrame]:
    """The sheets: 员工 a row an employee, 评分 some twenty, 绩效指标 three, 能力 five."""
    people = pl.select(row=pl.int_range(employees, dtype=pl.UInt64)).with_columns(
        number=_number(ROW),
        manager=pl.when(ROW > 0).then(_number(ROW // _SPAN)),
        works=normal(100, 0, 1),
        grows=normal(101, 0, 1),
    )
    return {
        "员工": _roster(people),
        "评分": _ratings(people, employees),
        "绩效指标": _targets(people),
        "能力": _competencies(people),
    }


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with numbers of their own, for dice to be thrown for each."""
    return rows.with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt64))


def _number(row: pl.Expr) -> pl.Expr:
    return ((row * 387_421 + 123_457) % 1_000_000).cast(pl.String).str.zfill(6)


def _roster(people: pl.DataFrame) -> pl.DataFrame:
    return people.select(
        pl.col("number").alias("员工号"),
        pl.format("样本{}", "number").alias("姓名"),
        one_of(102, _DEPARTMENTS).alias("部门"),
        one_of(103, _FAMILIES).alias("职族"),
        pl.format("P{}", below(104, 5) + 3).alias("职级"),
        pl.col("manager").alias("上级工号"),
        (pl.date(2010, 1, 1) + pl.duration(days=below(105, 5_800))).alias("入职日期"),
        one_of(106, ("男", "女")).alias("性别"),
        (22 + below(107, 38)).cast(pl.Int64).alias("年龄"),
    )


def _ratings(people: pl.DataFrame, employees: int) -> pl.DataFrame:
    """Each item from oneself, the manager and some of those who have the same manager."""
    first = ROW // _SPAN * _SPAN
    team = pl.min_horizontal(pl.lit(_SPAN, pl.UInt64), pl.lit(employees, pl.UInt64) - first)
    others = {f"同事{step}": first + (ROW - first + step) % team for step in range(1, _PEERS + 1)}
    known = {name: _number(other) for name, other in others.items()}
    peers = [
        pl.when(step < team, number.ne_missing(pl.col("manager"))).then(number).alias(name)
        for step, (name, number) in enumerate(known.items(), 1)
    ]
    raters = people.with_columns(pl.col("number").alias("自评"), pl.col("manager").alias("上级"), *peers)
    given = raters.unpivot(
        ["自评", "上级", *known],
        index=["row", "number", "works", "grows"],
        variable_name="source",
        value_name="rater",
    ).drop_nulls("rater")
    asked = [(axis, item) for axis, items in _ITEMS.items() for item in items]
    each = given.join(pl.DataFrame(asked, ["axis", "item"], orient="row"), how="cross")
    rows = _numbered(each.sort("row", maintain_order=True))
    own = pl.when(pl.col("axis") == "绩效").then("works").otherwise("grows")
    score = (3.4 + 0.6 * own + normal(110, 0, 0.6)).round().clip(1, 5).cast(pl.Int64)
    return rows.select(
        pl.col("number").alias("员工号"),
        pl.col("rater").alias("评价人"),
        pl.col("source").str.strip_chars("123").alias("来源"),
        pl.col("axis").alias("维度"),
        pl.col("item").alias("题目"),
        score.alias("评分"),
    )


def _targets(people: pl.DataFrame) -> pl.DataFrame:
    named = pl.DataFrame({"指标": [*_TARGETS], "权重": [*_TARGETS.values()]})
    rows = _numbered(people.join(named, how="cross"))
    reached = (85 + 8 * pl.col("works") + normal(121, 0, 8)).clip(20, 130).round(1)
    return rows.select(
        pl.col("number").alias("员工号"), "指标", "权重", pl.lit(90.0).alias("目标值"), reached.alias("实际值")
    )


def _competencies(people: pl.DataFrame) -> pl.DataFrame:
    named = pl.DataFrame({"能力项": _COMPETENCIES})
    rows = _numbered(people.join(named, how="cross"))
    score = (3.5 + 0.5 * pl.col("works") + uniform(120, -0.8, 0.8)).round(1).clip(1, 5)
    return rows.select(pl.col("number").alias("员工号"), "能力项", score.alias("得分"), pl.lit(_REQUIRED).alias("要求"))
