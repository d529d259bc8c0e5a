import json
from pathlib import Path

import pytest

from tools import bench


def test_measurements_are_scripts_with_a_main_part(tmp_path: Path) -> None:
    (tmp_path / "gateway.py").write_text('if __name__ == "__main__":\n    print("{}")\n', encoding="utf-8")
    (tmp_path / "fleet.py").write_text("TERMINALS = 30\n", encoding="utf-8")
    assert list(bench.scripts(tmp_path)) == ["gateway"]


def test_result_is_the_printed_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "gateway.py"
    path.write_text("print('{\"messages_per_s\": 25000}')\n", encoding="utf-8")
    found = bench.measure(path)
    assert (found["exit"], found["result"]) == (0, {"messages_per_s": 25000})
    assert json.dumps(found)


def test_failed_measurement_is_told(tmp_path: Path) -> None:
    path = tmp_path / "gateway.py"
    path.write_text("raise SystemExit(3)\n", encoding="utf-8")
    assert bench.measure(path)["exit"] == 3
