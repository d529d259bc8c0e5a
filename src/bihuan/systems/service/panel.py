"""What this system adds to pages of the house: of a case, a customer, a wave of questionnaires, a reply."""

from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from bihuan.kernel.models import Case, Customer, Reply, User, Wave
from bihuan.kernel.rules.lifecycle import OPEN, UNFIXED
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers, visible
from bihuan.kernel.slots import CasePanel, CustomerPanel

from .forms import AnswerForm, FindingForm
from .models import Call, Fieldwork, InspectionPhoto, InspectionRemark, SurveyFinding, Tip
from .read.alike import KINDS
from .system.fieldwork import SURVEYS
from .system.kinds import ANSWERS
from .words import without_numbers

FINDINGS = ("video_finding", "visit_finding")


def case_panel(case: Case, user: User) -> CasePanel:
    """Comparing texts takes longer than a page may: the page asks for the suggestions when it stands."""
    main = render_to_string("service/alike_later.html", {"case": case}) if _looks(case) else ""
    tip = Tip.objects.filter(case=case).select_related("supervisor__area", "told_by").first()
    side = render_to_string("service/tip_card.html", _tip(tip, case, user)) if tip else ""
    return CasePanel(main=main, side=side or _seen(case, user) or _asked(case))


def _seen(case: Case, user: User) -> str:
    """The record in which somebody found it, the newest where it was corrected, with its pictures."""
    if case.kind not in FINDINGS:
        return ""
    rows = InspectionRemark.objects.filter(case=case).select_related("inspection__by", "item")
    remark = rows.order_by("-inspection__recorded_at").first()
    if remark is None:
        return ""
    photos = InspectionPhoto.objects.filter(inspection=remark.inspection, item=remark.item)
    context = {
        "remark": remark,
        "photos": photos.select_related("evidence"),
        "may_open": may(user.role, "open_photo"),
    }
    return render_to_string("service/seen_card.html", context)


def _looks(case: Case) -> bool:
    return case.kind in KINDS and case.state in UNFIXED


def _tip(tip: Tip, case: Case, user: User) -> dict[str, object]:
    tells = tip.told_at is None and case.state not in OPEN and may(user.role, "handle")
    return {
        "tip": tip,
        "late": bool(tip.told_at is None and tip.due_at and tip.due_at < timezone.now()),
        "form": AnswerForm() if tells else None,
        "may_call": may(user.role, "handle"),
    }


def _asked(case: Case) -> SafeString | str:
    """The reply from which the case was raised; it names nobody."""
    row = SurveyFinding.objects.filter(case=case).select_related("reply__sheet", "reply__wave").first()
    return render_to_string("service/finding_card.html", {"finding": row}) if row else ""


def wave_panel(wave: Wave, user: User) -> SafeString | str:
    """The way to windows, refusals, field control and the closing of the batch."""
    work = Fieldwork.objects.select_related("draw__unit").filter(wave=wave).first()
    if work is None:
        return ""
    return render_to_string("service/wave_card.html", {"work": work, "sees_draw": covers(user, work.draw)})


def reply_panel(reply: Reply, user: User) -> SafeString | str:
    """Findings that were raised from a reply, and the form for a further one."""
    wave = reply.wave
    rows = reply.findings.select_related("case", "team")
    form = FindingForm(user=user, unit=wave.unit) if may(user.role, "edit") and reply.valid else None
    check = getattr(reply, "check_made", None)
    context = {"reply": reply, "wave": wave, "findings": rows, "form": form, "check": check}
    return render_to_string("service/reply_card.html", context)


SHOWN = 5


def customer_panel(customer: Customer, user: User) -> CustomerPanel | None:
    """Call-backs after connections and repairs, and questionnaires of halls and areas that were answered.

    Complaints are cases and stand among them.
    """
    rows = visible(user, Call.objects.filter(order__customer=customer)).select_related("order", "done_by")
    calls = list(rows.order_by("-due_at", "-pk")[: SHOWN + 1])
    asked = visible(
        user, Reply.objects.filter(sheet__customer=customer, wave__subject_kind__in=SURVEYS.kinds)
    )
    replies = list(asked.select_related("wave", "sheet").order_by("-answered_at")[:SHOWN])
    if not calls and not replies:
        return None
    words = {key: title for key, title, _means in ANSWERS}
    lines = [
        {"call": call, "answer": words.get(call.answer, call.answer), "said": without_numbers(call.said)}
        for call in calls[:SHOWN]
    ]
    body = render_to_string("service/customer_panel.html", {"calls": lines, "replies": replies})
    url = f"{reverse('service:calls')}?{urlencode({'view': 'all', 'q': customer.number})}"
    return CustomerPanel(body, url if len(calls) > SHOWN else "")
