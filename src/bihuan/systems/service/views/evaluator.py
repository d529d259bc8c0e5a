"""Registering an evaluator: its token is shown once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bihuan.kernel.act.refusal import Refused
from bihuan.web.views.signed_in import need

from .. import act
from ..forms import DeviceForm


@never_cache
@require_http_methods(["GET", "POST"])
def device(request: HttpRequest) -> HttpResponse:
    user = need(request, "edit")
    form = DeviceForm(request.POST or None, user=user)
    crumbs = [{"title": _("Evaluators"), "url": reverse("service:devices")}, {"title": _("New evaluator")}]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row, token = act.register_device(name=given["name"], hall=given["hall"], user=user)
        except Refused as refusal:
            form.add_error("name", str(refusal.message))
        else:
            text = _("Token of the evaluator %(name)s. Only its digest is kept.") % {"name": row}
            once = {"secret": token, "text": text, "back": reverse("service:devices"), "crumbs": crumbs}
            return render(request, "web/lists/once.html", once)
    context = {
        "form": form,
        "heading": _("New evaluator"),
        "editable": True,
        "back": reverse("service:devices"),
        "crumbs": crumbs,
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)
