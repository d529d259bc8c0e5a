"""Errors of the API as problem documents (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

MEDIA_TYPE = "application/problem+json"


def wants_problem(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def as_problem(status: int, detail: str = "", **more: Any) -> HttpResponse:
    """`type` stays about:blank: the status says which problem, `detail` what to do."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        body["detail"] = detail
    return JsonResponse(
        {**body, **more},
        status=status,
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
