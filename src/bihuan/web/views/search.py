from collections.abc import Iterator

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.kernel import texts
from bihuan.kernel.models import Customer, Person, User
from bihuan.kernel.read import cases as read
from bihuan.kernel.registry import collect
from bihuan.kernel.scope import visible
from bihuan.kernel.slots import Hit
from bihuan.web.casework.words import title
from bihuan.web.views.signed_in import me

MOST = 20
LONGEST = 100


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Everything in the reader's units that matches; a whole case number goes straight to its case."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    user = me(request)
    exact = read.cases(user).filter(number__iexact=text).first() if text else None
    if exact is not None:
        return redirect("case", number=exact.number)
    hits = list(_hits(user, text)) if text else []
    context = {"search_text": text, "hits": hits, "crumbs": [{"title": _("Search")}]}
    return render(request, "web/pages/search.html", context)


def _hits(user: User, text: str) -> Iterator[Hit]:
    yield from _cases(user, text)
    yield from _customers(user, text)
    yield from _people(user, text)
    for _system, search in collect(lambda system: system.search):
        yield from search(user, text)[:MOST]


def _cases(user: User, text: str) -> Iterator[Hit]:
    wanted = Q(number__icontains=text) | Q(subject__icontains=text) | Q(subject_name__icontains=text)
    rows = texts.narrowed(read.cases(user), texts.CASES, text).filter(wanted)
    for case in rows.order_by("-pk")[:MOST]:
        stage = case.get_state_display()
        yield Hit(f"{case.number} {title(case)}", reverse("case", args=[case.number]), _("case"), stage)


def _customers(user: User, text: str) -> Iterator[Hit]:
    rows = texts.narrowed(visible(user, Customer.objects.filter(erased_at=None)), texts.CUSTOMERS, text)
    for row in rows.filter(Q(name__icontains=text) | Q(number__icontains=text))[:MOST]:
        yield Hit(row.name, reverse("customer", args=[row.pk]), _("customer"), row.number)


def _people(user: User, text: str) -> Iterator[Hit]:
    rows = visible(user, Person.objects.filter(erased_at=None))
    wanted = Q(name__icontains=text) | Q(number__icontains=text) | Q(cards__number__icontains=text)
    for row in rows.filter(wanted).distinct()[:MOST]:
        yield Hit(row.name, _list("people", row.number), _("person"), row.number)


def _list(name: str, text: str) -> str:
    """The list page, filtered to the row; nothing where that list is not installed."""
    try:
        return f"{reverse(name)}?q={text}"
    except NoReverseMatch:
        return ""
