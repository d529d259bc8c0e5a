"""Recordings: five of each agent by ticket, nobody forgotten, nobody scored on nothing, none chosen."""

from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.kernel.rules.draw import FrameError
from bihuan.systems.service.rules.recordings import (
    Recording,
    chance_of_bad,
    eligible,
    plan,
    replacement,
)

FEW = settings(max_examples=10)
LABEL = "2026Q1|95598"
KINDS = ("billing", "fault", "complaint")


def calls(agent: str, count: int, duration_s: float = 90) -> list[Recording]:
    return [
        Recording(
            f"{agent}-{number:03}", agent, date(2026, 1 + number % 3, 10), KINDS[number % 5 % 3], duration_s
        )
        for number in range(count)
    ]


def test_each_agent_has_five_of_his_own_calls() -> None:
    found = plan("seed", LABEL, ["alice", "bob"], [*calls("alice", 40), *calls("bob", 200)])
    for share in found.shares:
        assert len({picked.id for picked in share.picked}) == 5
        assert {picked.id.split("-")[0] for picked in share.picked} == {share.agent}


def test_scenario_28_an_agent_without_eligible_call_is_not_evaluated() -> None:
    recordings = [*calls("alice", 40), *calls("bob", 6, duration_s=14), *calls("carol", 1)]
    found = plan("seed", LABEL, ["alice", "bob", "carol", "dave"], recordings)
    assert found.not_evaluated == ("bob", "dave")
    assert [len(share.picked) for share in found.shares] == [5, 0, 1, 0]
    assert all(share.picked for share in found.shares if share.agent not in found.not_evaluated)


@pytest.mark.parametrize(
    ("duration_s", "transferred", "fit"), [(15, False, True), (14.9, False, False), (300, True, False)]
)
def test_short_and_transferred_calls_are_left_out(duration_s: float, transferred: bool, fit: bool) -> None:
    call = Recording("1", "alice", date(2026, 1, 1), "fault", duration_s, transferred)
    assert eligible(call) is fit


def test_what_was_left_out_is_counted_for_each_agent() -> None:
    short = Recording("s", "alice", date(2026, 1, 1), "fault", 3, transferred=True)
    moved = Recording("t", "alice", date(2026, 1, 1), "fault", 80, transferred=True)
    brief = Recording("b", "alice", date(2026, 1, 1), "fault", 3)
    (share,) = plan("seed", LABEL, ["alice"], [*calls("alice", 7), short, moved, brief]).shares
    assert (share.eligible, share.too_short, share.transferred) == (7, 1, 2)


def test_months_and_kinds_of_business_get_their_share() -> None:
    recordings = [
        Recording(f"{month}{kind}{n}", "alice", date(2026, month, 1), kind, 60)
        for month in (1, 2, 3)
        for kind in ("billing", "fault")
        for n in range(10)
    ]
    (share,) = plan("seed", LABEL, ["alice"], recordings, k=6).shares
    assert Counter(picked.stratum for picked in share.picked) == Counter(
        f"2026-0{month} {kind}" for month in (1, 2, 3) for kind in ("billing", "fault")
    )


def test_every_call_of_an_agent_has_the_same_chance() -> None:
    recordings = calls("alice", 20)
    hits: Counter[str] = Counter()
    for seed in range(200):
        (share,) = plan(f"s{seed}", LABEL, ["alice"], recordings).shares
        hits.update(picked.id for picked in share.picked)
    assert sum((hits[call.id] - 50) ** 2 / 50 for call in recordings) < 36.19  # chi-square, 19 df, 1 %


@FEW
@given(st.permutations(calls("alice", 8) + calls("bob", 8)))
def test_the_order_of_the_calls_changes_nothing(turned: list[Recording]) -> None:
    usual = plan("seed", LABEL, ["alice", "bob"], calls("alice", 8) + calls("bob", 8))
    assert plan("seed", LABEL, ["bob", "alice"], turned) == usual


def test_a_fifth_of_the_calls_is_scored_twice() -> None:
    agents = ["alice", "bob", "carol"]
    found = plan("seed", LABEL, agents, [call for agent in agents for call in calls(agent, 30)])
    assert len(found.double) == 3
    assert set(found.double) <= {picked.id for share in found.shares for picked in share.picked}


def test_a_part_of_a_call_to_be_scored_twice_is_a_whole_call() -> None:
    assert len(plan("seed", LABEL, ["alice"], calls("alice", 9), k=6).double) == 2
    assert plan("seed", LABEL, ["alice"], calls("alice", 9), double=Fraction(0)).double == ()


def test_calls_of_somebody_who_is_not_on_the_roster_are_reported() -> None:
    found = plan("seed", LABEL, ["alice"], [*calls("alice", 5), *calls("mallory", 3)])
    assert found.strangers == ("mallory",)
    assert [share.agent for share in found.shares] == ["alice"]


def test_calls_without_a_kind_of_business_are_a_stratum_of_their_own() -> None:
    blank = [Recording(f"r{n}", "alice", date(2026, 1, 1), " ", 60) for n in range(3)]
    (share,) = plan("seed", LABEL, ["alice"], blank).shares
    assert {picked.stratum for picked in share.picked} == {"2026-01 ?"}


def test_one_recording_twice_is_refused() -> None:
    with pytest.raises(FrameError, match="twice"):
        plan("seed", LABEL, ["alice"], [*calls("alice", 3), *calls("alice", 1)])


def test_at_least_one_call_of_each_is_heard() -> None:
    with pytest.raises(ValueError, match="at least one"):
        plan("seed", LABEL, ["alice"], calls("alice", 3), k=0)


def test_an_unusable_recording_gives_way_to_the_next_ticket_of_its_stratum() -> None:
    recordings = calls("alice", 60)
    (share,) = plan("seed", LABEL, ["alice"], recordings).shares
    bad = share.picked[0]
    drawn = [picked.id for picked in share.picked]
    found = replacement("seed", LABEL, "alice", recordings, bad.id, drawn)
    assert found is not None
    assert found.id not in drawn
    assert found.stratum == bad.stratum
    assert found == replacement("seed", LABEL, "alice", list(reversed(recordings)), bad.id, drawn)


def test_an_exhausted_stratum_is_replaced_from_the_agents_other_calls_until_none_is_left() -> None:
    recordings = calls("alice", 7)
    (share,) = plan("seed", LABEL, ["alice"], recordings).shares
    passed = [picked.id for picked in share.picked]
    for _ in range(2):
        found = replacement("seed", LABEL, "alice", recordings, passed[0], passed)
        assert found is not None
        assert found.id not in passed
        passed.append(found.id)
    assert replacement("seed", LABEL, "alice", recordings, passed[0], passed) is None


def test_only_an_agents_own_eligible_call_can_be_replaced() -> None:
    with pytest.raises(FrameError, match="no eligible recording of 'alice'"):
        replacement("seed", LABEL, "alice", [*calls("alice", 3), *calls("bob", 3)], "bob-001", ())


@pytest.mark.parametrize(("n", "percent"), [(5, 41), (10, 65), (20, 88)])
def test_the_chance_to_see_one_bad_call_is_the_published_one(n: int, percent: int) -> None:
    assert round(100 * chance_of_bad(n, 0.1)) == percent


def test_without_calls_nothing_bad_is_seen() -> None:
    assert chance_of_bad(0, 0.5) == 0
    with pytest.raises(ValueError, match="share"):
        chance_of_bad(5, 1.1)
