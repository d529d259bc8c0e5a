"""Accounts and API tokens."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.act import access
from bihuan.kernel.models import ApiToken, Role, User
from bihuan.web.listing import Action, Choice, Column, InUnit, Listing, Person, Primary, Text
from bihuan.web.lists.cells import Options, active_choices, unit_code, unit_name


def deactivate(*, row: User, user: User) -> None:
    access.deactivate(user=row, actor=user)


def revoke(*, row: ApiToken, user: User) -> None:
    access.revoke_token(token=row, actor=user)


class AccountsListing(Listing):
    model = User
    title = _("Accounts")
    url_name = "accounts"
    verb = "accounts"
    related = ("unit", "superior")
    order = ("username",)
    template = "web/lists/accounts.html"
    columns = (
        Column(key="username", label=_("user name"), sort=("username",), quiet=True, width=20),
        Column(key="name", label=pgettext_lazy("person", "name"), sort=("name",), fluid=True, width=20),
        Column(key="role", label=_("role"), sort=("role",), width=16),
        Column(
            key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), width=24
        ),
        Column(
            key="superior",
            label=_("superior"),
            value=lambda row: str(row.superior) if row.superior else None,
            sort=("superior__name",),
        ),
        Column(key="email", label=_("e-mail"), sort=("email",), hidden=True, width=24),
        Column(key="is_active", label=_("active"), sort=("is_active",)),
        Column(key="last_login", label=_("last login"), sort=("last_login",), width=20),
    )
    filters = (
        Text(key="q", label=_("name or e-mail"), over=("username", "name", "email")),
        Choice(key="role", label=_("role"), choices=Role.choices),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Choice(key="active", label=_("active"), choices=active_choices, field="is_active"),
    )
    actions = (
        Action(
            key="deactivate",
            label=pgettext_lazy("act", "Deactivate"),
            run=deactivate,
            verb="accounts",
            icon="user-off",
        ),
    )

    def row_url(self, row: User) -> str:
        return reverse("account-edit", args=[row.pk])

    def primary(self) -> Primary | None:
        return Primary(label=gettext("Invite"), url=reverse("account-new"), icon="user-plus", kbd="c")


def revoked_choices(user: User | None) -> Options:
    return [("True", gettext("valid")), ("False", gettext("revoked"))]


def is_valid(value: str) -> Q:
    return Q(revoked_at__isnull=value == "True")


class TokensListing(Listing):
    """The tokens themselves are not kept: only when each was made, used and revoked."""

    model = ApiToken
    title = _("API tokens")
    url_name = "tokens"
    verb = "accounts"
    related = ("user",)
    order = ("name",)
    template = "web/lists/accounts.html"
    columns = (
        Column(key="name", label=_("name"), sort=("name",), fluid=True, width=24),
        Column(key="user", label=_("user"), value=lambda row: str(row.user), sort=("user__name",)),
        Column(key="scopes", label=_("scopes"), value=lambda row: ", ".join(row.scopes)),
        Column(key="created_at", label=_("created"), sort=("created_at",), width=20),
        Column(key="last_used_at", label=_("last used"), sort=("last_used_at",), width=20),
        Column(key="revoked_at", label=_("revoked"), sort=("revoked_at",), width=20),
    )
    filters = (
        Text(key="q", label=_("name"), over=("name",)),
        Person(key="user", label=_("user"), field="user_id"),
        Choice(key="valid", label=_("state"), choices=revoked_choices, where=is_valid),
    )
    actions = (
        Action(key="revoke", label=pgettext_lazy("act", "Revoke"), run=revoke, verb="accounts", icon="trash"),
    )

    def scope(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if self.user is None else rows.filter(user__unit__path__startswith=self.user.unit.path)

    def primary(self) -> Primary | None:
        return Primary(label=gettext("New token"), url=reverse("token-new"), icon="key", kbd="c")
