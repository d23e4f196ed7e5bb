"""Pricing 定价: a deal on one page. Choose it, type other terms, and see the deal, the relationship and the group."""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.formatting.rule import FormulaRule
from openpyxl.utils import get_column_letter
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ninegrid.policy import Grid, Sheet
from ninegrid.pricing.relationship import GROUP
from ninegrid.report.kit.cells import put
from ninegrid.report.kit.defined_names import quoted
from ninegrid.report.kit.layout import FIRST_ROW, Book, head, widths
from ninegrid.report.kit.shown import cell_names
from ninegrid.report.kit.style import BAD, GOOD, aligned, blend, fill, font, ink
from ninegrid.report.portrait.source import Formula, absolute, show
from ninegrid.report.trial.page import shade
from ninegrid.study_sheets.price import formulas
from ninegrid.study_sheets.price.data import (
    DEAL,
    ROW,
    group_grid,
    of_deal,
    value_grid,
    write_data,
    write_picker,
)
from ninegrid.study_sheets.price.page import (
    BEHIND,
    FIRST_SPREAD,
    FIRST_TERM,
    FORMATS,
    GROUP_AT,
    ITEM,
    LABEL,
    LOST,
    NEEDS,
    NEEDS_AT,
    NOW,
    PARAMETERS,
    PARAMETERS_AT,
    PERCENT,
    READ,
    RELATION_AT,
    STEPS,
    SUMS,
    TABLE_AT,
    TERMS,
    TRIED,
    USED,
    VERDICT_AT,
    WON,
    WORTH,
    WORTH_AT,
    YUAN,
    At,
)

_WIDTHS = (26.0, 15.0, 13.0, 15.0, 2.5, 22.0, 15.0, *[13.0] * 7)
_VERDICTS = ("PASS", "BY_RELATIONSHIP", "EXCEPTION", "FAIL")


def build(book: Book, sheet: Sheet) -> None:
    """Lays out the page, and all deals on a hidden sheet behind it."""
    deals = book.table(sheet.table)
    page = head(book, sheet, book.word("price_line", period=book.result.period))
    if deals.is_empty():
        put(page, FIRST_ROW, LABEL, book.word("price_nothing"), "section")
        return
    widths(page, _WIDTHS)
    write_data(book, deals)
    write_picker(book, page, deals)
    _write_parameters(book, page)
    _write_terms(book, page)
    _write_worth(book, page)
    _write_needs(book, page)
    _write_relation(book, page, RELATION_AT, "", value_grid(book))
    if (groups := group_grid(book)) is not None:
        _write_relation(book, page, GROUP_AT, GROUP, groups)
    _write_verdict(book, page)
    _write_table(book, page)
    for column in range(BEHIND, BEHIND + 5):
        page.column_dimensions[get_column_letter(column)].hidden = True
    page.page_setup.fitToHeight = 1
    book.workbook.calculation = CalcProperties(fullCalcOnLoad=True)


def _write_parameters(book: Book, page: Worksheet) -> None:
    policy = book.result.policy
    _heads(book, page, PARAMETERS_AT, ITEM, "price_parameters", ("", "price_value"))
    for row, name in enumerate(PARAMETERS, PARAMETERS_AT):
        label = policy.parameter_labels.get(name)
        put(page, row, ITEM, book.labels.of(label) if label else name, "text")
        cell = put(page, row, NOW, policy.number(name), "number")
        cell.number_format = PERCENT if label and label.unit == "percent" else YUAN
        if name in ("hurdle", "target"):
            shade(cell)


def _heads(book: Book, page: Worksheet, first: int, column: int, title: str, words: tuple[str, ...]) -> None:
    """A heading two rows above the first row of a block, and those of its columns."""
    put(page, first - 2, column, book.word(title), "section")
    for at_column, key in enumerate(words, column):
        put(page, first - 1, at_column, book.word(key) if key else None, "head text" if at_column == column else "head")


def _write_terms(book: Book, page: Worksheet) -> None:
    _heads(book, page, FIRST_TERM, LABEL, "price_terms", ("", "price_read", "price_tried", "price_used"))
    for row, (name, kind) in enumerate(TERMS, FIRST_TERM):
        put(page, row, LABEL, _label(book, name, kind), "text")
        held = f"INDEX({DEAL}_{name},{ROW})"
        factor = "*10000" if kind == "bp" else ""
        read = show(page, row, READ, Formula(f'=IF({held}="","",{held}{factor})'), "number")
        tried = put(page, row, TRIED, None, "number")
        shade(tried)
        was, other = At.term(name, "C"), At.term(name, "D")
        used = Formula(f'=IF({other}="",{was},{other})')
        if name == "ead":
            follows = f"ABS({was}-{At.term('amount', 'C')}*{At.term('drawn', 'C')})<0.005"
            used = Formula(f'=IF({other}<>"",{other},IF({follows},{At.term("amount")}*{At.term("drawn")},{was}))')
        now = show(page, row, USED, used, "number")
        for cell in (read, tried, now):
            cell.number_format = FORMATS[kind]
        rule = DataValidation("decimal", operator="between", formula1=_least(kind), formula2="1E+15", allow_blank=True)
        rule.showErrorMessage, rule.error = True, book.word("price_number")
        page.add_data_validation(rule)
        rule.add(tried)


def _least(kind: str) -> str:
    return "-10000" if kind == "bp" else "0"


def _label(book: Book, name: str, kind: str) -> str:
    unit = {"bp": "bp", "yuan": book.word("yuan")}.get(kind)
    if unit is None:
        return book.labels.column(name)
    return f"{book.labels.column(name)}（{unit}）" if book.lang == "zh" else f"{book.labels.column(name)} ({unit})"


def _write_worth(book: Book, page: Worksheet) -> None:
    policy = book.result.policy
    _heads(book, page, WORTH_AT, LABEL, "price_worth", ("", "price_read", "", "price_used"))
    k = _write_capital(page, WORTH_AT, At.term("pd"))
    income, own, loss = At.worth("total_income"), At.worth("economic_capital"), At.worth("expected_loss")
    live = {
        "total_income": f"={formulas.lent(At.term('spread'))}+{formulas.other_income()}",
        "operating_cost": f"={At.term('cost_ratio')}*{income}+{At.term('fixed_cost')}",
        "expected_loss": f"={At.term('pd')}*{At.term('lgd')}*{At.term('ead')}",
        "economic_capital": f"={formulas.capital(k)}",
        "rani": f"={formulas.rani(income, loss, own, policy)}",
        "raroc": f'=IF({own}>0,{At.worth("rani")}/{own},"")',
        "eva": f"={At.worth('rani')}-{At.parameter('hurdle')}*{own}",
    }
    for row, name in enumerate(WORTH, WORTH_AT):
        is_ratio = name == "raroc"
        put(page, row, LABEL, _label(book, name, "percent" if is_ratio else "yuan"), "text")
        put(page, row, TRIED, None, "text")
        for column, value in ((READ, of_deal(name)), (USED, Formula(live[name]))):
            cell = show(page, row, column, value, "number")
            cell.number_format = PERCENT if is_ratio else YUAN
            if is_ratio:
                cell.font = font(book.lang, 12, bold=True)
    _colour(page, page.cell(WORTH_AT + WORTH.index("raroc"), USED).coordinate)


def _write_capital(page: Worksheet, row: int, pd: str) -> str:
    """The hidden cells of a PD's capital; returns the address of K."""
    cells = tuple(absolute(page, row, BEHIND + 1 + at_column) for at_column in range(3))
    for at_column, formula in enumerate(formulas.capital_steps(pd, cells)):  # type: ignore[arg-type]  # three
        page.cell(row, BEHIND + 1 + at_column).value = Formula(formula)
    return absolute(page, row, BEHIND + 4)


def _write_needs(book: Book, page: Worksheet) -> None:
    _heads(book, page, NEEDS_AT, LABEL, "price_needs", ("", "price_to_hurdle", "price_to_target"))
    for row, name in enumerate(NEEDS, NEEDS_AT):
        kind = "bp" if name == "min_spread" else "yuan"
        put(page, row, LABEL, _said(book, f"price_{name}", kind), "text")
        for column, goal in ((READ, "hurdle"), (TRIED, "target")):
            value = Formula(formulas.needs(goal, book.result.policy)[name])
            show(page, row, column, value, "number").number_format = FORMATS[kind]


def _said(book: Book, key: str, kind: str) -> str:
    unit = "bp" if kind == "bp" else book.word("yuan")
    return f"{book.word(key)}（{unit}）" if book.lang == "zh" else f"{book.word(key)} ({unit})"


def _write_relation(book: Book, page: Worksheet, top: int, before: str, grid: Grid) -> None:
    """The relationship, or the group: now, won, lost."""
    title = "price_group" if before else "price_relation"
    _heads(book, page, top, ITEM, title, ("", "price_now", "price_won", "price_lost"))
    live = {which: formulas.scenario(which, top, book.result.policy) for which in ("win", "lose")}
    for row, name in enumerate(SUMS, top):
        is_ratio = name == "raroc"
        put(page, row, ITEM, _label(book, name, "percent" if is_ratio else "yuan"), "text")
        figures = {
            NOW: of_deal(f"{before}now_{name}"),
            WON: Formula(live["win"][name]),
            LOST: Formula(live["lose"][name]),
        }
        for column, value in figures.items():
            show(page, row, column, value, "number").number_format = PERCENT if is_ratio else YUAN
    row = top + len(SUMS)
    put(page, row, ITEM, book.labels.of(grid), "text")
    for column, value in _placed(book, page, top, before, grid).items():
        show(page, row, column, value, "text").alignment = aligned("right", shrink_to_fit=True)


def _placed(book: Book, page: Worksheet, top: int, before: str, grid: Grid) -> dict[int, Formula]:
    """The cell in each scenario, by column; as stored where the axes are not those that there are formulas for."""
    found = {column: of_deal(f"{before}cell_{which}") for column, which in ((NOW, "now"), (WON, "win"), (LOST, "lose"))}
    if [axis.metric for axis in grid.axes] != ["total_income", "raroc"]:
        return found
    names = cell_names(grid, book.labels)
    cuts = [f"INDEX({DEAL}_{before}axis{axis}_{cut}_cut,{ROW})" for axis in (1, 2) for cut in ("low", "high")]
    won, lost = (formulas.placed(which, top, grid, cuts, names) for which in ("win", "lose"))
    now = absolute(page, top + len(SUMS), NOW)
    return found | {WON: Formula(won), LOST: Formula(f'=IF({now}="","",{lost[1:]})')}


def _write_verdict(book: Book, page: Worksheet) -> None:
    put(page, VERDICT_AT, ITEM, book.word("price_verdict"), "section")
    words = {code: book.labels.code(code) for code in _VERDICTS}
    cell = show(page, VERDICT_AT, NOW, Formula(formulas.verdict(words)), "body")
    cell.font = font(book.lang, 12, bold=True)
    grounds = zip(_VERDICTS, (blend(GOOD, 0.6), blend(GOOD, 0.25), blend(BAD, 0.25), blend(BAD, 0.6)), strict=True)
    for code, ground in grounds:
        rule = FormulaRule([f"{absolute(page, VERDICT_AT, NOW)}={quoted(words[code])}"], fill=fill(ground), font=ink())
        page.conditional_formatting.add(f"{cell.coordinate}:{page.cell(VERDICT_AT, WON).coordinate}", rule)
    put(page, VERDICT_AT + 1, ITEM, book.word("price_verdict_how"), "small")
    put(page, VERDICT_AT + 2, ITEM, book.labels.column("warnings"), "small")
    show(page, VERDICT_AT + 2, NOW, of_deal("warnings"), "small")


def _write_table(book: Book, page: Worksheet) -> None:
    """RAROC by spread and rating, both with the other terms that hold."""
    price, policy = book.result.policy.price, book.result.policy
    put(page, TABLE_AT - 2, ITEM, book.word("price_table"), "section")
    put(page, TABLE_AT - 1, ITEM, book.word("price_rating"), "head text")
    put(page, TABLE_AT - 1, NOW, book.labels.column("pd"), "head")
    spreads = {}
    for column, step in enumerate(STEPS, FIRST_SPREAD):
        moved = Formula(f"={At.term('spread')}{step * price.spread_step * 1e4:+g}" if step else f"={At.term('spread')}")
        cell = show(page, TABLE_AT - 1, column, moved, "head")
        cell.number_format = '#,##0.0" bp"'
        if not step:
            cell.font = font(book.lang, bold=True)
        spreads[column] = f"{get_column_letter(column)}${TABLE_AT - 1}"
    page.cell(TABLE_AT - 1, BEHIND).value = Formula(f"={formulas.other_income()}")
    other = absolute(page, TABLE_AT - 1, BEHIND)
    for row, rating in enumerate(price.ratings, TABLE_AT):
        put(page, row, ITEM, rating.key, "text")
        put(page, row, NOW, rating.pd, "percent").number_format = "0.00%"
        k = _write_capital(page, row, absolute(page, row, NOW))
        page.cell(row, BEHIND).value = Formula(f"={formulas.capital(k)}")
        own = absolute(page, row, BEHIND)
        loss = f"{absolute(page, row, NOW)}*{At.term('lgd')}*{At.term('ead')}"
        for column, spread in spreads.items():
            earned = formulas.rani(f"{formulas.lent(spread)}+{other}", loss, own, policy)
            show(page, row, column, Formula(f'=IF({own}>0,{earned}/{own},"")'), "percent")
    first, last = page.cell(TABLE_AT, FIRST_SPREAD), page.cell(TABLE_AT + len(price.ratings) - 1, FIRST_SPREAD + 6)
    _colour(page, f"{first.coordinate}:{last.coordinate}")
    put(page, TABLE_AT + len(price.ratings), ITEM, book.word("price_table_how"), "small")


def _colour(page: Worksheet, area: str) -> None:
    """Teal from the target on, pale teal from the hurdle on, clay below."""
    first = area.partition(":")[0]
    target, hurdle = At.parameter("target"), At.parameter("hurdle")
    grounds: Mapping[str, str] = {
        f'{first}=""': "FFFFFF",
        f"{first}>={target}": blend(GOOD, 0.6),
        f"{first}>={hurdle}": blend(GOOD, 0.25),
        f"{first}<{hurdle}": blend(BAD, 0.35),
    }
    for condition, ground in grounds.items():
        page.conditional_formatting.add(area, FormulaRule([condition], fill=fill(ground), stopIfTrue=True))
