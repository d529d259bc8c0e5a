"""What this system adds to the pages of a case and of a customer."""

from urllib.parse import urlencode

from django.db.models import Count
from django.template.loader import render_to_string
from django.urls import reverse

from bihuan.kernel.models import Case, Customer, User, Verbatim
from bihuan.kernel.scope import visible
from bihuan.kernel.slots import CasePanel, CustomerPanel

from .models import Answer
from .read.huddles import redacted
from .words import WHY, group_words


def case_panel(case: Case, user: User) -> CasePanel:
    """The answers behind it, and what the same customer gave before."""
    if case.kind != "detractor":
        return CasePanel()
    rows = Answer.objects.filter(case=case).select_related("touchpoint", "unit").order_by("-answered_at")
    texts = [
        redacted(t)
        for t in rows.filter(reply__verbatims__code=WHY).values_list("reply__verbatims__text", flat=True)[:3]
    ]
    earlier = (
        Answer.objects.filter(customer=case.customer, unit__path__startswith=user.unit.path)
        .exclude(case=case)
        .order_by("-answered_at")[:5]
        if case.customer
        else []
    )
    return CasePanel(
        side=render_to_string(
            "loyalty/case_card.html", {"rows": list(rows[:3]), "texts": texts, "earlier": list(earlier)}
        )
    )


SHOWN = 5


def customer_panel(customer: Customer, user: User) -> CustomerPanel | None:
    """Scores, newest first, with what was said: numbers of people removed, as in the playback."""
    rows = visible(user, Answer.objects.filter(customer=customer))
    n = rows.order_by().aggregate(n=Count("pk"))["n"]
    if not n:
        return None
    found = list(rows.select_related("unit", "touchpoint", "reply").order_by("-answered_at", "-pk")[:SHOWN])
    said = dict(
        Verbatim.objects.filter(reply__in=[row.reply_id for row in found], code=WHY).values_list(
            "reply", "text"
        )
    )
    lines = [
        {"row": row, "group": group_words(row), "text": redacted(said.get(row.reply_id, ""))} for row in found
    ]
    body = render_to_string("loyalty/customer_panel.html", {"lines": lines, "n": n})
    url = f"{reverse('loyalty:answers')}?{urlencode({'view': 'all', 'customer': customer.number})}"
    return CustomerPanel(body, url if n > SHOWN else "")
