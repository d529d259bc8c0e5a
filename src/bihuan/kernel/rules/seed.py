"""The calendar that is built in: notices of 2004–2026 and statutory days after them (kernel/data)."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bihuan.kernel.rules.calendar import SHANGHAI, Calendar, Layer, Mark

SEED = Path(__file__).parent.parent / "data" / "calendar.csv"
LAYERS = {"gazette": Layer.GAZETTED, "statute": Layer.PROVISIONAL}


def read_marks(path: Path = SEED) -> Iterator[Mark]:
    """Rows of date, work or rest, name and source; lines that begin with # are comments."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            on, kind, name, source = line.split(",")
            yield Mark(date.fromisoformat(on), kind == "work", LAYERS[source], name)


@cache
def seed_marks() -> tuple[Mark, ...]:
    """Every day of the seed that differs from Monday–Friday, in order of date; read on first use."""
    return tuple(read_marks())


@cache
def standard_calendar(zone: ZoneInfo = SHANGHAI) -> Calendar:
    """The built-in calendar without anybody's own rules."""
    return Calendar.of(seed_marks(), zone)
