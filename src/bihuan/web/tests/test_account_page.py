from typing import Any

import pytest
from django.test import Client

from bihuan.kernel.tests.world import World

OLD, NEW = "correct-horse-9", "battery-staple-7"


@pytest.fixture
def signed_in(client: Client, world: World, settings: Any) -> Client:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    world.wu_min.set_password(OLD)
    world.wu_min.save()
    client.force_login(world.wu_min)
    return client


def test_changing_the_password_asks_for_the_old_one(signed_in: Client, world: World) -> None:
    wrong = signed_in.post("/account/password/", {"current": "guess", "password": NEW, "again": NEW})
    assert wrong.status_code == 422
    right = signed_in.post("/account/password/", {"current": OLD, "password": NEW, "again": NEW})
    assert right["Location"] == "/account/"
    world.wu_min.refresh_from_db()
    assert world.wu_min.check_password(NEW)


def test_a_changed_password_ends_the_other_sessions_only(signed_in: Client, world: World) -> None:
    elsewhere = Client()
    elsewhere.force_login(world.wu_min)
    signed_in.post("/account/password/", {"current": OLD, "password": NEW, "again": NEW})
    assert signed_in.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_the_accounts_language_wins_over_the_browsers(signed_in: Client, world: World) -> None:
    signed_in.cookies["bh_language"] = "zh-hans"
    signed_in.post("/account/preferences/", {"language": "en", "keys_off": "on"})
    page = signed_in.get("/account/")
    assert page["Content-Language"] == "en"
    assert "My account" in page.content.decode()
    world.wu_min.refresh_from_db()
    assert world.wu_min.preferences["keys_off"] is True


def test_a_language_that_does_not_exist_is_refused(signed_in: Client, world: World) -> None:
    assert signed_in.post("/account/preferences/", {"language": "xx"}).status_code == 422


def test_language_and_theme_can_be_chosen_before_signing_in(client: Client, db: None) -> None:
    answer = client.post("/language/", {"language": "en", "next": "/login/"})
    assert answer["Location"] == "/login/"
    client.post("/theme/", {"theme": "dark", "next": "/login/"})
    page = client.get("/login/").content.decode()
    assert 'lang="en"' in page
    assert 'data-bs-theme="dark"' in page


def test_the_switch_of_the_language_keeps_for_the_account(signed_in: Client, world: World) -> None:
    signed_in.post("/language/", {"language": "en", "next": "//evil.example"})
    world.wu_min.refresh_from_db()
    assert world.wu_min.language == "en"
