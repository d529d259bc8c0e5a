"""The index of pieces names every row that has a word, whatever letters it is made of."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.kernel import texts
from bihuan.kernel.models import Customer, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return Unit.objects.create(code="u", name="Unit")


def customer(unit: Unit, number: str, name: str, **more: str) -> Customer:
    return Customer.objects.create(number=number, name=name, unit=unit, **more)


def found(word: str) -> set[str]:
    keys = texts.sought(Customer.objects.all(), [texts.having(texts.CUSTOMERS, word)])
    assert keys is not None
    return set(Customer.objects.filter(pk__in=texts.among(keys)).values_list("number", flat=True))


@pytest.fixture
def people(unit: Unit) -> Unit:
    customer(unit, "K-1", "张三", phone="13800000001")
    customer(unit, "K-2", "张三丰")
    customer(unit, "K-3", 'Grüne Straße "West" 100%', email="west@example.org")
    customer(unit, "K-4", "李四")
    return unit


@pytest.mark.parametrize(
    ("word", "numbers"),
    [
        ("张三", {"K-1", "K-2"}),
        ("三丰", {"K-2"}),
        ("张三丰", {"K-2"}),
        ("四", {"K-4"}),
        ("0001", {"K-1"}),
        ("WEST", {"K-3"}),
        ('"we', {"K-3"}),
        ("0%", {"K-3"}),
        ("k-4", {"K-4"}),
        ("王五", set()),
        ("AND", set()),
    ],
)
def test_a_word_anywhere_in_the_text(people: Unit, word: str, numbers: set[str]) -> None:
    if len(word) == 1 and connection.vendor == "postgresql":
        assert texts.having(texts.CUSTOMERS, word) is None  # pairs know no single letter
    else:
        assert found(word) == numbers


def test_it_follows_every_change_of_a_row(people: Unit) -> None:
    Customer.objects.filter(number="K-4").update(name="王五")
    assert (found("李四"), found("王五")) == (set(), {"K-4"})
    Customer.objects.filter(number="K-4").delete()
    assert found("王五") == set()


def test_a_common_word_is_left_to_the_order_of_the_rows(people: Unit, monkeypatch: Any) -> None:
    monkeypatch.setattr(texts, "COMMON", 1)
    if connection.vendor == "sqlite":
        assert texts.having(texts.CUSTOMERS, "张三") is None
        assert texts.sought(Customer.objects.all(), [None]) is None
    rows = texts.narrowed(Customer.objects.all(), texts.CUSTOMERS, "张三").filter(name__contains="张三")
    assert rows.count() == 2


def test_one_key_more_than_is_wanted_says_that_there_are_more(people: Unit, monkeypatch: Any) -> None:
    monkeypatch.setattr(texts, "MOST", 1)
    for _ in range(2):
        assert len(found("张三")) == 2
        assert found("张三丰") == {"K-2"}


def test_made_anew_where_a_migration_rebuilt_the_table(people: Unit) -> None:
    """SQLite drops a table's triggers with the table, and a migration there copies and drops."""
    connection.check_constraints()  # PostgreSQL touches no index while a check is put off
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER kernel_customer_text_oi")
        else:
            cursor.execute("DROP INDEX kernel_customer_text")
    customer(people, "K-5", "赵六")
    connection.check_constraints()
    texts.settle()
    assert found("赵六") == {"K-5"}


def test_nothing_is_made_where_all_is_there() -> None:
    with CaptureQueriesContext(connection) as asked:
        texts.settle()
    assert not [each for each in asked if each["sql"].startswith(("CREATE", "DROP", "INSERT"))]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text("ab张三丰'\"%_-* ", min_size=1, max_size=9),
    cut=st.tuples(st.integers(0, 8), st.integers(1, 5)),
)
def test_no_row_is_missed(unit: Unit, name: str, cut: tuple[int, int]) -> None:
    word = name[cut[0] : cut[0] + cut[1]]
    row = Customer.objects.create(number="P", name=name, unit=unit)
    keys = texts.sought(Customer.objects.all(), [texts.having(texts.CUSTOMERS, word) if word else None])
    assert keys is None or row.pk in keys
    assert Customer.objects.filter(Q(pk=row.pk)).delete()[0] == 1
