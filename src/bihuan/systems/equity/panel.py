"""What this system adds: to a case what the customer is worth, by both rankings; to a wave its survey."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from bihuan.kernel.models import Case, User, Wave
from bihuan.kernel.scope import visible
from bihuan.kernel.slots import CasePanel

from .models import BrandSurvey
from .read.runs import latest, scores


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
