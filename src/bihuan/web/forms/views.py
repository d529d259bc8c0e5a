"""One page to see, change or make a record; one to erase a person or customer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.act.duty import appoint
from bihuan.kernel.act.people import erase_customer, erase_person
from bihuan.kernel.act.records import keep
from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import (
    Card,
    Cause,
    Customer,
    Person,
    Place,
    Post,
    Region,
    Rung,
    Unit,
    User,
)
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.forms.records import (
    CardForm,
    CauseForm,
    CustomerForm,
    PersonForm,
    PlaceForm,
    PostForm,
    RecordForm,
    RegionForm,
    RungForm,
    UnitForm,
)
from bihuan.web.listing.access import user_of
from bihuan.web.lists.duty import post_title, told_title


@dataclass(frozen=True, kw_only=True)
class Record:
    """`name` names the urls: `person`, `person-new`, `person-erase`; `list_name` the table above."""

    name: str
    list_name: str
    model: type[Model]
    form: type[RecordForm]
    new_title: StrOrPromise
    list_title: StrOrPromise
    erase: Callable[..., None] | None = None
    edit_verb: str = "edit"
    save: Callable[[Any, User], object] | None = None
    """An act of its own where writing the row is more than that."""
    named: Callable[[Any], str] = str
    has_page: bool = False
    """The row has a page of its own under the record's name; the form is then `name-edit`, below it."""

    @property
    def page(self) -> str:
        """Name of the record's url, in the namespace of its table."""
        space = self.list_name.rpartition(":")[0]
        return f"{space}:{self.name}" if space else self.name

    def back(self, row: Any) -> str:
        """Where the form leads back to: the row's own page where it has one, else the table."""
        return reverse(self.page, args=[row.pk]) if self.has_page and row else reverse(self.list_name)

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows.filter(erased_at=None) if self.erase else rows


RECORDS = (
    Record(
        name="person",
        list_name="people",
        model=Person,
        form=PersonForm,
        new_title=_("New person"),
        list_title=_("People"),
        erase=lambda row, actor: erase_person(person=row, actor=actor),
    ),
    Record(
        name="card",
        list_name="cards",
        model=Card,
        form=CardForm,
        new_title=_("New card"),
        list_title=_("Cards"),
    ),
    Record(
        name="place",
        list_name="places",
        model=Place,
        form=PlaceForm,
        new_title=_("New place"),
        list_title=_("Places"),
    ),
    Record(
        name="unit",
        list_name="units",
        model=Unit,
        form=UnitForm,
        new_title=_("New unit"),
        list_title=_("Units"),
    ),
    Record(
        name="region",
        list_name="regions",
        model=Region,
        form=RegionForm,
        new_title=_("New region"),
        list_title=_("Regions"),
        edit_verb="standards",
    ),
    Record(
        name="cause",
        list_name="causes",
        model=Cause,
        form=CauseForm,
        new_title=_("New cause"),
        list_title=_("Causes"),
        edit_verb="standards",
    ),
    Record(
        name="rung",
        list_name="escalation",
        model=Rung,
        form=RungForm,
        new_title=_("New step"),
        list_title=_("Steps of escalation"),
        edit_verb="standards",
        named=lambda row: told_title(row),
    ),
    Record(
        name="post",
        list_name="posts",
        model=Post,
        form=PostForm,
        new_title=_("Appoint"),
        list_title=_("Posts"),
        save=lambda row, user: appoint(key=row.key, unit=row.unit, to=row.user, user=user),
        named=lambda row: f"{post_title(row)} · {row.unit}",
    ),
    Record(
        name="customer",
        list_name="customers",
        model=Customer,
        form=CustomerForm,
        new_title=_("New customer"),
        list_title=_("Customers"),
        erase=lambda row, actor: erase_customer(customer=row, actor=actor),
        has_page=True,
    ),
)


def page(request: HttpRequest, pk: int | None = None, *, record: Record) -> HttpResponse:
    """Who may not edit sees the same fields, locked. A row of another unit is not there (404)."""
    user = user_of(request, "see" if pk else record.edit_verb)
    row = get_object_or_404(visible(user, record.rows()), pk=pk) if pk else None
    form = record.form(
        request.POST or None, instance=row, user=user, initial={} if row else {"unit": user.unit}
    )
    editable = may(user.role, record.edit_verb)
    if request.method == "POST":
        if not editable:
            raise PermissionDenied(record.edit_verb)
        if form.is_valid():
            return saved(request, record, form, user)
    for field in form.fields.values() if not editable else ():
        field.disabled = True
    context = {
        "form": form,
        "row": row,
        "editable": editable,
        "heading": record.named(row) if row else record.new_title,
        "back": record.back(row),
        "erase_url": erase_url(record, row, user),
        "crumbs": crumbs(record, record.named(row) if row else str(record.new_title)),
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)


def crumbs(record: Record, last: str) -> list[dict[str, Any]]:
    return [{"title": record.list_title, "url": reverse(record.list_name)}, {"title": last}]


def saved(request: HttpRequest, record: Record, form: RecordForm, user: User) -> HttpResponse:
    row = form.save(commit=False)
    if record.save:
        record.save(row, user)
    else:
        keep(row=row, user=user, fields=form.changed_data)
    messages.success(request, gettext("Saved: %(name)s") % {"name": record.named(row)})
    return HttpResponseRedirect(record.back(row))


def erase_url(record: Record, row: Any, user: User) -> str:
    if row is None or record.erase is None or not may(user.role, "erase"):
        return ""
    return reverse(f"{record.page}-erase", args=[row.pk])


def erase(request: HttpRequest, pk: int, *, record: Record) -> HttpResponse:
    """What cannot be undone is asked once, naming the object; the answer repeats its number."""
    user = user_of(request, "erase")
    row: Any = get_object_or_404(visible(user, record.rows()), pk=pk)
    wrong = request.method == "POST" and request.POST.get("number", "").strip() != row.number
    if request.method == "POST" and not wrong and record.erase:
        name = f"{row} ({row.number})"
        record.erase(row, user)
        messages.success(request, gettext("Erased: %(name)s") % {"name": name})
        return HttpResponseRedirect(reverse(record.list_name))
    context = {
        "row": row,
        "wrong": wrong,
        "back": reverse(record.page, args=[pk]),
        "crumbs": crumbs(record, str(row)),
    }
    return render(request, "web/lists/erase.html", context, status=422 if wrong else 200)


def record_urls(route: str, record: Record) -> list[URLPattern]:
    given = {"record": record}
    found = [
        path(f"{route}new/", page, given, name=f"{record.name}-new"),
        path(f"{route}<int:pk>/edit/", page, given, name=f"{record.name}-edit")
        if record.has_page
        else path(f"{route}<int:pk>/", page, given, name=record.name),
    ]
    if record.erase:
        found.append(path(f"{route}<int:pk>/erase/", erase, given, name=f"{record.name}-erase"))
    return found
