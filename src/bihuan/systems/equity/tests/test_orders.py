"""Orders come in from files; what does not count is listed with what to do, never dropped."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from bihuan.inputs import BadInput
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Customer
from bihuan.kernel.tests.world import World, build, seed
from bihuan.systems.equity.act.orders import judge
from bihuan.systems.equity.act.parquet import import_parquet
from bihuan.systems.equity.lists.money import CostsTransfer, RatesTransfer
from bihuan.systems.equity.lists.orders import OrdersTransfer
from bihuan.systems.equity.models import Cost, Purchase, Rate
from bihuan.systems.equity.rules.money import converted, to_minor
from bihuan.web.tests.sheets import xlsx
from bihuan.web.tests.test_transfer_people import bring, counts

from .shop import TODAY, customers, line, page, parquet

pytestmark = pytest.mark.django_db
HEAD = ["订单号", "行号", "客户号", "订单日期", "交易金额", "币种", "品类", "原订单号"]
COLUMNS = 'order", line, customer, date, amount, currency, category, refund_of'


@pytest.fixture
def world() -> World:
    seed()
    return build()


def problems() -> dict[str, str]:
    return dict(Purchase.objects.values_list("order", "problem"))


def test_a_spreadsheet_of_orders_comes_in_and_is_found_again(world: World, tmp_path: Path) -> None:
    rows = [
        ["D1", 1, "C001", "2026-03-01", "120.50", "CNY", "卡", ""],
        ["D1", 2, "C001", "2026-03-01", "30", "", "贷", ""],
        ["D2", 1, "C001", "2026-03-09", "-30", "", "贷", "D1"],
    ]
    sheet = xlsx(tmp_path / "a.xlsx", HEAD, *rows)
    assert counts(bring(sheet, world.sun_qian, OrdersTransfer)) == (3, 0, 0, 0)
    assert counts(bring(sheet, world.sun_qian, OrdersTransfer)) == (0, 0, 3, 0)
    first, refund = Purchase.objects.get(order="D1", line=1), Purchase.objects.get(order="D2")
    assert (first.amount, first.value, first.customer, first.problem) == (
        12_050,
        12_050,
        world.university,
        "",
    )
    assert (refund.value, refund.day, refund.problem) == (-3000, first.day, "")
    rows[0][4] = "99"
    again = xlsx(tmp_path / "b.xlsx", HEAD, *rows)
    assert counts(bring(again, world.sun_qian, OrdersTransfer)) == (0, 1, 2, 0)
    first.refresh_from_db()
    assert first.value == 9900


def test_a_row_that_cannot_be_read_names_its_column_and_nothing_comes_in(
    world: World, tmp_path: Path
) -> None:
    rows = [
        ["D1", 1, "C001", "2026-03-01", "1.005", "CNY", "", ""],
        ["D2", 1, "C001", "gestern", "1", "", "", ""],
    ]
    with pytest.raises(Refused):
        bring(xlsx(tmp_path / "a.xlsx", HEAD, *rows), world.sun_qian, OrdersTransfer)
    assert not Purchase.objects.exists()


def test_the_same_line_twice_in_a_file_is_refused(world: World, tmp_path: Path) -> None:
    row = ["D1", 1, "C001", "2026-03-01", "10", "CNY", "", ""]
    with pytest.raises(Refused):
        bring(xlsx(tmp_path / "a.xlsx", HEAD, row, row), world.sun_qian, OrdersTransfer)


def test_a_customer_of_another_unit_is_refused(world: World, tmp_path: Path) -> None:
    Customer.objects.create(number="N1", name="北山客户", unit=world.beishan)
    row = ["D1", 1, "N1", "2026-03-01", "10", "CNY", "", ""]
    with pytest.raises(Refused):
        bring(xlsx(tmp_path / "a.xlsx", HEAD, row), world.sun_qian, OrdersTransfer)


def test_every_row_that_does_not_count_says_why(world: World, client: Client) -> None:
    (one,) = customers(world.building, 1)
    line(one, date(2026, 3, 1), 50, "GOOD")
    line(one, date(2026, 12, 1), 50, "FUTURE")
    line(one, date(2026, 3, 2), -5, "LONELY")
    line(one, date(2026, 3, 2), -5, "WRONG", refund_of="NONE")
    line(one, date(2026, 3, 3), 0, "ZERO")
    line(one, date(2026, 3, 4), 40, "EURO", currency="EUR")
    line(one, date(2026, 3, 5), 70, "ONE")
    line(one, date(2026, 3, 5), 70, "TWO")
    Purchase.objects.create(
        order="WHO", number="X9", unit=world.building, on=date(2026, 3, 1), day=20_000, amount=100
    )
    judge(today=TODAY)
    assert problems() == {
        "GOOD": "",
        "FUTURE": "future",
        "LONELY": "reference",
        "WRONG": "reference",
        "ZERO": "zero",
        "EURO": "rate",
        "ONE": "",
        "TWO": "twin",
        "WHO": "customer",
    }
    shown = page(client, world.sun_qian, "problems", view="all")
    assert all(order in shown for order, problem in problems().items() if problem)
    assert "请登记该日有效的汇率" in shown
    assert "GOOD" not in shown


def test_what_is_put_right_counts(world: World) -> None:
    (one,) = customers(world.building, 1)
    line(one, date(2026, 3, 4), 40, "EURO", currency="EUR")
    line(one, date(2026, 10, 20), 50, "FUTURE")
    Purchase.objects.create(
        order="WHO", number="X9", unit=world.building, on=date(2026, 3, 1), day=20_000, amount=100
    )
    judge(today=TODAY)
    Rate.objects.create(currency="EUR", valid_from=date(2026, 1, 1), rate="7.6543")
    Customer.objects.create(number="X9", name="新客户", unit=world.jiangzhou)
    judge(today=date(2026, 10, 20))
    assert set(problems().values()) == {""}
    assert Purchase.objects.get(order="EURO").value == 30_617
    assert Purchase.objects.get(order="WHO").unit == world.jiangzhou


def test_the_rate_of_the_day_counts_and_money_is_never_a_float(world: World) -> None:
    (one,) = customers(world.building, 1)
    for day, rate in ((date(2026, 1, 1), "7.10"), (date(2026, 6, 1), "7.00")):
        Rate.objects.create(currency="USD", valid_from=day, rate=rate)
    line(one, date(2026, 5, 31), 10, "OLD", currency="USD")
    line(one, date(2026, 6, 1), 10, "NEW", currency="USD")
    judge(today=TODAY)
    assert dict(Purchase.objects.values_list("order", "value")) == {"OLD": 7100, "NEW": 7000}


@pytest.mark.parametrize(
    ("amount", "currency", "rate", "fen"),
    [
        (100, "USD", "7.125", 712),
        (300, "USD", "7.125", 2138),
        (1000, "JPY", "0.0487", 4870),
        (1500, "KWD", "23", 3450),
    ],
)
def test_minor_units_of_each_currency_and_half_to_even(
    amount: int, currency: str, rate: str, fen: int
) -> None:
    from decimal import Decimal

    assert converted(amount, currency, Decimal(rate)) == fen


def test_a_fraction_of_a_minor_unit_is_refused() -> None:
    from decimal import Decimal

    assert to_minor(Decimal("12.5"), "CNY") == 1250
    with pytest.raises(ValueError, match="JPY"):
        to_minor(Decimal("12.5"), "JPY")


def test_rates_and_costs_come_from_files(world: World, tmp_path: Path) -> None:
    rates = xlsx(tmp_path / "r.xlsx", ["币种", "生效日期", "汇率"], ["USD", "2026-01-01", "7.1"])
    assert counts(bring(rates, world.chen_jing, RatesTransfer)) == (1, 0, 0, 0)
    assert counts(bring(rates, world.chen_jing, RatesTransfer)) == (0, 0, 1, 0)
    head = ["客户号", "kind", "first_on", "last_on", "amount"]
    costs = xlsx(tmp_path / "c.xlsx", head, ["C001", "服务成本", "2026-01-01", "2026-03-31", "88.40"])
    assert counts(bring(costs, world.sun_qian, CostsTransfer)) == (1, 0, 0, 0)
    assert Cost.objects.get().amount == 8840
    wrong = xlsx(tmp_path / "w.xlsx", head, ["C001", "serve", "2026-03-31", "2026-01-01", "1"])
    with pytest.raises(Refused):
        bring(wrong, world.sun_qian, CostsTransfer)


def test_a_parquet_file_comes_in_once(world: World, tmp_path: Path) -> None:
    rows = [
        ("D1", 1, "C001", "2026-03-01", "120.50", "CNY", "卡", ""),
        ("D1", 1, "C001", "2026-03-01", "120.50", "CNY", "卡", ""),
        ("D2", 1, "X7", "2026-03-02", "8", "JPY", "卡", ""),
    ]
    path = parquet(tmp_path / "o.parquet", *rows, columns=f'"{COLUMNS}')
    for _ in range(2):
        assert import_parquet(path=path, unit=world.building, today=TODAY) == (2, 1)
    assert {(row.order, row.amount, row.problem) for row in Purchase.objects.all()} == {
        ("D1", 12_050, ""),
        ("D2", 8, "customer"),
    }


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("D1", 1, "C001", "2026-13-01", "1", "CNY", "", ""), "rows 1"),
        (("D1", 1, "C001", "2026-03-01", "1.005", "CNY", "", ""), "rows 1"),
        (("", 1, "C001", "2026-03-01", "1", "CNY", "", ""), "rows 1"),
    ],
)
def test_a_parquet_row_that_cannot_be_read_is_named(
    world: World, tmp_path: Path, row: tuple[object, ...], says: str
) -> None:
    path = parquet(tmp_path / "o.parquet", row, columns=f'"{COLUMNS}')
    with pytest.raises(BadInput, match=says):
        import_parquet(path=path, unit=world.building, today=TODAY)
    assert not Purchase.objects.exists()


def test_one_line_with_two_meanings_and_a_missing_column_are_named(world: World, tmp_path: Path) -> None:
    one = ("D1", 1, "C001", "2026-03-01", "1", "CNY", "", "")
    two = ("D1", 1, "C001", "2026-03-02", "1", "CNY", "", "")
    path = parquet(tmp_path / "o.parquet", one, two, columns=f'"{COLUMNS}')
    with pytest.raises(BadInput, match="D1 line 1"):
        import_parquet(path=path, unit=world.building, today=TODAY)
    short = parquet(tmp_path / "s.parquet", ("D1", "C001"), columns='"order", customer')
    with pytest.raises(BadInput, match="date: this column is missing"):
        import_parquet(path=short, unit=world.building, today=TODAY)
