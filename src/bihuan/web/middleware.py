"""What holds for every request: headers, language, sign-in."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import translation

from bihuan.kernel.models import User
from bihuan.web.client import live_origin

Handler = Callable[[HttpRequest], HttpResponseBase]

POLICY = (
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
FEATURES = "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), interest-cohort=()"
OPEN_PATHS = ("/api/",)
"""The API asks for a token itself."""


class SecurityHeaders:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", content_policy(request))
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", FEATURES)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        return response


def content_policy(request: HttpRequest) -> str:
    """Nothing from elsewhere, nothing inline; the stream's port is the one other origin."""
    try:
        stream = live_origin(request)
    except DisallowedHost:
        stream = ""
    return "; ".join((*POLICY, f"connect-src 'self' {stream}".rstrip()))


class Language:
    """The account's language, else the cookie's, else the installation's."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with translation.override(language_of(request)):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response


def language_of(request: HttpRequest) -> str:
    known = {code for code, _name in settings.LANGUAGES}
    own = request.user.language if isinstance(request.user, User) else ""
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    default: str = settings.LANGUAGE_CODE
    return next((code for code in (own, cookie) if code in known), default)


class LoginRequired(LoginRequiredMiddleware):
    """Every page but those marked `login_not_required`; a part of a page is told to reload the whole."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: Any,
        view_kwargs: Any,
    ) -> HttpResponseBase | None:
        if request.path.startswith(OPEN_PATHS):
            return None
        refused = super().process_view(request, view_func, view_args, view_kwargs)
        if refused is not None and "HX-Request" in request.headers:
            return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
        return refused
