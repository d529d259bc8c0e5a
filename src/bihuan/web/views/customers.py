"""One customer, seen by every system; and how much managers use what is known of customers."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from bihuan.kernel.act.looks import looked_at_customer
from bihuan.kernel.models import Customer, User
from bihuan.kernel.read.looks import BANDS, MANAGERS, Readership, readership
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.intervals import wilson
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.components.figures import number, percent
from bihuan.web.customer.page import parts
from bihuan.web.views.signed_in import need

SPANS = (30, 90, 365)


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A customer of another unit is not there (404). That a manager read it is noted once a day."""
    user = need(request, "see")
    rows = Customer.objects.filter(erased_at=None).select_related("unit")
    customer = get_object_or_404(visible(user, rows), pk=pk)
    if user.role in MANAGERS:
        looked_at_customer(user=user, customer=customer, on=timezone.localdate())
    context = {
        "customer": customer,
        "parts": parts(customer, user),
        "may_edit": may(user.role, "edit"),
        "crumbs": [{"title": _("Customers"), "url": reverse("customers")}, {"title": customer.name}],
    }
    return render(request, "web/customer/page.html", context)


@require_GET
def use(request: HttpRequest) -> HttpResponse:
    """A distribution, and one's own figure; by name only for who answers for all of them."""
    user = need(request, "report")
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(span) for span in SPANS} else SPANS[0]
    last = timezone.localdate()
    found = readership(user, last - timedelta(days=days - 1), last)
    least = int(value("customer.use.least", last))
    context = {
        "found": found,
        "days": days,
        "spans": [{"days": span, "current": span == days} for span in SPANS],
        "enough": found.n >= least,
        "least": least,
        "bands": bands(found),
        "read_share": share(found.readers, found.n),
        "added_share": share(found.contributors, found.n),
        "mine": next((each for each in found.uses if each.user == user), None),
        "by_name": found.uses if by_name(user) else [],
        "keep": int(value("customer.looks.keep", last)),
        "crumbs": [
            {"title": _("Customers"), "url": reverse("customers")},
            {"title": _("Use of customer information")},
        ],
    }
    return render(request, "web/customer/use.html", context)


def by_name(user: User) -> bool:
    """Directors alone: below them a list of names would be a pillory, and administrators run the system."""
    return user.role == MANAGERS[-1]


def share(hits: int, n: int) -> str:
    """With its 95 % interval; a dash of nobody."""
    if not n:
        return "—"
    low, high = wilson(hits, n)
    return f"{percent(hits / n, 0)} ({percent(low, 0)} – {percent(high, 0)})"


def bands(found: Readership) -> list[dict[str, object]]:
    """Rows of the distribution: how many managers read, and added, on so many days."""
    return [
        {"title": band(low, high), "read": number(read), "added": number(added)}
        for (low, high), read, added in zip(BANDS, found.read, found.added, strict=True)
    ]


def band(low: int, high: int | None) -> str:
    if high is None:
        return _("%(n)d days or more") % {"n": low}
    if low == high:
        return ngettext("%(n)d day", "%(n)d days", low) % {"n": low}
    return _("%(low)d to %(high)d days") % {"low": low, "high": high}
