"""The committed calendar is what the tool writes today."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from bihuan.kernel.rules.seed import SEED, seed_marks

TOOL = Path(__file__).parent.parent / "tools" / "calendar_seed.py"


def test_the_seed_is_up_to_date() -> None:
    spec = spec_from_file_location("calendar_seed", TOOL)
    assert spec
    assert spec.loader
    tool = module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert SEED.read_text(encoding="utf-8") == tool.render(), "run tools/calendar_seed.py"


def test_the_seed_names_each_day_once_and_only_where_it_differs_from_the_week() -> None:
    days = [mark.on for mark in seed_marks()]
    assert days == sorted(set(days))
    assert all(mark.works == (mark.on.weekday() > 4) for mark in seed_marks())
