"""How often managers read what is known of customers, and add to it: counted, not asked."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from bihuan.kernel.models import CustomerListLook, CustomerLook, Event, Role, User
from bihuan.kernel.registry import contributions
from bihuan.kernel.scope import visible

MANAGERS = (Role.MANAGER, Role.DIRECTOR)
BANDS = ((0, 0), (1, 2), (3, 5), (6, 10), (11, None))
"""Days of a period on which somebody read or added: from, to; the last is open."""
OF_CASES = "case."
"""Events of cases count where the case names a customer."""
OF_FILES = "import:"
"""A contribution that is a kind of file: an import of it is one entry, however many rows it has."""


@dataclass(frozen=True, slots=True)
class Use:
    """One manager in a period.

    `days` on which he read a page or a list of customers; `customers` whose pages he read; `lists` and
    `files`: lists read and taken away as files, each once a day; what he `added`.
    """

    user: User
    days: int
    customers: int
    lists: int
    files: int
    added: int
    days_added: int


@dataclass(frozen=True, slots=True)
class Readership:
    """Of `n` managers. Bands hold how many of them, in the order of `BANDS`."""

    first: date
    last: date
    uses: list[Use]
    read: list[int]
    added: list[int]

    @property
    def n(self) -> int:
        return len(self.uses)

    @property
    def readers(self) -> int:
        return sum(1 for use in self.uses if use.days)

    @property
    def contributors(self) -> int:
        return sum(1 for use in self.uses if use.added)


def readership(user: User, first: date, last: date) -> Readership:
    """Managers and directors of the user's units with active accounts, most days of reading first.

    Six queries and a search by halves in the event stream, whatever it holds.
    """
    people = list(
        visible(user, User.objects.filter(role__in=MANAGERS, is_active=True))
        .select_related("unit")
        .order_by("pk")
    )
    keys = [one.pk for one in people]
    looks = CustomerLook.objects.filter(user__in=keys, on__gte=first, on__lte=last).order_by()
    lists = CustomerListLook.objects.filter(user__in=keys, on__gte=first, on__lte=last).order_by()
    days = Counter(key for key, _on in looks.values_list("user", "on").union(lists.values_list("user", "on")))
    pages = dict(looks.values("user").annotate(n=Count("customer", distinct=True)).values_list("user", "n"))
    files = Counter[int]()
    seen = Counter[int]()
    for key, exported, n in lists.values_list("user", "exported").annotate(n=Count("pk")):
        (files if exported else seen)[key] += n
    added = _added(keys, first, last)
    uses = [
        Use(
            one,
            days[one.pk],
            pages.get(one.pk, 0),
            seen[one.pk],
            files[one.pk],
            len(added.get(one.pk, [])),
            len(set(added.get(one.pk, []))),
        )
        for one in people
    ]
    uses.sort(key=lambda use: (-use.days, -use.added, use.user.pk))
    return Readership(
        first, last, uses, banded([use.days for use in uses]), banded([use.days_added for use in uses])
    )


def _added(keys: list[int], first: date, last: date) -> dict[int, list[date]]:
    """By account, the local day of each event by which it added to what is known of a customer."""
    begin, end = _midnight(first), _midnight(last + timedelta(days=1))
    told = contributions()
    verbs = [each for each in told if not each.startswith(OF_FILES)]
    files = [each for each in told if each.startswith(OF_FILES)]
    rows = Event.objects.filter(
        Q(verb__in=verbs) | Q(verb="import.applied", subject__in=files),
        pk__gte=first_since(begin),
        at__gte=begin,
        at__lt=end,
        actor__in=keys,
    ).exclude(Q(verb__startswith=OF_CASES) & Q(case__customer=None))
    found: dict[int, list[date]] = {}
    for actor, at in rows.order_by().values_list("actor", "at").iterator():
        found.setdefault(actor, []).append(timezone.localdate(at))
    return found


def first_since(at: datetime) -> int:
    """Key of the first event of that instant or later: events are appended, so their keys follow time."""
    low, high = 0, Event.objects.aggregate(top=Max("pk"))["top"] or 0
    while low < high:
        middle = (low + high) // 2
        row = Event.objects.filter(pk__gt=middle).order_by("pk").values_list("pk", "at").first()
        if row is None or row[1] >= at:
            high = middle
        else:
            low = row[0]
    return low


def banded(counts: list[int]) -> list[int]:
    """How many of the counts lie in each band."""
    found: Counter[int] = Counter()
    for count in counts:
        found[next(n for n, (_low, high) in enumerate(BANDS) if high is None or count <= high)] += 1
    return [found[n] for n in range(len(BANDS))]


def _midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time()))
