"""Committed draws: nobody can know them before, choose in them, or change them after."""

from dataclasses import replace
from hashlib import sha256

import pytest

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Event
from bihuan.kernel.tests.desk_world import at
from bihuan.systems.service import act
from bihuan.systems.service.models import Draw, Recording, Review
from bihuan.systems.service.read.draws import check, document, drawn, record_of
from bihuan.systems.service.read.voice import voice_frame, voice_params
from bihuan.systems.service.rules.engines import ENGINES, Swap
from bihuan.systems.service.rules.halls import Hall, Rules, frame_rows, params
from bihuan.systems.service.rules.record import Record, committed, digest_of, verify

from .hotline import (
    AFTER,
    DIGESTS,
    NONCES,
    Hotline,
    begun,
    build_hotline,
    called,
    calls,
    card,
    commit,
    opened,
    wav,
)

pytestmark = pytest.mark.django_db
LABEL = "2026Q1|95598"


@pytest.fixture
def world() -> Hotline:
    return build_hotline()


def test_the_commitment_is_there_before_anybody_knows_the_seed(world: Hotline) -> None:
    calls(world)
    draw = commit(world)
    assert (draw.seed, draw.result, draw.sealed) == ("", [], True)
    assert draw.commitment == committed(draw.frame, draw.params, "voice-1", DIGESTS)
    assert Event.objects.get(verb="draw.committed").payload["commitment"] == draw.commitment


def test_five_calls_of_each_agent_and_a_fifth_of_them_twice(world: Hotline) -> None:
    review = begun(world)
    parts = drawn(review.draw)
    assert {label: len(units) for label, units in parts.items()} == {
        f"{LABEL}|8011": 5,
        f"{LABEL}|8012": 5,
        f"{LABEL}|double": 2,
    }


def test_scenario_28_an_agent_without_eligible_call_is_not_evaluated(world: Hotline) -> None:
    card(world)
    calls(world, "8011", n=6, seconds=10)
    calls(world, "8012", n=6)
    draw = opened(world, commit(world))
    assert draw.left_out == ["8011"]
    assert len(drawn(draw)[f"{LABEL}|8012"]) == 5


def test_a_call_of_unknown_length_cannot_be_drawn_until_it_is_given(world: Hotline) -> None:
    calls(world, "8012", n=2)
    row = Recording.objects.first()
    assert row is not None
    act.tell_more(row=row, user=world.boss, duration_s=None)
    frame = {each["id"]: each["seconds"] for each in voice_frame(world.branch.branch, 2026, 1)}
    assert frame[row.code] is None
    found = ENGINES["voice"].run("seed", 2026, 1, voice_frame(world.branch.branch, 2026, 1), _params(world))
    assert row.code not in {unit for part in found.parts for unit in part.drawn}


def _params(world: Hotline) -> dict[str, object]:
    return dict(voice_params(world.branch.branch, 2026, 1))


def test_a_secret_that_was_not_promised_names_its_party(world: Hotline) -> None:
    card(world)
    calls(world)
    draw = commit(world)
    with pytest.raises(Refused, match="客服中心"):
        act.bring(draw=draw, user=world.second, nonce="another-secret-0003")
    with pytest.raises(Refused, match="客服中心"):
        act.bring(draw=draw, user=world.second, nonce="short")
    act.bring(draw=draw, user=world.boss, nonce=NONCES[0])
    draw.refresh_from_db()
    assert (draw.seed, draw.opened_at) == ("", None)
    assert not Review.objects.exists()


def test_a_quarter_without_calls_is_no_draw_and_one_with_a_draw_takes_no_second(world: Hotline) -> None:
    with pytest.raises(Refused, match="没有可以抽取"):
        called(world)
    calls(world)
    commit(world)
    with pytest.raises(Refused, match="已经有"):
        called(world)


def test_a_commitment_is_withdrawn_with_a_reason_and_only_while_nobody_knows_the_draw(world: Hotline) -> None:
    card(world)
    calls(world)
    first = commit(world)
    with pytest.raises(Refused, match="原因"):
        act.withdraw(draw=first, user=world.boss, reason="")
    act.withdraw(draw=first, user=world.boss, reason="摘要抄写错误")
    fresh = ("branch-secret-0003", "centre-secret-0004")
    second = opened(world, commit(world, nonces=fresh), fresh)
    with pytest.raises(Refused, match="已经抽取"):
        act.withdraw(draw=second, user=world.boss, reason="结果不合意")
    with pytest.raises(Refused, match="撤回"):
        act.bring(draw=first, user=world.boss, nonce=NONCES[0])


def test_a_case_owner_cannot_call_a_draw(world: Hotline) -> None:
    calls(world)
    with pytest.raises(Refused):
        called(world, world.branch.owner)


def test_a_substitute_is_the_next_ticket_and_signed(world: Hotline) -> None:
    review = begun(world)
    draw = review.draw
    gone = drawn(draw)[f"{LABEL}|double"][0]
    with pytest.raises(Refused, match="原因"):
        act.substitute(draw=draw, user=world.boss, gone=gone, reason=" ")
    done = act.substitute(draw=draw, user=world.boss, gone=gone, reason="录音损坏，无法播放")
    draw.refresh_from_db()
    now = drawn(draw)
    assert (done.signed_by, done.gone) == (world.boss, gone)
    assert done.taken
    assert gone not in {unit for units in now.values() for unit in units}
    assert done.taken in now[f"{LABEL}|double"]
    assert check(record_of(draw)).match
    with pytest.raises(Refused, match="不在"):
        act.substitute(draw=draw, user=world.boss, gone=gone, reason="再换一次")


def test_what_is_published_can_be_checked_by_anybody(world: Hotline) -> None:
    draw = begun(world).draw
    told = document(draw)
    assert (told["seed"], told["nonces"], told["parts"]) == ("", [], [])
    act.publish(draw=draw, user=world.boss, at=at(AFTER))
    draw.refresh_from_db()
    told = document(draw)
    assert told["seed"] == sha256("|".join(NONCES).encode()).hexdigest()
    assert check(record_of(draw)).match
    with pytest.raises(Refused):
        act.publish(draw=draw, user=world.boss)


def test_late_calls_change_nothing_in_a_frame_that_is_closed(world: Hotline) -> None:
    review = begun(world)
    calls(world, "8012", n=12, seconds=61)
    assert check(record_of(Draw.objects.get(pk=review.draw_id))).match


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda r: replace(r, frame=r.frame[1:]), "commitment"),
        (lambda r: replace(r, params={**r.params, "per_agent": 4}), "commitment"),
        (lambda r: replace(r, nonces=(r.nonces[0], "another-secret-0003")), "nonce"),
        (lambda r: replace(r, seed="f" + r.seed[1:] if r.seed[0] != "f" else "0" + r.seed[1:]), "seed"),
        (lambda r: replace(r, parts=[[r.parts[0][0], r.parts[0][1][::-1]], *r.parts[1:]]), f"{LABEL}|8011"),
        (lambda r: replace(r, swaps=[Swap(r.parts[0][1][0], "chosen", "x")]), "substitution"),
        (lambda r: replace(r, swaps=[Swap("stranger", "chosen", "x")]), "substitution"),
        (lambda r: replace(r, now=[]), "labels"),
    ],
)
def test_each_change_is_found_and_named(world: Hotline, change: object, what: str) -> None:
    record = record_of(begun(world).draw)
    found = check(change(record))  # type: ignore[operator]
    assert found.mismatch is not None
    assert found.mismatch.what == what


def halls(seed: str = "2026-demo-seed") -> Record:
    """Scenario 12 as a record: ten halls of level 3, the first quarter."""
    rules, units = Rules(), [Hall(f"H3-{n:02d}", 3) for n in range(1, 11)]
    frame, how = frame_rows(units, ()), params(rules)
    digests = [digest_of(seed)]
    record = Record(
        "halls", 2026, 1, frame, how, "halls-1", digests, committed(frame, how, "halls-1", digests), seed=seed
    )
    parts = [(part.label, part.drawn) for part in record.run().parts]
    return replace(record, parts=parts, now=parts)


def test_scenario_12_the_halls_of_the_demonstration_and_one_letter_of_the_seed() -> None:
    record = halls()
    drawn_halls = {unit for _label, units in record.parts for unit in units}
    assert drawn_halls == {"H3-02", "H3-04", "H3-08"}
    assert verify(record) is None
    assert verify(replace(record, frame=list(record.frame)[::-1])) is None, (
        "the order of the frame is nothing"
    )
    wrong = verify(replace(record, seed="2026-demo-seeb"))
    assert wrong is not None
    assert wrong.what == "seed"


def test_a_hall_that_closes_gives_way_to_the_next_ticket() -> None:
    record = halls()
    gone = record.parts[0][1][0] if record.parts[0][1] else record.parts[1][1][0]
    outcome = record.run([gone])
    swaps = list(outcome.swaps)
    now = [(part.label, part.drawn) for part in outcome.parts]
    assert verify(replace(record, swaps=swaps, now=now)) is None
    assert check(replace(record, swaps=[Swap(gone, "H3-01", swaps[0].label)], now=now)).match == (
        swaps[0].taken == "H3-01"
    )


def test_what_is_no_record_is_told_and_not_raised() -> None:
    record = halls()
    assert check(replace(record, frame=[{"id": ""}])).trouble
    assert check(replace(record, kind="lottery")).trouble
    assert wav(1)[:4] == b"RIFF"
