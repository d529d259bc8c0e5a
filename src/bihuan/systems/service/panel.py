"""What this system adds to pages of the house: to a case, to a wave of questionnaires, and to one reply."""

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from bihuan.kernel.models import Case, Reply, User, Wave
from bihuan.kernel.rules.lifecycle import OPEN, UNFIXED
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers
from bihuan.kernel.slots import CasePanel

from .forms import AnswerForm, FindingForm
from .models import Fieldwork, InspectionPhoto, InspectionRemark, SurveyFinding, Tip
from .read.alike import KINDS

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
