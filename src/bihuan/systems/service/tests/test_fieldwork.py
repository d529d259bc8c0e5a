"""From an opened draw to the field: waves, windows, sessions, and whether the rule is met."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time

import pytest
import time_machine
from django.utils import timezone

from bihuan.kernel.act import surveys
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Questionnaire, Wave
from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.systems.service import act
from bihuan.systems.service.models import AskingWindow, Draw, Fieldwork, Hall, Refusal
from bihuan.systems.service.read.draws import drawn
from bihuan.systems.service.read.fieldwork import (
    accepting,
    halls_index,
    lines,
    plan_of,
    sessions_index,
    windows_seen,
)
from bihuan.systems.service.read.frames import halls_frame
from bihuan.systems.service.rules.quarters import Quarter

from .field_world import NOW, OPENED, Field, answered, build_field, draw_of, issue, reply

pytestmark = pytest.mark.django_db
Q4 = Quarter(2026, 4)


@pytest.fixture
def world() -> Iterator[Field]:
    with time_machine.travel(NOW):
        yield build_field()


@pytest.fixture
def areas() -> Iterator[Field]:
    with time_machine.travel(NOW):
        yield build_field(areas=16)


def works(draw: Draw) -> list[Fieldwork]:
    return list(Fieldwork.objects.filter(draw=draw).select_related("wave__unit", "hall", "draw", "area"))


def test_each_drawn_hall_gets_its_wave(world: Field) -> None:
    draw = draw_of(world)
    halls = {code for codes in drawn(draw).values() for code in codes}
    assert {row.drawn for row in works(draw)} == halls
    assert "H2-01" in halls, "every hall of level 2"
    wave = Wave.objects.get(subject_key="H2-01")
    assert (wave.subject_kind, wave.period, wave.wanted) == ("hall", "2026Q4", 20)
    assert timezone.localtime(wave.closes_at).date() == date(2026, 12, 31)
    assert Questionnaire.objects.get(key="service-hall").unit == world.branch.branch


def test_windows_lie_in_office_hours_after_the_draw_and_ask_every_m_th_from_a_random_start(
    world: Field,
) -> None:
    draw = draw_of(world)
    rows = list(AskingWindow.objects.filter(fieldwork__draw=draw).select_related("fieldwork"))
    for row in rows:
        begins, ends = timezone.localtime(row.begins_at), timezone.localtime(row.ends_at)
        assert OPENED.date() < begins.date() <= Q4.last
        assert time(8, 30) <= begins.time() <= ends.time() <= time(17)
        assert 1 <= row.first <= (row.fieldwork.every or 0)
    assert min(Counter(row.fieldwork_id for row in rows).values()) >= 4
    busy = next(row for row in works(draw) if row.drawn == "H2-01")
    assert busy.every == int(float(busy.expected or 0) * 0.6 // 20)


def test_a_quiet_hall_gets_more_windows_and_is_a_census_when_none_is_left(world: Field) -> None:
    Hall.objects.filter(place__code="H2-01").update(footfall=700)
    draw = draw_of(world)
    quiet = Fieldwork.objects.get(draw=draw, drawn="H2-01")
    assert quiet.windows.filter(added=True).exists()
    assert quiet.every == 1
    assert not quiet.census
    Hall.objects.filter(place__code="H2-01").update(footfall=19)
    second = draw_of_again(world, draw)
    assert second.census
    [line] = lines([second])
    assert line.state == "census"


def draw_of_again(world: Field, draw: Draw) -> Fieldwork:
    """The quarter's draw once more: what was made of the first one is put aside."""
    Fieldwork.objects.filter(draw=draw).delete()
    Wave.objects.all().delete()
    draw.delete()
    return Fieldwork.objects.get(draw=draw_of(world), drawn="H2-01")


def test_a_hall_whose_visitors_nobody_knows_asks_everybody(world: Field) -> None:
    Hall.objects.update(footfall=0)
    row = Fieldwork.objects.get(draw=draw_of(world), drawn="H2-01")
    assert (row.every, row.expected, row.census) == (1, None, False)


def test_scenario_13_one_short_and_then_met_with_a_grey_statistic(world: Field) -> None:
    draw = draw_of(world)
    row = works(draw)[0]
    issue(row, 19)
    [line] = lines([row])
    assert (line.state, line.counts.short) == ("short", 1)
    issue(row, 1)
    answered(row, [8] * 11)
    [line] = lines([row])
    assert (line.state, line.counts.issued, line.counts.returned, line.counts.valid) == ("met", 20, 11, 11)
    assert line.standing == "tentative"
    assert line.shown is not None
    assert line.shown.mean == pytest.approx(100 * 7 / 9)


def test_the_plan_is_met_when_every_hall_is(world: Field) -> None:
    draw = draw_of(world)
    rows = works(draw)
    for row in rows[1:]:
        issue(row)
    issue(rows[0], 19)
    assert not plan_of(draw).met
    issue(rows[0], 1)
    assert plan_of(draw).met


def test_a_hall_that_closes_gives_its_wave_to_the_next(world: Field) -> None:
    draw = draw_of(world)
    gone = next(row for row in works(draw) if row.drawn != "H2-01")
    assert {row.drawn for row in works(draw)} == {"H2-01", "H3-01", "H3-02"}
    issue(gone, 5)
    swap = act.substitute(draw=draw, user=world.boss, gone=gone.drawn, reason="营业厅关闭", at=NOW)
    gone.refresh_from_db()
    assert gone.gone_at == NOW
    assert gone.wave.closed_at == NOW
    assert not gone.wave.sheets.filter(withdrawn_at=None).exists()
    taken = Fieldwork.objects.get(draw=draw, drawn=swap.taken)
    assert taken.wave.subject_key == swap.taken
    assert all(row.begins_at > NOW for row in taken.windows.all())
    assert gone.drawn not in {line.work.drawn for line in plan_of(draw).kept}


def test_a_quarter_that_is_over_opens_no_wave(world: Field) -> None:
    with pytest.raises(Refused, match="已经结束"):
        draw_of(world, opened=datetime(2026, 12, 31, 9, tzinfo=SHANGHAI))
    assert not Wave.objects.exists()


def test_refusals_are_logged_and_tell_the_next_quarter_how_many_to_ask(world: Field) -> None:
    draw = draw_of(world)
    row = works(draw)[0]
    issue(row, 20)
    act.note_refusals(work=row, user=world.boss, count=60, why="赶时间")
    assert Refusal.objects.get().count == 60
    assert float(accepting(draw.unit, Q4, date(2027, 1, 1))) == pytest.approx(0.25)
    with pytest.raises(Refused, match="500"):
        act.note_refusals(work=row, user=world.boss, count=0)


def test_one_more_window_by_ticket_until_none_is_left(world: Field) -> None:
    row = works(draw_of(world))[0]
    before = row.windows.count()
    added = act.add_window(work=row, user=world.boss)
    assert added is not None
    assert added.added
    assert added.begins_at > NOW
    assert row.windows.count() == before + 1
    with time_machine.travel(datetime(2026, 12, 31, 17, tzinfo=SHANGHAI)):
        assert act.add_window(work=row, user=world.boss) is None
    row.refresh_from_db()
    assert row.census


def test_who_is_asked_about_sees_only_windows_that_have_begun(world: Field) -> None:
    row = works(draw_of(world))[0]
    every = windows_seen(row, world.boss, OPENED)
    assert len(every) >= 4
    assert windows_seen(row, world.leader, OPENED) == []
    assert windows_seen(row, world.leader, every[0].begins_at) == every[:1]


def test_a_hall_asked_in_an_earlier_quarter_is_covered_and_a_short_one_is_not(world: Field) -> None:
    draw = draw_of(world)
    first, second, *_more = works(draw)
    issue(first)
    issue(second, 19)
    draw.quarter = 3
    draw.save()
    frame = {row["id"]: row["covered"] for row in halls_frame(world.branch.branch, 2026, 4)}
    assert (frame[first.drawn], frame[second.drawn]) == (True, False)


def test_the_index_of_the_branch_pools_halls_by_visitors(world: Field) -> None:
    draw = draw_of(world)
    span = Q4.span(SHANGHAI)
    assert halls_index(world.branch.branch, *span) is None
    rows = {row.drawn: row for row in works(draw)}
    other = next(code for code in rows if code != "H2-01")
    for code, scores in (("H2-01", [10, 9] * 6), (other, [5, 6] * 6)):
        issue(rows[code])
        answered(rows[code], scores)
    found = halls_index(world.branch.branch, *span)
    assert found is not None
    high, low = 100 * 8.5 / 9, 100 * 4.5 / 9
    assert found.n == 24
    assert found.points == pytest.approx((9000 * high + 6000 * low) / 15000)
    assert halls_index(world.branch.branch, *Q4.previous.span(SHANGHAI)) is None


def test_sessions_have_area_reader_and_a_working_day(areas: Field) -> None:
    draw = draw_of(areas, "areas")
    rows = works(draw)
    assert len(rows) == 15
    assert Counter(row.label.rpartition("|")[2] for row in rows) == {"chance": 5, "dense": 10}
    assert all(row.reader and row.reader.person.number == f"C{row.drawn[1:]}" for row in rows)
    assert all(row.held_on and OPENED.date() < row.held_on <= Q4.last for row in rows)
    assert all(row.held_on and row.held_on.weekday() < 6 for row in rows)


def test_scenario_14_fourteen_sessions_or_one_of_nineteen_are_not_met(areas: Field) -> None:
    draw = draw_of(areas, "areas")
    rows = works(draw)
    for row in rows[1:]:
        issue(row)
    issue(rows[0], 19)
    plan = plan_of(draw)
    assert not plan.met
    assert plan.sessions is not None
    assert (plan.sessions.sessions, len(plan.sessions.thin)) == (15, 1)
    issue(rows[0], 1)
    plan = plan_of(draw)
    assert plan.met
    assert round(plan.effective) == 154
    Fieldwork.objects.filter(pk=rows[0].pk).update(gone_at=NOW)
    plan = plan_of(draw)
    assert (plan.met, plan.sessions and plan.sessions.missing) == (False, 1)


def test_the_dense_part_is_said_apart_and_is_in_no_index(areas: Field) -> None:
    draw = draw_of(areas, "areas")
    rows = works(draw)
    chance = next(row for row in rows if row.label.endswith("chance"))
    dense = next(row for row in rows if row.label.endswith("dense"))
    for row, scores in ((chance, [10] * 9 + [9]), (dense, [2] * 9 + [3])):
        issue(row)
        answered(row, scores)
    plan = plan_of(draw)
    assert plan.index is not None
    assert plan.dense is not None
    assert plan.index.points > 95
    assert plan.dense.points < 15
    found = sessions_index(areas.branch.branch, *Q4.span(SHANGHAI))
    assert found is not None
    assert found.points == plan.index.points


def test_an_area_that_falls_away_gives_way_and_keeps_fifteen(areas: Field) -> None:
    draw = draw_of(areas, "areas")
    gone = works(draw)[0]
    swap = act.substitute(draw=draw, user=areas.boss, gone=gone.drawn, reason="小区封闭施工", at=NOW)
    taken = Fieldwork.objects.get(draw=draw, drawn=swap.taken)
    assert taken.label == gone.label
    assert len(plan_of(draw).kept) == 15


def test_a_session_moves_to_a_working_day_with_a_reason(areas: Field) -> None:
    row = works(draw_of(areas, "areas"))[0]
    with pytest.raises(Refused, match="工作日"):
        act.move_session(work=row, user=areas.boss, on=date(2026, 11, 8), reason="大雪封路")
    with pytest.raises(Refused, match="原因"):
        act.move_session(work=row, user=areas.boss, on=date(2026, 11, 10), reason="")
    act.move_session(work=row, user=areas.boss, on=date(2026, 11, 10), reason="大雪封路")
    row.refresh_from_db()
    assert (row.held_on, row.moved_why) == (date(2026, 11, 10), "大雪封路")


def test_a_closed_batch_takes_nothing_more(world: Field) -> None:
    row = works(draw_of(world))[0]
    issue(row)
    reply(row.wave, 1)
    surveys.close_wave(wave=row.wave, user=world.boss)
    row.wave.refresh_from_db()
    with pytest.raises(Refused, match="已关闭"):
        act.note_refusals(work=row, user=world.boss, count=1)
