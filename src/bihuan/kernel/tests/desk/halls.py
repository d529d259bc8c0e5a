"""The halls of the test house, which open and close as a test says."""

from collections.abc import Iterable
from datetime import date

from bihuan.kernel.models import Unit, User
from bihuan.kernel.subjects import Subject

HALLS: dict[str, str] = {}
"""Code → `open`, `workdays` (closed at weekends) or `closed`; a test that uses them begins with none."""
WATCHED: dict[str, str] = {}
"""The same for halls that a camera watches every day."""


def halls(on: date) -> Iterable[Subject]:
    return named(HALLS, on)


def watched(on: date) -> Iterable[Subject]:
    return named(WATCHED, on)


def named(places: dict[str, str], on: date) -> Iterable[Subject]:
    unit = Unit.objects.get(code="SKL")
    owner = User.objects.get(username="wu_min")
    for code, how in places.items():
        if how == "open" or (how == "workdays" and on.weekday() < 5):
            yield Subject(key=code, name=f"{code}营业厅", unit=unit, owner=owner)


def agents(on: date) -> Iterable[Subject]:
    yield from (
        Subject(key=subject.key, name=subject.name, unit=subject.unit, post="head") for subject in halls(on)
    )
