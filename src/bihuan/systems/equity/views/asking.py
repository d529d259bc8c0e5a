"""A brand survey asked by questionnaire."""

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.scope import visible
from bihuan.web.views.signed_in import need

from ..act.brandsurvey import ask as ask_brands
from ..forms import AskForm
from ..models import BrandSurvey
from .frame import crumbs


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Makes the questionnaire and its wave; the codes are then issued on the wave's own page."""
    user = need(request, "edit")
    survey = get_object_or_404(visible(user, BrandSurvey.objects.select_related("unit")), pk=pk)
    today = timezone.localdate()
    form = AskForm(request.POST or None, initial={"opens_on": today, "closes_on": today + timedelta(days=14)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            wave = ask_brands(
                survey=survey,
                opens_at=timezone.make_aware(datetime.combine(given["opens_on"], time.min)),
                closes_at=timezone.make_aware(datetime.combine(given["closes_on"], time(23, 59, 59))),
                wanted=given["wanted"],
                drivers=given["drivers"],
                user=user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect("wave", wave.pk)
    heading = _("Ask by questionnaire")
    context = {
        "form": form,
        "heading": heading,
        "editable": True,
        "back": reverse("equity:survey", args=[pk]),
        "crumbs": crumbs("equity:surveys", _("Brand surveys"), heading),
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)
