"""What every page behind the sign-in shows around its content; read only when a template asks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bihuan.kernel import live_token
from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.manifest import System
from bihuan.kernel.models import Case, Notice, User
from bihuan.kernel.prepared import Hole, Prepared
from bihuan.kernel.read import tasks
from bihuan.kernel.read.processes import Health, recent_health
from bihuan.kernel.registry import everything, obligation_specs
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import below, scope
from bihuan.web import pages
from bihuan.web.pages import Shown, entry_of, is_in, parts_of

GROUPS: tuple[tuple[str, StrOrPromise], ...] = (
    ("field", pgettext_lazy("menu", "Field")),
    ("customer", pgettext_lazy("menu", "Customer")),
    ("risk", pgettext_lazy("menu", "Risk")),
    ("revenue", pgettext_lazy("menu", "Revenue")),
    ("foundation", pgettext_lazy("menu", "Foundation")),
)
HOUSE: dict[str, tuple[tuple[StrOrPromise, str, str, str], ...]] = {
    "customer": (
        (gettext_lazy("Customers"), "customers", "users", "see"),
        (gettext_lazy("Surveys"), "surveys", "message", "see"),
        (gettext_lazy("Strategy record"), "strategy", "flag", "report"),
    ),
    "foundation": (
        (gettext_lazy("Standards"), "standards", "ruler-2", "see"),
        (pgettext_lazy("menu", "Organisation"), "units", "sitemap", "see"),
        (gettext_lazy("Audit"), "audit", "shield-check", "audit"),
        (gettext_lazy("Administration"), "admin", "settings", "accounts"),
    ),
}
"""Title, url name, icon and permission of the house's own pages."""
LATE_S = 10.0
"""Intake lag from which the foot of the menu warns."""


@dataclass(slots=True)
class Item:
    title: str
    url: str
    icon: str
    count: int = 0
    alert_count: int = 0
    current: bool = False
    live: str = ""
    parts: list[Shown] = field(default_factory=list)
    """Of the system that is shown, where it has several."""


@dataclass(slots=True)
class Group:
    title: str
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Load:
    """Cases of one system: open, and past their deadline."""

    open: int = 0
    overdue: int = 0


def _loads() -> QuerySet[Any, Any]:
    late = Q(state__in=OPEN - {"waiting", "resolved", "verifying"}, due_at__lt=Hole("now"))
    rows = below(Hole("path"), Case.objects.order_by()).filter(state__in=OPEN)
    return rows.values_list("system").annotate(
        open=Count("pk"),
        overdue=Count("pk", filter=late),
    )


def _unread() -> QuerySet[Any, Any]:
    rows = Notice.objects.order_by().filter(user=Hole("user"), read_at=None)
    return rows.values("user").annotate(count=Count("pk")).values_list("count")


LOADS, UNREAD = Prepared(_loads), Prepared(_unread)


class Shell:
    """Around the content of one request's page."""

    def __init__(self, path: str, user: User) -> None:
        self.path = path
        self.user = user

    @cached_property
    def loads(self) -> dict[str, Load]:
        """One query for every count of cases in the menu."""
        path = scope(self.user)
        if path is None:
            return {}
        return {system: Load(*counts) for system, *counts in LOADS.rows(path=path, now=timezone.now())}

    @property
    def overdue(self) -> int:
        return sum(load.overdue for load in self.loads.values())

    @cached_property
    def to_call_back(self) -> int:
        return tasks.to_call_back(self.user, timezone.now()).count()

    @cached_property
    def bell(self) -> int:
        return sum(count for (count,) in UNREAD.rows(user=self.user.pk))

    @cached_property
    def nav(self) -> list[Group]:
        groups = [Group("", self._top())]
        for key, title in GROUPS:
            items = [*self._systems(key), *self._house(HOUSE.get(key, ()))]
            if items:
                groups.append(Group(str(title), items))
        self._mark([item for group in groups for item in group.items])
        return groups

    def _top(self) -> list[Item]:
        open_cases = sum(load.open for load in self.loads.values())
        found = (
            Item(_("My desk"), reverse("home"), "home"),
            self._item(_("Cases"), "cases", "clipboard-list", open_cases, self.overdue),
            Item(_("Call-backs"), reverse("callbacks"), "phone-call", self.to_call_back),
            self._item(_("Obligations"), "obligations", "calendar") if obligation_specs() else None,
            self._item(_("Improvements"), "improvements", "flag"),
            self._item(_("Reports"), "reports", "report"),
            Item(_("Wall display"), reverse("screen"), "device-tv"),
        )
        return [item for item in found if item]

    def _systems(self, group: str) -> Iterable[Item]:
        for system in everything():
            if system.group == group:
                yield from self._menu_of(system)

    def _menu_of(self, system: System) -> Iterable[Item]:
        """One entry, with its counts; the system that is shown has its parts below it."""
        url = entry_of(system, self.user.role)
        if url:
            load = self.loads.get(system.name, Load())
            item = Item(str(system.title), url, system.icon, load.open, load.overdue)
            if is_in(system, self.path):
                parts = parts_of(system, self.user.role, self.path)
                item.parts = parts if len(parts) > 1 else []
                item.current = not any(part.current for part in item.parts)
            yield item

    def _house(self, entries: Sequence[tuple[StrOrPromise, str, str, str]]) -> Iterable[Item]:
        for title, name, icon, verb in entries:
            item = self._item(str(title), name, icon) if may(self.user.role, verb) else None
            if item:
                yield item

    def _item(self, title: str, name: str, icon: str, count: int = 0, alert: int = 0) -> Item | None:
        try:
            return Item(title, reverse(name), icon, count, alert)
        except NoReverseMatch:
            return None

    def _mark(self, items: list[Item]) -> None:
        """The entry whose page, or a page below it, is shown: the longest match."""
        if any(item.current or item.parts for item in items):
            return
        fitting = [item for item in items if self.path == item.url or _is_below(self.path, item.url)]
        if fitting:
            max(fitting, key=lambda item: len(item.url)).current = True

    @cached_property
    def health(self) -> dict[str, str]:
        return health_words(recent_health())


def _is_below(path: str, url: str) -> bool:
    return url != "/" and path.startswith(url.partition("?")[0])


def health_words(found: Health) -> dict[str, str]:
    """State and words for the foot of the menu."""
    down = found.down
    lag = _("intake lag %(n)s s") % {"n": f"{found.lag_s:.1f}"}
    if down:
        return {
            "state": "abnormal",
            "text": _("not running: %(names)s") % {"names": ", ".join(down)},
            "detail": lag,
        }
    state = "warning" if found.lag_s > LATE_S else "normal"
    return {"state": state, "text": _("4 processes running"), "detail": lag}


def live(*topics: str) -> dict[str, Any]:
    """`live` of a page that is pushed to: `{"live": live("instruments.board")}` in its context."""
    query = f"?topics={','.join(topics)}" if topics else ""
    return {"url": "", "token_url": f"{reverse('live_token')}{query}", "expires_s": live_token.LIVES_S}


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor; nothing for who has not signed in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    around = Shell(request.path, user)
    return {
        "nav": SimpleLazyObject(lambda: around.nav),
        "bottom_nav": SimpleLazyObject(lambda: around.nav[0].items),
        "unit_name": user.unit.name,
        "health": SimpleLazyObject(lambda: around.health),
        "parts": SimpleLazyObject(lambda: pages.around(request.path, user.role)),
        "bell_count": SimpleLazyObject(lambda: around.bell),
        "bell_url": reverse("notices"),
        "overdue_count": SimpleLazyObject(lambda: around.overdue),
        "person": {"name": str(user), "url": reverse("account"), "role": user.get_role_display()},
        "live": live(),
    }
