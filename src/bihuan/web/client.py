"""Who asks, and where this request's stream is."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str | None:
    """The client's address: the nearest one in X-Forwarded-For that no trusted proxy wrote."""
    return address_of(request.META)


def address_of(environ: Mapping[str, Any]) -> str | None:
    """The same of a request that Django has not seen."""
    hop: str = environ.get("REMOTE_ADDR", "")
    chain = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    while chain and _within(hop, settings.TRUSTED_PROXIES):
        hop = chain.pop()
    return hop if _is_address(hop) else None


def is_near(request: HttpRequest) -> bool:
    """From this machine or a trusted network, with no proxy of somebody else in between."""
    found = address(request)
    by_stranger = "HTTP_X_FORWARDED_FOR" in request.META and found == request.META.get("REMOTE_ADDR")
    return (
        not by_stranger
        and found is not None
        and (ip_address(found).is_loopback or _within(found, settings.TRUSTED_PROXIES))
    )


def live_origin(request: HttpRequest) -> str:
    """Origin of the stream: a second port of the same host, or the pages' own behind a proxy (empty)."""
    if settings.ENVIRONMENT.url:
        return ""
    host = urlsplit(f"//{request.get_host()}").hostname or "localhost"
    bracketed = f"[{host}]" if ":" in host else host
    return f"{request.scheme}://{bracketed}:{settings.ENVIRONMENT.live_port}"


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _within(text: str, networks: tuple[str, ...]) -> bool:
    return _is_address(text) and any(
        ip_address(text) in ip_network(network, strict=False) for network in networks
    )
