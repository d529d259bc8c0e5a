"""Lists of customer equity count as use of customer information (V6), and what is added to it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.models import CustomerListLook
from bihuan.kernel.read.looks import Use, readership
from bihuan.kernel.tests.world import World, build, seed
from bihuan.systems.equity import act
from bihuan.systems.equity.tests.shop import customers

pytestmark = pytest.mark.django_db
OF_CUSTOMERS = ("customers", "orders", "costs", "consents", "offer-preview", "sends", "cares", "contacts")
OF_NONE = ("runs", "margins", "rates", "offers", "market", "cohorts")


@pytest.fixture
def world() -> World:
    seed()
    return build()


def used(world: World) -> Use:
    today = timezone.localdate()
    return next(use for use in readership(world.chen_jing, today, today).uses if use.user == world.sun_qian)


def test_tables_that_tell_of_customers_count_and_others_do_not(world: World, client: Client) -> None:
    client.force_login(world.sun_qian)
    for name in (*OF_CUSTOMERS, *OF_NONE):
        assert client.get(reverse(f"equity:{name}")).status_code == 200, name
    found = set(CustomerListLook.objects.values_list("listing", flat=True))
    assert found == {f"equity:{name}" for name in OF_CUSTOMERS}
    assert (used(world).lists, used(world).days) == (len(OF_CUSTOMERS), 1)


def test_a_consent_that_was_taken_down_is_an_entry(world: World) -> None:
    person = customers(world.jiangzhou, 1)[0]
    act.give(
        customer=person,
        purpose="offers",
        way="email",
        evidence="柜台签字",
        user=world.sun_qian,
        given_at=None,
    )
    assert used(world).added == 1
