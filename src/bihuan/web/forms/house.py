"""Forms that change the rules: a new dated version of a standard, an own rule of the calendar, the chain."""

from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bihuan.kernel.act.calendar import set_days
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.standards import revise
from bihuan.kernel.models import CalendarDay, Standard
from bihuan.kernel.read.standards import version_on
from bihuan.kernel.registry import standard_specs
from bihuan.kernel.rules.permissions import may
from bihuan.web.listing.access import user_of
from bihuan.web.lists.chain import check
from bihuan.web.lists.standards import measured_in, plain_value

LONGEST_RULE = 60
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
"""Browsers take days in this form only, whatever the language."""


class RevisionForm(forms.Form):
    value = forms.DecimalField(label=_("value"), max_digits=14, decimal_places=4, min_value=0)
    valid_from = forms.DateField(label=_("valid from"), widget=DATE)
    note = forms.CharField(
        label=_("why it changes"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


def standard(request: HttpRequest, key: str) -> HttpResponse:
    """History of a standard; who may set standards dates a new version here."""
    user = user_of(request, "see")
    spec = standard_specs().get(key)
    if spec is None:
        raise Http404
    current = version_on(key)
    editable = may(user.role, "standards")
    initial = {"value": plain_value(current), "valid_from": timezone.localdate()}
    form = RevisionForm(request.POST or None, initial=initial)
    if request.method == "POST":
        user_of(request, "standards")
        if form.is_valid():
            try:
                row = revise(key=key, user=user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal.message))
            else:
                messages.success(
                    request, gettext("Saved: %(name)s") % {"name": f"{spec.title} v{row.version}"}
                )
                return HttpResponseRedirect(request.path)
    rows = Standard.objects.filter(key=key).select_related("changed_by").order_by("-version")
    context = {
        "spec": spec,
        "current": current,
        "value": plain_value(current),
        "measured_in": measured_in(current),
        "history": [(row, plain_value(row)) for row in rows],
        "form": form if editable else None,
        "crumbs": [{"title": gettext("Standards"), "url": reverse("standards")}, {"title": spec.title}],
    }
    return render(request, "web/lists/standard.html", context, status=422 if form.errors else 200)


class RuleForm(forms.Form):
    first = forms.DateField(label=_("from"), widget=DATE)
    last = forms.DateField(label=_("to"), widget=DATE, required=False, help_text=_("empty: one day"))
    kind = forms.ChoiceField(label=_("kind"), choices=CalendarDay.Kind.choices, initial="rest")
    name = forms.CharField(label=_("occasion"), max_length=64)

    def clean_last(self) -> date:
        first: date | None = self.cleaned_data.get("first")
        last: date = self.cleaned_data.get("last") or first or timezone.localdate()
        if first and not first <= last <= first + timedelta(days=LONGEST_RULE):
            raise forms.ValidationError(
                gettext("The last day lies before the first, or more than %(n)d days after it.")
                % {"n": LONGEST_RULE}
            )
        return last


def own_rule(request: HttpRequest) -> HttpResponse:
    """Days that this house works or rests differently; open deadlines follow at once."""
    user = user_of(request, "calendar")
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        span = range((given["last"] - given["first"]).days + 1)
        days = [(given["first"] + timedelta(days=n), given["kind"] == "work", given["name"]) for n in span]
        moved = len(set_days(user=user, days=days, source=gettext("own rule")))
        text = ngettext("Saved; %(n)d deadline moved", "Saved; %(n)d deadlines moved", moved)
        messages.success(request, text % {"n": moved})
        return HttpResponseRedirect(reverse("calendar"))
    context = {
        "form": form,
        "editable": True,
        "heading": gettext("Own rule"),
        "back": reverse("calendar"),
        "crumbs": [
            {"title": gettext("Working calendar"), "url": reverse("calendar")},
            {"title": gettext("Own rule")},
        ],
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)


@require_POST
def check_chain(request: HttpRequest) -> HttpResponse:
    user_of(request, "audit")
    found = check()
    if found.broken:
        messages.warning(request, found.broken)
    else:
        messages.success(
            request, gettext("The chain is whole: %(n)d events recomputed") % {"n": found.events}
        )
    return HttpResponseRedirect(reverse("audit"))
