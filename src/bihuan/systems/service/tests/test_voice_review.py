"""The quarter's scoring: blind, by others than the agent, and without a ranking while scorers lie apart."""

import pytest

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Role, Unit
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.world import account
from bihuan.systems.service import act
from bihuan.systems.service.models import CallScore, Recording, Review
from bihuan.systems.service.read.indicators import call_scores
from bihuan.systems.service.read.voice import due_calls, queue, result, severities, visible_scores

from .hotline import Hotline, begun, build_hotline, calls, card, commit, give, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Hotline:
    return build_hotline()


def recordings(review: Review, *, double: bool, agent: str = "") -> list[Recording]:
    codes = [one.code for one in due_calls(review) if one.double == double and agent in one.agent]
    return list(Recording.objects.filter(code__in=codes).order_by("code"))


def score_all(world: Hotline, review: Review, apart: float) -> None:
    """The boss gives 40 and 20 in turn; the second scorer differs by `apart` on the calls scored twice."""
    for n, row in enumerate(recordings(review, double=False)):
        give(review, row, world.boss, 40 - 5 * (n % 3))
    for n, row in enumerate(recordings(review, double=True)):
        give(review, row, world.boss, 40 - 20 * n)
        give(review, row, world.second, 40 - 20 * n + (apart if n else -apart))


def test_everybody_sees_what_is_left_for_them_calls_for_two_scorers_first(world: Hotline) -> None:
    review = begun(world)
    mine = queue(review, world.boss)
    assert len(mine) == 10
    assert set(mine[:2]) == set(recordings(review, double=True))
    give(review, mine[0], world.boss, 40)
    assert mine[0] not in queue(review, world.boss)
    assert mine[0] in queue(review, world.second), "it needs a second score"


def test_nobody_scores_his_own_call(world: Hotline) -> None:
    review = begun(world)
    own = recordings(review, double=False, agent="8011")[0]
    assert own not in queue(review, world.lan_user)
    with pytest.raises(Refused, match="自己"):
        give(review, own, world.lan_user, 40)
    give(review, recordings(review, double=False, agent="8012")[0], world.lan_user, 40)


def test_nobody_scores_a_superior(world: Hotline) -> None:
    review = begun(world)
    junior = account("junior", "下属", Role.MANAGER, world.branch.branch, superior=world.lan_user)
    with pytest.raises(Refused, match="上级"):
        give(review, recordings(review, double=False, agent="8011")[0], junior, 40)


def test_a_score_is_blind_until_the_call_has_all_of_them(world: Hotline) -> None:
    review = begun(world)
    row = recordings(review, double=True)[0]
    give(review, row, world.boss, 40)
    assert [one.scorer for one in visible_scores(review, row, world.boss)] == [world.boss]
    assert visible_scores(review, row, world.second) == []
    give(review, row, world.second, 30)
    assert len(visible_scores(review, row, world.director)) == 2


def test_a_call_is_scored_once_by_each_and_not_beyond_what_it_needs(world: Hotline) -> None:
    review = begun(world)
    row = recordings(review, double=False)[0]
    give(review, row, world.boss, 40)
    with pytest.raises(Refused, match="已经"):
        give(review, row, world.boss, 45)
    with pytest.raises(Refused, match="全部"):
        give(review, row, world.second, 45)


def test_only_drawn_calls_and_marks_that_the_card_allows(world: Hotline) -> None:
    review = begun(world)
    codes = {one.code for one in due_calls(review)}
    other = Recording.objects.exclude(code__in=codes).first()
    assert other is not None
    with pytest.raises(Refused, match="没有抽中"):
        give(review, other, world.boss, 40)
    with pytest.raises(Refused, match="每一项"):
        give(review, recordings(review, double=False)[0], world.boss, 60)


def test_a_viewer_and_another_branch_score_nothing(world: Hotline) -> None:
    review = begun(world)
    viewer = account("viewer", "来宾", Role.VIEWER, world.branch.branch)
    other = account("other", "外人", Role.MANAGER, Unit.objects.create(name="盖州", code="GZ"))
    for user in (viewer, other):
        with pytest.raises(Refused, match="角色"):
            give(review, recordings(review, double=False)[0], user, 40)


def test_a_failed_veto_item_is_a_score_of_zero(world: Hotline) -> None:
    review = begun(world)
    give(review, recordings(review, double=False)[0], world.boss, 50, 0)
    row = CallScore.objects.get()
    assert row.vetoed
    assert row.total == 0


def test_scenario_20_scorers_apart_withhold_the_ranking_and_open_one_case(world: Hotline) -> None:
    review = begun(world)
    score_all(world, review, apart=10)
    review.refresh_from_db()
    found = result(review)
    assert found.agreement.state == "apart"
    assert found.agreement.alpha is not None
    assert found.agreement.alpha < 0.667
    assert not found.ranked
    case = Case.objects.get(kind="scorers_disagree")
    assert (review.case, case.unit) == (case, world.branch.branch)
    first, last = severities(review)
    assert first[1] == -last[1] == 0, "as often above as below"


def test_scorers_who_agree_have_a_ranking_with_n_and_interval(world: Hotline) -> None:
    review = begun(world)
    score_all(world, review, apart=1)
    found = result(review)
    assert found.ranked
    assert not Case.objects.exists()
    assert [(row.n, row.interval is not None) for row in found.standings] == [(5, True), (5, True)]
    assert all(row.ranked and row.ranked.rank for row in found.standings)


def test_no_ranking_while_a_call_for_two_lacks_a_score(world: Hotline) -> None:
    review = begun(world)
    give(review, recordings(review, double=True)[0], world.boss, 40)
    found = result(review)
    assert (found.agreement.state, found.agreement.missing, found.ranked) == ("unscored", 3, False)


def test_recalibration_scores_again_what_was_scored_twice_and_only_that(world: Hotline) -> None:
    review = begun(world)
    with pytest.raises(Refused):
        act.recalibrate(review=review, user=world.boss)
    score_all(world, review, apart=10)
    review = act.recalibrate(review=review, user=world.boss)
    assert set(queue(review, world.boss)) == set(recordings(review, double=True))
    for n, row in enumerate(recordings(review, double=True)):
        give(review, row, world.boss, 40 - 20 * n)
        give(review, row, world.second, 39 - 20 * n)
    assert result(review).ranked
    assert Case.objects.filter(kind="scorers_disagree").count() == 1, "a person closes it"


def test_a_second_round_that_fails_joins_the_open_case(world: Hotline) -> None:
    review = begun(world)
    score_all(world, review, apart=10)
    review = act.recalibrate(review=review, user=world.boss)
    for n, row in enumerate(recordings(review, double=True)):
        give(review, row, world.boss, 40 - 20 * n)
        give(review, row, world.second, 20 + 20 * n)
    assert Case.objects.get(kind="scorers_disagree").signals == 2


def test_a_draw_is_not_opened_without_a_scorecard(world: Hotline) -> None:
    calls(world)
    with pytest.raises(Refused, match="评分表"):
        opened(world, commit(world))


def test_a_new_version_leaves_the_running_review_alone(world: Hotline) -> None:
    review = begun(world)
    fresh = act.draft_card(subject="calls", user=world.director)
    assert [(one.text, one.points) for one in fresh.items.all()] == [("答复正确", 50), ("不说服务忌语", 50)]
    assert review.card.version == 1
    with pytest.raises(Refused, match="草稿"):
        act.draft_card(subject="calls", user=world.director)
    with pytest.raises(Refused, match="生效"):
        act.keep_card(card=review.card, user=world.director, title="x", rows=[])


def test_a_card_needs_items_and_a_day_that_has_not_passed(world: Hotline) -> None:
    from django.utils import timezone

    found = act.draft_card(subject="visits", user=world.director)
    act.keep_card(card=found, user=world.director, title="x", rows=[])
    with pytest.raises(Refused, match="项目"):
        act.put_in_force(card=found, user=world.director, on=timezone.localdate())
    first = act.draft_card(subject="calls", user=world.director)
    assert sum(one.points for one in first.items.all()) == 100, "our proposal"
    with pytest.raises(Refused, match="当天"):
        act.put_in_force(card=first, user=world.director, on=timezone.localdate().replace(year=2020))
    assert not act.put_in_force(card=first, user=world.director, on=timezone.localdate()).draft
    with pytest.raises(Refused):
        act.draft_card(subject="calls", user=world.boss)


def test_the_card_of_the_day_is_the_newest_in_force(world: Hotline) -> None:
    from bihuan.systems.service.read.scorecards import card_on

    found = card(world)
    assert card_on("calls", at("2026-01-04 10:00").date()) is None
    assert card_on("calls", at("2026-01-05 10:00").date()) == found


def test_scores_feed_the_evaluation_only_while_the_scorers_agree(world: Hotline) -> None:
    review, quarter = begun(world), (at("2026-01-01 00:00"), at("2026-04-01 00:00"))
    unit = world.branch.branch
    assert call_scores(unit, *quarter) is None
    score_all(world, review, apart=1)
    found = call_scores(unit, *quarter)
    assert found is not None
    assert (found.n, found.points > 60) == (10, True)
    assert call_scores(unit, at("2026-04-01 00:00"), at("2026-07-01 00:00")) is None
