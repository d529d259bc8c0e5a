"""The arms of a pilot by chance: nobody chooses, everybody can draw again."""

import json
from collections import Counter
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.inputs import BadInput
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Event, Unit
from bihuan.kernel.rules.calendar import SHANGHAI
from bihuan.kernel.rules.commitment import nonce_digest, seed_of
from bihuan.kernel.rules.draw import FrameError
from bihuan.systems.loyalty import act
from bihuan.systems.loyalty.cli import verify_draw
from bihuan.systems.loyalty.models import Arm, ArmDraw, Member, Programme, Step
from bihuan.systems.loyalty.read.draws import candidates, check, document, record_of
from bihuan.systems.loyalty.read.pilot import judge
from bihuan.systems.loyalty.rules.arms import Record, assign, promised, redrawn, verify

from .bank import Bank, answered, build_bank, scores

BEFORE = datetime(2026, 5, 10, 9, tzinfo=SHANGHAI)
AFTER = datetime(2026, 8, 20, 9, tzinfo=SHANGHAI)
SECRETS = ("first party, a long secret", "second party, another one")
DIGESTS = tuple(nonce_digest(secret) for secret in SECRETS)
FRAME = [{"id": f"U{n}", "stratum": f"R{n % 3}"} for n in range(12)]


def record(**more: Any) -> Record:
    seed = seed_of(SECRETS)
    drawn = assign(seed, "NPS|arms", FRAME, 5)
    params = {"programme": "NPS", "pilot": 5}
    given: dict[str, Any] = {
        "label": "NPS|arms",
        "frame": FRAME,
        "params": params,
        "plan_version": "arms-1",
        "nonce_digests": DIGESTS,
        "commitment": promised(FRAME, params, DIGESTS).digest,
        "nonces": SECRETS,
        "seed": seed,
        "pilot": drawn.pilot,
        "comparison": drawn.comparison,
    }
    return Record(**{**given, **more})


def test_every_unit_is_in_one_arm_and_the_pilot_has_its_number() -> None:
    drawn = assign("seed", "NPS|arms", FRAME, 5)
    assert len(drawn.pilot) == 5
    assert sorted([*drawn.pilot, *drawn.comparison]) == sorted(row["id"] for row in FRAME)


def test_each_region_gives_its_share_to_the_pilot() -> None:
    for seed in ("a", "b", "c", "d"):
        pilot = assign(seed, "NPS|arms", FRAME, 6).pilot
        assert Counter(int(unit[1:]) % 3 for unit in pilot) == {0: 2, 1: 2, 2: 2}


def test_the_order_of_the_list_changes_nothing_and_the_seed_everything() -> None:
    one = assign("a", "NPS|arms", FRAME, 5)
    assert assign("a", "NPS|arms", FRAME[::-1], 5) == one
    assert {assign(f"s{n}", "NPS|arms", FRAME, 5).pilot for n in range(20)} != {one.pilot}


def test_every_unit_has_the_same_chance() -> None:
    """2,000 seeds, χ² with 11 degrees of freedom: 31.3 is exceeded once in a thousand."""
    seen = Counter(unit for n in range(2000) for unit in assign(f"s{n}", "x", FRAME, 4).pilot)
    expected = 2000 * 4 / 12
    chi2 = sum((seen[row["id"]] - expected) ** 2 / expected for row in FRAME)
    assert chi2 < 31.3


@pytest.mark.parametrize("k", [0, 12, -1])
def test_an_arm_without_units_is_refused(k: int) -> None:
    with pytest.raises(FrameError):
        assign("seed", "NPS|arms", FRAME, k)


def test_a_unit_that_is_there_twice_is_refused() -> None:
    with pytest.raises(FrameError):
        assign("seed", "NPS|arms", [*FRAME, FRAME[0]], 3)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"commitment": "0" * 64}, "commitment"),
        ({"frame": [*FRAME[1:], {"id": "U99", "stratum": "R0"}]}, "commitment"),
        ({"nonces": (SECRETS[0], "quite another secret")}, "nonce"),
        ({"seed": "f" * 64}, "seed"),
        ({"pilot": ("U0", "U1", "U2", "U3", "U4")}, "pilot"),
        ({"comparison": ()}, "comparison"),
    ],
)
def test_whatever_is_changed_afterwards_is_named(change: dict[str, Any], what: str) -> None:
    assert verify(record()) is None
    found = verify(record(**change))
    assert found is not None
    assert found.what == what


def test_before_it_is_opened_the_commitment_alone_can_be_checked() -> None:
    sealed = record(seed="", nonces=(), pilot=(), comparison=())
    assert verify(sealed) is None
    assert verify(replace(sealed, params={"programme": "NPS", "pilot": 6})) is not None


def test_a_gain_of_all_drawn_units_is_rarer_than_chance_and_none_is_not() -> None:
    """Six of twelve in three strata: of 6³ = 216 draws two differ as much as the real one."""
    pilot = frozenset(assign("seed", "NPS|arms", FRAME, 6).pilot)
    units = {row["id"] for row in FRAME}

    def gained(chosen: frozenset[str]) -> float:
        return 10.0 * (len(chosen & pilot) - len((units - chosen) & pilot))

    found = redrawn(60.0, gained, FRAME, 6)
    assert found.draws == 1000
    assert found.p == pytest.approx(2 / 216, abs=0.008)
    assert redrawn(0.0, lambda _chosen: 0.0, FRAME, 6).p == 1


def test_draws_without_answers_in_an_arm_are_passed_over() -> None:
    found = redrawn(5.0, lambda chosen: 1.0 if "U0" in chosen else None, FRAME, 6, draws=200)
    assert 60 < found.draws < 140
    assert found.p == pytest.approx(1 / found.draws)


@pytest.mark.django_db
class TestProgramme:
    @pytest.fixture(autouse=True)
    def _bank(self, db: None) -> None:
        self.bank = build_bank(stage=Step.PREPARED)
        Member.objects.all().delete()
        self.programme = self.bank.programme

    def commit(self, **more: Any) -> ArmDraw:
        given: dict[str, Any] = {
            "units": [*self.bank.cards, *self.bank.loans],
            "pilot": 3,
            "parties": ["行长办", "客服中心"],
            "digests": DIGESTS,
        }
        return act.commit_arms(programme=self.programme, user=self.bank.boss, **{**given, **more})

    def opened(self) -> ArmDraw:
        return act.open_arms(draw=self.commit(), user=self.bank.boss, nonces=SECRETS)

    def test_both_secrets_make_the_arms_and_the_units_join_them(self) -> None:
        row = self.opened()
        arms = {member.unit.code: member.arm for member in self.programme.members.select_related("unit")}
        assert {code for code, arm in arms.items() if arm == Arm.PILOT} == set(row.pilot)
        assert len(row.pilot) == len(row.comparison) == 3
        assert row.seed == sha256("|".join(SECRETS).encode()).hexdigest()
        assert check(record_of(row)).match

    def test_the_pilot_may_begin_once_it_is_drawn_and_not_before(self) -> None:
        row = self.commit()
        with pytest.raises(Refused):
            act.step(programme=self.programme, user=self.bank.boss, to=Step.PILOT)
        act.open_arms(draw=row, user=self.bank.boss, nonces=SECRETS)
        assert act.step(programme=self.programme, user=self.bank.boss, to=Step.PILOT).stage == Step.PILOT

    def test_nobody_joins_by_hand_beside_chance(self) -> None:
        self.opened()
        with pytest.raises(Refused):
            act.join(
                programme=self.programme, unit=self.bank.world.building, arm=Arm.PILOT, user=self.bank.boss
            )

    def test_where_somebody_has_chosen_chance_comes_too_late(self) -> None:
        act.join(programme=self.programme, unit=self.bank.cards[0], arm=Arm.PILOT, user=self.bank.boss)
        with pytest.raises(Refused):
            self.commit()

    def test_a_wrong_secret_names_its_party_and_draws_nothing(self) -> None:
        row = self.commit()
        with pytest.raises(Refused, match="客服中心"):
            act.open_arms(draw=row, user=self.bank.boss, nonces=(SECRETS[0], "quite another secret"))
        assert not Member.objects.exists()

    def test_a_draw_is_opened_once(self) -> None:
        row = self.opened()
        with pytest.raises(Refused):
            act.open_arms(draw=row, user=self.bank.boss, nonces=SECRETS)
        with pytest.raises(Refused):
            act.withdraw_arms(draw=row, user=self.bank.boss, reason="不合心意")

    def test_a_withdrawn_commitment_stays_with_its_reason_and_makes_room(self) -> None:
        row = self.commit()
        with pytest.raises(Refused):
            self.commit()
        with pytest.raises(Refused):
            act.withdraw_arms(draw=row, user=self.bank.boss, reason=" ")
        act.withdraw_arms(draw=row, user=self.bank.boss, reason="摘要抄错")
        self.commit()
        assert list(self.programme.draws.exclude(withdrawn_at=None)) == [row]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"digests": DIGESTS[:1]},
            {"digests": (DIGESTS[0], DIGESTS[0])},
            {"digests": (DIGESTS[0], "not a digest")},
            {"pilot": 6},
            {"pilot": 0},
            {"parties": ["行长办"]},
        ],
    )
    def test_what_cannot_be_drawn_is_refused(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(Refused):
            self.commit(**wrong)

    def test_units_within_one_another_or_of_another_house_are_refused(self) -> None:
        inside = Unit.objects.create(name="窗口", code="C1-1", parent=self.bank.cards[0])
        for odd in (inside, self.bank.world.beishan):
            with pytest.raises(Refused):
                self.commit(units=[*self.bank.cards, odd])

    def test_a_unit_that_moved_since_stops_the_opening(self) -> None:
        row = self.commit()
        Unit.objects.filter(pk=self.bank.cards[0].pk).update(code="C1-OLD")
        with pytest.raises(Refused):
            act.open_arms(draw=row, user=self.bank.boss, nonces=SECRETS)
        row.refresh_from_db()
        assert (row.seed, Member.objects.count()) == ("", 0)

    def test_once_the_loop_runs_nothing_is_drawn(self) -> None:
        Programme.objects.update(stage=Step.PILOT)
        self.programme.refresh_from_db()
        with pytest.raises(Refused):
            self.commit()

    def test_only_a_manager_of_the_unit_commits(self) -> None:
        for user in (self.bank.caller, self.bank.world.gao_yuan):
            with pytest.raises(Refused):
                act.commit_arms(
                    programme=self.programme,
                    user=user,
                    units=self.bank.cards,
                    pilot=1,
                    parties=["a", "b"],
                    digests=DIGESTS,
                )

    def test_the_record_tells_each_step(self) -> None:
        row = self.opened()
        events = {e.verb: e.payload for e in Event.objects.filter(subject="programme:NPS")}
        assert events["loyalty.arms_committed"]["commitment"] == row.commitment
        assert events["loyalty.arms_drawn"]["pilot"] == row.pilot

    def test_units_without_any_below_are_offered(self) -> None:
        Unit.objects.create(name="窗口", code="C1-1", parent=self.bank.cards[0])
        codes = {unit.code for unit in candidates(self.programme)}
        assert "C1-1" in codes
        assert "C1" not in codes

    def test_from_the_form_to_the_arms(self, client: Client) -> None:
        client.force_login(self.bank.boss)
        page = reverse("loyalty:draw-new", args=[self.programme.pk])
        assert client.get(page).status_code == 200
        given: dict[str, Any] = {
            "units": [unit.pk for unit in (*self.bank.cards, *self.bank.loans)],
            "pilot": 3,
            "party_1": "行长办",
            "party_2": "客服中心",
            "digest_1": DIGESTS[0],
            "digest_2": DIGESTS[1].upper(),
        }
        assert client.post(page, {}).status_code == 422
        assert client.post(page, {**given, "pilot": 6}).status_code == 422
        made = client.post(page, given)
        row = ArmDraw.objects.get()
        assert made.headers["Location"] == reverse("loyalty:draw", args=[row.pk])
        step = reverse("loyalty:draw-step", args=[row.pk])
        wrong = {"action": "open", "nonce_0": SECRETS[0], "nonce_1": "quite another secret"}
        assert client.post(step, wrong).status_code == 422
        client.post(step, {**wrong, "nonce_1": SECRETS[1]})
        assert Member.objects.count() == 6
        shown = client.get(reverse("loyalty:draw", args=[row.pk])).content.decode()
        row.refresh_from_db()
        assert row.seed in shown
        programme = client.get(reverse("loyalty:programme", args=[self.programme.pk])).content.decode()
        assert reverse("loyalty:draw", args=[row.pk]) in programme

    def test_another_seed_is_shown_to_differ(self, client: Client) -> None:
        row = self.opened()
        client.force_login(self.bank.boss)
        url = reverse("loyalty:draw", args=[row.pk])
        assert client.get(url).context["check"].match
        found = client.get(url, {"seed": "0" * 64}).context["check"]
        assert found.mismatch.what == "seed"

    def test_the_programme_says_how_many_other_draws_would_differ_as_much(self, client: Client) -> None:
        """Three of six by chance: 20 draws; the pilot gains 80 points, so one in ten differs as much."""
        row = self.opened()
        for unit in (*self.bank.cards, *self.bank.loans):
            gained = unit.code in row.pilot
            for at, given in (
                (BEFORE, scores(4, 2, 4)),
                (AFTER, scores(9, 0, 1) if gained else scores(4, 2, 4)),
            ):
                answered(self.bank, given, unit=unit, at=at)
        found = judge(self.programme, date(2026, 11, 23)).redrawn
        assert found is not None
        assert found.p == pytest.approx(2 / 20, abs=0.03)
        client.force_login(self.bank.boss)
        page = client.get(reverse("loyalty:programme", args=[self.programme.pk]))
        assert page.context["redraws"] == found.draws
        Member.objects.filter(unit=self.bank.cards[0]).delete()
        assert judge(self.programme, date(2026, 11, 23)).redrawn is None

    def test_chosen_arms_have_no_such_test(self) -> None:
        act.join(programme=self.programme, unit=self.bank.cards[0], arm=Arm.PILOT, user=self.bank.boss)
        assert judge(self.programme, date(2026, 11, 23)).redrawn is None

    def test_a_viewer_sees_the_draw_and_steps_nothing(self, client: Client) -> None:
        row = self.commit()
        client.force_login(self.bank.world.he_jia)
        assert client.get(reverse("loyalty:draw", args=[row.pk])).status_code == 200
        step = reverse("loyalty:draw-step", args=[row.pk])
        assert client.post(step, {"action": "withdraw", "reason": "不合心意"}).status_code == 403

    def test_another_house_finds_no_draw(self, client: Client) -> None:
        row = self.commit()
        client.force_login(self.bank.world.gao_yuan)
        for name in ("draw", "draw-record"):
            assert client.get(reverse(f"loyalty:{name}", args=[row.pk])).status_code == 404

    def test_the_record_alone_is_enough_to_draw_again(self, client: Client, tmp_path: Path) -> None:
        row = self.opened()
        client.force_login(self.bank.boss)
        given = client.get(reverse("loyalty:draw-record", args=[row.pk])).json()
        path = tmp_path / "arms.json"
        path.write_text(json.dumps(given), encoding="utf-8")
        told = verify_draw(path)
        assert (told["match"], told["drawn"], told["pilot"]) == (True, True, row.pilot)
        given["pilot"], given["comparison"] = given["comparison"], given["pilot"]
        path.write_text(json.dumps(given), encoding="utf-8")
        assert verify_draw(path)["difference"]["what"] == "pilot"

    def test_before_opening_the_record_holds_no_secret(self) -> None:
        told = document(self.commit())
        assert (told["seed"], told["nonces"], told["pilot"]) == ("", [], [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "no record"),
        ('{"frame": []}', "it lacks"),
        (None, "No such file"),
        (json.dumps({**asdict(record()), "frame": [1, 2]}), "cannot be drawn from"),
        (json.dumps({**asdict(record()), "params": {}}), "cannot be drawn from"),
    ],
)
def test_a_file_that_is_no_record_is_refused_in_words(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "x.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(BadInput, match=said):
        verify_draw(path)


def test_what_is_committed_is_on_record_before_it_is_drawn(db: None) -> None:
    bank: Bank = build_bank(stage=Step.PREPARED)
    Member.objects.all().delete()
    row = act.commit_arms(
        programme=bank.programme,
        user=bank.boss,
        units=bank.cards,
        pilot=1,
        parties=["甲", "乙"],
        digests=DIGESTS,
        at=timezone.now() - timedelta(days=2),
    )
    done = act.open_arms(draw=row, user=bank.boss, nonces=SECRETS)
    assert done.opened_at is not None
    assert done.committed_at < done.opened_at
