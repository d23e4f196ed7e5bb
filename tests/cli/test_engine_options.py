"""--engine, --master and --shared: what can't be meant is said, with what to do."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ninegrid.cli.main import app
from ninegrid.cli.options import Engines, engine
from ninegrid.engines import session
from ninegrid.model.errors import UsageError
from ninegrid.options import Options
from ninegrid.pipeline import run


def test_an_engine_is_a_size_or_a_master() -> None:
    assert engine(Engines.auto, None, None) == {}
    assert engine(Engines.disk, None, None) == {"large": 0}
    assert engine(Engines.spark, None, None) == {"master": "sail", "shared": None}
    assert engine(Engines.spark, "local[2]", Path("share")) == {"master": "local[2]", "shared": Path("share")}


@pytest.mark.parametrize("master", ["local[2]", None])
def test_a_master_goes_with_spark_alone(master: str | None) -> None:
    with pytest.raises(UsageError, match="--master" if master else "--shared"):
        engine(Engines.disk, master, Path("share"))


def test_without_the_packages_the_command_says_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(session, "import_module", missing)
    with pytest.raises(UsageError, match="pip install 'ninegrid\\[spark\\]'") as caught:
        run("customers", [tmp_path / "lake"], Options(out=tmp_path / "out.xlsx", db=":memory:", master="sail"))
    assert caught.value.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_employees_are_not_graded_on_spark() -> None:
    assert CliRunner().invoke(app, ["talent", "lake", "--engine", "spark"]).exit_code == 2
