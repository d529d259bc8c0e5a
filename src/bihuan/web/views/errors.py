"""Errors as pages that say what happened and what to do, and nothing of the inside."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _

from bihuan.web.api.problems import as_problem, wants_problem


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "web/pages/csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """Rendered without context processors: the database may be what failed."""
    if wants_problem(request):
        return as_problem(500, _("The server failed on this request; the failure is in its log."))
    return HttpResponse(get_template("500.html").render({}), status=500)


def _page(request: HttpRequest, status: int) -> HttpResponse:
    if wants_problem(request):
        return as_problem(status)
    return render(request, f"{status}.html", status=status)
