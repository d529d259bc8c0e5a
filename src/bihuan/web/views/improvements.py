"""One improvement: its page, its steps; and the form of a new one."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.act import improvements as act
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Improvement
from bihuan.kernel.read.improvements import improvements
from bihuan.web.forms.improvements import NewForm
from bihuan.web.improving import page, steps
from bihuan.web.views.signed_in import me, need


def found(request: HttpRequest, number: str) -> Improvement:
    """The item, when its reader's units or work reach it; else 404."""
    return get_object_or_404(improvements(me(request)), number=number)


@require_GET
def show(request: HttpRequest, number: str) -> HttpResponse:
    context = page.context(found(request, number), me(request), request.GET.get("do", ""))
    return render(request, "web/pages/improvement.html", context)


@require_POST
def step(request: HttpRequest, number: str) -> HttpResponse:
    """One step; what the rules refuse comes back in its form, with what was written."""
    item, user = found(request, number), me(request)
    wanted = steps.BY_KEY.get(request.POST.get("action", ""))
    if wanted is None:
        return HttpResponseBadRequest(_("There is no such step."))
    form = wanted.form(request.POST, item=item, user=user)
    if form.is_valid():
        try:
            wanted.run(item, user, form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Saved: %(name)s") % {"name": wanted.title})
            return redirect("improvement", number=number)
    return again(request, number, wanted.key, form)


def again(request: HttpRequest, number: str, key: str, form: forms.Form) -> HttpResponse:
    context = page.context(found(request, number), me(request), key, form)
    return render(request, "web/pages/improvement.html", context, status=422)


@require_POST
def remedy(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A remedy done or dropped."""
    item, user = found(request, number), me(request)
    row = get_object_or_404(item.remedies.select_related("improvement__unit"), pk=pk)
    try:
        if request.POST.get("action") == "done":
            act.finish_remedy(remedy=row, user=user)
        else:
            act.drop_remedy(remedy=row, user=user)
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("improvement", number=number)


@require_POST
def unlink(request: HttpRequest, number: str, case: str) -> HttpResponse:
    item = found(request, number)
    try:
        act.unlink(
            item=item,
            user=me(request),
            case=get_object_or_404(Case, number=case, improvements__improvement=item),
        )
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("improvement", number=number)


def new(request: HttpRequest) -> HttpResponse:
    user = need(request, "handle")
    form = NewForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            item = act.propose(user=user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect("improvement", number=item.number)
    context = {
        "form": form,
        "editable": True,
        "heading": _("New improvement"),
        "back": reverse("improvements"),
        "crumbs": [
            {"title": _("Improvements"), "url": reverse("improvements")},
            {"title": _("New improvement")},
        ],
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)
