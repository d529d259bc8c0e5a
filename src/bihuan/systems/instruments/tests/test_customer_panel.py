"""Which instruments people of a customer used last, on the customer's page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.models import Customer
from bihuan.systems.instruments.panel import USED, customer_panel

from .lab import Lab, build, local, use

pytestmark = pytest.mark.django_db
MORNING = local("2026-11-23 09:00")


@pytest.fixture
def group() -> tuple[Lab, Customer]:
    found = build()
    customer = Customer.objects.create(number="KT1", name="蛋白质结构课题组", unit=found.world.building)
    found.world.zhang_san.customer = customer
    found.world.zhang_san.save()
    return found, customer


def test_sessions_of_the_customers_people_stand_there(group: tuple[Lab, Customer], client: Client) -> None:
    found, customer = group
    use(found.dna, found.world.zhang_san, MORNING, MORNING + timedelta(hours=1))
    use(found.pcr, found.world.li_si, MORNING, MORNING + timedelta(hours=1))
    client.force_login(found.world.sun_qian)
    shown = client.get(reverse("customer", args=[customer.pk])).content.decode()
    assert "高速冷冻离心机" in shown
    assert "张三" in shown
    assert "荧光定量" not in shown


def test_many_sessions_show_the_last_ones(group: tuple[Lab, Customer]) -> None:
    found, customer = group
    for n in range(USED + 3):
        use(
            found.dna,
            found.world.zhang_san,
            MORNING + timedelta(days=n),
            MORNING + timedelta(days=n, hours=1),
        )
    panel = customer_panel(customer, found.world.sun_qian)
    assert panel
    assert str(panel.body).count("<tr>") == 1 + USED
    assert panel.all_url
    assert customer_panel(customer, found.world.gao_yuan) is None
