"""Reports: the page, its paper and workbook, publication, and the page behind a public link."""

import tempfile
from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from bihuan.kernel.act import reports as act
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Report, ReportVersion, Unit, User
from bihuan.kernel.read import reports as read
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.registry import report_specs
from bihuan.kernel.rules.periods import Period
from bihuan.kernel.scope import visible
from bihuan.web.listing.export import FORMATS
from bihuan.web.lists.reports import titles
from bihuan.web.reports.page import context
from bihuan.web.reports.show import Reader
from bihuan.web.reports.words import period_text, title_of
from bihuan.web.reports.workbook import write_report
from bihuan.web.views.signed_in import me, need


class PublishForm(forms.Form):
    """Which version, and the last day of its public link."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    until = forms.DateField(
        label=gettext_lazy("link works until"),
        required=False,
        help_text=gettext_lazy("empty: until it is taken back"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


PERIODS = {"month": 12, "quarter": 8}
"""So many periods back a report can be asked for on the page."""


class NewForm(forms.Form):
    """Which paper of which unit, for a period that is over."""

    report = forms.ChoiceField(label=gettext_lazy("report"))
    unit = forms.ModelChoiceField(label=gettext_lazy("unit"), queryset=Unit.objects.none())
    period = forms.ChoiceField(label=gettext_lazy("period"))

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, initial={"unit": user.unit})
        fields: dict[str, Any] = self.fields
        fields["report"].choices = titles(user)
        fields["unit"].queryset = visible(user, Unit.objects.order_by("path"))
        fields["period"].choices = [(str(each), period_text(each.kind, each.first)) for each in over()]


def over() -> list[Period]:
    """Months and quarters that have ended, the newest first."""
    today, zone = timezone.localdate(), working_calendar().zone
    found: list[Period] = []
    for kind, count in PERIODS.items():
        each = Period.around(today, kind, zone).previous
        for _turn in range(count):
            found.append(each)
            each = each.previous
    return found


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A paper of a period before the house was there, or that nobody owed."""
    user = need(request, "report")
    form = NewForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            row = act.begin(
                spec=report_specs()[told["report"]][1],
                unit=told["unit"],
                period=Period.read(told["period"], working_calendar().zone),
                user=user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect("report", key=row.pk)
    heading = _("Make a report")
    context = {
        "form": form,
        "heading": heading,
        "editable": True,
        "back": reverse("reports"),
        "crumbs": [{"title": _("Reports"), "url": reverse("reports")}, {"title": heading}],
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)


def found(request: HttpRequest, key: int) -> Report:
    """The report, when its unit is one of the user's; else 404."""
    return get_object_or_404(read.reports(me(request)), pk=key)


def version_of(request: HttpRequest, row: Report) -> ReportVersion | None:
    """The version that the address asks for, else the newest. Raises Http404 for one that is not there."""
    asked = request.GET.get("version", "")
    versions = row.versions.select_related("made_by")
    if not asked:
        return versions.order_by("-number").first()
    if not (asked.isascii() and asked.isdigit() and len(asked) < 5):
        raise Http404
    return get_object_or_404(versions, number=int(asked))


def needed(request: HttpRequest, row: Report) -> ReportVersion:
    version = version_of(request, row)
    if version is None:
        raise Http404
    return version


@require_GET
def show(request: HttpRequest, key: int) -> HttpResponse:
    row = found(request, key)
    version = version_of(request, row)
    form = PublishForm(initial={"number": version.number}) if version else None
    return render(request, "web/pages/report.html", context(request, row, version) | {"form": form})


@require_GET
def paper(request: HttpRequest, key: int) -> HttpResponse:
    """The print view: without the shell, on white."""
    row = found(request, key)
    version = needed(request, row)
    shown = {
        "paper": Reader(version, inside=True).paper(),
        "inside": True,
        "css": f"{reverse('report-css', args=[key])}?version={version.number}",
        "back": f"{reverse('report', args=[key])}?version={version.number}",
    }
    return render(request, "web/reports/paper.html", shown)


@require_GET
def paper_css(request: HttpRequest, key: int) -> HttpResponse:
    return page_css(request, needed(request, found(request, key)))


def page_css(request: HttpRequest, version: ReportVersion) -> HttpResponse:
    """What stands at the edge of every sheet: a style sheet of its own, because nothing is inline."""
    shown = Reader(version, inside=False).paper()
    head = f"{shown.title} · {shown.unit} · {shown.period}"
    foot = _("version %(n)d") % {"n": version.number} + f" · {version.sha256[:12]}"
    lines = {"head": quoted(head), "foot": quoted(foot)}
    return render(request, "web/reports/page.css", lines, content_type="text/css; charset=utf-8")


def quoted(text: str) -> str:
    """A CSS string: everything but letters, digits, blanks and Han is written as its code point."""
    return "".join(char if char.isalnum() or char == " " else f"\\{ord(char):x} " for char in text)


@require_safe
def workbook(request: HttpRequest, key: int) -> HttpResponseBase:
    row = found(request, key)
    version = needed(request, row)
    out = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    write_report(version, out)
    out.seek(0)
    name = f"{row.key}-{row.unit.code}-{read.period_of(row)}-v{version.number}.xlsx"
    return FileResponse(out, as_attachment=True, filename=name, content_type=FORMATS["xlsx"])


@require_POST
def step(request: HttpRequest, key: int) -> HttpResponse:
    """Make again, publish, or take the public link back."""
    row = found(request, key)
    try:
        said = STEPS[request.POST.get("step", "")](request, row)
    except KeyError:
        said = ""
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
        said = ""
    if said:
        messages.success(request, f"{title_of(row)} {period_text(row.kind, row.first_on)}: {said}")
    return redirect("report", key=key)


def again(request: HttpRequest, row: Report) -> str:
    act.again(row=row, user=me(request))
    return _("is being made again")


def publish(request: HttpRequest, row: Report) -> str:
    form = PublishForm(request.POST)
    if not form.is_valid():
        raise Refused(" ".join(str(error) for errors in form.errors.values() for error in errors))
    until = form.cleaned_data["until"]
    ends = timezone.make_aware(datetime.combine(until, time.max)) if until else None
    act.publish(row=row, number=form.cleaned_data["number"], user=me(request), expires_at=ends)
    return _("published")


def withdraw(request: HttpRequest, row: Report) -> str:
    act.withdraw(row=row, user=me(request))
    return _("the link is taken back")


STEPS = {"again": again, "publish": publish, "withdraw": withdraw}


@never_cache
@login_not_required
@require_safe
def public(request: HttpRequest, token: str) -> HttpResponse:
    """What everybody with the link may read: one version, added-up numbers, no way into the house."""
    given = read.by_token(token)
    if given is None:
        return closed(render(request, "web/reports/gone.html", status=404))
    shown = {
        "paper": Reader(given.version, inside=False).paper(),
        "inside": False,
        "given": given,
        "css": reverse("report-public-css", args=[token]),
    }
    return closed(render(request, "web/reports/paper.html", shown))


@never_cache
@login_not_required
@require_safe
def public_css(request: HttpRequest, token: str) -> HttpResponse:
    given = read.by_token(token)
    if given is None:
        raise Http404
    return closed(page_css(request, given.version))


def closed(response: HttpResponse) -> HttpResponse:
    """No search engine keeps it, and no other page learns its address."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
