"""Names between code, policy, schemas and SQL resolve, and nothing is orphaned."""

import ast
import re
from pathlib import Path

import pytest

from ninegrid import resources
from ninegrid.intake.headers.heading import key
from ninegrid.model.errors import UsageError
from ninegrid.model.form_version import FORM_VERSION
from ninegrid.policy.checks.sheets import broken_sheets
from ninegrid.report.kit.labels import Labels
from ninegrid.study_registry import STUDIES, study_relations
from ninegrid.subjects.policies import policy_for
from ninegrid.subjects.registry import SUBJECTS, relations

ROOT = Path(__file__).parents[1]


def test_every_schema_is_an_input_relation_of_a_subject() -> None:
    files = {p.stem for p in (ROOT / "schemas").glob("*.py")} - {"__init__", "fields"}
    of_subjects = {name for subject in SUBJECTS.values() for name in subject.relations}
    of_studies = {name for study in STUDIES.values() for name in study.relations}
    decided = {subject.decisions.relation for subject in SUBJECTS.values() if subject.decisions}
    assert files == of_subjects | of_studies | decided


@pytest.mark.parametrize("name", [*SUBJECTS, *STUDIES])
def test_no_two_columns_of_a_relation_go_by_the_same_header(name: str) -> None:
    for relation in relations(name) if name in SUBJECTS else study_relations(STUDIES[name]):
        seen: dict[str, str] = {}
        for column in relation.columns:
            for header in column.headers:
                assert seen.setdefault(key(header), column.name) == column.name, (relation.name, header)


def test_every_select_is_used_and_every_used_one_is_there() -> None:
    files = {p.relative_to(ROOT / "sql").with_suffix("").as_posix() for p in (ROOT / "sql").rglob("*.sql")}
    code = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "src").rglob("*.py"))
    used = set(re.findall(r'"((?:staging|marts|history)/\w+)"', code))
    assert files == used | {f"migrations/form_{n}" for n in range(2, FORM_VERSION + 1)}


def test_every_bound_of_recognition_is_used_where_its_section_is_read() -> None:
    code = [p.read_text(encoding="utf-8") for p in (ROOT / "src").rglob("*.py")]
    for section, bounds in resources.vocabulary("limits").items():
        readers = "\n".join(text for text in code if f'vocabulary("limits")["{section}"]' in text)
        assert [name for name in bounds if f'["{name}"]' not in readers] == [], section


def test_every_relation_a_select_reads_is_known() -> None:
    stems = {p.stem for p in (ROOT / "sql").rglob("*.sql")}
    inputs = {name for subject in SUBJECTS.values() for name in subject.relations}
    for path in (ROOT / "sql").rglob("*.sql"):
        text = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
        own = set(re.findall(r"(\w+) AS \(", text))
        read = set(re.findall(r"(?:FROM|JOIN) (?:packed\.)?(\w+)", text))
        kept = {"cuts", "runs", "maps", "calibrations", "campaigns", "attribution"}
        assert read <= stems | inputs | own | kept | {"parameters", "information_schema"}, path


@pytest.mark.parametrize("study", list(STUDIES))
def test_columns_and_sheets_of_a_study_are_described(study: str) -> None:
    policy = resources.with_report(policy_for(STUDIES[study].subject), study)
    assert list(broken_sheets(policy)) == []
    labels = Labels(policy, "zh", study)
    for table in resources.result_tables(study):
        assert [name for name in resources.result_columns(table, policy) if labels.column(name) == name] == []


@pytest.mark.parametrize("subject", list(SUBJECTS))
def test_result_columns_are_described(subject: str) -> None:
    policy, declared = policy_for(subject), resources.results()
    metrics = {m.key for m in policy.indicators}
    inputs = {c.name for r in relations(subject) for c in r.columns}
    tiers = {f"tier_{t.key.lower()}" for t in policy.tiers}
    tiers |= {f"income_{t.key.lower()}" for t in policy.tiers}
    tiers |= {component.key for component in getattr(policy.rules, "components", ())}
    for table in resources.result_tables(subject):
        assert set(resources.result_columns(table, policy)) <= set(declared["columns"]) | metrics | inputs | tiers, (
            table
        )


def test_labels_are_bilingual() -> None:
    for section in ("columns", "codes"):
        for name, label in resources.results()[section].items():
            assert label["zh"], name
            assert label["en"], name


def test_content_imports_nothing_of_the_engine() -> None:
    for folder in ("schemas", "pipelines", "sql"):
        for path in (ROOT / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
                assert not [n for n in names if n.startswith("ninegrid")], path


def test_an_unknown_subject_is_named() -> None:
    with pytest.raises(UsageError, match="no subject 'planets'"):
        relations("planets")
