"""V2: executives keep in touch with key customers; a period without a contact is a case of the executive."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel import clock
from bihuan.kernel.act.obligations import begin
from bihuan.kernel.act.people import erase_customer
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Customer, Event, Obligation, User
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.world import World, build, seed
from bihuan.systems.equity.act.contacts import end_care, log_contact, withdraw_contact
from bihuan.systems.equity.models import Care, Contact
from bihuan.systems.equity.read.contacts import owed_by
from bihuan.web.listing.furnish import bring_new

from .shop import page

pytestmark = pytest.mark.django_db
SINCE = date(2026, 10, 1)


@pytest.fixture
def world() -> World:
    seed()
    found = build()
    for key in ("equity.contact_top", "equity.contact_key"):
        begin(key=key, since=SINCE)
    return found


def pair(world: World, tier: str = "top", executive: User | None = None) -> Care:
    who = executive or world.sun_qian
    return Care.objects.create(customer=world.university, executive=who, tier=tier, since=SINCE)


def nights(*moments: str) -> None:
    for moment in moments:
        clock.run_due(at(moment))
        clock.run_due(at(moment) + timedelta(minutes=2))


def say(world: World, on: str, now: str = "", **more: object) -> Contact:
    given = {"user": world.sun_qian, "customer": world.university, "way": "visit", "note": "谈了续约", **more}
    return log_contact(on=date.fromisoformat(on), now=at(now or f"{on} 15:00"), **given)  # type: ignore[arg-type]


def owed(begins: str) -> Obligation:
    return Obligation.objects.get(begins_on=begins, key__startswith="equity.")


def test_a_top_customer_is_owed_a_contact_a_month_a_key_customer_one_a_quarter(world: World) -> None:
    pair(world)
    pair(world, "key", world.chen_jing)
    nights("2026-10-12 09:00")
    month = Obligation.objects.get(key="equity.contact_top", begins_on="2026-10-01")
    quarter = Obligation.objects.get(key="equity.contact_key", ends_on="2026-12-31")
    assert (month.owner, month.needed, month.customer) == (world.sun_qian, 1, world.university)
    assert (quarter.owner, quarter.ends_on) == (world.chen_jing, date(2026, 12, 31))


def test_a_contact_of_the_executive_counts_and_one_of_somebody_else_does_not(world: World) -> None:
    pair(world)
    nights("2026-10-12 09:00")
    say(world, "2026-10-13", user=world.chen_jing)
    assert owed("2026-10-01").state == "due"
    say(world, "2026-10-14")
    assert owed("2026-10-01").state == "done"
    assert owed_by(world.sun_qian) == {"pairs": 1, "open": 0, "late": 0}


def test_a_missed_month_is_one_case_of_the_executive_that_names_the_customer(world: World) -> None:
    pair(world)
    nights("2026-10-12 09:00", "2026-11-02 09:00", "2026-11-03 09:00")
    case = Case.objects.get(kind="contact_missed")
    assert (case.owner, case.customer, case.unit) == (world.sun_qian, world.university, world.jiangzhou)
    assert owed_by(world.sun_qian)["late"] == 1
    say(world, "2026-11-04")
    assert owed_by(world.sun_qian)["late"] == 0, "somebody is in touch again"
    assert owed("2026-11-01").state == "done"


def test_what_was_logged_late_fulfils_the_month_that_it_was_in_and_the_case_hears(world: World) -> None:
    pair(world)
    nights("2026-10-12 09:00", "2026-11-02 09:00")
    say(world, "2026-10-28", "2026-11-03 09:00")
    assert owed("2026-10-01").state == "done"
    assert Case.objects.get().events.filter(verb="case.comment").exists()


def test_a_contact_that_was_withdrawn_counts_no_longer(world: World) -> None:
    pair(world)
    nights("2026-10-12 09:00")
    row = say(world, "2026-10-14")
    with pytest.raises(Refused):
        withdraw_contact(row=row, user=world.wu_min)
    withdraw_contact(row=row, user=world.sun_qian, now=at("2026-10-15 09:00"))
    assert owed("2026-10-01").state == "due"
    with pytest.raises(Refused):
        withdraw_contact(row=row, user=world.sun_qian)


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": "2026-10-20"},
        {"way": "pigeon"},
        {"note": "  "},
        {"note": "x" * 4001},
        {"next_on": date(2026, 10, 20)},
        {"next_step": "回电", "next_on": date(2026, 10, 1)},
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(world: World, wrong: dict[str, object]) -> None:
    given: dict[str, object] = {"on": "2026-10-14", **wrong}
    with pytest.raises(Refused):
        say(world, str(given.pop("on")), "2026-10-14 15:00", **given)
    assert not Contact.objects.exists()


def test_outside_ones_units_nobody_logs_anything(world: World) -> None:
    for user in (world.gao_yuan, world.he_jia):
        with pytest.raises(Refused):
            say(world, "2026-10-14", user=user)
    stranger = Customer.objects.create(number="B1", name="北山", unit=world.beishan)
    with pytest.raises(Refused):
        say(world, "2026-10-14", customer=stranger)


def test_an_assistant_logs_for_the_executive_only_where_she_may_edit(world: World) -> None:
    pair(world, executive=world.wu_min)
    Care.objects.update(customer=Customer.objects.create(number="S1", name="生科", unit=world.building))
    customer = Customer.objects.get(number="S1")
    row = say(world, "2026-10-14", customer=customer, by=world.wu_min)
    assert (row.by, row.logged_by) == (world.wu_min, world.sun_qian)
    with pytest.raises(Refused):
        say(world, "2026-10-14", user=world.wu_min, customer=customer, by=world.sun_qian)


def test_events_say_that_there_was_a_contact_and_not_what_was_said(world: World) -> None:
    say(world, "2026-10-14")
    event = Event.objects.get(verb="contact.logged")
    assert event.subject == f"customer:{world.university.pk}"
    assert "续约" not in str(event.payload)


def test_who_no_longer_keeps_in_touch_owes_nothing(world: World) -> None:
    care = pair(world)
    nights("2026-10-12 09:00")
    end_care(row=care, user=world.sun_qian, on=date(2026, 10, 12))
    nights("2026-10-13 09:00", "2026-11-05 09:00")
    assert owed("2026-10-01").state == "cancelled"
    assert not Case.objects.exists()


def test_pairs_come_from_a_file_and_only_such_as_can_be_kept(world: World) -> None:
    row = {"customer": "C001", "executive": "sun_qian", "tier": "top", "since": "2026-10-01"}
    bring_new("key-customers", [row])
    care = Care.objects.get()
    assert (care.customer, care.executive, care.tier) == (world.university, world.sun_qian, "top")
    bring_new("key-customers", [{**row, "tier": "key", "ended_on": "2026-12-31"}], over=True)
    care.refresh_from_db()
    assert (care.tier, care.ended_on) == ("key", date(2026, 12, 31))
    for wrong in (
        {**row, "executive": "wu_min"},  # does not see the customer
        {**row, "executive": "he_jia"},  # a viewer
        {**row, "customer": "C999"},
        {**row, "ended_on": "2026-08-01"},
    ):
        with pytest.raises(ValueError, match="key-customers"):
            bring_new("key-customers", [wrong], over=True)


def test_the_page_takes_a_contact_and_leads_back_to_the_customer(world: World, client: Client) -> None:
    client.force_login(world.sun_qian)
    url = f"{reverse('equity:contact-new')}?customer={world.university.pk}"
    assert 'value="C001"' in client.get(url).content.decode()
    form = {"customer": "C001", "on": "2026-10-14", "way": "phone", "note": "客户要扩容", "next_step": "报价"}
    answer = client.post(url, form)
    assert answer.headers["Location"] == reverse("customer", args=[world.university.pk])
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "客户要扩容" in shown
    assert "报价" in shown
    wrong = client.post(url, {**form, "customer": "C999"})
    assert wrong.status_code == 422
    assert "客户要扩容" in wrong.content.decode(), "what was written is not lost"


def test_what_was_said_is_for_who_works_with_customers(world: World, client: Client) -> None:
    say(world, "2026-10-14", note="手术前不要打扰")
    customer = reverse("customer", args=[world.university.pk])
    for user, sees in ((world.chen_jing, True), (world.admin, False)):
        client.force_login(user)
        assert ("手术前" in client.get(customer).content.decode()) is sees
        assert client.get(reverse("equity:contacts")).status_code == (200 if sees else 403)


def test_the_overdue_ones_stand_in_their_own_view(world: World, client: Client) -> None:
    pair(world)
    pair(world, executive=world.chen_jing)
    nights("2026-10-12 09:00")
    say(world, "2026-10-14")
    nights("2026-11-02 09:00")
    shown = page(client, world.chen_jing, "cares", view="late")
    assert "共 1 条" in shown
    assert "共 2 条" in page(client, world.chen_jing, "cares", view="running")


def test_an_executive_finds_on_the_desk_what_is_owed(world: World, client: Client) -> None:
    client.force_login(world.wu_min)
    assert "待联系的客户" not in client.get(reverse("home")).content.decode()
    pair(world, executive=world.wu_min)
    nights("2026-10-12 09:00")
    assert "待联系的客户" in client.get(reverse("home")).content.decode()


def test_a_customer_who_is_forgotten_takes_notes_and_pairs_along(world: World) -> None:
    pair(world)
    say(world, "2026-10-14", note="私事")
    erase_customer(customer=world.university, actor=world.admin)
    assert not Care.objects.exists()
    assert Contact.objects.get().note == "—", "that there was a contact stays counted"
