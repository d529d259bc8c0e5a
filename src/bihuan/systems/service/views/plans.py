"""A training with who took part, and a rising cause with its weeks and trainings."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel.act.records import keep
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.views.signed_in import need

from .. import act
from ..forms import AttendForm, TrainingForm
from ..models import CauseAlarm, Training
from ..read.rising import counted, of_cause, week_from
from ..read.training import trainings_for


@require_http_methods(["GET", "POST"])
def training(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Two forms: the training, and one more person who took part."""
    user = need(request, "see" if pk else "edit")
    rows = visible(user, Training.objects.select_related("unit", "cause"))
    row = get_object_or_404(rows, pk=pk) if pk else None
    attends = request.method == "POST" and request.POST.get("action") == "attend"
    initial = {} if row else {"unit": user.unit}
    form = TrainingForm(None if attends else request.POST or None, instance=row, user=user, initial=initial)
    more = AttendForm(request.POST if attends else None, user=user)
    if request.method == "POST":
        need(request, "edit")
        if attends and row and more.is_valid() and _attend(request, row, user, more):
            return redirect("service:training", row.pk)
        if not attends and form.is_valid():
            kept = form.save(commit=False)
            keep(row=kept, user=user, fields=form.changed_data)
            messages.success(request, _("Saved: %(name)s") % {"name": kept})
            return redirect("service:training", kept.pk)
    context = _training_page(row, user, form, more)
    status = 422 if form.errors or more.errors else 200
    return render(request, "service/training.html", context, status=status)


def _attend(request: HttpRequest, row: Training, user: User, form: AttendForm) -> bool:
    staff = form.staff
    if staff is None:
        return False
    try:
        act.attend(training=row, staff=staff, user=user, score=form.cleaned_data["score"])
    except Refused as refusal:
        form.add_error(None, str(refusal.message))
        return False
    messages.success(request, _("Saved: %(name)s") % {"name": staff})
    return True


def _training_page(row: Training | None, user: User, form: TrainingForm, more: AttendForm) -> dict[str, Any]:
    editable = may(user.role, "edit")
    for field in form.fields.values() if not editable else ():
        field.disabled = True
    heading = str(row) if row else _("New training")
    back = reverse("service:trainings")
    people = row.attendances.select_related("staff__person", "staff__team") if row else []
    return {
        "form": form,
        "more": more if editable else None,
        "row": row,
        "people": list(people),
        "editable": editable,
        "heading": heading,
        "back": back,
        "crumbs": [{"title": _("Trainings"), "url": back}, {"title": heading}],
    }


@require_GET
def rising_cause(request: HttpRequest, pk: int) -> HttpResponse:
    """The weeks behind an alarm, and the trainings that were meant for its cause."""
    user = need(request, "see")
    rows = visible(user, CauseAlarm.objects.select_related("unit", "cause"))
    alarm = get_object_or_404(rows, pk=pk)
    baseline = int(value("service.rising.baseline", alarm.week_on))
    week = week_from(alarm.week_on)
    weeks = of_cause(counted(week, baseline), alarm.unit.path, alarm.cause_id, week, baseline)
    back = reverse("service:rising-causes")
    context = {
        "alarm": alarm,
        "weeks": weeks,
        "baseline": baseline,
        "trainings": trainings_for(alarm.cause, user),
        "crumbs": [{"title": _("Rising causes"), "url": back}, {"title": alarm.cause.name}],
    }
    return render(request, "service/rising_cause.html", context)
