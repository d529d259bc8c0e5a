"""Every way in which a request to the API can fail, as one kind of document."""

import logging

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from bihuan.kernel.act.refusal import Refused
from bihuan.web.api.problems import as_problem

log = logging.getLogger(__name__)


def install(api: NinjaAPI) -> None:
    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        return as_problem(409, str(error.message))

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [{"where": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors]
        return as_problem(422, _("Part of the request cannot be used."), errors=errors)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = as_problem(401, _("Send a token that is valid for this: Authorization: Bearer …"))
        response["WWW-Authenticate"] = 'Bearer realm="bihuan"'
        return response

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return as_problem(404, _("No such record within your units."))

    @api.exception_handler(PermissionDenied)
    def denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return as_problem(403, _("The account of this token may not do this."))

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        return as_problem(error.status_code, str(error))

    @api.exception_handler(Exception)
    def failed(request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("%s %s failed", request.method, request.path, exc_info=error)
        return as_problem(500, _("The server failed on this request; the failure is in its log."))
