"""What this system adds to the page of a case: what the customer is worth, by both rankings."""

from django.template.loader import render_to_string

from bihuan.kernel.models import Case, User
from bihuan.kernel.slots import CasePanel

from .read.runs import latest, scores


def case_panel(case: Case, user: User) -> CasePanel:
    """Of the newest run; nothing where the customer is in none that the user may see."""
    if case.customer_id is None:
        return CasePanel()
    found = scores(user, latest(user)).filter(customer=case.customer_id).select_related("run").first()
    if found is None:
        return CasePanel()
    return CasePanel(side=render_to_string("equity/value_card.html", {"score": found}))
