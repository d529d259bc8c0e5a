"""People and cards come in from files: all or nothing, twice the same as once, inside one's own units."""

from pathlib import Path
from typing import Any

import pytest

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Card, Event, Person, Place, Region, Unit, User
from bihuan.kernel.tests.world import World
from bihuan.web.listing.transfer.apply import apply_plan
from bihuan.web.listing.transfer.plan import Plan, make_plan
from bihuan.web.listing.transfer.transfer import Transfer
from bihuan.web.lists.calendar import CalendarTransfer
from bihuan.web.lists.customers import CustomersTransfer
from bihuan.web.lists.organisation import PlacesTransfer
from bihuan.web.lists.people import CardsTransfer, PeopleTransfer
from bihuan.web.lists.trees import RegionsTransfer, UnitsTransfer
from bihuan.web.tests.sheets import PEOPLE, text, xlsx


def plan_of(path: Path, user: User | None, kind: type[Transfer] = PeopleTransfer) -> Plan:
    return make_plan(path, kind(user))


def bring(path: Path, user: User | None, kind: type[Transfer] = PeopleTransfer) -> Plan:
    transfer = kind(user)
    plan = make_plan(path, transfer)
    apply_plan(plan=plan, transfer=transfer, sha256="0" * 64)
    return plan


def counts(plan: Plan) -> tuple[int, int, int, int]:
    return plan.created, plan.updated, plan.unchanged, plan.wrong


@pytest.fixture
def people(tmp_path: Path) -> Path:
    rows: list[Any] = [["S100", "赵六", "SKL", 8075700], ["S001", "张三丰", "生科楼", "0008075634"]]
    return xlsx(tmp_path / "people.xlsx", PEOPLE, *rows)


def test_new_and_changed_people_are_written_once(world: World, people: Path) -> None:
    assert counts(bring(people, world.sun_qian)) == (1, 1, 0, 0)
    zhao = Person.objects.get(number="S100")
    assert (zhao.name, zhao.unit, zhao.active) == ("赵六", world.building, True)
    assert [card.number for card in zhao.cards.all()] == ["0008075700"]
    world.zhang_san.refresh_from_db()
    assert world.zhang_san.name == "张三丰"
    event = Event.objects.get(verb="import.applied")
    assert (event.actor, event.payload["created"], event.payload["updated"]) == (world.sun_qian, 1, 1)


def test_the_same_file_again_changes_nothing(world: World, people: Path) -> None:
    bring(people, world.sun_qian)
    assert counts(bring(people, world.sun_qian)) == (0, 0, 2, 0)
    assert Event.objects.filter(verb="import.applied").count() == 1


def test_a_column_that_is_missing_leaves_what_is_stored(world: World, tmp_path: Path) -> None:
    Person.objects.filter(number="S001").update(phone="139", active=False)
    bring(xlsx(tmp_path / "a.xlsx", ["number", "NAME", "unit"], ["S001", "张三", "BS"]), None)
    stored = Person.objects.get(number="S001")
    assert (stored.phone, stored.active, stored.unit) == ("139", False, world.beishan)


@pytest.mark.parametrize(
    ("row", "column", "word"),
    [
        (["", "赵六", "SKL", ""], "工号", ""),
        (["S100", "赵六", "没有这个楼", ""], "单位", ""),
        (["S100", "赵六", "BS", ""], "单位", ""),
        (["S100", "赵六", "SKL", "12AB"], "卡号", "12AB"),
        (["S100", "赵六", "SKL", "0008075635"], "卡号", "0008075635"),
        (["S100", "x" * 81, "SKL", ""], "姓名", "x"),
    ],
    ids=["no number", "no such unit", "foreign unit", "no card number", "card of 李四", "name too long"],
)
def test_a_fault_names_row_column_and_value(
    world: World, tmp_path: Path, row: list[str], column: str, word: str
) -> None:
    path = xlsx(tmp_path / "a.xlsx", PEOPLE, ["S099", "好", "SKL", ""], row)
    plan = plan_of(path, world.sun_qian)
    assert counts(plan) == (1, 0, 0, 1)
    [error] = plan.errors
    assert (error.row, error.column) == (3, column)
    assert word in error.value + error.message
    with pytest.raises(Refused):
        apply_plan(plan=plan, transfer=PeopleTransfer(world.sun_qian), sha256="")
    assert not Person.objects.filter(number="S099").exists()


def test_what_stands_twice_in_the_file_names_the_first_row(world: World, tmp_path: Path) -> None:
    rows = [["S100", "赵六", "SKL", "1"], ["S101", "钱七", "SKL", "1"], ["S100", "孙八", "SKL", ""]]
    plan = plan_of(xlsx(tmp_path / "a.xlsx", PEOPLE, *rows), world.sun_qian)
    assert [(error.row, error.column) for error in plan.errors] == [(3, "卡号"), (4, "工号")]
    assert all("2" in error.message for error in plan.errors)


def test_somebody_of_another_unit_is_not_overwritten(world: World, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", PEOPLE, ["S001", "抢来的张三", "BS", ""])
    plan = plan_of(path, world.gao_yuan)
    assert counts(plan) == (0, 0, 0, 1)


def test_missing_and_unknown_columns_are_named_in_one_sentence(world: World, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        plan_of(xlsx(tmp_path / "a.xlsx", ["工号", "血型"], ["S100", "A"]), world.sun_qian)
    assert "血型" in str(refusal.value)
    assert str(PeopleTransfer.fields[1].label) in str(refusal.value)


def test_headings_are_known_in_chinese_english_and_by_key(world: World, tmp_path: Path) -> None:
    for headings in (["工号*", "姓名", "单位"], ["Staff number", "Name", "Unit"], ["number", "name", "unit"]):
        plan = plan_of(text(tmp_path / "a.csv", headings, ["S100", "赵六", "SKL"]), world.sun_qian)
        assert counts(plan) == (1, 0, 0, 0)


def test_a_card_moves_to_the_person_of_the_file(world: World, tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", ["卡号", "工号"], ["8075634", "S002"])
    assert counts(bring(path, world.sun_qian, CardsTransfer)) == (0, 1, 0, 0)
    assert Card.objects.get(number="0008075634").person == world.li_si


def test_a_card_of_another_unit_stays_where_it_is(world: World, tmp_path: Path) -> None:
    Person.objects.create(number="B1", name="北山人", unit=world.beishan)
    path = text(tmp_path / "a.csv", ["卡号", "工号"], ["8075634", "B1"])
    assert plan_of(path, world.gao_yuan, CardsTransfer).wrong == 1


def test_units_may_stand_above_their_parents_in_the_file(world: World, tmp_path: Path) -> None:
    rows = [["L1", "一室", "F1"], ["F1", "一楼", "SKL"]]
    path = text(tmp_path / "a.csv", ["code", "name", "parent"], *rows)
    assert counts(bring(path, world.sun_qian, UnitsTransfer)) == (2, 0, 0, 0)
    room = Unit.objects.get(code="L1")
    assert room.path.startswith(world.building.path)
    assert counts(bring(path, world.sun_qian, UnitsTransfer)) == (0, 0, 2, 0)


@pytest.mark.parametrize("parent", ["BS", "NOWHERE", "L2"])
def test_a_unit_hangs_below_one_of_the_users_units_and_not_below_itself(
    world: World, tmp_path: Path, parent: str
) -> None:
    path = text(tmp_path / "a.csv", ["code", "name", "parent"], ["L1", "一室", parent], ["L2", "二室", "L1"])
    assert plan_of(path, world.sun_qian, UnitsTransfer).wrong >= 1


def test_a_new_unit_without_one_above_hangs_below_the_users_own_and_a_known_one_stays(
    world: World, tmp_path: Path
) -> None:
    own = world.sun_qian.unit.code
    path = text(tmp_path / "a.csv", ["编号", "单位名称", "上级"], ["L1", "一室", ""], ["SKL", "生科楼", ""])
    assert counts(bring(path, world.sun_qian, UnitsTransfer)) == (1, 0, 1, 0)
    assert Unit.objects.get(code="L1").parent == Unit.objects.get(code=own)
    assert Unit.objects.get(code="SKL").parent == world.building.parent


def test_a_moved_unit_takes_everything_below_with_it(world: World, tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", ["code", "name", "parent"], ["JZ", "江州分公司", "BS"])
    bring(path, None, UnitsTransfer)
    world.building.refresh_from_db()
    assert world.building.path.startswith(world.beishan.path)


def test_regions_come_in_as_a_tree_and_places_name_theirs(world: World, tmp_path: Path) -> None:
    path = text(
        tmp_path / "a.csv", ["code", "name", "parent"], ["JB", "江北区", "JZS"], ["JZS", "江州市", ""]
    )
    assert counts(bring(path, world.chen_jing, RegionsTransfer)) == (2, 0, 0, 0)
    region = Region.objects.get(code="JB")
    assert region.path.startswith(Region.objects.get(code="JZS").path)

    path = text(tmp_path / "b.csv", ["code", "name", "unit", "region"], ["B1", "一室", "SKL", "JB 江北区"])
    bring(path, world.sun_qian, PlacesTransfer)
    assert Place.objects.get(code="B1").region == region
    path = text(tmp_path / "c.csv", ["code", "name", "unit", "region"], ["B2", "二室", "SKL", "XX"])
    assert plan_of(path, world.sun_qian, PlacesTransfer).wrong == 1


def test_places_and_customers_come_in(world: World, tmp_path: Path) -> None:
    places = text(tmp_path / "p.csv", ["code", "name", "floor", "unit"], ["R9", "冷室", "9", "SKL 生科楼"])
    assert counts(bring(places, world.sun_qian, PlacesTransfer)) == (1, 0, 0, 0)
    customers = text(tmp_path / "c.csv", ["number", "name", "kind", "unit"], ["C9", "李女士", "person", "JZ"])
    assert counts(bring(customers, world.sun_qian, CustomersTransfer)) == (1, 0, 0, 0)


def test_a_notice_becomes_the_gazetted_layer(world: World, tmp_path: Path) -> None:
    rows = [["2027-01-01", "rest", "元旦"], ["2027/1/3", "班", "调休"]]
    path = text(tmp_path / "a.csv", ["date", "kind", "note"], *rows)
    assert counts(bring(path, world.chen_jing, CalendarTransfer)) == (2, 0, 0, 0)
    assert counts(bring(path, world.chen_jing, CalendarTransfer)) == (0, 0, 2, 0)


def test_the_systems_are_told_whose_names_and_cards_changed(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[set[int]] = []
    monkeypatch.setattr("bihuan.web.lists.people.changed", lambda people: told.append(set(people)))
    moved = text(tmp_path / "a.csv", ["卡号", "工号"], ["8075634", "S002"])
    bring(moved, world.sun_qian, CardsTransfer)
    renamed = text(tmp_path / "b.csv", ["工号", "姓名", "单位"], ["S003", "王五五", "SKL"])
    bring(renamed, world.sun_qian)
    fresh = text(tmp_path / "c.csv", ["工号", "姓名", "单位"], ["S100", "赵六", "SKL"])
    bring(fresh, world.sun_qian)
    assert told == [{world.zhang_san.pk, world.li_si.pk}, {world.wang_wu.pk}, set()]
