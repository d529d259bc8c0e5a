"""The first steps of a branch: what is there, what is missing, and where it is done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.web.views.signed_in import need

from ..read.first_steps import steps
from .frame import crumbs


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    found = steps(need(request, "see"), timezone.localdate())
    context = {
        "steps": found,
        "next": next((step for step in found if not step.done), None),
        "left": sum(not step.done for step in found),
        "crumbs": crumbs("service:halls", _("Basics"), _("First steps")),
    }
    return render(request, "service/first_steps.html", context)
