"""One page of a customer to which systems add their parts; and who reads it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel import manifest, registry
from bihuan.kernel.manifest import PanelSpec
from bihuan.kernel.models import Customer, CustomerListLook, CustomerLook, Role, User
from bihuan.kernel.slots import CustomerPanel
from bihuan.kernel.tests.world import World, a_case, account
from bihuan.web.customer.page import parts

pytestmark = pytest.mark.django_db


def page(client: Client, user: User, customer: Customer) -> str:
    client.force_login(user)
    answer = client.get(reverse("customer", args=[customer.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def panels(monkeypatch: pytest.MonkeyPatch, *found: tuple[str, Any]) -> None:
    """Exchange what systems add."""
    read = {f"panel:{n}": call for n, (_title, call) in enumerate(found)}
    real = registry.load
    specs = tuple(PanelSpec(title=title, read=f"panel:{n}") for n, (title, _call) in enumerate(found))
    system = manifest.System(name="x", title="X 系统", group="field", icon="home", customer_panels=specs)
    monkeypatch.setattr("bihuan.web.customer.page.everything", lambda: (system,))
    monkeypatch.setattr("bihuan.web.customer.page.load", lambda path: read.get(path) or real(path))


def test_open_cases_stand_before_past_ones(world: World, client: Client) -> None:
    old = a_case(world, "offline", "旧", customer=world.university)
    type(old).objects.filter(pk=old.pk).update(state="closed")
    new = a_case(world, "offline", "新", customer=world.university)
    shown = page(client, world.sun_qian, world.university)
    assert shown.index(new.number) < shown.index(old.number)
    assert "2 件中 1 件未办结" in shown


def test_a_customer_of_another_unit_is_not_there(world: World, client: Client) -> None:
    client.force_login(world.gao_yuan)
    assert client.get(reverse("customer", args=[world.university.pk])).status_code == 404
    assert not CustomerLook.objects.exists()


def test_reading_is_noted_once_a_day(world: World, client: Client) -> None:
    for _ in range(3):
        page(client, world.sun_qian, world.university)
    look = CustomerLook.objects.get()
    assert (look.user, look.customer, look.on) == (world.sun_qian, world.university, timezone.localdate())


def test_of_who_is_no_manager_nothing_is_noted(world: World, client: Client) -> None:
    """Nobody counts it, so nothing is kept of it."""
    page(client, world.admin, world.university)
    assert not CustomerLook.objects.exists()


def test_a_part_that_fails_takes_no_other_with_it(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(customer: Customer, user: User) -> CustomerPanel:
        raise RuntimeError("secret detail")

    panels(
        monkeypatch,
        ("坏的", broken),
        ("空的", lambda customer, user: None),
        ("好的", lambda customer, user: CustomerPanel("一切正常", "/all/", ("做一下", "/do/"))),
    )
    shown = page(client, world.sun_qian, world.university)
    assert "一切正常" in shown
    assert "secret detail" not in shown
    assert "暂时无法读取" in shown
    assert "无记录：" in shown
    assert 'href="/all/"' in shown
    assert 'href="/do/"' in shown
    found = parts(world.university, world.sun_qian)
    assert [str(title) for title in found.nothing] == ["空的"]
    assert [str(title) for title, _number in found.failed] == ["坏的"]


def test_each_part_asks_at_most_three_times_and_the_page_at_most_twelve(
    world: World, client: Client, django_assert_max_num_queries: Any
) -> None:
    for n in range(30):
        a_case(world, "offline", f"D{n}", customer=world.university)
    every = [spec for system in registry.everything() for spec in system.customer_panels]
    page(client, world.sun_qian, world.university)
    for spec in every:
        with django_assert_max_num_queries(3):
            registry.load(spec.read)(world.university, world.sun_qian)
    with django_assert_max_num_queries(12 + 3 * len(every)):
        page(client, world.sun_qian, world.university)


def test_the_parts_of_all_systems_only_read(world: World, client: Client) -> None:
    """Whoever looks, and whatever is on record: no part fails for want of data."""
    for user in (world.chen_jing, world.sun_qian, world.admin):
        assert parts(world.university, user).failed == []


def test_places_that_name_a_customer_lead_to_its_page(world: World, client: Client) -> None:
    case = a_case(world, "offline", customer=world.university)
    to = f'href="{reverse("customer", args=[world.university.pk])}"'
    client.force_login(world.sun_qian)
    for url in (
        reverse("case", args=[case.number]),
        f"{reverse('cases')}?hide=owner",
        f"{reverse('search')}?q=江州大学",
    ):
        assert to in client.get(url).content.decode(), url


def test_the_form_stands_below_the_page_and_leads_back(world: World, client: Client) -> None:
    client.force_login(world.sun_qian)
    url = reverse("customer-edit", args=[world.university.pk])
    form = {"number": "C001", "name": "江州大学本部", "kind": "organisation", "unit": world.jiangzhou.pk}
    answer = client.post(url, form)
    assert answer.headers["Location"] == reverse("customer", args=[world.university.pk])
    assert "江州大学本部" in page(client, world.sun_qian, world.university)


def managers(world: World, n: int) -> list[User]:
    return [account(f"m{k}", f"经理{k}", Role.MANAGER, world.building) for k in range(n)]


def use(client: Client, user: User, days: str = "30") -> str:
    client.force_login(user)
    answer = client.get(reverse("customer-use"), {"days": days})
    assert answer.status_code == 200
    return answer.content.decode()


def test_among_few_managers_no_distribution_is_shown(world: World, client: Client) -> None:
    shown = use(client, world.sun_qian)
    assert "不予显示" in shown
    assert "查看客户页或客户列表的管理人员" not in shown


def test_below_the_director_there_is_a_distribution_without_names(world: World, client: Client) -> None:
    people = managers(world, 5)
    today = timezone.localdate()
    for back in range(4):
        CustomerLook.objects.create(
            user=people[0], customer=world.university, on=today - timedelta(days=back)
        )
    shown = use(client, world.sun_qian)
    assert "3 至 5 天" in shown
    assert "经理0" not in shown
    assert "您本人" in shown
    assert "经理0" in use(client, world.chen_jing)
    assert "经理0" not in use(client, world.admin)


def test_lists_that_managers_open_and_take_away_are_counted(world: World, client: Client) -> None:
    for user in (world.sun_qian, world.wu_min):
        client.force_login(user)
        for _again in range(2):
            assert client.get(reverse("customers")).status_code == 200
        assert client.get(reverse("customers"), headers={"hx-request": "true"}).status_code == 200
        assert client.get(reverse("customers-export"), {"format": "csv"}).getvalue()
        assert client.get(reverse("cases")).status_code == 200
    found = CustomerListLook.objects.order_by("exported").values_list("user", "listing", "exported")
    mine = world.sun_qian.pk
    assert list(found) == [(mine, "customers", False), (mine, "customers", True)], "managers, once a day"
    shown = use(client, world.sun_qian)
    assert "取走的名单文件" in shown


def test_an_owner_of_cases_does_not_see_it(world: World, client: Client) -> None:
    client.force_login(world.wu_min)
    assert client.get(reverse("customer-use")).status_code == 403


def test_a_case_that_names_a_customer_of_another_unit_leads_nowhere(world: World, client: Client) -> None:
    case = a_case(world, "offline", customer=world.university)
    client.force_login(world.wu_min)
    shown = client.get(reverse("case", args=[case.number])).content.decode()
    assert "江州大学" in shown
    assert reverse("customer", args=[world.university.pk]) not in shown
