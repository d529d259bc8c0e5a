"""Paper sheets: keyed by two people, settled by a third."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from bihuan.kernel.act import surveys as act
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys.paper import differing
from bihuan.kernel.models import Keying, Reply, Sheet
from bihuan.kernel.read import surveys as read
from bihuan.kernel.rules.surveys.validity import Counts
from bihuan.kernel.tests.surveys_world import ANSWERS, one_code, wave
from bihuan.kernel.tests.world import World, account, build, seed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> Iterator[World]:
    seed()
    with override("en"):
        yield build()


def key(sheet: Sheet, user: object, act_=act.key_sheet, **raw: object) -> object:  # type: ignore[no-untyped-def]
    end = Sheet.objects.get(pk=sheet.pk).issued_at
    return act_(
        sheet=sheet, user=user, raw={**ANSWERS, **raw}, begun_at=end - timedelta(minutes=4), ended_at=end
    )


def test_two_people_who_key_the_same_make_a_reply(world: World) -> None:
    out = wave(world)
    sheet = Sheet.objects.get(pk=one_code(out).sheet)
    assert key(sheet, world.wu_min) is None
    assert read.counts_of(out) == Counts(20, 1, 0, 0), "one keying is not yet a reply"
    with pytest.raises(Refused, match="Another person"):
        key(sheet, world.wu_min)
    taken = key(sheet, world.sun_qian)
    assert taken is not None
    assert Reply.objects.get().channel == "paper"
    assert read.counts_of(out) == Counts(20, 1, 1, 1)
    with pytest.raises(Refused, match="answered already"):
        key(sheet, world.chen_jing)


def test_differences_wait_for_a_third_person(world: World) -> None:
    out = wave(world)
    sheet = Sheet.objects.get(pk=one_code(out).sheet)
    key(sheet, world.wu_min)
    assert key(sheet, world.sun_qian, attitude=2, phone="13800138000") is None
    first, second = Keying.objects.order_by("turn")
    assert differing(first, second) == ("attitude", "phone")
    with pytest.raises(Refused):
        act.close_wave(wave=out, user=None)
    with pytest.raises(Refused, match="settle"):
        key(sheet, world.sun_qian, act.settle_sheet, attitude=2)
    third = account("liu", "刘", world.wu_min.role, world.building)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="twice"):
        key(sheet, third)
    key(sheet, third, act.settle_sheet, attitude=2)
    assert Reply.objects.get().answers["attitude"] == 2
    assert act.withdraw_unused(wave=out, user=None) == 0


def test_paper_from_outside_of_the_window_does_not_count(world: World) -> None:
    out = wave(world, opens_at=timezone.now() + timedelta(days=1))
    sheet = Sheet.objects.get(pk=one_code(out).sheet)
    key(sheet, world.wu_min)
    key(sheet, world.sun_qian)
    assert Reply.objects.get().reasons == ["before_window"]
    with pytest.raises(Refused):
        act.key_sheet(
            sheet=sheet,
            user=world.chen_jing,
            raw={},
            begun_at=timezone.now(),
            ended_at=timezone.now() - timedelta(hours=1),
        )
