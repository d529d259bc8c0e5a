"""What the service system adds to a customer's page: call-backs, without numbers of people."""

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.models import Customer, Role, Unit
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.world import account
from bihuan.systems.service import act
from bihuan.systems.service.models import Call, Order
from bihuan.systems.service.panel import SHOWN, customer_panel

from .yingkou import Branch, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    return build()


def call(branch: Branch, number: str) -> Call:
    row = Order.objects.create(
        kind="fault",
        number=number,
        unit=branch.repair,
        customer=branch.customer,
        opened_at=at("2026-02-10 08:00"),
    )
    found = act.end_stage(order=row, stage="fault_1", at=at("2026-02-13 15:00"), worker=branch.repairer)
    assert found
    return found


def test_a_call_back_shows_what_was_said(branch: Branch, client: Client) -> None:
    row = call(branch, "GZ-1")
    Call.objects.filter(pk=row.pk).update(
        answer="dissatisfied", rating=2, said="修了三次，电话13812345678", done_at=at("2026-02-14 09:00")
    )
    client.force_login(branch.director)
    shown = client.get(reverse("customer", args=[branch.customer.pk])).content.decode()
    assert "GZ-1" in shown
    assert "修了三次" in shown
    assert "13812345678" not in shown


def test_further_ones_lie_behind_a_link_that_finds_them(branch: Branch, client: Client) -> None:
    for n in range(SHOWN + 2):
        call(branch, f"GZ-{n}")
    found = customer_panel(branch.customer, branch.director)
    assert found
    client.force_login(branch.director)
    assert f"共 {SHOWN + 2} 条" in client.get(found.all_url).content.decode()


def test_of_another_customer_or_from_another_unit_there_is_nothing(branch: Branch) -> None:
    call(branch, "GZ-1")
    other = Customer.objects.create(number="K002", name="站前超市", unit=branch.branch)
    assert customer_panel(other, branch.director) is None
    elsewhere = Unit.objects.create(name="盖州", code="GZ")
    stranger = account("far", "远", Role.DIRECTOR, elsewhere)
    assert customer_panel(branch.customer, stranger) is None
