"""The house's own parts of a customer's page: cases, and people who work for the customer or belong to it."""

from urllib.parse import urlencode

from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.models import Case, Customer, Person, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.scope import visible
from bihuan.kernel.slots import CustomerPanel
from bihuan.web.casework import due, words

SHOWN = 8


def cases(customer: Customer, user: User) -> CustomerPanel | None:
    """Open ones first, then the newest; how many there are of each."""
    rows = visible(user, Case.objects.filter(customer=customer))
    counts = rows.order_by().aggregate(n=Count("pk"), open=Count("pk", filter=Q(state__in=OPEN)))
    if not counts["n"]:
        return None
    now, calendar = timezone.now(), working_calendar()
    shown = rows.filter(state__in=OPEN).select_related("owner").order_by("-severity", "due_at")[:SHOWN]
    found = list(shown)
    if len(found) < SHOWN and counts["n"] > counts["open"]:
        past = rows.exclude(state__in=OPEN).select_related("owner").order_by("-opened_at")
        found += past[: SHOWN - len(found)]
    lines = [
        {"case": row, "title": words.kind_title(row), "chip": due.chip(row, now, calendar)} for row in found
    ]
    body = render_to_string("web/customer/cases.html", {"lines": lines, **counts})
    url = f"{reverse('cases')}?{urlencode({'view': 'all', 'customer': customer.number})}"
    return CustomerPanel(body, url if counts["n"] > len(found) else "")


def people(customer: Customer, user: User) -> CustomerPanel | None:
    rows = visible(user, Person.objects.filter(customer=customer, erased_at=None))
    found = list(rows.select_related("unit").order_by("-active", "number")[: SHOWN + 1])
    if not found:
        return None
    body = render_to_string("web/customer/people.html", {"rows": found[:SHOWN]})
    more = f"{reverse('people')}?{urlencode({'q': customer.number})}" if len(found) > SHOWN else ""
    return CustomerPanel(body, more)
