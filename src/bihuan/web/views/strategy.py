"""The strategy record: what a director wants to reach, how it goes, and what was decided at each review."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.act import strategy as act
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Aim, User
from bihuan.kernel.read import strategy as read
from bihuan.kernel.remembered import remembering
from bihuan.kernel.rules.permissions import may
from bihuan.web.forms.strategy import AimForm, BindForm, MeasureForm, ReviewForm, StepForm
from bihuan.web.outlook import record
from bihuan.web.views.signed_in import need


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    title: StrOrPromise
    icon: str
    form: type[StepForm]
    run: Callable[..., object]


STEPS = (
    Step("review", pgettext_lazy("step", "Review"), "check", ReviewForm, act.review),
    Step("measure", pgettext_lazy("step", "Add a measure"), "plus", MeasureForm, act.add_measure),
    Step("bind", pgettext_lazy("step", "Bind an indicator"), "link", BindForm, act.bind),
)
BY_KEY = {step.key: step for step in STEPS}


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Running aims of the reader's units, one after the other: the page prints as the report upwards."""
    user = need(request, "report")
    with remembering():
        shown, n = record.record(user, timezone.localdate())
    ended = read.aims(user).exclude(ended_on=None)
    context = {
        "aims": shown,
        "n": n,
        "late": sum(1 for one in shown if one.late),
        "ended": list(ended.order_by("-ended_on", "-pk")[: record.MOST]),
        "may_state": may(user.role, "standards"),
        "crumbs": [{"title": _("Strategy record")}],
    }
    return render(request, "web/strategy/page.html", context)


def new(request: HttpRequest) -> HttpResponse:
    user = need(request, "standards")
    form = AimForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            aim = act.state_aim(user=user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect("aim", aim.pk)
    context = {
        "form": form,
        "editable": True,
        "heading": _("New aim"),
        "back": reverse("strategy"),
        "crumbs": crumbs(_("New aim")),
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)


def crumbs(last: str) -> list[dict[str, str]]:
    return [{"title": _("Strategy record"), "url": reverse("strategy")}, {"title": last}]


def found(request: HttpRequest, pk: int) -> tuple[User, Aim]:
    user = need(request, "report")
    rows = read.aims(user).prefetch_related("indicators", "measures__owner", "reviews__by")
    return user, get_object_or_404(rows, pk=pk)


@require_GET
def aim(request: HttpRequest, pk: int) -> HttpResponse:
    user, row = found(request, pk)
    return render(request, "web/strategy/aim.html", context(row, user, request.GET.get("do", "")))


def context(row: Aim, user: User, do: str, form: forms.Form | None = None) -> dict[str, Any]:
    with remembering():
        shown = record.one(row, timezone.localdate())
    changes = may(user.role, "standards") and row.ended_on is None
    step = BY_KEY.get(do) if changes else None
    return {
        "shown": shown,
        "aim": row,
        "reviews": [record.reviewed(each) for each in read.history(row)],
        "steps": STEPS if changes else (),
        "doing": step,
        "form": form or (step.form(aim=row, user=user) if step else None),
        "changes": changes,
        "reader": user,
        "crumbs": crumbs(row.title),
    }


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """One step; what the rules refuse comes back in its form, with what was written."""
    user, row = found(request, pk)
    wanted = BY_KEY.get(request.POST.get("action", ""))
    if wanted is None:
        return HttpResponseBadRequest(_("There is no such step."))
    form = wanted.form(request.POST, aim=row, user=user)
    if form.is_valid():
        try:
            wanted.run(aim=row, user=user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Saved: %(name)s") % {"name": wanted.title})
            return redirect("aim", pk)
    return render(request, "web/strategy/aim.html", context(row, user, wanted.key, form), status=422)


@require_POST
def done(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """A measure is carried out."""
    user, row = found(request, pk)
    _try(request, act.finish_measure, measure=get_object_or_404(row.measures, pk=measure), user=user)
    return redirect("aim", pk)


@require_POST
def unbind(request: HttpRequest, pk: int, indicator: int) -> HttpResponse:
    user, row = found(request, pk)
    _try(request, act.unbind, row=get_object_or_404(row.indicators, pk=indicator), user=user)
    return redirect("aim", pk)


def _try(request: HttpRequest, run: Callable[..., object], **given: Any) -> None:
    try:
        run(**given)
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
