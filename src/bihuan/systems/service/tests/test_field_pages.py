"""Pages of questionnaires in the field: from the commitment to the plan, in both languages."""

from collections.abc import Iterator
from hashlib import sha256

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from bihuan.kernel.rules.periods import Period
from bihuan.systems.service.models import Draw, Fieldwork, Refusal
from bihuan.systems.service.read.field_paper import halls, sessions
from bihuan.systems.service.rules.quarters import Quarter

from .field_world import NONCES, NOW, PARTIES, Field, answered, build_field, draw_of, issue
from .yingkou import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[Field]:
    with time_machine.travel(NOW):
        yield build_field(areas=16)


def test_halls_are_committed_to_and_opened_on_the_pages(world: Field, client: Client) -> None:
    client.force_login(world.boss)
    given: dict[str, object] = {"kind": "halls", "unit": world.branch.branch.pk, "year": 2026, "quarter": 4}
    users = (world.boss, world.group)
    given |= {f"party_{n}": PARTIES[n - 1] for n in (1, 2)} | {
        f"account_{n}": users[n - 1].pk for n in (1, 2)
    }
    client.post(reverse("service:draw-new"), given)
    draw = Draw.objects.get()
    assert reverse("service:field-plan", args=[draw.pk]) not in page(client, world.boss, "draws")
    step = reverse("service:draw-step", args=[draw.pk])
    for action, name in (("promise", "digest"), ("bring", "nonce")):
        for user, nonce in zip(users, NONCES, strict=True):
            client.force_login(user)
            told = sha256(nonce.encode()).hexdigest() if name == "digest" else nonce
            client.post(step, {"action": action, name: told})
    client.force_login(world.boss)
    assert Fieldwork.objects.filter(draw=draw).exists()
    plan = client.get(reverse("service:field-plan", args=[draw.pk])).content.decode()
    assert "未达规定" in plan
    assert (
        reverse("service:field-plan", args=[draw.pk])
        in client.get(reverse("service:draw", args=[draw.pk])).content.decode()
    )


def test_scenario_13_stands_on_the_list_in_both_languages(world: Field, client: Client) -> None:
    draw = draw_of(world)
    issue(Fieldwork.objects.get(draw=draw, drawn="H2-01"), 19)
    assert "还差 1 份" in page(client, world.boss, "fieldwork")
    world.boss.language = "en"
    world.boss.save()
    assert "short by 1" in page(client, world.boss, "fieldwork", view="short")


def test_scenario_14_stands_on_the_plan(world: Field, client: Client) -> None:
    draw = draw_of(world, "areas")
    rows = list(Fieldwork.objects.filter(draw=draw).select_related("wave__unit"))
    for row in rows[1:]:
        issue(row)
    client.force_login(world.boss)
    url = reverse("service:field-plan", args=[draw.pk])
    assert "未达规定" in client.get(url).content.decode()
    issue(rows[0])
    found = client.get(url)
    assert "达到规定" in found.content.decode()
    assert round(found.context["plan"].effective) == 154


def test_refusals_and_windows_on_the_page_of_a_hall(world: Field, client: Client) -> None:
    row = Fieldwork.objects.get(draw=draw_of(world), drawn="H3-01")
    client.force_login(world.leader)
    url, step = (reverse(f"service:{name}", args=[row.pk]) for name in ("fieldwork-one", "fieldwork-step"))
    assert client.get(url).context["hidden_windows"]
    client.post(step, {"action": "refuse", "count": 4, "why": "赶时间"})
    assert Refusal.objects.get().count == 4
    before = row.windows.count()
    client.post(step, {"action": "window"})
    assert row.windows.count() == before, "an owner adds no window"
    client.force_login(world.boss)
    client.post(step, {"action": "window"})
    assert row.windows.count() == before + 1
    client.post(step, {"action": "nothing"})
    assert "没有这种操作" in client.get(url).content.decode()


def test_a_session_is_moved_on_its_page(world: Field, client: Client) -> None:
    row = Fieldwork.objects.filter(draw=draw_of(world, "areas"))[0]
    client.force_login(world.boss)
    step = reverse("service:fieldwork-step", args=[row.pk])
    client.post(step, {"action": "move", "on": "2026-11-08", "reason": "大雪封路"})
    client.post(step, {"action": "move", "on": "2026-11-10", "reason": "大雪封路"})
    row.refresh_from_db()
    assert str(row.held_on) == "2026-11-10"


def test_the_report_tells_halls_and_sessions_apart(world: Field) -> None:
    quarter = Period.around(Quarter(2026, 4).first, "quarter")
    hall_draw, area_draw = draw_of(world), draw_of(world, "areas")
    hall = Fieldwork.objects.select_related("wave__unit", "hall").get(draw=hall_draw, drawn="H2-01")
    issue(hall)
    answered(hall, [8, 9] * 6)
    found = halls(world.branch.branch, quarter)
    values = {figure.key: figure.value for figure in found.figures}
    assert (values["halls"], values["issued"], values["returned"], values["valid"]) == (3, 20, 12, 12)
    assert values["index"] == pytest.approx(100 * 7.5 / 9)
    assert found.tables[0].rows[0].cells["counts"].value == "20 / 12 / 12 / 0"
    held = sessions(world.branch.branch, quarter)
    assert {figure.key: figure.value for figure in held.figures}["sessions"] == 15
    assert len(held.notes) == 2, "the rule is not met"
    assert Fieldwork.objects.filter(draw=area_draw).count() == 15


def test_likeness_within_sessions_is_measured_from_answers_or_withheld(world: Field, client: Client) -> None:
    draw = draw_of(world, "areas")
    rows = list(Fieldwork.objects.filter(draw=draw).select_related("wave__unit", "hall", "area"))
    client.force_login(world.boss)
    url = reverse("service:field-plan", args=[draw.pk])
    for place, row in enumerate(rows[:10]):
        if place == 9:
            assert "有答卷的场次少于 10 场" in client.get(url).content.decode()
        issue(row, 2)
        answered(row, [4 + place % 3, 8 + place % 3])
    page = client.get(url)
    found = page.context["plan"].measured
    assert (found.clusters, found.n) == (10, 20)
    assert found.interval.low < found.value < found.interval.high
    assert "10 个场次，n = 20" in page.content.decode()
    paper = sessions(world.branch.branch, Period.around(Quarter(2026, 4).first, "quarter"))
    told = next(figure for figure in paper.figures if figure.key == "likeness")
    assert (told.value, told.n) == (found.value, 20)
