"""What a branch needs before the service evaluation runs by itself, and how far it is."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Person, Post, Unit, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible

from ..models import Area, CardSubject, Draw, Hall, Scorecard, Staff
from ..rules.quarters import Quarter
from ..system.kinds import POSTS


@dataclass(frozen=True, slots=True)
class Step:
    title: StrOrPromise
    why: StrOrPromise
    have: int
    verb: StrOrPromise
    url: str
    """Where it is done; empty for who may not."""
    want: int = 1
    """What is enough."""

    @property
    def done(self) -> bool:
        return self.have >= self.want


def steps(user: User, today: date) -> list[Step]:
    """In the order in which they build on each other."""
    return [*_organisation(user), *_lists(user), *_running(user, today)]


def _organisation(user: User) -> list[Step]:
    bring = may(user.role, "import")
    return [
        Step(
            _("Units and teams"),
            _("The branch and below it the teams of halls, meter reading, connections, repairs and 95598."),
            visible(user, Unit.objects.exclude(pk=user.unit_id)).count(),
            _("Import units"),
            reverse("units-import") if bring else "",
        ),
        Step(
            _("Accounts"),
            _("Everybody who holds a post, handles or verifies cases. An administrator invites them."),
            visible(user, User.objects.filter(is_active=True).exclude(pk=user.pk)).count(),
            _("Invite somebody"),
            reverse("accounts") if may(user.role, "accounts") else "",
        ),
        Step(
            _("Posts"),
            _("Who is told, calls back, hands in papers; a head of the marketing office is needed for any."),
            _posts_held(user),
            _("Give posts"),
            reverse("posts") if bring else "",
            len(POSTS),
        ),
        Step(
            _("People"),
            _("Everybody with a staff number: names come from this list."),
            visible(user, Person.objects.filter(erased_at=None)).count(),
            _("Import people"),
            reverse("people-import") if bring else "",
        ),
    ]


def _posts_held(user: User) -> int:
    held = Post.objects.filter(key__in=[post.key for post in POSTS], user__is_active=True)
    return visible(user, held).order_by().values_list("key", flat=True).distinct().count()


def _lists(user: User) -> list[Step]:
    bring = may(user.role, "import")
    return [
        Step(
            _("Halls"),
            _("Level, town, opening hours and visitors decide how often each is checked, visited and asked."),
            visible(user, Hall.objects.filter(closed_on=None)).count(),
            _("Import halls"),
            reverse("service:halls-import") if bring else "",
        ),
        Step(
            _("Staff of the teams"),
            _("Who works where and as what: nobody inspects or calls back their own work."),
            visible(user, Staff.objects.filter(left_on=None)).count(),
            _("Import staff"),
            reverse("service:staff-import") if bring else "",
        ),
        Step(
            _("Meter-reading areas"),
            _("With reader and number of customers, for surveys and community supervisors."),
            visible(user, Area.objects.filter(closed_on=None)).count(),
            _("Import areas"),
            reverse("service:areas-import") if bring else "",
        ),
    ]


def _running(user: User, today: date) -> list[Step]:
    quarter = Quarter.of(today)
    cards = Scorecard.objects.filter(valid_from__lte=today).order_by().values("subject").distinct().count()
    draws = visible(user, Draw.objects.filter(withdrawn_at=None, year=quarter.year, quarter=quarter.number))
    return [
        Step(
            _("Scorecards in force"),
            _("Our proposal for each kind of check is there to be drafted, changed and put in force."),
            cards,
            _("Scorecards"),
            reverse("service:scorecards"),
            len(CardSubject),
        ),
        Step(
            _("Draws of this quarter"),
            _("Halls, areas and calls: two parties commit before anybody can know who is drawn."),
            draws.count(),
            _("Committed draws"),
            reverse("service:draws"),
        ),
    ]
