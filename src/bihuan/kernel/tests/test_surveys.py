"""Questionnaires from the bank to the figures, through what systems call."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from bihuan.kernel.act import surveys as act
from bihuan.kernel.act.people import erase_customer
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys.forget import clear_unit, expire
from bihuan.kernel.act.surveys.take import Coming, NotOpen
from bihuan.kernel.models import Event, Question, Reply, Sheet, Verbatim, Wave
from bihuan.kernel.read import surveys as read
from bihuan.kernel.rules.surveys.answers import BadAnswer
from bihuan.kernel.rules.surveys.codes import spelled
from bihuan.kernel.rules.surveys.form import Condition
from bihuan.kernel.rules.surveys.validity import Counts
from bihuan.kernel.tests.surveys_world import ANSWERS, BANK, answer, bank, one_code, questionnaire, wave
from bihuan.kernel.tests.world import World, build, seed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> Iterator[World]:
    seed()
    with override("en"):
        yield build()


def test_a_change_of_words_is_a_new_version_and_issued_ones_keep_theirs(world: World) -> None:
    version = questionnaire(world.building)
    fresh = act.keep_question(
        key="solved", unit=world.building, user=None, fields={"text_zh": "问题解决了吗？"}
    )
    assert (fresh.version, fresh.kind, fresh.newest) == (2, "yes_no", True)
    assert Question.objects.get(key="solved", version=1).newest is False
    item = read.form_of(version).item("solved")
    assert item is not None
    assert item.words.zh == "事情办成了吗？"


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "slider", "text_zh": "?"},
        {"kind": "text"},
        {"kind": "one_of", "text_zh": "?", "options": [{"key": "a", "zh": "甲", "en": ""}]},
        {"kind": "text", "text_zh": "?", "options": [{"key": "a", "zh": "甲", "en": ""}]},
        {"kind": "scale_1_5", "text_zh": "?", "weight": -1},
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(world: World, fields: dict[str, object]) -> None:
    with pytest.raises(Refused):
        act.keep_question(key="bad", unit=world.building, user=None, fields=fields)
    assert not Question.objects.exists()


def test_a_stranger_edits_neither_question_nor_questionnaire(world: World) -> None:
    version = questionnaire(world.building)
    for user in (world.gao_yuan, world.he_jia):
        with pytest.raises(Refused, match="Ask a manager"):
            act.keep_question(key="solved", unit=world.beishan, user=user, fields={"text_zh": "改"})
        with pytest.raises(Refused):
            act.copy_version(version=version, user=user)


def test_an_issued_version_never_changes_and_its_copy_does(world: World) -> None:
    version = questionnaire(world.building)
    item = version.items.get(question__key="phone")
    for change in (
        lambda: act.remove_item(item=item, user=None),
        lambda: act.move_item(item=item, to=1, user=None),
        lambda: act.set_item(item=item, required=True, show_if=None, user=None),
        lambda: act.rename(version=version, user=None, words={"intro_zh": "您好"}),
        lambda: act.issue_version(version=version, user=None),
    ):
        with pytest.raises(Refused, match="never changes"):
            change()
    draft = act.copy_version(version=version, user=world.sun_qian)
    with pytest.raises(Refused):
        act.copy_version(version=version, user=None)
    act.move_item(item=draft.items.get(question__key="phone"), to=1, user=None)
    act.remove_item(item=draft.items.get(question__key="recommend"), user=None)
    assert [item.code for item in read.draft_form(draft).items][:2] == ["phone", "why"]
    assert read.draft_form(draft).items[1].show_if is None, "its condition went with the question"
    again = act.issue_version(version=draft, user=world.sun_qian)
    assert again.digest != version.digest
    assert len(read.form_of(version).items) == 7


def test_a_questionnaire_with_a_fault_is_not_issued(world: World) -> None:
    draft = act.create_questionnaire(key="q", title_zh="问卷", title_en="", unit=world.building, user=None)
    with pytest.raises(Refused):
        act.issue_version(version=draft, user=None)
    first, second = bank(world.building, "recommend", "why")
    why = act.add_item(version=draft, question=second, user=None)
    with pytest.raises(Refused):
        act.add_item(version=draft, question=second, user=None)
    act.add_item(version=draft, question=first, user=None)
    with pytest.raises(Refused, match="before it"):
        act.set_item(item=why, required=True, show_if=Condition("recommend", "at_most", 6), user=None)


def test_a_code_is_shown_once_and_only_its_keyed_digest_is_kept(world: World) -> None:
    issued = one_code(wave(world))
    row = Sheet.objects.get(pk=issued.sheet)
    assert issued.code not in str(vars(row))
    assert row.digest == read.code_digest(issued.code)
    found = read.find(spelled(issued.code).lower())
    assert found is not None
    assert (found.number, found.about) == (1, "南关营业厅")
    assert read.find("ZZZZZZZZZZ") is None


def test_the_same_act_of_issuing_issues_nothing_twice(world: World) -> None:
    out = wave(world)
    first = act.issue_codes(wave=out, count=20, user=world.wu_min, run="print-1", interviewer=world.zhang_san)
    assert [each.number for each in first] == list(range(1, 21))
    with pytest.raises(Refused, match="already"):
        act.issue_codes(wave=out, count=20, user=world.wu_min, run="print-1")
    assert read.counts_of(out) == Counts(20, 20, 0, 0)


def test_a_viewer_issues_nothing_and_a_stranger_opens_nothing(world: World) -> None:
    out = wave(world)
    for user in (world.he_jia, world.gao_yuan):
        with pytest.raises(Refused):
            act.issue_codes(wave=out, count=1, user=user)
        with pytest.raises(Refused):
            act.close_wave(wave=out, user=user)


def test_nineteen_issued_are_short_by_one_and_spoilt_sheets_do_not_count(world: World) -> None:
    out = wave(world)
    act.issue_codes(wave=out, count=21, user=None)
    assert act.withdraw_unused(wave=out, user=world.wu_min, numbers=[20, 21]) == 2
    assert read.counts_of(out).short == 1
    spoilt = one_code(out)
    act.withdraw_unused(wave=out, user=None, numbers=[spoilt.number])
    with pytest.raises(NotOpen, match="withdrawn"):
        answer(spoilt.code)


def test_a_reply_is_counted_once_however_often_it_is_sent(world: World) -> None:
    out = wave(world)
    code = one_code(out).code
    first, again = answer(code), answer(code)
    assert (first.fresh, again.fresh) == (True, False)
    assert first.reply == again.reply
    with pytest.raises(NotOpen, match="used"):
        answer(code, key="another phone")
    assert read.counts_of(out) == Counts(20, 1, 1, 1)
    assert Event.objects.filter(verb="wave.reply").count() == 1


def test_of_two_phones_at_the_same_moment_one_answers(world: World) -> None:
    found = read.find(one_code(wave(world)).code)
    assert found is not None
    act.take(found=found, coming=Coming(raw=ANSWERS, key="a", channel="phone"))
    with pytest.raises(NotOpen, match="used"):
        act.take(found=found, coming=Coming(raw=ANSWERS, key="b", channel="phone"))
    assert act.take(found=found, coming=Coming(raw=ANSWERS, key="a", channel="phone")).fresh is False
    assert Reply.objects.count() == 1


def test_an_answer_outside_of_its_scale_stores_nothing(world: World) -> None:
    code = one_code(wave(world)).code
    with pytest.raises(BadAnswer):
        answer(code, raw={"recommend": 11})
    assert not Reply.objects.exists()
    assert answer(code).fresh


def test_a_required_question_left_open_is_kept_and_does_not_count(world: World) -> None:
    out = wave(world)
    taken = answer(one_code(out).code, raw={"attitude": None})
    assert (taken.valid, taken.reasons) == (False, ("required_missing",))
    assert read.counts_of(out) == Counts(20, 1, 1, 0)


def test_who_opened_in_time_and_had_no_network_is_counted(world: World) -> None:
    out = wave(world)
    issued = one_code(out, expires_at=timezone.now() + timedelta(hours=1))
    opened = issued.expires_at - timedelta(minutes=5)
    late = issued.expires_at + timedelta(hours=3)
    assert answer(issued.code, at=late, opened_at=opened, took_s=80).valid
    row = Reply.objects.get()
    assert (row.answered_at - opened, row.took_s) == (timedelta(seconds=80), 80)


def test_who_comes_with_a_stale_code_is_turned_away_with_the_reason(world: World) -> None:
    out = wave(world)
    issued = one_code(out, expires_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(NotOpen, match="expired"):
        answer(issued.code, at=issued.expires_at + timedelta(minutes=5))
    early = wave(world, out.version, opens_at=timezone.now() + timedelta(days=1))
    with pytest.raises(NotOpen, match="early"):
        answer(one_code(early).code)


def test_what_arrives_after_the_closing_is_kept_and_changes_no_figure(world: World) -> None:
    out = wave(world)
    first, late, later = act.issue_codes(wave=out, count=3, user=None)
    answer(first.code)
    act.close_wave(wave=out, user=world.sun_qian)
    opened = timezone.now() - timedelta(minutes=10)
    taken = answer(late.code, opened_at=opened)
    assert taken.reasons == ("after_closing",)
    with pytest.raises(NotOpen, match="closed"):
        answer(later.code, opened_at=None)
    for change in (
        lambda: act.issue_codes(wave=out, count=1, user=None),
        lambda: act.close_wave(wave=out, user=None),
        lambda: act.withdraw_unused(wave=out, user=None),
    ):
        with pytest.raises(Refused):
            change()


def test_a_customer_who_answers_on_two_sheets_counts_once(world: World) -> None:
    out = wave(world)
    first, second = act.issue_codes(wave=out, count=0, user=None, customers=[world.university] * 2)
    assert answer(first.code).valid
    assert answer(second.code).reasons == ("duplicate",)


def test_opening_a_page_is_noted_once(world: World) -> None:
    code = one_code(wave(world)).code
    first = timezone.now()
    for minutes in (0, 5):
        found = read.find(code)
        assert found is not None
        act.note_opening(found=found, at=first + timedelta(minutes=minutes))
    assert Sheet.objects.get().opened_at == first


def test_figures_are_those_of_valid_replies_of_one_version(world: World) -> None:
    out = wave(world)
    for place, issued in enumerate(act.issue_codes(wave=out, count=3, user=None)):
        answer(issued.code, raw={"recommend": 10 - place, "attitude": None if place == 2 else 5 - place})
    found = read.figures_of([out])
    assert found.question("recommend").sample == pytest.approx((2, 9.5, 0.7071067))
    assert found.dimensions["service"].n == 2
    assert read.series([out], "recommend") == [10, 9]
    [past] = read.history("hall", "H3-01")
    assert past.figures == found
    other = wave(world, out.version, period="2027Q1")
    assert read.figures_of([out, other]).n == 2
    with pytest.raises(ValueError, match="0 versions"):
        read.figures_of([])
    assert read.totals(read.waves(subject_kind="hall")) == Counts(40, 3, 3, 2)
    assert list(read.waves(period="2027Q1", unit_path=world.beishan.path)) == []


def test_counts_of_many_waves_take_two_questions(world: World, django_assert_num_queries: object) -> None:
    version = questionnaire(world.building)
    found = [wave(world, version) for _n in range(5)]
    with django_assert_num_queries(2):  # type: ignore[operator]
        read.counts(found)


def test_one_reply_is_one_short_transaction(world: World, django_assert_max_num_queries: object) -> None:
    """However many questions it has: sheet, reply, texts, event and their keys."""
    code = one_code(wave(world)).code
    answer(one_code(wave(world, read.waves()[0].version)).code, raw={"recommend": 1, "why": "慢"})
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        answer(code, raw={"recommend": 1, "why": "排队", "phone": "13800138000"})


def test_field_control_sees_who_asked_when_and_how_fast(world: World) -> None:
    out = wave(world)
    issued = one_code(out, interviewer=world.zhang_san)
    now = timezone.now()
    answer(issued.code, at=now, opened_at=now - timedelta(seconds=95), took_s=90, device="a-phone")
    [sheet] = read.filled([out])
    assert (sheet.interviewer, sheet.subject_key, sheet.measured) == (world.zhang_san.pk, "H3-01", True)
    assert (sheet.ended_at - sheet.begun_at).total_seconds() == 90
    assert sheet.answers == (9, 4, 7, 1)
    assert "a-phone" not in sheet.device != ""


def test_what_people_wrote_is_covered_for_who_may_not_see_it(world: World) -> None:
    out = wave(world)
    written = {"recommend": 2, "why": "等太久，请打13800138000", "phone": "张三 微信 zs"}
    answer(one_code(out).code, raw=written)
    whole = {said.code: said.text for said in read.verbatims([out], world.wu_min)}
    assert whole == {"why": "等太久，请打13800138000", "phone": "张三 微信 zs"}
    for reader in (world.he_jia, world.admin, None):
        said = {each.code: (each.text, each.covered) for each in read.verbatims([out], reader)}
        assert said == {"why": ("等太久，请打•••", True), "phone": ("•••", True)}
    assert read.verbatims([out], world.gao_yuan) == []


def test_texts_and_codes_go_after_their_time_and_scores_stay(world: World) -> None:
    out = wave(world)
    code = one_code(out).code
    answer(code, raw={"recommend": 2, "why": "慢"}, device="d")
    now = timezone.now()
    assert expire(now=now + timedelta(days=20)) == 0
    assert expire(now=now + timedelta(days=31)) == 1, "the code"
    assert read.find(code) is None
    assert expire(now=now + timedelta(days=366)) == 1, "the text"
    assert not Verbatim.objects.exists()
    assert (Reply.objects.get().device, read.figures_of([out]).n) == ("", 1)


def test_erasing_forgets_who_and_what_and_keeps_the_score(world: World) -> None:
    out = wave(world)
    issued = act.issue_codes(wave=out, count=0, user=None, customers=[world.university])[0]
    answer(issued.code, raw={"recommend": 2, "why": "慢", "phone": "138"})
    with pytest.raises(Refused):
        act.erase_reply(reply=Reply.objects.get(), user=world.wu_min)
    erase_customer(customer=world.university, actor=world.admin)
    assert (Verbatim.objects.count(), Sheet.objects.get().customer) == (0, None)
    assert read.figures_of([out]).question("recommend").counts[2] == 1
    act.erase_reply(reply=Reply.objects.get(), user=world.admin)
    assert Event.objects.filter(verb="reply.erased").exists()


def test_no_event_holds_a_code_or_a_word_of_an_answer(world: World) -> None:
    issued = one_code(wave(world))
    answer(issued.code, raw={"recommend": 2, "why": "排队太久了"})
    told = str(list(Event.objects.values_list("payload", "subject")))
    assert issued.code not in told
    assert "排队" not in told
    assert BANK["why"]["text_zh"] not in told


def test_a_unit_of_samples_goes_with_its_surveys_and_others_keep_what_they_use(world: World) -> None:
    version = questionnaire(world.building)
    answer(one_code(wave(world, version)).code, raw={"recommend": 1, "why": "慢"})
    abroad = wave(world, version, unit=world.beishan)
    clear_unit(world.jiangzhou)
    assert (Verbatim.objects.count(), Reply.objects.count(), list(Wave.objects.all())) == (0, 0, [abroad])
    version.questionnaire.refresh_from_db()
    assert version.questionnaire.unit == world.root
    abroad.delete()
    clear_unit(world.root)
    assert not Question.objects.exists()
