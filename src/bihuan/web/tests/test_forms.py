"""Records are seen, changed and erased on their pages, inside one's own units."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.models import ApiToken, CalendarDay, Card, Event, Person, Standard, Unit, User
from bihuan.kernel.read.standards import value
from bihuan.kernel.tests.world import World


@pytest.fixture
def manager(client: Client, world: World) -> Client:
    client.force_login(world.sun_qian)
    return client


@pytest.fixture
def director(client: Client, world: World) -> Client:
    client.force_login(world.chen_jing)
    return client


@pytest.fixture
def admin(client: Client, world: World) -> Client:
    client.force_login(world.admin)
    return client


def person_data(world: World, **more: object) -> dict[str, object]:
    return {"number": "S100", "name": "赵六", "unit": world.building.pk, "active": "on", **more}


def test_a_new_person_is_written_with_an_event_that_names_nobody(manager: Client, world: World) -> None:
    assert manager.post(reverse("person-new"), person_data(world)).status_code == 302
    event = Event.objects.get(verb="person.created")
    assert event.subject == f"person:{Person.objects.get(number='S100').pk}"
    assert "赵六" not in str(event.payload)


def test_a_person_cannot_be_put_into_a_foreign_unit(manager: Client, world: World) -> None:
    answer = manager.post(reverse("person-new"), person_data(world, unit=world.beishan.pk))
    assert answer.status_code == 422
    assert not Person.objects.filter(number="S100").exists()


def test_a_viewer_sees_the_fields_locked(client: Client, world: World) -> None:
    client.force_login(world.he_jia)
    url = reverse("person", args=[world.zhang_san.pk])
    form = client.get(url).context["form"]
    assert all(field.disabled for field in form.fields.values())
    assert client.post(url, person_data(world)).status_code == 403
    assert client.get(reverse("person-new")).status_code == 403


def test_erasing_asks_for_the_number(admin: Client, world: World) -> None:
    url = reverse("person-erase", args=[world.zhang_san.pk])
    assert admin.post(url, {"number": "S999"}).status_code == 422
    assert Person.objects.filter(name="张三").exists()
    admin.post(url, {"number": "S001"})
    assert not Person.objects.filter(name="张三").exists()
    assert not Card.objects.filter(number="0008075634").exists()
    assert admin.get(reverse("person", args=[world.zhang_san.pk])).status_code == 404


def test_only_who_may_erase_erases(manager: Client, world: World) -> None:
    url = reverse("person-erase", args=[world.zhang_san.pk])
    assert manager.post(url, {"number": "S001"}).status_code == 403
    assert not manager.get(reverse("person", args=[world.zhang_san.pk])).context["erase_url"]


def test_a_card_is_ten_digits_however_it_is_typed(manager: Client, world: World) -> None:
    manager.post(reverse("card-new"), {"number": "12345", "person": "S002", "spellings": "A1 B2"})
    card = Card.objects.get(number="0000012345")
    assert (card.person, card.spellings) == (world.li_si, ["A1", "B2"])
    again = manager.post(reverse("card-new"), {"number": "12345", "person": "S003"})
    assert again.status_code == 422
    nobody = manager.post(reverse("card-new"), {"number": "777", "person": "S999"})
    assert list(nobody.context["form"].errors) == ["person"]


def test_a_unit_cannot_lie_below_itself(manager: Client, world: World) -> None:
    floor = Unit.objects.create(name="一楼", code="F1", parent=world.building)
    url = reverse("unit", args=[world.building.pk])
    answer = manager.post(url, {"code": "SKL", "name": "生科楼", "parent": floor.pk})
    assert list(answer.context["form"].errors) == ["parent"]


def test_a_standard_gets_a_new_dated_version(director: Client, world: World) -> None:
    url = reverse("standard", args=["case.accept"])
    today = timezone.localdate()
    assert director.post(url, {"value": "2", "valid_from": today, "note": ""}).status_code == 422
    assert director.post(url, {"value": "2", "valid_from": today, "note": "学期末"}).status_code == 302
    assert value("case.accept", today) == 2
    assert value("case.accept", today - timedelta(days=1)) == 1
    assert len(director.get(url).context["history"]) == 2


def test_a_manager_sees_standards_and_sets_none(manager: Client) -> None:
    url = reverse("standard", args=["case.accept"])
    assert manager.get(url).context["form"] is None
    given = {"value": "2", "valid_from": "2026-11-23", "note": "x"}
    assert manager.post(url, given).status_code == 403
    assert Standard.objects.filter(key="case.accept").count() == 1
    assert manager.get(reverse("standard", args=["no.such"])).status_code == 404


def test_an_own_rule_spans_days_and_is_taken_back(director: Client) -> None:
    given = {"first": "2027-05-01", "last": "2027-05-03", "kind": "rest", "name": "校庆"}
    assert director.post(reverse("calendar-new"), given).status_code == 302
    days = CalendarDay.objects.filter(name="校庆")
    assert days.count() == 3
    director.post(reverse("calendar"), {"action": "remove", "ids": [day.pk for day in days]})
    assert not CalendarDay.objects.filter(name="校庆").exists()


def test_a_rule_that_ends_before_it_begins_is_refused(director: Client) -> None:
    given = {"first": "2027-05-03", "last": "2027-05-01", "kind": "rest", "name": "校庆"}
    assert list(director.post(reverse("calendar-new"), given).context["form"].errors) == ["last"]


def test_the_chain_is_checked_on_request(director: Client) -> None:
    assert director.post(reverse("audit-check")).status_code == 302
    assert director.get(reverse("audit")).context["listing"].facts.number == 0


def test_an_invitation_is_shown_once_and_lets_the_person_in(admin: Client, world: World) -> None:
    given = {"username": "tang_rui", "name": "唐锐", "role": "owner", "unit": world.building.pk}
    shown = admin.post(reverse("account-new"), given).context["secret"]
    assert User.objects.get(username="tang_rui").role == "owner"
    assert Client().get(shown.removeprefix("http://testserver")).status_code == 200
    assert admin.post(reverse("account-new"), given).status_code == 422


def test_the_last_administrator_stays(admin: Client, world: World) -> None:
    url = reverse("account-edit", args=[world.admin.pk])
    given = {"name": "管理员", "role": "viewer", "unit": world.root.pk, "is_active": "on"}
    assert admin.post(url, given).status_code == 422
    admin.post(reverse("accounts"), {"action": "deactivate", "ids": [world.admin.pk]})
    assert User.objects.get(pk=world.admin.pk).is_active


def test_a_role_is_changed_and_a_password_reset(admin: Client, world: World) -> None:
    url = reverse("account-edit", args=[world.he_jia.pk])
    given = {"name": "何佳", "role": "owner", "unit": world.building.pk, "is_active": "on"}
    assert admin.post(url, given).status_code == 302
    assert User.objects.get(pk=world.he_jia.pk).role == "owner"
    secret = admin.post(reverse("account-again", args=[world.he_jia.pk]), {"what": "reset"}).context["secret"]
    assert User.objects.get(pk=world.he_jia.pk).check_password(secret)


def test_a_token_is_shown_once_and_can_be_revoked(admin: Client, world: World) -> None:
    given = {"name": "大屏", "user": world.he_jia.pk, "scopes": ["read"]}
    secret = admin.post(reverse("token-new"), given).context["secret"]
    assert secret.startswith("bh_")
    token = ApiToken.objects.get(name="大屏")
    admin.post(reverse("tokens"), {"action": "revoke", "ids": [token.pk]})
    token.refresh_from_db()
    assert token.revoked_at


@pytest.mark.parametrize("name", ["accounts", "account-new", "tokens", "token-new", "audit", "openings"])
def test_a_manager_has_no_business_there(manager: Client, name: str) -> None:
    assert manager.get(reverse(name)).status_code == 403
