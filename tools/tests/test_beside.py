import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from tools import beside, lock, proc, spark


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """Locks in a folder of the test; what would be run is noted."""
    called: list[tuple[str, list[str]]] = []

    def noted(what: str, command: proc.Words, **_: Any) -> str:
        called.append((what, [str(word) for word in command]))
        (tmp_path / "share/thing").mkdir(parents=True, exist_ok=True)
        return ""

    monkeypatch.setattr(beside, "VENV", tmp_path)
    monkeypatch.setattr(beside, "lock_of", lambda name: tmp_path / f"{name}.lock.txt")
    monkeypatch.setattr(beside, "run", noted)
    monkeypatch.setattr(beside, "index_settings", dict)
    (tmp_path / "thing.lock.txt").write_text("thing==1", encoding="utf-8")
    return called


def test_installed_once_for_each_content_of_its_lock(
    house: list[tuple[str, list[str]]], tmp_path: Path
) -> None:
    assert beside.beside("thing") == beside.beside("thing") == tmp_path / "share/thing"
    assert len(house) == 1
    assert "--require-hashes" in house[0][1]
    (tmp_path / "thing.lock.txt").write_text("thing==2", encoding="utf-8")
    beside.beside("thing")
    assert len(house) == 2


def test_every_lock_names_hashes_and_fits_what_the_distribution_asks_for() -> None:
    for name in lock.BESIDE:
        rows = beside.lock_of(name).read_text(encoding="utf-8").splitlines()
        packages = [row for row in rows if "==" in row]
        assert packages
        assert all(row.endswith("\\") for row in packages)
    project = tomllib.loads((proc.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = Requirement(project["optional-dependencies"]["spark"][0])
    pinned = [row for row in beside.lock_of("spark").read_text(encoding="utf-8").splitlines() if "==" in row]
    versions = dict(row.removesuffix(" \\").split("==") for row in pinned)
    assert asked.specifier.contains(versions[asked.name])


def test_command_finds_spark_before_what_it_found_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark, "beside", lambda name: tmp_path / name)
    monkeypatch.setattr(spark, "which", lambda name: "/bin/true")
    monkeypatch.setenv("PYTHONPATH", "/there")
    expected = os.pathsep.join([str(tmp_path / "spark"), "/there"])
    assert spark.main(["--", "/bin/sh", "-c", f'test "$PYTHONPATH" = "{expected}"']) == 0
    assert spark.main(["--", "/bin/sh", "-c", "exit 3"]) == 3


def test_without_java_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(spark, "which", lambda name: None)
    assert spark.main([]) == 1
    assert "openjdk" in capsys.readouterr().err
