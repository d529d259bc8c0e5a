"""Causes: one tree for the whole house, with the words that suggest them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Case, Cause
from bihuan.kernel.scope import visible
from bihuan.web.listing import Choice, Column, Listing, Primary, Text
from bihuan.web.listing.transfer.fields import Field, as_text, flag, text
from bihuan.web.listing.transfer.transfer import Stored, Values
from bihuan.web.lists.cells import active_choices, count_of
from bihuan.web.lists.organisation import indented, parent_code, parent_name
from bihuan.web.lists.trees import TreeTransfer

OWN = ("keywords", "active")


def keywords(raw: Any) -> str:
    """One word or phrase a line; in one cell they may stand in lines or be divided by signs."""
    said = as_text(raw)
    for mark in ("、", "，", ",", "；", ";"):
        said = said.replace(mark, "\n")
    return "\n".join(dict.fromkeys(word.strip() for word in said.splitlines() if word.strip()))


def listed(row: Cause) -> str:
    return "、".join(row.keywords.splitlines())


class CausesTransfer(TreeTransfer):
    kind = "causes"
    model = Cause
    fields = (
        Field(key="code", label=_("code"), parse=text(32), required=True),
        Field(key="name", label=_("name"), parse=text(80), required=True),
        Field(key="parent", label=_("parent cause"), help=_("code of the cause above; empty: the top")),
        Field(
            key="keywords",
            label=_("keywords"),
            parse=keywords,
            help=_("words that suggest it, divided by 、 or commas"),
        ),
        Field(key="active", label=_("active"), parse=flag, help=_("yes or no")),
    )

    @property
    def unknown(self) -> str:
        return gettext("no such cause")

    def differs(self, stored: Stored, row: Values) -> bool:
        own = any(key in row and stored.values[key] != row[key] for key in OWN)
        return own or super().differs(stored, row)

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            given = {key: row[key] for key in OWN if key in row}
            Cause.objects.update_or_create(code=row["code"], defaults={"name": row["name"], **given})


class CausesListing(Listing):
    """The tree belongs to the whole house: everybody sees it, who sets standards changes it."""

    model = Cause
    title = _("Causes")
    url_name = "causes"
    import_verb = edit_verb = "standards"
    transfer = CausesTransfer
    template = "web/lists/standards.html"
    order = ("path",)
    columns = (
        Column(key="code", label=_("code"), sort=("code",), quiet=True),
        Column(
            key="name",
            label=_("name"),
            sort=("name",),
            fluid=True,
            width=30,
            cell=indented,
        ),
        Column(
            key="parent",
            label=_("parent cause"),
            value=parent_name,
            export=parent_code,
            sort=("parent__name",),
            width=24,
        ),
        Column(key="keywords", label=_("keywords"), value=listed, width=40),
        Column(key="cases", label=_("cases"), value=lambda row: row.coded, sort=("coded",), numeric=True),
        Column(key="active", label=_("active"), sort=("active",)),
    )
    filters = (
        Text(key="q", label=_("code, name or keyword"), over=("code", "name", "keywords")),
        Choice(key="active", label=_("active"), choices=active_choices),
    )

    def base(self) -> QuerySet[Any]:
        cases = Case.objects.all() if self.user is None else visible(self.user, Case.objects.all())
        return Cause.objects.select_related("parent").annotate(coded=count_of(cases, "cause"))

    def row_url(self, row: Cause) -> str:
        return reverse("cause", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may(self.edit_verb):
            return None
        return Primary(label=gettext("New cause"), url=reverse("cause-new"), kbd="c")
