"""Two parties and two accounts: nobody alone can bring about a commitment, and nobody alone a draw."""

from hashlib import sha256

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Event, Notice, Role, User
from bihuan.kernel.rules.commitment import seed_of
from bihuan.kernel.tests.world import account
from bihuan.systems.service import act
from bihuan.systems.service.models import Draw, Party
from bihuan.systems.service.read.draws import check, document, record_of
from bihuan.systems.service.rules.record import committed

from .hotline import DIGESTS, NONCES, Hotline, build_hotline, called, calls, card, commit, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Hotline:
    found = build_hotline()
    card(found)
    calls(found)
    return found


@pytest.fixture
def draw(world: Hotline) -> Draw:
    return called(world)


def fresh(draw: Draw) -> Draw:
    return Draw.objects.get(pk=draw.pk)


def told(user: User) -> list[str]:
    return list(
        Notice.objects.filter(user=user, key__startswith="service.draw").values_list("key", flat=True)
    )


def test_nothing_is_promised_before_the_last_party_has_spoken(world: Hotline, draw: Draw) -> None:
    act.promise(draw=draw, user=world.boss, digest=DIGESTS[0])
    assert (fresh(draw).commitment, fresh(draw).committed_at) == ("", None)
    act.promise(draw=draw, user=world.second, digest=DIGESTS[1].upper())
    now = fresh(draw)
    assert now.commitment == committed(draw.frame, draw.params, "voice-1", DIGESTS)
    assert Event.objects.filter(verb="draw.promised").count() == 2


def test_one_person_alone_cannot_promise_for_both_and_not_bring_both_secrets(
    world: Hotline, draw: Draw
) -> None:
    act.promise(draw=draw, user=world.boss, digest=DIGESTS[0])
    act.promise(draw=draw, user=world.boss, digest=DIGESTS[1])
    assert fresh(draw).committed_at is None, "the second digest took the place of the first"
    assert list(draw.parties.values_list("digest", flat=True)) == [DIGESTS[1], ""]
    with pytest.raises(Refused, match="账号"):
        act.promise(draw=draw, user=world.director, digest=DIGESTS[0])
    act.promise(draw=draw, user=world.boss, digest=DIGESTS[0])
    act.promise(draw=draw, user=world.second, digest=DIGESTS[1])
    with pytest.raises(Refused, match="大石桥"):
        act.bring(draw=draw, user=world.boss, nonce=NONCES[1])
    act.bring(draw=draw, user=world.boss, nonce=NONCES[0])
    with pytest.raises(Refused, match="已经提交"):
        act.bring(draw=draw, user=world.boss, nonce=NONCES[1])
    assert fresh(draw).seed == ""


def test_the_same_account_cannot_stand_for_two_parties(world: Hotline) -> None:
    def refused(why: str, *accounts: User) -> None:
        with pytest.raises(Refused, match=why):
            act.call(
                kind="voice",
                year=2026,
                quarter=2,
                unit=world.branch.branch,
                user=world.boss,
                frame=[{"id": "a"}, {"id": "b"}],
                params={},
                parties=[act.Holder(f"当事方{n}", each) for n, each in enumerate(accounts, 1)],
            )

    refused("两", world.boss, world.boss)
    refused("两", world.boss)
    world.second.is_active = False
    world.second.save()
    refused("停用", world.boss, world.second)


def test_no_secret_is_taken_before_everybody_is_bound(world: Hotline, draw: Draw) -> None:
    act.promise(draw=draw, user=world.boss, digest=DIGESTS[0])
    with pytest.raises(Refused, match="摘要"):
        act.bring(draw=draw, user=world.boss, nonce=NONCES[0])


def test_a_digest_binds_once_the_commitment_is_published(world: Hotline) -> None:
    draw = commit(world)
    with pytest.raises(Refused, match="不能再改"):
        act.promise(draw=draw, user=world.second, digest="0" * 64)


@pytest.mark.parametrize("digest", ["", "xyz", "0" * 63, "g" * 64, NONCES[0]])
def test_what_is_no_digest_is_refused(world: Hotline, draw: Draw, digest: str) -> None:
    with pytest.raises(Refused, match="64"):
        act.promise(draw=draw, user=world.boss, digest=digest)


def test_a_digest_that_was_given_before_is_refused_also_after_a_withdrawal(
    world: Hotline, draw: Draw
) -> None:
    act.promise(draw=draw, user=world.boss, digest=DIGESTS[0])
    with pytest.raises(Refused, match="用过"):
        act.promise(draw=draw, user=world.second, digest=DIGESTS[0])
    act.withdraw(draw=draw, user=world.boss, reason="录音没有齐")
    again = called(world)
    with pytest.raises(Refused, match="用过"):
        act.promise(draw=again, user=world.boss, digest=DIGESTS[0])


def test_the_last_secret_makes_the_draw_and_nobody_sees_the_seed(world: Hotline) -> None:
    draw = commit(world)
    act.bring(draw=draw, user=world.second, nonce=NONCES[1])
    assert fresh(draw).opened_at is None
    act.bring(draw=draw, user=world.boss, nonce=NONCES[0])
    now = fresh(draw)
    assert now.seed == seed_of(NONCES), "in the order of the parties, whoever came first"
    assert check(record_of(now)).match
    assert document(now)["seed"] == ""
    assert NONCES[0] not in str(document(now))
    assert "draw.drawn" in Event.objects.values_list("verb", flat=True)


def test_parties_are_told_what_is_wanted_of_them(world: Hotline, client: Client) -> None:
    draw = commit(world)
    assert sorted(told(world.second)) == ["service.draw_promise", "service.draw_secret"]
    client.force_login(world.second)
    page = client.get(reverse("notices")).content.decode()
    assert "2026Q1" in page
    assert reverse("service:draw", args=[draw.pk]) in page


def test_a_party_that_left_hands_over_and_the_promise_stays(world: Hotline) -> None:
    draw = commit(world)
    heir = account("heir", "继任者", Role.OWNER, world.team)
    with pytest.raises(Refused, match="原因"):
        act.hand_over(draw=draw, place=2, to=heir, user=world.boss, reason="")
    with pytest.raises(Refused, match="两"):
        act.hand_over(draw=draw, place=2, to=world.boss, user=world.boss, reason="代为保管")
    with pytest.raises(Refused):
        act.hand_over(draw=draw, place=2, to=heir, user=world.branch.owner, reason="人员调动")
    act.hand_over(draw=draw, place=2, to=heir, user=world.boss, reason="人员调动")
    with pytest.raises(Refused, match="账号"):
        act.bring(draw=draw, user=world.second, nonce=NONCES[1])
    with pytest.raises(Refused, match="客服中心"):
        act.bring(draw=draw, user=heir, nonce="a-secret-of-their-own")
    act.bring(draw=draw, user=heir, nonce=NONCES[1])
    with pytest.raises(Refused, match="移交"):
        act.hand_over(draw=draw, place=2, to=world.second, user=world.boss, reason="又调回来")
    assert told(heir) == ["service.draw_secret"]


def test_a_draw_from_before_parties_had_accounts_goes_on_after_a_hand_over(world: Hotline) -> None:
    draw = commit(world)
    Party.objects.update(account=None)
    for place, user in ((1, world.boss), (2, world.second)):
        act.hand_over(draw=draw, place=place, to=user, user=world.boss, reason="按新规定登记账号")
    assert opened(world, draw).seed == seed_of(NONCES)


def test_when_the_draw_cannot_be_made_the_last_secret_is_not_kept() -> None:
    world = build_hotline()
    calls(world)
    draw = commit(world)
    act.bring(draw=draw, user=world.boss, nonce=NONCES[0])
    with pytest.raises(Refused, match="评分表"):
        act.bring(draw=draw, user=world.second, nonce=NONCES[1])
    assert draw.parties.get(place=2).nonce == ""


class TestPages:
    def page(self, client: Client, user: User, draw: Draw) -> str:
        client.force_login(user)
        return client.get(reverse("service:draw", args=[draw.pk])).content.decode()

    def test_each_party_does_its_part_from_its_own_account(self, world: Hotline, client: Client) -> None:
        leader = account("lin_leader", "林班长", Role.OWNER, world.team)
        given = {"kind": "voice", "unit": world.branch.branch.pk, "year": 2026, "quarter": 1}
        parties = {"party_1": "营销管理室", "account_1": world.boss.pk, "party_2": "客服中心"}
        client.force_login(world.boss)
        assert client.get(reverse("service:draw-new")).status_code == 200
        url = reverse("service:draw-new")
        twice = client.post(url, {**given, **parties, "account_2": world.boss.pk})
        assert twice.status_code == 422
        assert "两个" in twice.content.decode()
        assert client.post(url, {**given, **parties, "account_2": leader.pk}).status_code == 302
        draw = Draw.objects.get()
        step = reverse("service:draw-step", args=[draw.pk])
        for user, digest in ((world.boss, DIGESTS[0]), (leader, DIGESTS[1])):
            assert "我方" in self.page(client, user, draw)
            client.post(step, {"action": "promise", "digest": digest})
        assert fresh(draw).commitment in self.page(client, leader, draw)
        for user, nonce in ((world.boss, NONCES[0]), (leader, NONCES[1])):
            client.force_login(user)
            client.post(step, {"action": "bring", "nonce": nonce})
        now = fresh(draw)
        assert now.opened_at
        text = self.page(client, leader, draw)
        assert now.seed not in text
        assert NONCES[0] not in text
        assert reverse("service:field-plan", args=[draw.pk]) not in text

    def test_the_manager_who_called_it_sees_who_is_missing_and_cannot_act_for_them(
        self, world: Hotline, draw: Draw, client: Client
    ) -> None:
        act.promise(draw=draw, user=world.boss, digest=DIGESTS[0])
        assert "尚未承诺" in self.page(client, world.director, draw)
        step = reverse("service:draw-step", args=[draw.pk])
        answer = client.post(step, {"action": "promise", "digest": sha256(b"x").hexdigest()}, follow=True)
        assert "账号" in answer.content.decode()
        assert fresh(draw).committed_at is None

    def test_a_stranger_sees_no_draw_of_other_units(self, world: Hotline, draw: Draw, client: Client) -> None:
        client.force_login(world.branch.owner)
        assert client.get(reverse("service:draw", args=[draw.pk])).status_code == 404
        assert (
            client.post(reverse("service:draw-step", args=[draw.pk]), {"action": "publish"}).status_code
            == 404
        )

    def test_another_account_is_named_on_the_page(self, world: Hotline, draw: Draw, client: Client) -> None:
        client.force_login(world.boss)
        step = reverse("service:draw-step", args=[draw.pk])
        client.post(
            step, {"action": "hand_over", "place": 2, "to": world.director.pk, "reason": "孙客服请假"}
        )
        assert draw.parties.get(place=2).account == world.director
        client.post(
            step, {"action": "hand_over", "place": 9, "to": world.director.pk, "reason": "孙客服请假"}
        )
        assert draw.parties.count() == 2
