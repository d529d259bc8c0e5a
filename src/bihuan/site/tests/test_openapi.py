import argparse
from pathlib import Path

import pytest

from bihuan.site.commands import openapi


@pytest.mark.all_systems
def test_the_committed_description_is_what_the_code_says() -> None:
    assert openapi.run(argparse.Namespace(check=True)) == 0


def test_a_stale_description_is_named_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(openapi, "ROOT", tmp_path)
    monkeypatch.setattr(openapi, "SNAPSHOT", tmp_path / "openapi.json")
    assert openapi.run(argparse.Namespace(check=True)) == 1
    assert "run bihuan openapi" in capsys.readouterr().err
    openapi.run(argparse.Namespace(check=False))
    assert openapi.run(argparse.Namespace(check=True)) == 0
