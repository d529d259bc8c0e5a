"""Who watches which meter-reading areas, and whom they can call."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from bihuan.kernel.models import Unit
from bihuan.kernel.read.duty import holder

from ..models import Area, Supervisor

POSTS = ("marketing_deputy", "marketing_head")
"""Whose telephone numbers stand on the card (chapter 8)."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Areas in service, and how many of them have a supervisor now; key areas apart."""

    covered: int
    areas: int
    key_covered: int
    key_areas: int

    @property
    def share(self) -> float | None:
        return self.covered / self.areas if self.areas else None

    @property
    def key_share(self) -> float | None:
        return self.key_covered / self.key_areas if self.key_areas else None


def serving(on: date) -> Q:
    """Supervisors who serve on a day."""
    return Q(erased_at=None, since_on__lte=on) & (Q(until_on=None) | Q(until_on__gte=on))


def watched(on: date) -> Exists:
    """Areas that have somebody on a day."""
    return Exists(Supervisor.objects.filter(serving(on), area=OuterRef("pk")))


def coverage(areas: QuerySet[Area], on: date) -> Coverage:
    """Of these areas, those in service on the day."""
    rows = areas.filter(Q(closed_on=None) | Q(closed_on__gt=on)).annotate(watched=watched(on)).order_by()
    found = list(rows.values_list("key_area", "watched"))
    key = [has for is_key, has in found if is_key]
    return Coverage(sum(has for _key, has in found), len(found), sum(key), len(key))


@dataclass(frozen=True, slots=True)
class Contact:
    """Who holds a post; `phone` is empty where nobody entered one."""

    post: str
    name: str
    phone: str


def contacts(unit: Unit) -> list[Contact]:
    """The deputy manager for marketing and the head of the marketing office of a unit."""
    found = [(post, holder(post, unit)) for post in POSTS]
    return [
        Contact(post, str(user) if user else "", user.person.phone if user and user.person else "")
        for post, user in found
    ]
