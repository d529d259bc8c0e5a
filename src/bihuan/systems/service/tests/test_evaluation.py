"""Evaluation, scheme, ranking and third-party indices on the pages and in files."""

import io
from decimal import Decimal

import pytest
import python_calamine
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from bihuan.kernel.act.duty import appoint
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Place, Unit, User
from bihuan.kernel.read.reports import content
from bihuan.kernel.registry import report_specs
from bihuan.kernel.rules.periods import Period
from bihuan.kernel.tests.desk_world import at
from bihuan.systems.service import act
from bihuan.systems.service.act import evaluation
from bihuan.systems.service.models import Call, Hall, Item, Order, Reading, Scheme
from bihuan.systems.service.read.evaluation import evaluate, scheme_on
from bihuan.systems.service.read.league import TEAMS, league
from bihuan.systems.service.read.ranking_paper import comparing
from bihuan.systems.service.rules.evaluation import Lack
from bihuan.systems.service.rules.quarters import Quarter

from .yingkou import Branch, build, page

Q3 = Quarter(2026, 3)
WEIGHTS = {"hall": ".25", "meter": ".15", "expansion": ".2", "fault": ".2", "complaint": ".2"}
LEVELS = {"hall": "82", "meter": "76.5", "expansion": "80", "fault": "78", "complaint": "81"}


@pytest.fixture
def branch(db: None) -> Branch:
    return build()


def revise(user: User, **changes: str) -> Scheme:
    """Everything is fed by entered figures, with the weights of the protocol unless changed."""
    weights = WEIGHTS | changes
    shares = {key: act.Share(Decimal(weight), "imported") for key, weight in weights.items()}
    return act.revise_scheme(user=user, shares=shares, valid_from=Q3.first, note="试行")


def enter(unit: Unit, levels: dict[str, str]) -> None:
    for key, level in levels.items():
        Reading.objects.create(
            item=Item.objects.get(key=key),
            unit=unit,
            quarter=str(Q3),
            value=Decimal(level),
            n=400,
            sd=20,
            source="问卷",
        )


def test_the_protocols_index_stands_on_the_page_as_79_78(branch: Branch, client: Client) -> None:
    revise(branch.director)
    enter(branch.branch, LEVELS)
    shown = page(client, branch.director, "evaluation", quarter="2026-Q3")
    assert "79.78" in shown
    assert "78.9–80.7" in shown


def test_weights_that_do_not_sum_to_one_are_refused_in_words(branch: Branch, client: Client) -> None:
    with pytest.raises(Refused, match=r"0\.95"):
        revise(branch.director, hall=".2")
    client.force_login(branch.director)
    scheme = scheme_on(Q3.last)
    assert scheme is not None
    fields = {"valid_from": "2026-07-01", "note": "试行"}
    for row in scheme.weights.select_related("item"):
        fields |= {f"weight_{row.item.key}": str(row.weight), f"feed_{row.item.key}": row.feed}
    answer = client.post(reverse("service:scheme"), fields | {"weight_hall": "0.2"})
    assert answer.status_code == 422
    assert "权重之和为 0.95，不等于 1" in answer.content.decode()
    assert client.post(reverse("service:scheme"), fields | {"weight_meter": "0.15"}).status_code == 302
    assert Scheme.objects.count() == 2


@pytest.mark.parametrize(
    ("key", "share"),
    [
        ("power", act.Share(Decimal("0.2"))),
        ("hall", act.Share(Decimal(2), "imported")),
        ("hall", act.Share(Decimal("0.2"), "guess")),
        ("nothing", act.Share(Decimal("0.2"), "imported")),
    ],
)
def test_a_weight_that_nothing_measures_is_refused(branch: Branch, key: str, share: act.Share) -> None:
    with pytest.raises(Refused):
        act.revise_scheme(user=branch.director, shares={key: share}, valid_from=Q3.first, note="试行")


def test_only_who_may_set_standards_changes_the_scheme(branch: Branch, client: Client) -> None:
    with pytest.raises(Refused):
        revise(branch.owner)
    client.force_login(branch.owner)
    assert client.post(reverse("service:scheme"), {}).status_code == 403
    assert "未定义评价方法" in page(client, branch.owner, "scheme")


def test_where_nothing_was_measured_the_handed_in_figure_stands_and_says_so(branch: Branch) -> None:
    enter(branch.branch, {"fault": "78", "meter": "76.5"})
    found = evaluate(branch.branch, Q3)
    assert found is not None
    lines = {line.item.key: line for line in found.lines}
    assert (lines["fault"].feed, lines["expansion"].feed) == ("imported", "stage_calls")
    called(branch.repair, "fault", "s" * 40 + "d" * 10)
    found = evaluate(branch.branch, Q3)
    assert found is not None
    fault = next(line for line in found.lines if line.item.key == "fault")
    assert fault.indicator is not None
    assert (fault.feed, fault.indicator.value, fault.indicator.n) == ("fault_calls", 80, 50)


def test_a_quarter_keeps_the_scheme_of_its_last_day(branch: Branch) -> None:
    second = revise(branch.director)
    assert scheme_on(Q3.last) == second
    before = scheme_on(Q3.previous.last)
    assert before is not None
    assert before.version == 1
    evaluation.seed()
    assert (Scheme.objects.count(), Item.objects.count()) == (2, 7)


def test_power_quality_has_no_method_until_somebody_defines_one(branch: Branch, client: Client) -> None:
    enter(branch.branch, {"power": "99"})
    found = evaluate(branch.branch, Q3)
    assert found is not None
    line = next(line for line in found.lines if line.item.key == "power")
    assert (line.indicator, line.part.lack) == (None, Lack.METHOD)
    assert "未定义评价方法" in page(client, branch.director, "evaluation", quarter="2026-Q3")


def called(unit: Unit, kind: str, answers: str, when: str = "2026-08-03 10:00") -> None:
    """One order a letter: s satisfied, d dissatisfied, u unreachable."""
    words = {"s": "satisfied", "d": "dissatisfied", "u": "unreachable"}
    numbers = [f"{kind}-{unit.code}-{when[:10]}-{n}" for n in range(len(answers))]
    orders = Order.objects.bulk_create(
        Order(kind=kind, number=number, unit=unit, opened_at=at(when)) for number in numbers
    )
    told = {"ended_at": at(when), "due_at": at(when), "done_at": at(when), "state": "done"}
    stage = "fault_1" if kind == "fault" else "connection"
    Call.objects.bulk_create(
        Call(order=order, stage=stage, answer=words[letter], **told)
        for order, letter in zip(orders, answers, strict=True)
    )


def test_call_backs_feed_their_items_by_the_satisfied_among_those_reached(branch: Branch) -> None:
    called(branch.repair, "fault", "s" * 17 + "ddd" + "uuuu")
    called(branch.repair, "expansion", "s" * 12)
    called(branch.repair, "fault", "d" * 9, when="2026-10-01 00:00")
    found = evaluate(branch.branch, Q3)
    assert found is not None
    by_key = {line.item.key: line.indicator for line in found.lines}
    fault, expansion = by_key["fault"], by_key["expansion"]
    assert fault is not None
    assert expansion is not None
    assert (fault.counts, round(fault.points)) == ((17, 20), 85)
    assert fault.interval is not None
    assert round(fault.interval.low, 1) == 64.0
    assert expansion.counts == (12, 12)
    assert found.index.value is None, "sixty per cent of the weight has no figure"
    assert set(found.index.missing) == {"hall", "meter", "complaint"}


def halls(branch: Branch, level: int, *points: tuple[str, int]) -> list[Hall]:
    made = []
    for n, (value, size) in enumerate(points):
        place = Place.objects.create(code=f"H{level}-{n + 10}", name=f"{n}厅", unit=branch.branch)
        hall = Hall.objects.create(place=place, level=level, footfall=1000 * (n + 1))
        Reading.objects.create(
            item=Item.objects.get(key="hall"),
            unit=branch.branch,
            hall=hall,
            quarter=str(Q3),
            value=Decimal(value),
            n=size,
            sd=15,
            source="问卷",
        )
        made.append(hall)
    return made


def test_halls_are_ranked_within_their_level_and_make_the_units_figure(
    branch: Branch, client: Client
) -> None:
    halls(branch, 3, ("90", 40), ("70", 40), ("95", 19))
    halls(branch, 1, ("60", 40))
    found = league(branch.branch, Q3, "halls3", "hall")
    assert found is not None
    ranks = [(str(entry.subject), entry.ranked and entry.ranked.rank) for entry in found.entries]
    assert ranks == [("0厅", 1), ("1厅", 2), ("2厅", None)]
    of_unit = evaluate(branch.branch, Q3)
    assert of_unit is not None
    line = next(line for line in of_unit.lines if line.item.key == "hall")
    assert line.indicator is not None
    assert line.indicator.n == 139
    shown = page(client, branch.director, "ranking", group="halls3", item="hall", quarter="2026-Q3")
    assert "样本少于 30" in shown
    assert "名次区间怎么看" in shown
    link = f"{reverse('service:evaluation')}?hall=H3-10&amp;quarter=2026-Q3"
    assert link in shown
    assert "90.00" in client.get(link.replace("&amp;", "&")).content.decode()


def peers(branch: Branch, count: int = 4) -> list[Unit]:
    return [Unit.objects.create(name=f"{n}班", code=f"T{n}", parent=branch.branch) for n in range(count)]


def test_teams_are_ranked_with_bands_funnel_and_changes(branch: Branch, client: Client) -> None:
    for n, unit in enumerate(peers(branch)):
        called(unit, "fault", "s" * (30 + 3 * n) + "d" * (10 - 3 * n))
        called(unit, "fault", "s" * 20 + "d" * 20, when="2026-05-05 10:00")
    called(branch.repair, "fault", "s" * 12)
    found = league(branch.branch, Q3, TEAMS, "fault")
    assert found is not None
    assert [entry.subject.code for entry in found.entries] == ["T3", "T2", "T1", "T0", "DSQ-R"]
    assert {change.key for change in found.changes if change.detected} >= {str(found.entries[0].subject.pk)}
    assert found.funnel is not None
    shown = page(client, branch.director, "ranking", group="teams", item="fault", quarter="2026-Q3")
    for words in ("漏斗图", "与上一季度相比的变化", "上升", "样本少于 30"):
        assert words in shown


def test_the_overall_ranking_names_what_is_missing(branch: Branch, client: Client) -> None:
    revise(branch.director)
    for n, unit in enumerate(peers(branch, 3)):
        levels = {key: str(float(level) - 2 * n) for key, level in LEVELS.items()}
        if n == 1:
            del levels["complaint"]
        if n == 2:
            del levels["complaint"], levels["fault"]
        enter(unit, levels)
    shown = page(client, branch.director, "ranking", quarter="2026-Q3")
    assert "缺：投诉处理服务 (本季度没有指标值)" in shown
    assert "缺少指标值的权重过大" in shown


def test_the_ranking_goes_to_excel_with_its_bands(branch: Branch, client: Client) -> None:
    for n, unit in enumerate(peers(branch)):
        called(unit, "fault", "s" * (30 + 3 * n) + "d" * (10 - 3 * n))
    client.force_login(branch.director)
    answer = client.get(
        reverse("service:ranking-export"), {"group": "teams", "item": "fault", "quarter": "2026Q3"}
    )
    book = python_calamine.load_workbook(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["名次", "区间最好名次", "区间最差名次"]
    assert [row[3] for row in rows[1:]] == ["T3", "T2", "T1", "T0", "DSQ-R"]
    assert len(book.sheet_names) == 3


def test_the_ranking_is_a_paper_of_the_quarter_for_outside(branch: Branch) -> None:
    for n, unit in enumerate(peers(branch)):
        called(unit, "fault", "s" * (30 + 3 * n) + "d" * (10 - 3 * n))
    called(branch.repair, "fault", "s" * 12)
    halls(branch, 3, ("90", 40), ("70", 8))
    enter(branch.branch, {"meter": "76.5"})
    spec = report_specs()["service.ranking"][1]
    assert branch.branch in comparing()
    with override("zh-hans"):
        made = content(spec, branch.branch, Period.read("2026-Q3"))
    index, rankings = made["sections"]
    assert index["figures"][0]["value"] is None
    assert any("未计入指数" in note["zh-hans"] for note in index["notes"])
    tables = {table["key"]: table for table in rankings["tables"]}
    assert set(tables) == {"units_fault", "halls3_hall"}
    assert all(table["public"] for table in tables.values())
    ranks = [row["cells"]["rank"]["value"] for row in tables["units_fault"]["rows"]]
    assert ranks[:4] == ["1", "2", "3", "4"]
    assert ranks[4]["en"] == "sample below 30"
    assert tables["halls3_hall"]["rows"][1]["cells"]["points"]["value"] is None, "eight answers are no figure"
    assert tables["halls3_hall"]["title"]["en"] == "Hall service · Halls of level 3"


def test_who_stands_above_several_branches_ranks_them(branch: Branch) -> None:
    city = Unit.objects.create(name="营口", code="YK")
    for unit in (branch.branch, Unit.objects.create(name="盖州", code="GZ")):
        unit.parent = city
        unit.save()
        appoint(key="marketing_head", unit=unit, to=branch.director)
    assert set(comparing().values_list("code", flat=True)) == {"DSQ", "GZ", "YK"}


def test_without_a_scheme_or_with_nonsense_the_pages_still_answer(branch: Branch, client: Client) -> None:
    page(client, branch.director, "ranking", unit="x", quarter="soon", group="all", item="none")
    Scheme.objects.all().delete()
    for name in ("evaluation", "ranking", "scheme"):
        page(client, branch.director, name)
    empty = content(report_specs()["service.ranking"][1], branch.branch, Period.read("2026-Q3"))
    assert [section["tables"] for section in empty["sections"]] == [[], []]
    assert client.get(reverse("service:ranking-export")).status_code == 200


def test_a_unit_of_others_is_not_shown(branch: Branch, client: Client) -> None:
    other = Unit.objects.create(name="盖州", code="GZ")
    assert "盖州" not in page(client, branch.director, "ranking", unit=other.pk)


@time_machine.travel("2026-10-05 04:00", tick=False)
def test_the_quarter_is_the_last_that_has_ended(branch: Branch, client: Client) -> None:
    assert "2026 年第 3 季度" in page(client, branch.director, "ranking")
