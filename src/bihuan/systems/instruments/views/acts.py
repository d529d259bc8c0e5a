"""Forms of the register: new, edit, archive, permit, maintenance."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Place, User
from bihuan.kernel.scope import visible
from bihuan.web.views.signed_in import need

from .. import act
from ..forms import InstrumentForm, NewInstrumentForm, PermitForm, ServiceForm
from ..models import Authorisation, Instrument
from ..read.heard import strangers
from .board import found


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new instrument; `?code=` fills in a terminal that has been heard (adoption)."""
    user = need(request, "edit")
    heard = request.GET.get("code", "")
    adopted = next((one for one in strangers() if one.code == heard), None) if heard else None
    initial = {"code": heard, "name": heard, "unit": user.unit, "place": _only_place(user)}
    form = NewInstrumentForm(request.POST or None, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        code = fields.pop("code")
        try:
            row = (act.adopt if adopted and code == heard else act.create)(user=user, code=code, **fields)
        except Refused as refusal:
            form.add_error("code", str(refusal.message))
        else:
            messages.success(request, _("Registered: %(name)s") % {"name": row})
            return redirect("instruments:instrument", row.code)
    heading = _("Adopt a terminal") if adopted else _("New instrument")
    return _form(request, form, heading, reverse("instruments:list"), {"stranger": adopted})


def _only_place(user: User) -> Place | None:
    """The place, when the user's units have only one."""
    places = list(visible(user, Place.objects.all())[:2])
    return places[0] if len(places) == 1 else None


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    user = need(request, "edit")
    row = found(user, code)
    back = reverse("instruments:instrument", args=[row.code])
    stored = Instrument.objects.get(pk=row.pk)
    form = InstrumentForm(request.POST or None, instance=stored, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            act.edit(row=row, user=user, fields=form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Saved: %(name)s") % {"name": row})
            return redirect(back)
    return _form(request, form, f"{row.code} {row.name}", back, {"row": row})


def _form(request: HttpRequest, form: Any, heading: str, back: str, more: dict[str, Any]) -> HttpResponse:
    home = {"title": _("Instruments"), "url": reverse("instruments:board")}
    context = {"form": form, "heading": heading, "back": back, "crumbs": [home, {"title": heading}], **more}
    return render(request, "instruments/form.html", context, status=422 if form.errors else 200)


@require_POST
def step(request: HttpRequest, code: str) -> HttpResponse:
    """One of STEPS on one instrument; what the rules refuse is told on its page."""
    user = need(request, "see")
    row = found(user, code)
    run = STEPS.get(request.POST.get("action", ""))
    try:
        if run is None:
            raise Refused(_("There is no such action."))
        messages.success(request, run(row, user, request))
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("instruments:instrument", row.code)


def _archive(row: Instrument, user: User, request: HttpRequest) -> str:
    act.archive(row=row, user=user)
    return _("Archived: %(name)s. Its past stays; take it back in the register.") % {"name": row}


def _unarchive(row: Instrument, user: User, request: HttpRequest) -> str:
    act.unarchive(row=row, user=user)
    return _("Back in the register: %(name)s") % {"name": row}


def _maintain(row: Instrument, user: User, request: HttpRequest) -> str:
    act.set_maintenance(row=row, user=user, on=not row.maintenance)
    return (
        _("Under maintenance: %(name)s") % {"name": row}
        if row.maintenance
        else _("In service again: %(name)s") % {"name": row}
    )


def _service(row: Instrument, user: User, request: HttpRequest) -> str:
    form = ServiceForm(request.POST)
    _valid(form)
    done = act.record_service(row=row, user=user, note=form.cleaned_data["note"])
    if done.case:
        return _("Maintenance recorded and noted on %(number)s.") % {"number": done.case.number}
    return _("Maintenance recorded; the interval starts anew.")


def _permit(row: Instrument, user: User, request: HttpRequest) -> str:
    form = PermitForm(request.POST, user=user)
    _valid(form)
    person = form.cleaned_data["number"]
    act.authorise(row=row, person=person, user=user, trained_on=form.cleaned_data["trained_on"])
    return _("%(name)s may use this instrument.") % {"name": person}


def _revoke(row: Instrument, user: User, request: HttpRequest) -> str:
    key = request.POST.get("permit", "")
    permit = get_object_or_404(Authorisation, instrument=row, pk=int(key) if key.isdigit() else 0)
    act.revoke(permit=permit, user=user)
    return _("%(name)s may no longer use this instrument.") % {"name": permit.person}


def _valid(form: Form) -> None:
    """Raises Refused with the form's first fault."""
    if not form.is_valid():
        raise Refused(str(next(iter(form.errors.values()))[0]))


STEPS: dict[str, Callable[[Instrument, User, HttpRequest], str]] = {
    "archive": _archive,
    "unarchive": _unarchive,
    "maintenance": _maintain,
    "service": _service,
    "permit": _permit,
    "revoke": _revoke,
}
