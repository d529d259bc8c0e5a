"""Waves: sending out, printing codes, watching what comes back, closing."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bihuan.kernel.act import surveys as act
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys.waves import Issued, Subject
from bihuan.kernel.models import Reply, User, Wave
from bihuan.kernel.read import surveys as read
from bihuan.kernel.registry import load, survey_of
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.rules.surveys.codes import spelled
from bihuan.kernel.rules.surveys.figures import Figures, QuestionFigure
from bihuan.kernel.rules.surveys.form import Form, Item
from bihuan.kernel.scope import visible
from bihuan.web.listing import views
from bihuan.web.surveys.forms import IssueForm, SheetForm, WaveForm
from bihuan.web.surveys.qr import Qr, qr
from bihuan.web.surveys.replies import reasons, replies_of
from bihuan.web.surveys.shown import questions
from bihuan.web.surveys.words import both, everything, said
from bihuan.web.views.signed_in import need


def mine(user: User, pk: int) -> Wave:
    rows = Wave.objects.select_related("version", "version__questionnaire", "unit", "closed_by")
    return get_object_or_404(visible(user, rows), pk=pk)


def crumbs(wave: Wave | None, last: str = "") -> list[dict[str, str]]:
    found = [{"title": gettext("Surveys"), "url": reverse("surveys")}]
    if wave:
        found.append({"title": str(wave), "url": reverse("wave", args=[wave.pk])})
    return [*found, {"title": last}] if last else [*found[:-1], {"title": found[-1]["title"]}]


def new(request: HttpRequest) -> HttpResponse:
    user = need(request, "edit")
    initial = {"unit": user.unit, "opens_on": timezone.localdate()}
    form = WaveForm(request.POST or None, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        opens_at, closes_at = form.window()
        try:
            wave = act.open_wave(
                version=given["version"],
                subject=Subject(given["subject_kind"], given["subject_key"], given["subject_name"]),
                unit=given["unit"],
                period=given["period"],
                title=given["title"],
                wanted=given["wanted"],
                opens_at=opens_at,
                closes_at=closes_at,
                user=user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect("wave", wave.pk)
    heading = gettext("New wave")
    context = {
        "form": form,
        "heading": heading,
        "editable": True,
        "back": reverse("surveys"),
        "crumbs": crumbs(None, heading),
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Bar:
    """One answer of a question on the wave's page: how many gave it, and how long its bar is (0–100)."""

    label: SafeString
    count: int
    width: int


@dataclass(frozen=True, slots=True)
class Row:
    label: SafeString
    figure: QuestionFigure
    scale: str
    bars: tuple[Bar, ...]


def rows_of(form: Form, found: Figures) -> list[Row]:
    return [_row(item, found.question(item.code)) for item in form.items if item.kind != "text"]


def _row(item: Item, figure: QuestionFigure) -> Row:
    most = max(figure.counts.values(), default=0) or 1
    names = {option.key: both(option.words) for option in item.options}
    names |= {"1": both(said("yes")), "0": both(said("no"))} if item.kind == "yes_no" else {}
    bars = tuple(
        Bar(names.get(str(value), SafeString(value)), count, round(100 * count / most))
        for value, count in figure.counts.items()
    )
    low, high = item.scale or (0, 0)
    scale = gettext("share of yes") if item.kind == "yes_no" else f"{low}–{high}"
    return Row(both(item.words), figure, scale if item.scale else "", bars)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "see")
    return page(request, mine(user, pk), user)


def page(
    request: HttpRequest, wave: Wave, user: User, issue: IssueForm | None = None, status: int = 200
) -> HttpResponse:
    form = read.form_of(wave.version)
    counts = read.counts_of(wave)
    found = read.figures_of([wave])
    open_keyings = wave.sheets.filter(used_at=None, keyings__isnull=False).distinct().count()
    context = {
        "wave": wave,
        "counts": counts,
        "opened": wave.sheets.exclude(opened_at=None).count(),
        "figures": found,
        "rows": rows_of(form, found),
        "dimensions": found.dimensions.items(),
        "texts": read.verbatims([wave], user, limit=20),
        "labels": {item.code: both(item.words) for item in form.items},
        "open_keyings": open_keyings,
        "is_open": wave.closed_at is None,
        "may_issue": may(user.role, "handle") and wave.closed_at is None,
        "may_close": may(user.role, "edit") and wave.closed_at is None,
        "issue": issue or IssueForm(user=user, initial={"count": counts.short or 1}),
        "sheet": SheetForm(),
        "panel": panel_of(wave, user),
        "excluded": read.excluded_of(wave),
        "w": everything(),
        "crumbs": crumbs(wave),
    }
    return render(request, "web/surveys/wave.html", context, status=status)


def panel_of(wave: Wave, user: User, reply: Reply | None = None) -> SafeString | str:
    """What the system that asks adds to the page of a wave, or of one reply."""
    spec = survey_of(wave.subject_kind)
    path = "" if spec is None else spec.reply_panel if reply else spec.wave_panel
    made: SafeString | str = load(path)(reply or wave, user) if path else ""
    return made


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed of one sheet."""

    number: int
    spelled: str
    url: str
    qr: Qr


def origin(request: HttpRequest) -> str:
    """The address that customers reach us at: the configured one, else that of this request."""
    return (settings.ENVIRONMENT.url or request.build_absolute_uri("/")).rstrip("/")


def slips(request: HttpRequest, issued: list[Issued]) -> list[Slip]:
    at = origin(request)
    found = [(each, at + reverse("survey", args=[each.code])) for each in issued]
    return [Slip(each.number, spelled(each.code), url, qr(url)) for each, url in found]


@never_cache
@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue and print in one act: the codes are on this page and nowhere else."""
    user = need(request, "handle")
    wave = mine(user, pk)
    form = IssueForm(request.POST, user=user)
    if not form.is_valid():
        return page(request, wave, user, form, 422)
    given = form.cleaned_data
    try:
        issued = act.issue_codes(
            wave=wave, count=given["count"], run=given["run"], interviewer=given["interviewer"], user=user
        )
    except Refused as refusal:
        form.add_error(None, str(refusal.message))
        return page(request, wave, user, form, 409)
    shown = read.form_of(wave.version)
    context = {
        "wave": wave,
        "slips": slips(request, issued),
        "expires_at": issued[0].expires_at,
        "enter": origin(request) + reverse("survey_enter"),
        "papers": given["layout"] == "papers",
        "questions": questions(shown),
        "title": both(shown.title),
        "privacy": both(shown.privacy if shown.privacy.said("zh") else said("privacy")),
        "interviewer": given["interviewer"],
        "w": everything(),
        "page_language": "zh-Hans",
    }
    return render(request, "web/surveys/print.html", context)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "handle")
    wave = mine(user, pk)
    try:
        count = act.withdraw_unused(wave=wave, user=user)
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    else:
        text = ngettext("%(n)d sheet withdrawn", "%(n)d sheets withdrawn", count)
        messages.success(request, text % {"n": count})
    return HttpResponseRedirect(reverse("wave", args=[pk]))


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "edit")
    wave = mine(user, pk)
    try:
        act.close_wave(wave=wave, user=user)
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, gettext("Closed: %(name)s") % {"name": wave})
    return HttpResponseRedirect(reverse("wave", args=[pk]))


def replies(request: HttpRequest, pk: int, part: str = "") -> HttpResponseBase:
    """The table of the wave, its export, its import and the rest that every table has."""
    user = need(request, "see")
    listing = replies_of(mine(user, pk), user)
    if part in ("import", "template") and listing.transfer is None:
        messages.warning(request, gettext("This wave is closed: its figures are in use."))
        return HttpResponseRedirect(reverse("replies", args=[pk]))
    page_of = {
        "": views.page,
        "export": views.export,
        "save": views.save_view,
        "density": views.density,
        "import": views.bring,
        "template": views.empty_sheet,
    }[part]
    return page_of(request, listing=listing)


@require_safe
def reply(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One reply as it was given."""
    user = need(request, "see")
    wave = mine(user, pk)
    rows = Reply.objects.select_related("sheet", "sheet__interviewer").prefetch_related("verbatims")
    row = get_object_or_404(rows, wave=wave, sheet__number=number)
    texts = {one.code: one.text for one in read.verbatims([wave], user, reply=row.pk)}
    context: dict[str, Any] = {
        "wave": wave,
        "row": row,
        "reasons": reasons(row),
        "questions": questions(read.form_of(wave.version), {**row.answers, **texts}),
        "may_erase": may(user.role, "erase"),
        "panel": panel_of(wave, user, row),
        "w": everything(),
        "crumbs": crumbs(wave, gettext("Sheet %(n)d") % {"n": number}),
    }
    return render(request, "web/surveys/reply.html", context)


@require_POST
def erase(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    user = need(request, "erase")
    row = get_object_or_404(Reply, wave=mine(user, pk), sheet__number=number)
    act.erase_reply(reply=row, user=user)
    messages.success(request, gettext("Forgotten: who answered and what they wrote. The scores stay."))
    return HttpResponseRedirect(reverse("reply", args=[pk, number]))
