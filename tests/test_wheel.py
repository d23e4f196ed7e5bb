"""What is shipped: the wheel holds every policy, schema and SELECT, under one name."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTENT = ("pipelines", "schemas", "sql")


pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names in a wheel built from a copy of the source, without the network."""
    copy = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for name in ("src", *CONTENT):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(copy / "dist"), str(copy)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = (copy / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_content_file_is_in_the_wheel(shipped: set[str]) -> None:
    files = [p for name in CONTENT for p in (ROOT / name).rglob("*.*") if p.suffix in (".py", ".toml", ".sql")]
    wanted = {f"ninegrid/{path.relative_to(ROOT).as_posix()}" for path in files}
    assert len(wanted) > 20
    assert wanted <= shipped


def test_every_module_and_catalogue_is_in_the_wheel(shipped: set[str]) -> None:
    files = [path for kind in ("*.py", "*.toml") for path in (ROOT / "src" / "ninegrid").rglob(kind)]
    wanted = {path.relative_to(ROOT / "src").as_posix() for path in files}
    assert wanted <= shipped
    assert "ninegrid/py.typed" in shipped


def test_nothing_else_is_installed_at_the_top(shipped: set[str]) -> None:
    assert {name.split("/")[0] for name in shipped if ".dist-info" not in name} == {"ninegrid"}
