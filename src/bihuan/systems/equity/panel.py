"""What this system adds to pages of the house: what a customer is worth, and who keeps in touch with it."""

from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Case, Customer, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.slots import CasePanel, CustomerPanel

from .models import ModelRun, Score
from .read.contacts import contacts_of, pairs_of
from .read.runs import around, latest, scores
from .rules.money import to_major

RUNS, CONTACTS = 13, 6
"""Rows that a customer's page shows: a year of monthly runs; the last contacts."""


def case_panel(case: Case, user: User) -> CasePanel:
    """Of the newest run; nothing where the customer is in none that the user may see."""
    if case.customer_id is None:
        return CasePanel()
    found = scores(user, latest(user)).filter(customer=case.customer_id).select_related("run").first()
    if found is None:
        return CasePanel()
    return CasePanel(side=render_to_string("equity/value_card.html", {"score": found}))


def worth(customer: Customer, user: User) -> CustomerPanel | None:
    """Value and P(alive) in each run that holds the customer, newest first, with model and margin.

    Runs of several units lie beside each other: each is named, the line is that of the newest one's unit.
    """
    rows = Score.objects.filter(customer=customer, run__in=_runs(user)).select_related("run__unit")
    found = list(rows.order_by("-run__made_at")[: RUNS + 1])
    if not found:
        return None
    newest = found[0]
    line = [row for row in found[:RUNS] if row.run.unit_id == newest.run.unit_id][::-1]
    context = {
        "newest": newest,
        "rows": found[:RUNS],
        "values": [float(to_major(row.clv)) for row in line],
        "chances": [row.alive for row in line],
        "several": len(line) > 1,
    }
    return CustomerPanel(render_to_string("equity/customer_worth.html", context))


def _runs(user: User) -> Any:
    return ModelRun.objects.filter(around(user.unit)).values("pk")


def contacts(customer: Customer, user: User) -> CustomerPanel | None:
    """Who keeps in touch, what is owed, and what was said last."""
    pairs, found = list(pairs_of(customer, user)), list(contacts_of(customer, user)[: CONTACTS + 1])
    logs, personal = may(user.role, "handle"), may(user.role, "personal")
    if not pairs and not found and not logs:
        return None
    more = f"{reverse('equity:contacts')}?{urlencode({'q': customer.number})}"
    context = {
        "pairs": pairs,
        "rows": found[:CONTACTS],
        "personal": personal,
        "today": timezone.localdate(),
    }
    return CustomerPanel(
        render_to_string("equity/customer_contacts.html", context),
        more if personal and len(found) > CONTACTS else "",
        (_("Log a contact"), f"{reverse('equity:contact-new')}?{urlencode({'customer': customer.pk})}")
        if logs
        else None,
    )
