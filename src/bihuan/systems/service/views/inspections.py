"""What is due of halls now, the sheet to fill in on the spot, a signed record, and coverage by hall."""

import secrets
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Unit, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.views.signed_in import need

from .. import act
from ..act.inspections import Filled, Unfinished
from ..forms.draws import ReasonForm
from ..forms.inspections import InspectForm
from ..models import Hall, Inspection, InspectionKind, Scorecard
from ..read.duties import centres
from ..read.inspections import card_for, card_subject, due_now
from ..read.opening import hours_today, outside
from .frame import crumbs, first_fault, told

LIST = "service:inspections"
RELATED = ("hall__place__unit", "unit", "by", "card", "voided_by", "corrects", "correction")


@require_GET
def due(request: HttpRequest) -> HttpResponse:
    """Which halls are due today, this week, this month, this quarter: first those of who looks."""
    user, today = need(request, "see"), timezone.localdate()
    owned = due_now(user, today, mine=True)
    mine = request.GET.get("whose", "mine" if owned else "all") == "mine"
    groups = owned if mine else due_now(user, today, mine=False)
    context = {
        "groups": groups,
        "mine": mine,
        "both": bool(owned),
        "today": today,
        "left": sum(len(group.owed) for group in groups if group.period == "day"),
        "left_all": sum(len(group.owed) for group in groups),
        "kinds": InspectionKind,
        "crumbs": crumbs("service:due", _("Checks and visits"), _("What is due"))[:2],
    }
    return render(request, "service/due.html", context)


def _subject(user: User, kind: str, code: str) -> tuple[Hall | None, Unit]:
    """The hall, or the customer-service centre, of this code in the user's units."""
    if kind not in InspectionKind.values:
        raise Http404
    halls = visible(user, Hall.objects.select_related("place__unit"))
    hall = halls.filter(place__code=code, closed_on=None).first()
    if hall is not None:
        return hall, hall.place.unit
    if kind != InspectionKind.SCORED:
        raise Http404
    return None, get_object_or_404(visible(user, centres()), code=code)


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The card of this kind, to be filled on the spot; what is typed stays on the phone till it is signed."""
    user = need(request, "see")
    hall, unit = _subject(user, kind, code)
    if not act.may_inspect(user, kind, hall, unit):
        need(request, "edit")
    card = _card(request, kind, hall)
    number = f"{timezone.localdate():%y%m%d}-{code}-{secrets.token_hex(3)}"[-40:]
    return _page(request, user, kind=kind, hall=hall, unit=unit, card=card, number=number)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The same sheet, filled as it was signed; the correction is signed with its reason."""
    user = need(request, "see")
    row = found(user, pk)
    if not act.may_sign_off(user, row):
        need(request, "void")
        return redirect("service:inspection", pk)
    number = f"{row.number.split('~')[0][:34]}~{secrets.token_hex(2)}"
    return _page(
        request, user, kind=row.kind, hall=row.hall, unit=row.unit, card=row.card, number=number, before=row
    )


def _card(request: HttpRequest, kind: str, hall: Hall | None) -> Scorecard | None:
    """The card that was opened, as long as it is one of this kind; else the one in force."""
    given = request.POST.get("card", "")
    rows = Scorecard.objects.filter(subject=card_subject(kind, hall)).exclude(valid_from=None)
    opened = rows.filter(pk=int(given)).first() if given.isascii() and given.isdigit() else None
    return opened or card_for(kind, hall, timezone.localdate())


def _page(
    request: HttpRequest,
    user: User,
    *,
    kind: str,
    hall: Hall | None,
    unit: Unit,
    card: Scorecard | None,
    number: str,
    before: Inspection | None = None,
) -> HttpResponse:
    items = list(card.items.all()) if card else []
    key = card.pk if card else 0
    form = InspectForm(request.POST or None, items=items, number=number, card=key, before=before)
    refusal = ""
    if request.method == "POST" and card:
        try:
            if form.is_valid():
                return _signed(request, _sign(request, user, form, kind, hall, unit, card, before))
            refusal = form.summary()
        except Unfinished as fault:
            form.add_error(f"mark-{fault.item}", str(fault.message))
            refusal = form.summary()
        except Refused as refused:
            refusal = str(refused.message)
        if wants_json(request):
            faults = {name: errors[0] for name, errors in form.errors.items()}
            return JsonResponse({"refusal": refusal, "faults": faults}, status=422)
    code = hall.code if hall else unit.code
    now = timezone.now()
    context = {
        "hours": hours_today([hall], timezone.localdate(now)).get(hall.pk, "") if hall else "",
        "shut": bool(hall and not before and outside(hall, now)),
        "form": form,
        "kind": InspectionKind(kind),
        "name": str(hall or unit.name),
        "hall": hall,
        "card": card,
        "before": before,
        "refusal": refusal,
        "draft": f"bh-inspect:{user.pk}:{f'c{before.pk}' if before else kind}:{code}",
        "may_card": may(user.role, "standards"),
        "crumbs": crumbs("service:due", _("Checks and visits"), str(hall or unit.name)),
    }
    return render(request, "service/inspect.html", context, status=422 if refusal else 200)


def _sign(
    request: HttpRequest,
    user: User,
    form: InspectForm,
    kind: str,
    hall: Hall | None,
    unit: Unit,
    card: Scorecard,
    before: Inspection | None,
) -> Inspection:
    filled = Filled(
        number=form.cleaned_data["number"],
        kind=kind,
        hall=hall,
        unit=unit,
        at=form.cleaned_data["at"],
        marks=form.marks(),
        said=form.said(),
        shots=form.shots(request.FILES),
        note=form.cleaned_data["note"],
        card=card,
    )
    if before:
        return act.correct(row=before, filled=filled, by=user, reason=form.cleaned_data["reason"])
    return act.inspect(filled=filled, by=user)[0]


def _signed(request: HttpRequest, row: Inspection) -> HttpResponse:
    url = reverse("service:inspection", args=[row.pk])
    if wants_json(request):
        return JsonResponse({"url": url}, status=201)
    return redirect(url)


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def found(user: User, pk: int) -> Inspection:
    rows: QuerySet[Inspection] = visible(user, Inspection.objects.select_related(*RELATED))
    return get_object_or_404(rows, pk=pk)


@require_GET
def inspection(request: HttpRequest, pk: int) -> HttpResponse:
    """A signed record: marks, words, pictures, the cases that followed, and what it corrects."""
    user = need(request, "see")
    row = found(user, pk)
    remarks = {remark.item_id: remark for remark in row.remarks.select_related("case")}
    photos: dict[int, list[Any]] = {}
    for photo in row.photos.select_related("evidence"):
        photos.setdefault(photo.item_id, []).append(photo)
    items = list(row.card.items.all())
    lines = [
        {
            "item": item,
            "mark": row.marks.get(str(item.pk)),
            "remark": remarks.get(item.pk),
            "photos": photos.get(item.pk, []),
        }
        for item in items
    ]
    context = {
        "row": row,
        "lines": lines,
        "findings": [remark for remark in remarks.values() if remark.finding],
        "left_photos": row.corrects.photos.count() if row.corrects else 0,
        "may_open": may(user.role, "open_photo"),
        "may_sign_off": act.may_sign_off(user, row),
        "void_form": ReasonForm(auto_id="void-%s"),
        "crumbs": crumbs(LIST, _("Log of checks and visits"), row.number),
    }
    return render(request, "service/inspection.html", context)


@require_POST
def void(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "see")
    row = found(user, pk)
    form = ReasonForm(request.POST)
    try:
        if not form.is_valid():
            raise first_fault(form)
        act.void(row=row, by=user, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        told(request, refusal)
    else:
        messages.success(request, pgettext("record", "Void: %(name)s") % {"name": row.number})
    return redirect("service:inspection", pk)
