"""What this system adds to the page of a case."""

from django.template.loader import render_to_string

from bihuan.kernel.models import Case, User
from bihuan.kernel.slots import CasePanel

from .models import Answer
from .read.huddles import redacted
from .words import WHY


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
