"""What an edited policy may hold: scalar expressions and legible names; the rest is refused with its key and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ninegrid.model.errors import PolicyError
from ninegrid.policy import stored_policy
from ninegrid.policy.expressions import LONGEST, expression, forbidden
from ninegrid.subjects.policies import policy_for


def written(folder: Path, text: str) -> Path:
    path = folder / "edited.toml"
    path.write_text(f'subject = "customers"\n{text}', encoding="utf-8")
    return path


def metric(expression: str) -> str:
    return f"[[metrics]]\nkey = \"cost_income_ratio\"\nnumerator = '''{expression}'''"


REFUSED = {
    "(SELECT max(b) FROM read_csv('{secret}'))": "SELECT",
    "total_income IN (SELECT a FROM read_parquet('x'))": "SELECT",
    "EXISTS (SELECT 1)": "EXISTS",
    "(TABLE customers)": "TABLE",
    "(VALUES (1))": "VALUES",
    "(WITH a AS (SELECT 1) SELECT 1)": "WITH",
    "read_csv('{secret}')": "read_csv",
    "read_csv ('{secret}')": "read_csv",
    "\"read_csv\"('{secret}')": "read_csv",
    "getenv('HOME')": "getenv",
    "SUM(total_income)": "SUM",
    "RANK() OVER (ORDER BY total_income)": "RANK",
    "COLUMNS('x')": "COLUMNS",
    "total_income; DROP TABLE runs": "';'",
    "total_income -- rest": "comment",
    "total_income /* rest */": "comment",
    "total_income[1]": r"'\['",
    "$1": r"'\$'",
    "'open": '"\'"',
    "a" * (LONGEST + 1): "at most",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:24])
def test_an_expression_reads_one_row_and_nothing_else(text: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("b\n42\n")
    with pytest.raises(PolicyError, match=REFUSED[text]) as told:
        policy_for("customers", written(tmp_path, metric(text.replace("{secret}", str(secret)))))
    assert told.value.exit_code == 2
    assert "line 4" in told.value.message


@pytest.mark.parametrize("key", ["when", "override", "headroom"])
def test_the_rule_holds_wherever_an_expression_stands(key: str, tmp_path: Path) -> None:
    text = {
        "when": '[[strategy_rules]]\nrule = "mine"\nzh = "我"\nen = "I"\nwhen = "EXISTS (SELECT 1)"\nstrategy = "exit"',
        "override": '[[grids]]\nkey = "value"\naxis1.override = "(SELECT 3)"',
        "headroom": '[[levers]]\nkey = "deposits"\nheadroom = "(SELECT 3)"',
    }[key]
    with pytest.raises(PolicyError, match=r"SELECT|EXISTS"):
        policy_for("customers", written(tmp_path, text))


def test_a_stored_policy_is_no_way_round() -> None:
    with pytest.raises(PolicyError, match="SELECT"):
        expression("(SELECT 1)")
    with pytest.raises(PolicyError, match="can't be read"):
        stored_policy("{not json", ("built-in",))


def test_what_scalar_expressions_need_is_allowed() -> None:
    usual = "CASE WHEN a > 1.5e3 AND b IN ('x', 'it''s') THEN ROUND(a / NULLIF(b, 0), 2) ELSE COALESCE(c, -1) END"
    assert forbidden(usual) is None
    assert forbidden("CAST(a AS DOUBLE) || 'b' <> \"odd name\" AND NOT (c IS NULL)") is None


NAMES = {
    "\x1b[31m红": r"U\+001B",
    "左\u202e右": r"U\+202E",
    "无\ufffe": r"U\+FFFE",
    "长" * 101: "at most 100",
}


@pytest.mark.parametrize("name", NAMES, ids=["escape", "bidi", "no character", "long"])
def test_a_name_that_can_not_be_shown_is_refused(name: str, tmp_path: Path) -> None:
    spelt = "".join(f"\\u{ord(letter):04x}" for letter in name)
    with pytest.raises(PolicyError, match=NAMES[name]):
        policy_for("customers", written(tmp_path, f'[[metrics]]\nkey = "total_income"\nzh = "{spelt}"'))


@pytest.mark.parametrize("key", ['a"b', "a b", "a'; DROP TABLE runs; --", "x" * 61])
def test_a_key_is_a_plain_name(key: str, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="is no name"):
        policy_for("customers", written(tmp_path, f"[[metrics]]\nkey = '''{key}'''\nzh = '我'"))


def test_a_parameter_is_not_called_like_a_cell(tmp_path: Path) -> None:
    text = '[parameters]\nAB12 = 1\n[parameter_labels.AB12]\nzh = "我"\nen = "mine"\nunit = "number"'
    with pytest.raises(PolicyError, match="address of a cell"):
        policy_for("customers", written(tmp_path, text))


OF_THE_WRONG_KIND = {
    '[allocate]\nheld = "total_income"': r"line 3 .*held.*'total_income' is no condition.*total_income is a number",
    '[[never]]\nrule = "x"\nzh = "x"\nen = "x"\nwhen = "branch"': r"never\.x.*kinds of values do not fit",
    '[[never]]\nrule = "x"\nzh = "x"\nen = "x"\nwhen = "branch > 3"': r"never\.x.*kinds of values do not fit",
    '[[levers]]\nkey = "deposits"\nreached = "branch"': r"levers\.deposits.*gives no number.*branch is a text",
    metric("branch"): r"metrics\.cost_income_ratio.*kinds of values do not fit",
}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=text.split("\n")[0], marks=pytest.mark.thorough if n > 1 else ())
        for n, text in enumerate(OF_THE_WRONG_KIND)
    ],
)
def test_a_value_of_the_wrong_kind_is_told_in_our_words(text: str, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=OF_THE_WRONG_KIND[text]) as told:
        policy_for("customers", written(tmp_path, text))
    assert told.value.exit_code == 2
    assert not any(word in told.value.message for word in ("dtype", "Boolean", "Float64", "f64"))
