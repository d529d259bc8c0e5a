"""How often managers use what is known of customers: sparingly recorded, counted from the events."""

from datetime import date

import pytest

from bihuan.kernel.act.cases import comment
from bihuan.kernel.act.events import record
from bihuan.kernel.act.looks import forget_looks, looked_at_customer, looked_at_list
from bihuan.kernel.act.people import erase_customer
from bihuan.kernel.models import Customer, CustomerListLook, CustomerLook, User
from bihuan.kernel.read.looks import Use, banded, first_since, readership
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.world import World, a_case, build, seed

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def world() -> World:
    seed()
    return build()


def look(user: User, customer: Customer, *days: int) -> None:
    for day in days:
        looked_at_customer(user=user, customer=customer, on=date(2026, 11, day))


def use_of(viewer: User, user: User) -> Use:
    return next(use for use in readership(viewer, FIRST, LAST).uses if use.user == user)


def test_a_second_look_on_the_same_day_leaves_no_second_row(world: World) -> None:
    look(world.sun_qian, world.university, 3, 3, 4)
    assert CustomerLook.objects.count() == 2
    use = use_of(world.chen_jing, world.sun_qian)
    assert (use.days, use.customers) == (2, 1)


def read(user: User, listing: str, day: int, *, exported: bool = False) -> None:
    looked_at_list(user=user, listing=listing, on=date(2026, 11, day), exported=exported)


def test_lists_count_once_a_day_and_files_beside_them(world: World) -> None:
    for exported in (False, False, True):
        read(world.sun_qian, "customers", 3, exported=exported)
    read(world.sun_qian, "equity:orders", 3)
    read(world.sun_qian, "equity:orders", 5)
    look(world.sun_qian, world.university, 5, 6)
    use = use_of(world.chen_jing, world.sun_qian)
    assert (use.lists, use.files, use.customers) == (3, 1, 1)
    assert use.days == 3, "the third, the fifth and the sixth"
    assert readership(world.chen_jing, FIRST, LAST).readers == 1


def test_a_file_that_was_imported_is_one_entry_if_it_tells_of_customers(world: World) -> None:
    for kind in ("customers", "units"):
        record(
            verb="import.applied",
            actor=world.sun_qian,
            subject=f"import:{kind}",
            at=at("2026-11-05 09:00"),
            created=900,
        )
    assert use_of(world.chen_jing, world.sun_qian).added == 1


def test_managers_and_directors_of_the_units_are_counted_nobody_else(world: World) -> None:
    look(world.wu_min, world.university, 3)
    found = readership(world.chen_jing, FIRST, LAST)
    assert {use.user for use in found.uses} == {world.chen_jing, world.sun_qian, world.gao_yuan}
    assert (found.n, found.readers) == (3, 0)
    assert readership(world.gao_yuan, FIRST, LAST).n == 1


def test_what_is_added_is_counted_from_the_events_where_a_customer_is_named(world: World) -> None:
    named = a_case(world, "offline", "A", customer=world.university, at=at("2026-11-02 09:00"))
    plain = a_case(world, "offline", "B", at=at("2026-11-02 09:00"))
    for case, moment in (
        (named, "2026-11-03 09:00"),
        (named, "2026-11-03 10:00"),
        (plain, "2026-11-04 09:00"),
    ):
        comment(case=case, user=world.sun_qian, text="与客户谈过", at=at(moment))
    record(verb="customer.changed", actor=world.sun_qian, at=at("2026-11-05 09:00"))
    record(verb="user.password", actor=world.sun_qian, at=at("2026-11-05 09:00"))
    use = use_of(world.chen_jing, world.sun_qian)
    assert (use.added, use.days_added) == (3, 2)
    assert readership(world.chen_jing, FIRST, LAST).contributors == 1


def test_the_period_bounds_both(world: World) -> None:
    look(world.sun_qian, world.university, 30)
    record(verb="customer.changed", actor=world.sun_qian, at=at("2026-10-31 23:59"))
    record(verb="customer.changed", actor=world.sun_qian, at=at("2026-11-30 23:59"))
    record(verb="customer.changed", actor=world.sun_qian, at=at("2026-12-01 00:00"))
    use = use_of(world.chen_jing, world.sun_qian)
    assert (use.days, use.added) == (1, 1)


def test_the_first_event_since_an_instant_is_found_by_halves(world: World) -> None:
    rows = [record(verb="x", at=at(f"2026-11-{day:02d} 09:00")) for day in range(1, 29)]
    for n in (1, 9, 27):
        assert rows[n - 1].pk <= first_since(rows[n].at) <= rows[n].pk
    assert first_since(at("2020-01-01 00:00")) <= rows[0].pk
    assert first_since(at("2027-01-01 00:00")) >= rows[-1].pk


@pytest.mark.parametrize(
    ("counts", "bands"),
    [([], [0, 0, 0, 0, 0]), ([0, 1, 2, 3, 5, 6, 10, 11, 99], [1, 2, 2, 2, 2])],
)
def test_everybody_lies_in_one_band(counts: list[int], bands: list[int]) -> None:
    assert banded(counts) == bands


def test_rows_go_after_what_the_standard_says(world: World) -> None:
    look(world.sun_qian, world.university, 1, 20)
    read(world.sun_qian, "customers", 1)
    assert forget_looks(now=at("2027-12-10 03:10")) == 2, "400 days"
    assert CustomerLook.objects.get().on == date(2026, 11, 20)
    assert not CustomerListLook.objects.exists()


def test_a_customer_who_is_forgotten_was_looked_at_by_nobody(world: World) -> None:
    look(world.sun_qian, world.university, 1)
    erase_customer(customer=world.university, actor=world.admin)
    assert not CustomerLook.objects.exists()
