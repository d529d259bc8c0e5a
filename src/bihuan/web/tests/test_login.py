from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.act import access
from bihuan.kernel.models import Event, LoginAttempt, User
from bihuan.kernel.tests.world import World
from bihuan.web.account.backend import Backend

PASSWORD = "correct-horse-9"
WRONG = "用户名或密码不对，或账号未启用。"


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def wu_min(world: World) -> World:
    world.wu_min.set_password(PASSWORD)
    world.wu_min.save()
    return world


def sign_in(client: Client, **data: str) -> Any:
    return client.post("/login/", {"username": "wu_min", "password": PASSWORD, **data})


def test_who_signs_in_comes_to_the_desk_and_leaves_a_record(client: Client, wu_min: World) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    assert Event.objects.filter(verb="login", actor=wu_min.wu_min).count() == 1


def test_a_user_name_is_the_same_in_capitals(client: Client, wu_min: World) -> None:
    assert sign_in(client, username="WU_MIN").status_code == 302


def test_after_signing_in_one_comes_to_the_page_that_was_asked_for(client: Client, wu_min: World) -> None:
    assert client.get("/notices/")["Location"] == "/login/?next=/notices/"
    assert sign_in(client, next="/notices/")["Location"] == "/notices/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"]
)
def test_nobody_is_sent_to_another_house(client: Client, wu_min: World, elsewhere: str) -> None:
    assert sign_in(client, next=elsewhere)["Location"] == "/"


@pytest.mark.parametrize(("username", "password"), [("wu_min", "wrong"), ("nobody", PASSWORD)])
def test_wrong_name_and_wrong_password_say_the_same(
    client: Client, wu_min: World, username: str, password: str
) -> None:
    answer = sign_in(client, username=username, password=password)
    assert answer.status_code == 422
    assert WRONG in answer.content.decode()
    assert LoginAttempt.objects.filter(username=username).count() == 1


def test_a_deactivated_account_is_told_the_same(client: Client, wu_min: World) -> None:
    access.deactivate(user=wu_min.wu_min)
    assert WRONG in sign_in(client).content.decode()


def test_five_failures_lock_the_name_even_for_the_right_password(client: Client, wu_min: World) -> None:
    for _n in range(5):
        sign_in(client, password="wrong")
    answer = sign_in(client)
    assert answer.status_code == 422
    assert "失败次数过多" in answer.content.decode()
    assert LoginAttempt.objects.count() == 5


def test_signing_out_is_a_post_and_ends_the_session(client: Client, wu_min: World) -> None:
    sign_in(client)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/")["Location"] == "/login/?next=/"


def test_a_form_without_its_token_is_refused_with_advice(wu_min: World) -> None:
    answer = Client(enforce_csrf_checks=True).post("/login/", {"username": "wu_min", "password": PASSWORD})
    assert answer.status_code == 403
    assert "此表单已失效" in answer.content.decode()


def test_an_invitation_sets_the_password_once(client: Client, world: World) -> None:
    link = access.invitation(user=world.wu_min)
    assert "wu_min" in client.get(link).content.decode()
    answer = client.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert answer["Location"] == reverse("home")
    assert client.get("/").status_code == 200
    again = Client().get(link)
    assert again.status_code == 410
    assert "此邀请已失效" in again.content.decode()


def test_an_invitation_refuses_two_different_or_weak_passwords(client: Client, world: World) -> None:
    link = access.invitation(user=world.wu_min)
    assert (
        "两次输入不一致"
        in client.post(link, {"password": PASSWORD, "again": "other-horse-9"}).content.decode()
    )
    assert client.post(link, {"password": "short", "again": "short"}).status_code == 422
    world.wu_min.refresh_from_db()
    assert not world.wu_min.has_usable_password()


def test_a_forged_invitation_shows_nothing_of_the_account(client: Client, world: World) -> None:
    answer = client.get("/invitation/MQ/abc-123/")
    assert answer.status_code == 410
    assert "wu_min" not in answer.content.decode()


def test_a_session_that_is_over_asks_to_sign_in_again(client: Client, wu_min: World) -> None:
    sign_in(client)
    assert client.get("/notices/").status_code == 200
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/notices/")["Location"] == "/login/?next=/notices/"


def test_a_session_that_nobody_knows_is_not_taken_over(client: Client, wu_min: World) -> None:
    client.cookies["bh_session"] = "a" * 32
    assert client.get("/notices/")["Location"] == "/login/?next=/notices/"
    sign_in(client)
    assert client.cookies["bh_session"].value != "a" * 32


def test_an_account_that_is_locked_is_out_at_once(client: Client, wu_min: World) -> None:
    sign_in(client)
    User.objects.filter(pk=wu_min.wu_min.pk).update(is_active=False)
    assert client.get("/notices/")["Location"] == "/login/?next=/notices/"


def test_the_signed_in_account_is_the_whole_row_with_its_unit(
    wu_min: World, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        found = Backend().get_user(wu_min.wu_min.pk)
        assert found is not None
        assert found.unit.path == wu_min.building.path
    kept = User.objects.get(pk=found.pk)
    for field in User._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(kept, field.attname), field
    found.name = "吴敏敏"
    found.save()
    assert User.objects.get(pk=found.pk).name == "吴敏敏"
