"""What somebody reads in a reply becomes a case: with the closing of the batch, or at once."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from bihuan.kernel.act import surveys
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Event, Notice, Person, Reply, Role, Task, Unit
from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.kernel.tests.desk_world import at, local
from bihuan.kernel.tests.world import account
from bihuan.systems.service import act
from bihuan.systems.service.models import Fieldwork, SurveyFinding
from bihuan.systems.service.read.fieldwork import suggestions

from .field_world import NOW, Field, build_field, draw_of, issue, reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[Field]:
    with time_machine.travel(NOW):
        yield build_field()


@pytest.fixture
def work(world: Field) -> Fieldwork:
    draw_of(world)
    row = Fieldwork.objects.select_related("wave__unit", "draw").get(drawn="H2-01")
    issue(row)
    return row


@pytest.fixture
def low(work: Fieldwork) -> Reply:
    answers: dict[str, Any] = {"hall-waiting": 1, "better": "窗口只开了一个"}
    return reply(work.wave, 1, **answers)


def note(world: Field, row: Reply, **more: object) -> SurveyFinding:
    fields = {"team": world.team, "text": "窗口只开一个，等候过久", "code": "hall-waiting", **more}
    return act.note_finding(reply=row, user=world.group, **fields)  # type: ignore[arg-type]


def notice_due(finding: SurveyFinding) -> str:
    return local(Task.objects.get(case=finding.case, kind=Task.NOTIFY).due_at)


@pytest.mark.parametrize(
    ("closed", "due"),
    [
        ("2025-01-26 09:00", "2025-02-05 23:59"),
        ("2025-02-01 09:00", "2025-02-06 23:59"),
        ("2025-02-08 10:00", "2025-02-11 23:59"),
    ],
)
def test_scenario_2_the_notice_counts_from_the_closing_of_the_batch(
    world: Field, work: Fieldwork, low: Reply, closed: str, due: str
) -> None:
    found = note(world, low)
    assert found.case is None
    surveys.close_wave(wave=work.wave, user=world.boss, at=at(closed))
    found.refresh_from_db()
    assert found.confirmed_at == at(closed)
    assert notice_due(found) == due


def test_scenario_3_a_serious_one_is_a_case_in_the_same_minute_and_the_deputy_hears_of_it(
    world: Field, low: Reply
) -> None:
    found = note(world, low, serious=True, at=at("2025-02-08 10:00"))
    assert found.case is not None
    verbs = set(Event.objects.filter(case=found.case).values_list("verb", flat=True))
    assert {"case.notify", "case.reported"} <= verbs
    told = set(Notice.objects.filter(case=found.case).values_list("user__username", flat=True))
    assert {"wang_deputy", "he_leader"} <= told
    times = set(Event.objects.filter(case=found.case).values_list("at", flat=True))
    assert times == {at("2025-02-08 10:00")}


def test_after_the_closing_a_finding_is_confirmed_when_it_is_raised(
    world: Field, work: Fieldwork, low: Reply
) -> None:
    surveys.close_wave(wave=work.wave, user=world.boss)
    found = note(world, low)
    assert local(found.confirmed_at) == "2026-11-02 10:00"
    assert notice_due(found) == "2026-11-04 23:59"


def test_what_was_noted_by_mistake_is_taken_back_until_it_is_a_case(
    world: Field, work: Fieldwork, low: Reply
) -> None:
    act.drop_survey_finding(finding=note(world, low), user=world.group)
    assert not SurveyFinding.objects.exists()
    serious = note(world, low, serious=True)
    with pytest.raises(Refused, match="案件"):
        act.drop_survey_finding(finding=serious, user=world.group)


def test_a_reply_that_was_taken_out_raises_nothing(world: Field, work: Fieldwork, low: Reply) -> None:
    note(world, low)
    act.decide(reply=low, user=world.group, verdict="excluded", reason="访问员自填")
    with pytest.raises(Refused, match="不计"):
        note(world, low)
    surveys.close_wave(wave=work.wave, user=world.boss)
    assert SurveyFinding.objects.get().case is None


def test_only_managers_of_the_unit_raise_findings_for_teams_of_theirs(world: Field, low: Reply) -> None:
    elsewhere = Unit.objects.create(name="盖州供电分公司", code="GZ")
    stranger = account("gai", "盖经理", Role.MANAGER, elsewhere)
    with pytest.raises(Refused, match="角色"):
        act.note_finding(reply=low, user=stranger, team=world.team, text="等候过久")
    with pytest.raises(Refused, match="角色"):
        act.note_finding(reply=low, user=world.leader, team=world.team, text="等候过久")
    with pytest.raises(Refused, match="单位"):
        note(world, low, team=elsewhere)
    with pytest.raises(Refused, match="发现"):
        note(world, low, text=" ")


def test_low_answers_and_words_are_suggested_until_a_finding_names_the_reply(
    world: Field, work: Fieldwork, low: Reply
) -> None:
    reply(work.wave, 2)
    [found] = suggestions(work.wave, world.boss)
    assert (found.number, list(found.low), list(found.texts)) == (
        1,
        [("hall-waiting", 1)],
        ["窗口只开了一个"],
    )
    note(world, low)
    assert suggestions(work.wave, world.boss) == []


def test_from_the_reply_s_page_to_the_case_and_back(
    world: Field, work: Fieldwork, low: Reply, client: Client
) -> None:
    client.force_login(world.group)
    page = reverse("reply", args=[work.wave_id, 1])
    given = {"text": "窗口只开一个，等候过久", "team": world.team.pk, "serious": "on"}
    assert reverse("service:survey-finding", args=[low.pk]) in client.get(page).content.decode()
    answer = client.post(reverse("service:survey-finding", args=[low.pk]), given)
    assert answer["Location"] == page
    case = SurveyFinding.objects.get().case
    assert case is not None
    assert case.number in client.get(page).content.decode()
    assert page in client.get(reverse("case", args=[case.number])).content.decode()
    assert Person.objects.filter(sheets__wave=work.wave).count() == 0


def test_the_batch_is_closed_on_its_page(world: Field, work: Fieldwork, low: Reply, client: Client) -> None:
    client.force_login(world.group)
    page = reverse("service:fieldwork-one", args=[work.pk])
    given = {"text": "窗口只开一个，等候过久", "team": world.team.pk, "back": "batch", "code": "hall-waiting"}
    assert client.post(reverse("service:survey-finding", args=[low.pk]), given)["Location"] == page
    assert (
        client.post(reverse("service:survey-finding", args=[low.pk]), {**given, "text": ""}).status_code
        == 302
    )
    found = SurveyFinding.objects.get()
    step = reverse("service:fieldwork-step", args=[work.pk])
    client.post(step, {"action": "close"})
    found.refresh_from_db()
    assert found.case is not None
    assert found.case.number in client.get(page).content.decode()
    client.post(step, {"action": "drop", "finding": found.pk})
    assert SurveyFinding.objects.count() == 1


def test_a_wave_that_a_person_sent_out_has_findings_too(world: Field, work: Fieldwork) -> None:
    own = surveys.open_wave(
        version=work.wave.version,
        subject=surveys.waves.Subject("hall", "H9", "临时营业厅"),
        unit=world.team,
        opens_at=datetime(2026, 10, 1, tzinfo=SHANGHAI),
        closes_at=datetime(2026, 12, 1, tzinfo=SHANGHAI),
        wanted=5,
        user=world.boss,
    )
    surveys.issue_codes(wave=own, count=1, user=None)
    found = note(world, reply(own, 1))
    surveys.close_wave(wave=own, user=world.boss)
    found.refresh_from_db()
    assert found.case is not None
