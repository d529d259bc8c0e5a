"""Who must be told: the holders of posts, and the steps of escalation."""

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.act import duty
from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Post, Rung, User
from bihuan.kernel.registry import everything, posts, systems
from bihuan.kernel.scope import visible
from bihuan.web.components.figures import percent
from bihuan.web.listing import Action, Choice, Column, InUnit, Listing, Primary, Text
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, flag, one_of
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.lists.cells import active_choices, person_cell, unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells

Options = list[tuple[str, StrOrPromise]]
BY_ROLE: Options = [
    ("owner", pgettext_lazy("told", "owner of the case or duty")),
    ("superior", pgettext_lazy("told", "the owner's superior")),
    ("manager", pgettext_lazy("told", "manager of the unit")),
    ("director", pgettext_lazy("told", "director")),
]
MOST_LATE = 365


def post_choices(user: User | None = None) -> Options:
    return [(key, post.title) for key, post in posts().items()]


def told_choices(user: User | None = None) -> Options:
    """Whom a step may tell: by place in the organisation, or by post."""
    return [*BY_ROLE, *post_choices()]


def ladder_choices(user: User | None = None) -> Options:
    return [
        ("", _("every system without a ladder of its own")),
        *((one.name, one.title) for one in systems()),
    ]


def of_ladder(name: str) -> Q:
    """`-` stands for the ladder of every other system: an empty choice narrows nothing."""
    return Q(system="" if name == "-" else name)


def post_title(row: Post) -> str:
    found = posts().get(row.key)
    return capfirst(str(found.title)) if found else row.key


def told_title(row: Rung) -> str:
    return capfirst(str(dict(told_choices()).get(row.tells, row.tells)))


def system_title(row: Rung) -> str:
    titles = {system.name: system.title for system in everything()}
    return capfirst(str(titles.get(row.system, row.system) if row.system else ladder_choices()[0][1]))


class PostsTransfer(UnitCells, Transfer):
    """One holder for a post of a unit: another name in the file takes it over."""

    kind = "posts"
    model = Post
    key = "post"
    together = ("post", "unit")
    most = 5_000
    fields = (
        Field(key="post", label=_("post"), attr="key", required=True, aliases=("key",)),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code or name of the unit")),
        Field(
            key="user",
            label=_("user name"),
            attr="user_id",
            required=True,
            help=_("of the account that holds the post"),
            aliases=("holder", "任职人", "账号"),
        ),
    )

    def start(self) -> None:
        super().start()
        rows = User.objects.filter(is_active=True)
        mine = rows if self.user is None else visible(self.user, rows)
        self.users = {name.casefold(): key for name, key in mine.values_list("username", "pk")}

    def parse_post(self, raw: Any) -> str:
        key: str = one_of(post_choices())(raw)
        return key

    def parse_user(self, raw: Any) -> int:
        name = as_text(raw).casefold()
        if name not in self.users:
            raise Wrong(gettext("no active account of your units has this user name"))
        return self.users[name]

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        rows = Post.objects.filter(key__in={key for key, _unit in keys}).select_related("unit")
        return {(row.key, row.unit_id): Stored(row.pk, row.unit.path, {"user": row.user_id}) for row in rows}

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            duty.appoint_by_key(key=row["post"], unit=row["unit"], to=row["user"], user=self.user)


def vacate(*, row: Post, user: User) -> None:
    duty.vacate(post=row, user=user)


class PostsListing(Listing):
    model = Post
    title = _("Posts")
    url_name = "posts"
    related = ("unit", "user__unit")
    transfer = PostsTransfer
    template = "web/lists/organisation.html"
    order = ("unit__path", "key")
    columns = (
        Column(key="post", label=_("post"), value=post_title, sort=("key",), fluid=True, width=30),
        Column(
            key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), width=24
        ),
        Column(
            key="user",
            label=pgettext_lazy("post", "holder"),
            value=lambda row: str(row.user),
            cell=lambda row: person_cell(row.user),
            export=lambda row: row.user.username,
            sort=("user__name",),
            width=20,
        ),
        Column(
            key="active",
            label=_("account active"),
            value=lambda row: row.user.is_active,
            sort=("user__is_active",),
        ),
    )
    filters = (
        Text(key="q", label=_("holder or unit"), over=("user__name", "user__username", "unit__name")),
        Choice(key="post", label=_("post"), choices=post_choices, field="key"),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )
    actions = (
        Action(
            key="vacate",
            label=pgettext_lazy("act", "Vacate"),
            run=vacate,
            verb="edit",
            icon="user-off",
        ),
    )

    def row_url(self, row: Post) -> str:
        return reverse("post", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("edit") or not posts():
            return None
        return Primary(label=gettext("Appoint"), url=reverse("post-new"), kbd="c")


def share(raw: Any) -> Decimal:
    """`75`, `75 %` or a cell of 0.75 that a spreadsheet shows as 75 %."""
    said = as_text(raw).replace("％", "%")
    try:
        number = Decimal(said.rstrip("% "))
    except InvalidOperation:
        raise Wrong(gettext("not a number of percent")) from None
    found = number / 100 if "%" in said or number > 1 else number
    if not 0 <= found <= 1:
        raise Wrong(gettext("between 0 and 100 percent"))
    return found.quantize(Decimal("0.01"))


def days(raw: Any) -> int:
    said = as_text(raw)
    if not said.isdecimal() or int(said) > MOST_LATE:
        raise Wrong(gettext("not a whole number of days"))
    return int(said)


class RungsTransfer(Transfer):
    """A step is what it says: all its columns are its key, and a file can switch it off."""

    kind = "escalation"
    model = Rung
    key = "system"
    together = ("system", "used", "days_late", "tells")
    most = 1_000
    fields = (
        Field(key="system", label=_("system"), help=_("empty: every system without a ladder of its own")),
        Field(key="used", label=_("limit used, %"), parse=share, required=True),
        Field(key="days_late", label=_("working days overdue"), parse=days, required=True),
        Field(key="tells", label=_("who is told"), required=True),
        Field(key="active", label=_("active"), parse=flag, help=_("yes or no")),
    )

    def parse_system(self, raw: Any) -> str:
        name: str = one_of(ladder_choices())(raw)
        return name

    def parse_tells(self, raw: Any) -> str:
        key: str = one_of(told_choices())(raw)
        return key

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        if row["days_late"] and row["used"] < 1:
            yield "used", gettext("a step after the due time has 100 %")

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        rows = Rung.objects.filter(system__in={key[0] for key in keys})
        return {
            (row.system, row.used, row.days_late, row.tells): Stored(row.pk, None, {"active": row.active})
            for row in rows
        }

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            named = dict(zip(self.together, self.identity(row), strict=True))
            Rung.objects.update_or_create(**named, defaults={"active": row.get("active", True)})


class RungsListing(Listing):
    """The ladder concerns the whole house: everybody sees it, who sets standards changes it."""

    model = Rung
    title = _("Steps of escalation")
    url_name = "escalation"
    import_verb = edit_verb = "standards"
    transfer = RungsTransfer
    template = "web/lists/standards.html"
    order = ("system", "days_late", "used", "pk")
    columns = (
        Column(key="system", label=_("system"), value=system_title, sort=("system",), fluid=True, width=30),
        Column(
            key="used",
            label=_("limit used, %"),
            cell=lambda row: percent(float(row.used), 0),
            export=lambda row: float(row.used * 100),
            sort=("used",),
            numeric=True,
        ),
        Column(key="days_late", label=_("working days overdue"), sort=("days_late",), numeric=True),
        Column(key="tells", label=_("who is told"), value=told_title, sort=("tells",), width=30),
        Column(key="active", label=_("active"), sort=("active",)),
    )
    filters = (
        Choice(
            key="system",
            label=_("system"),
            choices=lambda user: [(name or "-", words) for name, words in ladder_choices()],
            where=of_ladder,
        ),
        Choice(key="tells", label=_("who is told"), choices=told_choices),
        Choice(key="active", label=_("active"), choices=active_choices),
    )

    def row_url(self, row: Rung) -> str:
        return reverse("rung", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may(self.edit_verb):
            return None
        return Primary(label=gettext("New step"), url=reverse("rung-new"), kbd="c")
