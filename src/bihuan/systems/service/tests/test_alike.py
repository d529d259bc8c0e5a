"""Complaints that may be the same matter are shown when one is taken in and on the page of its case."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.models import Case, CaseLink, Customer, Place, Role
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.world import account
from bihuan.systems.service import act
from bihuan.systems.service.read.alike import Like, likes

from .yingkou import Branch, build

pytestmark = pytest.mark.django_db
SAID = "停电两天没有人来处理，95598一直占线"
AGAIN = "停电两天了没有人来处理，95598总是占线"
OTHER = "欠费停电没有提前通知"


@pytest.fixture
def branch() -> Branch:
    made = build()
    for n, text in enumerate(
        ("营业厅排队太久，只开了一个窗口", "抄表员没有到场，电费是估抄的", "电压不稳，冰箱被烧坏")
    ):
        take(made, f"TS-X{n}", text, "2026-02-01 09:00")
    return made


def take(branch: Branch, number: str, text: str, when: str = "2026-02-10 09:00", **more: Any) -> Case:
    return act.take(
        user=branch.owner, unit=branch.repair, number=number, text=text, complained_at=at(when), **more
    )[0]


def found(branch: Branch, text: str, when: str = "2026-02-13 09:00", **more: Any) -> list[Like]:
    return likes(user=branch.owner, text=text, at=at(when), **more)


def test_the_same_customer_in_like_words_is_most_likely_the_same(branch: Branch) -> None:
    case = take(branch, "TS-1", SAID, customer=branch.customer)
    one = found(branch, AGAIN, customer=branch.customer)
    assert [(like.case, like.customer, like.sure) for like in one] == [(case, True, True)]
    assert one[0].likeness == pytest.approx(0.63, abs=0.03)


def test_like_words_of_somebody_else_are_shown_and_not_sure(branch: Branch) -> None:
    case = take(branch, "TS-1", SAID, customer=branch.customer)
    other = Customer.objects.create(number="K002", name="站前旅社", unit=branch.branch)
    assert [(like.case, like.customer, like.sure) for like in found(branch, AGAIN, customer=other)] == [
        (case, False, False)
    ]


@pytest.mark.parametrize(("when", "n"), [("2026-02-25 08:00", 1), ("2026-02-25 10:00", 0)])
def test_the_same_customer_counts_for_fifteen_days_whatever_is_said(
    branch: Branch, when: str, n: int
) -> None:
    take(branch, "TS-1", SAID, customer=branch.customer)
    assert len(found(branch, OTHER, when, customer=branch.customer)) == n


def test_the_same_place_counts_too(branch: Branch) -> None:
    place = Place.objects.create(code="D-1", name="金桥小区", unit=branch.repair)
    case = take(branch, "TS-1", SAID, place=place)
    one = found(branch, OTHER, place=place)
    assert [(like.case, like.place, like.likeness) for like in one] == [(case, True, None)]


def test_what_is_like_nothing_brings_nothing(branch: Branch) -> None:
    take(branch, "TS-1", SAID, customer=branch.customer)
    assert found(branch, OTHER) == []


def test_cases_of_other_units_are_not_shown(branch: Branch) -> None:
    act.take(
        user=branch.director,
        unit=branch.branch,
        number="TS-1",
        text=SAID,
        complained_at=at("2026-02-10 09:00"),
    )
    assert found(branch, AGAIN) == []


def fields(branch: Branch, **more: Any) -> dict[str, Any]:
    given = {
        "number": "TS-2",
        "channel": "95598",
        "complained_at": "2026-02-13T10:00",
        "unit": branch.repair.pk,
        "text": AGAIN,
        "customer": "K001",
    }
    return {**given, **more}


def test_who_takes_it_in_is_shown_the_like_and_decides(branch: Branch, client: Client) -> None:
    case = take(branch, "TS-1", SAID, customer=branch.customer)
    client.force_login(branch.posts["service_centre"])
    url = reverse("service:complaint-new")
    asked = client.post(url, fields(branch))
    assert asked.status_code == 200
    assert case.number in asked.content.decode()
    assert not Case.objects.filter(subject="TS-2").exists()
    assert client.post(url, fields(branch, same_as="C-990101-01")).status_code == 422
    assert client.post(url, fields(branch, same_as=case.number)).status_code == 302
    second = Case.objects.get(subject="TS-2")
    assert second.state == "duplicate"
    assert CaseLink.objects.get(case=second, kind="duplicate").other == case
    case.refresh_from_db()
    assert case.signals == 2


def test_a_matter_of_its_own_is_saved_as_such(branch: Branch, client: Client) -> None:
    take(branch, "TS-1", SAID, customer=branch.customer)
    client.force_login(branch.posts["service_centre"])
    assert client.post(reverse("service:complaint-new"), fields(branch, same_as="own")).status_code == 302
    assert Case.objects.get(subject="TS-2").state == "notified"
    assert not CaseLink.objects.exists()


def test_the_page_of_the_case_asks_for_its_likes_and_links_them(branch: Branch, client: Client) -> None:
    first = take(branch, "TS-1", SAID, customer=branch.customer)
    second = take(branch, "TS-2", AGAIN, "2026-02-13 10:00", customer=branch.customer)
    client.force_login(branch.owner)
    url = reverse("service:alike", args=[second.number])
    assert url in client.get(reverse("case", args=[second.number])).content.decode()
    card = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert card.lstrip().startswith("<section")
    assert first.number in card
    assert "<html" in client.get(url).content.decode()
    given = {"other": first.number, "how": "merge", "text": ""}
    assert client.post(url, given).status_code == 409
    assert client.post(url, {**given, "how": "explode"}).status_code == 404
    assert client.post(url, {**given, "text": "同一次停电"}).status_code == 302
    assert CaseLink.objects.get(case=second).kind == "merged"
    assert url not in client.get(reverse("case", args=[second.number])).content.decode()


def test_a_viewer_sees_the_likes_and_links_nothing(branch: Branch, client: Client) -> None:
    case = take(branch, "TS-1", SAID)
    client.force_login(account("viewer", "张看", Role.VIEWER, branch.repair))
    url = reverse("service:alike", args=[case.number])
    assert client.get(url).status_code == 200
    assert client.post(url, {"other": case.number, "how": "merge", "text": "同一次"}).status_code == 403
