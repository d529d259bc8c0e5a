"""What this system adds to pages of the house: worth of a customer, what it agreed to, who keeps in touch."""

from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Case, Customer, User, Wave
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.kernel.slots import CasePanel, CustomerPanel

from .models import BrandSurvey, ModelRun, Score
from .read.consents import consents_of, offers_of
from .read.contacts import contacts_of, pairs_of
from .read.runs import around, latest, scores
from .rules.money import to_major

RUNS, CONTACTS, AGREED = 13, 6, 6
"""Rows that a customer's page shows: a year of monthly runs; the last contacts; consents and offers."""


def case_panel(case: Case, user: User) -> CasePanel:
    """Of the newest run; nothing where the customer is in none that the user may see."""
    if case.customer_id is None:
        return CasePanel()
    found = scores(user, latest(user)).filter(customer=case.customer_id).select_related("run").first()
    if found is None:
        return CasePanel()
    return CasePanel(side=render_to_string("equity/value_card.html", {"score": found}))


def wave_panel(wave: Wave, user: User) -> SafeString | str:
    """Of a wave that asks a brand survey: which one, and when its replies count there."""
    key = int(wave.subject_key) if wave.subject_key.isdigit() else 0
    survey = visible(user, BrandSurvey.objects.filter(pk=key)).first()
    return render_to_string("equity/wave_panel.html", {"survey": survey, "wave": wave}) if survey else ""


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


def agreed(customer: Customer, user: User) -> CustomerPanel | None:
    """What the customer has agreed to or taken back, and the last offers."""
    consents, offers = consents_of(customer, user), offers_of(customer, user, AGREED)
    if not consents and not offers:
        return None
    context = {"consents": consents[:AGREED], "offers": offers}
    url = reverse("equity:consents-of", args=[customer.pk])
    do = (_("Record a consent"), url) if may(user.role, "handle") else None
    return CustomerPanel(render_to_string("equity/customer_agreed.html", context), url, do)
