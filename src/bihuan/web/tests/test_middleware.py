"""What holds for every request."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from bihuan.kernel.tests.world import World
from bihuan.web import client as asking

OPEN = {"login", "invitation", "set_language", "set_theme", "healthz", "readyz", "metrics", "api_docs"}
OPEN |= {"survey", "survey_enter", "survey_worker", "inspect-worker", "redeem-worker"}
"""Pages that need no sign-in; everything else must send to it."""


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


def test_every_page_but_the_open_ones_asks_for_a_sign_in(client: Client, db: None) -> None:
    asked = 0
    for route, entry in patterns(get_resolver()):
        if route.startswith("api/v1/") or entry.name in OPEN or "<" in route:
            continue
        answer = client.get(f"/{route}")
        assert answer.status_code == 302, route
        assert answer["Location"].startswith("/login/"), route
        asked += 1
    assert asked > 15


def test_a_part_of_a_page_is_told_to_load_the_sign_in(client: Client, db: None) -> None:
    answer = client.get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/login/")


def test_no_page_may_run_inline_script_or_reach_another_house(client: Client, db: None) -> None:
    policy = dict(
        part.strip().split(" ", 1) for part in client.get("/login/")["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == f"'self' http://testserver:{configured.ENVIRONMENT.live_port}"


def test_behind_a_proxy_the_stream_is_of_the_same_origin(client: Client, db: None, settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, url="https://bihuan.example")
    assert client.get("/login/")["Content-Security-Policy"].endswith("connect-src 'self'")


@pytest.mark.parametrize("header", ["Referrer-Policy", "Permissions-Policy", "X-Content-Type-Options"])
def test_the_protecting_headers_are_on_errors_too(client: Client, db: None, header: str) -> None:
    assert client.get("/no/such/page/")[header]


def test_pages_without_a_choice_speak_the_installations_language(client: Client, db: None) -> None:
    assert client.get("/login/")["Content-Language"] == "zh-hans"


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("127.0.0.1", "", "127.0.0.1"),
        ("10.0.0.1", "203.0.113.9", "10.0.0.1"),
        ("192.0.2.1", "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        ("192.0.2.1", "203.0.113.9, 192.0.2.2", "203.0.113.9"),
        ("192.0.2.1", "not an address", None),
    ],
)
def test_only_trusted_proxies_are_believed_about_addresses(
    settings: Any, peer: str, forwarded: str, found: str | None
) -> None:
    settings.TRUSTED_PROXIES = ("192.0.2.0/24",)
    more: dict[str, Any] = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert asking.address(RequestFactory().get("/", REMOTE_ADDR=peer, **more)) == found


def test_an_unknown_proxy_does_not_make_strangers_near(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ()
    assert asking.is_near(RequestFactory().get("/", REMOTE_ADDR="127.0.0.1"))
    through = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert not asking.is_near(through)


def test_the_stream_of_an_ipv6_host_is_written_in_brackets() -> None:
    request = RequestFactory().get("/", HTTP_HOST="[::1]:8000")
    assert asking.live_origin(request) == f"http://[::1]:{configured.ENVIRONMENT.live_port}"


def test_an_error_page_says_what_to_do_and_nothing_of_the_inside(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr("bihuan.web.views.home.desk", broken)
    client.raise_request_exception = False
    client.force_login(world.wu_min)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
    assert "错误已记入日志" in answer.content.decode()
