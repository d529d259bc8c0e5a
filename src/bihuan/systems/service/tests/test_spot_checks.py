"""The monthly spot check: nobody knows its day before, its calls are drawn, a difference is a case."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel import clock
from bihuan.kernel.act.calendar import set_days
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.standards import revise
from bihuan.kernel.models import Event, Notice, Role, Unit
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.tests.desk_world import at, local
from bihuan.kernel.tests.world import World, account
from bihuan.systems.service import act
from bihuan.systems.service.act.spotchecks import begin_month, look
from bihuan.systems.service.lists.spotchecks import SpotChecksListing
from bihuan.systems.service.models import Call, Order, SpotCheck, SpotItem
from bihuan.systems.service.rules.spotcheck import drawn, due_day
from bihuan.web.listing import Listing
from bihuan.web.tests.listing_contract import ListingContract

from .yingkou import Branch, build

pytestmark = pytest.mark.django_db
MORNING = "08:30"


@pytest.fixture
def branch() -> Branch:
    return build()


def second_call(branch: Branch, number: str, when: str, answer: str = "satisfied") -> Call:
    order = Order.objects.create(
        kind="fault", number=number, unit=branch.repair, customer=branch.customer, opened_at=at(when)
    )
    return Call.objects.create(
        order=order,
        stage="fault_2",
        ended_at=at(when),
        due_at=at(when),
        state="done",
        answer=answer,
        said="客户的话",
        done_at=at(when),
        done_by=branch.posts["service_centre"],
    )


def sealed(seed: str = "s", when: str = "2026-03-01 00:20") -> SpotCheck:
    begin_month(now=at(when))
    check = SpotCheck.objects.get()
    SpotCheck.objects.update(seed=seed, seed_digest=sha256(seed.encode()).hexdigest())
    check.refresh_from_db()
    return check


def day_of(check: SpotCheck) -> date:
    calendar = working_calendar()
    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(31)]
    found = due_day(
        check.seed, "2026-03/DSQ/day", [d for d in days if calendar.is_workday(d)], check.looked_on
    )
    assert found is not None
    return found


def on(day: date, hour: str = MORNING) -> datetime:
    return at(f"{day} {hour}")


def every_morning(first: date, last: date) -> None:
    """What the clock does with this one row; the whole clock runs in the tests of a single day."""
    while first <= last:
        row = SpotCheck.objects.get()
        if row.next_at and row.next_at <= on(first):
            SpotCheck.objects.filter(pk=row.pk).update(next_at=look(row=row, now=on(first)))
        first += timedelta(days=1)


def opened(branch: Branch, n: int = 7, seed: str = "s") -> SpotCheck:
    check = sealed(seed)
    for number in range(n):
        second_call(branch, f"GZ-{number}", "2026-03-01 10:00")
    clock.run_due(on(day_of(check)))
    check.refresh_from_db()
    return check


def test_each_unit_with_a_specialist_has_one_check_a_month(branch: Branch) -> None:
    for when in ("2026-03-01 00:20", "2026-03-01 00:21", "2026-03-17 00:20", "2026-04-01 00:20"):
        begin_month(now=at(when))
    found = SpotCheck.objects.order_by("month_on").values_list("unit__code", "month_on")
    assert list(found) == [("DSQ", date(2026, 3, 1)), ("DSQ", date(2026, 4, 1))]


def test_switched_off_there_is_none(branch: Branch) -> None:
    revise(
        key="service.spot.monthly",
        value=Decimal(0),
        valid_from=date(2026, 1, 1),
        user=branch.director,
        note="暂停",
    )
    begin_month(now=at("2026-03-01 00:20"))
    assert SpotCheck.objects.count() == 0


def test_before_the_day_neither_row_nor_event_nor_page_knows_it(branch: Branch, client: Client) -> None:
    check = sealed()
    day = day_of(check)
    client.force_login(branch.director)
    before = day - timedelta(days=1)
    every_morning(date(2026, 3, 1), before)
    check.refresh_from_db()
    assert (check.state, check.drawn_on, check.told_at, check.owner) == ("sealed", None, None, None)
    assert check.next_at is not None
    stored = {key: value for key, value in vars(check).items() if key not in {"seed", "next_at"}}
    assert str(day) not in str(stored)
    assert str(day) not in str(list(Event.objects.values_list("payload", flat=True)))
    urls = [reverse("service:spot-check", args=[check.pk]), reverse("service:spot-checks")]
    for page in [client.get(url).content.decode() for url in urls]:
        assert f"{day:%m-%d}" not in page
        assert f"<code>{check.seed}</code>" not in page
    assert check.seed_digest in client.get(urls[0]).content.decode()
    assert not Notice.objects.filter(key="service.spot_check").exists()


def test_the_timer_says_the_next_working_morning_whatever_the_day_is(branch: Branch) -> None:
    """Two checks with different days have the same timer."""
    first = sealed("s")
    second = SpotCheck.objects.create(
        unit=branch.repair, month_on=first.month_on, seed="t7", seed_digest="-", looked_on=first.looked_on
    )
    assert day_of(first) != date(2026, 3, 2)
    now = on(date(2026, 3, 2))
    assert local(look(row=first, now=now)) == "2026-03-03 08:30"
    found = look(row=second, now=now)
    assert second.state == "sealed"
    assert local(found) == "2026-03-03 08:30"


def test_on_the_day_the_specialist_gets_calls_drawn_by_ticket(branch: Branch) -> None:
    second_call(branch, "GZ-OLD", "2026-02-27 10:00")
    second_call(branch, "GZ-AWAY", "2026-03-01 10:00", answer="unreachable")
    check = opened(branch)
    assert (check.state, check.drawn_on, check.owner) == (
        "open",
        day_of(check),
        branch.posts["service_specialist"],
    )
    frame = [f"GZ-{n}" for n in range(7)]
    assert check.frame == frame
    numbers = [item.call.order.number for item in check.items.all()]
    assert numbers == list(drawn("s", "2026-03/DSQ/calls", frame, 5))
    notice = Notice.objects.get(key="service.spot_check")
    assert (notice.user, notice.params) == (branch.posts["service_specialist"], {"number": 5})


def test_a_month_without_second_calls_is_waived(branch: Branch) -> None:
    check = opened(branch, n=0)
    assert (check.state, check.items.count(), check.next_at) == ("waived", 0, None)


def test_a_worker_that_was_dead_on_the_day_tells_it_on_the_next_and_says_so(
    branch: Branch, client: Client
) -> None:
    check = sealed()
    day = day_of(check)
    second_call(branch, "GZ-1", "2026-03-01 10:00")
    every_morning(date(2026, 3, 1), day - timedelta(days=1))
    clock.run_due(on(day + timedelta(days=4), "11:00"))
    check.refresh_from_db()
    assert (check.state, check.drawn_on) == ("open", day)
    client.force_login(branch.director)
    answer = client.get(reverse("service:spot-check", args=[check.pk]))
    assert answer.context["seen"].late
    clock.run_due(on(day + timedelta(days=4), "11:01"))
    assert Notice.objects.filter(key="service.spot_check").count() == 1


def test_a_drawn_day_that_becomes_a_holiday_gives_way_to_one_still_ahead(branch: Branch) -> None:
    check = sealed()
    first = day_of(check)
    set_days(user=branch.director, days=[(first, False, "临时放假")], source="本单位")
    second = day_of(check)
    assert second != first
    second_call(branch, "GZ-1", "2026-03-01 10:00")
    every_morning(date(2026, 3, 1), date(2026, 3, 31))
    check.refresh_from_db()
    assert check.drawn_on is not None
    assert check.drawn_on != first


def hear(check: SpotCheck, place: int, user: Any, result: str = "agrees", note: str = "") -> SpotItem:
    when = on(check.drawn_on or date(2026, 3, 31), "10:00")
    return act.hear(item=check.items.get(place=place), user=user, result=result, note=note, at=when)


def test_a_difference_is_a_case_of_the_team_and_the_last_call_ends_the_check(branch: Branch) -> None:
    check, user = opened(branch), branch.posts["service_specialist"]
    for place in (1, 2, 3):
        hear(check, place, user)
    with pytest.raises(Refused):
        hear(check, 4, user, "differs")
    found = hear(check, 4, user, "differs", "录音里客户说没修好")
    assert found.case is not None
    assert (found.case.kind, found.case.owner, found.case.customer) == (
        "call_finding",
        branch.owner,
        branch.customer,
    )
    hear(check, 5, user, "missing", "录音打不开")
    check.refresh_from_db()
    assert (check.state, local(check.done_at)[:10]) == ("done", str(check.drawn_on))
    with pytest.raises(Refused):
        hear(check, 1, user)


def test_who_made_the_call_and_who_is_not_asked_do_not_check_it(branch: Branch) -> None:
    check = opened(branch)
    stranger = account("li_owner", "李班长", Role.OWNER, branch.branch)
    for user in (branch.posts["service_centre"], stranger, branch.owner):
        with pytest.raises(Refused):
            hear(check, 1, user)


def test_a_missed_check_is_a_case_and_what_is_made_later_stays_late(branch: Branch) -> None:
    check = opened(branch)
    assert check.due_at is not None
    for _ in range(2):
        clock.run_due(check.due_at + timedelta(hours=10))
    check.refresh_from_db()
    assert check.case is not None
    assert (check.state, check.case.kind, check.case.owner) == (
        "missed",
        "duty_missed",
        branch.posts["service_specialist"],
    )
    for place in range(1, 6):
        hear(check, place, branch.posts["service_specialist"])
    check.refresh_from_db()
    assert check.state == "missed"
    assert check.done_at is not None


def test_the_page_takes_results_and_proves_the_draw(branch: Branch, client: Client) -> None:
    check = opened(branch, n=1)
    item = check.items.get()
    client.force_login(branch.posts["service_specialist"])
    url = reverse("service:spot-check", args=[check.pk])
    assert client.get(url).context["seen"].whole
    assert client.post(url, {"item": item.pk}).status_code == 409
    given = {"item": item.pk, f"i{item.pk}-result": "differs", f"i{item.pk}-note": ""}
    assert client.post(url, given).status_code == 409
    assert client.post(url, {**given, f"i{item.pk}-result": "agrees"}).status_code == 302
    assert client.get(url).status_code == 200
    SpotCheck.objects.update(seed="another")
    assert not client.get(url).context["seen"].whole


class TestSpotChecks(ListingContract):
    listing: ClassVar[type[Listing]] = SpotChecksListing

    def make(self, world: World, n: int) -> None:
        first = SpotCheck.objects.count()
        for number in range(first, first + n):
            unit = Unit.objects.create(code=f"U-{number}", name="供电所", parent=world.building)
            SpotCheck.objects.create(unit=unit, month_on="2026-03-01", seed="s", seed_digest="-")

    def test_a_text_that_nothing_holds_leaves_no_row(self) -> None:
        """It has no search box."""
