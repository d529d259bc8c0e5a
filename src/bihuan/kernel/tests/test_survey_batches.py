"""Many replies and many questions at once: the same as one after the other, with the same few statements."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bihuan.kernel.act import surveys as act
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys.take import Coming, NotOpen, Taken
from bihuan.kernel.act.surveys.waves import Issued
from bihuan.kernel.models import Customer, Event, Question, QuestionnaireVersion, Reply, Sheet, Verbatim, Wave
from bihuan.kernel.read import surveys as read
from bihuan.kernel.read.surveys.sheets import COLUMNS, Found
from bihuan.kernel.rules.surveys.answers import BadAnswer
from bihuan.kernel.rules.surveys.form import Condition
from bihuan.kernel.tests.surveys_world import ANSWERS, BANK, bank, questionnaire, wave
from bihuan.kernel.tests.world import World, build, seed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    seed()
    return build()


def found_of(sheets: list[Issued]) -> list[Found]:
    rows = Sheet.objects.filter(pk__in=[sheet.sheet for sheet in sheets]).order_by("number")
    return [Found(*row) for row in rows.values_list(*COLUMNS)]


def coming(key: str, ended_at: datetime | None = None, **said: Any) -> Coming:
    return Coming(raw={**ANSWERS, **said}, key=key, channel="file", ended_at=ended_at)


def batch(wave: Wave, people: list[Customer]) -> list[tuple[Found, Coming]]:
    """Fine, lacking a required answer, before the wave opened, the same customer again, and with a text."""
    found = found_of(act.issue_codes(wave=wave, count=len(people), customers=people, user=None))
    early = timezone.now() - timedelta(days=40)
    said = [
        coming("a"),
        coming("b", waiting=None),
        coming("c", ended_at=early),
        coming("d"),
        coming("e", recommend=2, why="等太久"),
    ]
    return list(zip(found, said, strict=True))


def kept(rows: list[Taken]) -> list[tuple[Any, ...]]:
    said = dict(Verbatim.objects.values_list("reply_id", "text"))
    replies = Reply.objects.in_bulk([row.reply for row in rows])
    return [
        (row.fresh, row.valid, row.reasons, replies[row.reply].answers, said.get(row.reply)) for row in rows
    ]


def five(world: World) -> list[Customer]:
    people = [Customer.objects.create(number=f"K{n}", name="王", unit=world.jiangzhou) for n in range(4)]
    return [people[0], people[1], people[2], people[0], people[3]]


def test_a_batch_is_judged_and_kept_as_one_reply_after_the_other(world: World) -> None:
    version, people = questionnaire(world.building), five(world)
    together = kept(act.take_all(batch(wave(world, version), people)))
    alone = kept([act.take(found=found, coming=each) for found, each in batch(wave(world, version), people)])
    assert together == alone
    reasons = [row[2] for row in together]
    assert reasons == [(), ("required_missing",), ("before_window",), ("duplicate",), ()]
    assert together[4][4] == "等太久"
    assert Event.objects.filter(verb="wave.reply").count() == 10
    assert not Sheet.objects.filter(used_at=None).exists()


def test_who_answered_before_the_batch_is_a_duplicate_in_it(world: World) -> None:
    version, people = questionnaire(world.building), five(world)
    there = wave(world, version)
    (first,) = found_of(act.issue_codes(wave=there, count=1, customers=people[4:], user=None))
    act.take(found=first, coming=coming("z"))
    assert act.take_all(batch(there, people))[4].reasons == ("duplicate",)


def test_a_reply_that_is_sent_again_or_twice_in_one_batch_is_the_same(world: World) -> None:
    there = wave(world)
    found, other = found_of(act.issue_codes(wave=there, count=2, user=None))
    first, second = act.take_all([(found, coming("a")), (found, coming("a"))])
    assert (first.fresh, second.fresh, second.reply) == (True, False, first.reply)
    (used,) = [Found(*row) for row in Sheet.objects.filter(pk=found.pk).values_list(*COLUMNS)]
    again, new = act.take_all([(used, coming("a")), (other, coming("b"))])
    assert (again.fresh, again.reply, new.fresh) == (False, first.reply, True)
    with pytest.raises(NotOpen):
        act.take_all([(used, coming("of somebody else"))])


def test_one_that_cannot_be_taken_leaves_none(world: World) -> None:
    found = found_of(act.issue_codes(wave=wave(world), count=2, user=None))
    with pytest.raises(BadAnswer):
        act.take_all([(found[0], coming("a")), (found[1], coming("b", recommend=11))])
    assert not Reply.objects.exists()
    assert not Sheet.objects.exclude(used_at=None).exists()


def test_a_long_batch_asks_as_often_as_a_short_one(world: World) -> None:
    there, asked = wave(world), []
    for n in (4, 44):
        people = [
            Customer.objects.create(number=f"N{n}-{k}", name="王", unit=world.jiangzhou) for k in range(n)
        ]
        found = found_of(act.issue_codes(wave=there, count=n, customers=people, user=None))
        ready = [(each, coming(f"{each.pk}")) for each in found]
        with CaptureQueriesContext(connection) as context:
            assert all(taken.valid for taken in act.take_all(ready))
        asked.append(len(context))
    assert asked[0] == asked[1] <= 12


def draft(world: World, key: str = "batch") -> QuestionnaireVersion:
    return act.create_questionnaire(key=key, title_zh="测", title_en="T", unit=world.building, user=None)


def asked(*keys: str, **more: Any) -> list[act.Asked]:
    return [act.Asked(key=key, fields=BANK[key], **more) for key in keys]


def test_questions_at_once_make_the_form_of_questions_one_by_one(world: World) -> None:
    low = Condition("recommend", "at_most", 6)
    together = draft(world)
    some = [
        *asked("recommend"),
        *asked("why", show_if=low),
        *asked("attitude", "waiting"),
        *asked("phone", required=False),
    ]
    act.add_items(version=together, asked=some, user=None)
    alone = draft(world, "alone")
    for key in ("recommend", "why", "attitude", "waiting", "phone"):
        question = Question.objects.get(key=key, newest=True)
        item = act.add_item(version=alone, question=question, user=None)
        if key == "why":
            act.set_item(item=item, required=True, show_if=low, user=None)
        if key == "phone":
            act.set_item(item=item, required=False, show_if=None, user=None)
    forms = [read.form_of(act.issue_version(version=each, user=None)) for each in (together, alone)]
    assert forms[0].items == forms[1].items
    verbs = [
        list(
            Event.objects.filter(subject=f"questionnaire:{key}")
            .order_by("verb", "pk")
            .values_list("verb", flat=True)
        )
        for key in ("batch", "alone")
    ]
    assert verbs[0] == verbs[1]
    assert Event.objects.filter(verb="question.kept").count() == 5


def test_a_question_that_the_bank_has_is_asked_in_its_newest_words(world: World) -> None:
    bank(world.building, "solved")
    act.keep_question(key="solved", unit=world.building, user=None, fields={"text_zh": "解决了吗？"})
    version = draft(world)
    act.add_items(version=version, asked=asked("solved"), user=None)
    item = read.form_of(version).item("solved")
    assert item is not None
    assert item.words.zh == "解决了吗？"
    assert Question.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        asked("solved", "solved"),
        asked("recommend"),
        [act.Asked(key="bad", fields={"kind": "slider", "text_zh": "?"})],
        asked("solved", show_if=Condition("later", "is", 1)),
    ],
)
def test_what_cannot_be_asked_leaves_nothing(world: World, wrong: list[act.Asked]) -> None:
    version = draft(world)
    act.add_items(version=version, asked=asked("recommend"), user=None)
    with pytest.raises(Refused):
        act.add_items(version=version, asked=wrong, user=None)
    assert [item.question.key for item in version.items.all()] == ["recommend"]
    assert Question.objects.count() == 1


def test_an_issued_version_takes_no_more_questions(world: World) -> None:
    version = questionnaire(world.building)
    with pytest.raises(Refused, match=r"."):
        act.add_items(version=version, asked=[act.Asked(key="more", fields=BANK["why"])], user=None)


def test_more_questions_are_no_more_statements(world: World) -> None:
    counts = []
    for key, names in (("one", ["why"]), ("all", list(BANK))):
        version = draft(world, key)
        some = [act.Asked(key=f"{key}-{name}", fields=BANK[name]) for name in names]
        with CaptureQueriesContext(connection) as context:
            act.add_items(version=version, asked=some, user=None)
        counts.append(len(context))
    assert counts[0] == counts[1]
