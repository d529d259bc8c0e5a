"""The committed calendar is what the tool writes today."""

from bihuan.kernel.rules.seed import SEED, seed_marks
from tools import calendar_seed


def test_the_seed_is_up_to_date() -> None:
    assert SEED.read_text(encoding="utf-8") == calendar_seed.render(), "run tools/calendar_seed.py"


def test_the_seed_names_each_day_once_and_only_where_it_differs_from_the_week() -> None:
    days = [mark.on for mark in seed_marks()]
    assert days == sorted(set(days))
    assert all(mark.works == (mark.on.weekday() > 4) for mark in seed_marks())
