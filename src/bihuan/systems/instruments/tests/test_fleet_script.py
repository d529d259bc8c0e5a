from collections import Counter
from itertools import pairwise, takewhile

from bihuan.systems.instruments.fleet.acts import FAULTS, SWIPES, Act, Deed, Fault
from bihuan.systems.instruments.fleet.laboratory import demo, generated
from bihuan.systems.instruments.fleet.load import load
from bihuan.systems.instruments.fleet.script import Begun, Script

EVERY = frozenset(FAULTS)
HOUR = 3600.0


def hours(count: float, seed: int = 1, faults: frozenset[str] = EVERY) -> list[Act]:
    script = Script(demo(), seed, faults, {})
    return list(takewhile(lambda act: act.at_s < count * HOUR, script.acts()))


DAY = hours(6)


def test_the_same_seed_plays_the_same() -> None:
    assert hours(1) == hours(1)
    assert hours(1) != hours(1, seed=2)


def test_acts_come_in_order_of_time() -> None:
    assert all(one.at_s <= other.at_s for one, other in pairwise(DAY))


def test_something_changes_on_the_board_every_ten_to_twenty_seconds() -> None:
    changes = [act for act in DAY if act.deed in {*SWIPES, Deed.WARN, Deed.CALM}]
    assert 10 <= 6 * HOUR / len(changes) <= 20


def test_the_first_alarm_comes_within_three_minutes_and_then_three_or_four_an_hour() -> None:
    alarms = [act.at_s for act in DAY if act.deed is Deed.WARN]
    assert 60 < alarms[0] < 180
    assert 14 <= len(alarms) <= 25


def test_every_alarm_has_a_photo_and_an_end() -> None:
    alarms, photos, ends = (
        [act.device.code for act in DAY if act.deed is deed] for deed in (Deed.WARN, Deed.PHOTO, Deed.CALM)
    )
    assert alarms == photos
    assert Counter(alarms) - Counter(ends) <= Counter(alarms[-1:])


def test_a_late_swipe_comes_just_before_the_alarm_ends() -> None:
    last: dict[str, Act] = {}
    late = 0
    for act in DAY:
        before = last.get(act.device.code)
        late += act.deed is Deed.CALM and before is not None and before.deed is Deed.OPEN
        if act.deed is not Deed.BEAT:
            last[act.device.code] = act
    assert late > 3


def test_newcomers_instruments_and_strangers_only_beat() -> None:
    quiet = [act.deed for act in DAY if act.device.code in {"DNA01", "PCR02", "NEW31"}]
    assert set(quiet) == {Deed.BEAT}


def test_terminals_beat_every_thirty_seconds() -> None:
    beats = [act.at_s for act in DAY if act.device.code == "DNA01"]
    assert all(29 < later - earlier < 31 for earlier, later in pairwise(beats))


def test_one_terminal_is_offline_for_long_and_brings_its_journal_back() -> None:
    beats = [act.at_s for act in DAY if act.device.code == "FRZ04" and act.deed is Deed.BEAT]
    gaps = [(one, other) for one, other in pairwise(beats) if other - one > 300]
    assert len(gaps) >= 2
    for _, back in gaps:
        told = [act for act in DAY if act.device.code == "FRZ04" and back <= act.at_s < back + 2]
        assert Deed.JOURNAL in {act.deed for act in told}


def test_swipes_without_network_are_lost_to_the_live_channel() -> None:
    swipes = [act for act in DAY if act.deed in SWIPES]
    lost = sum(act.fault is Fault.LOST for act in swipes)
    assert 0.01 < lost / len(swipes) < 0.08


def test_without_faults_nothing_is_lost_and_nobody_is_offline() -> None:
    acts = hours(2, faults=frozenset())
    assert {act.fault for act in acts} == {Fault.NONE}
    assert Deed.WARN not in {act.deed for act in acts}


def test_who_used_an_instrument_before_the_restart_logs_off() -> None:
    script = Script(demo(), 1, frozenset(), {"CNF07": Begun("0012660381")})
    own = (act for act in script.acts() if act.device.code == "CNF07" and act.deed in SWIPES)
    first = next(own)
    assert (first.deed, first.card) == (Deed.CLOSE, "0012660381")


def test_the_rest_is_kept_after_the_last_log_off() -> None:
    script = Script(demo(), 1, frozenset(), {"UCF09": Begun(off_s=60)})
    own = (act for act in script.acts() if act.device.code == "UCF09" and act.deed is Deed.OPEN)
    assert next(own).at_s >= 19 * 60


def test_a_load_has_the_rate_that_was_asked_for() -> None:
    acts = list(load(generated(100), 500, 2.0, 1, frozenset()))
    assert len(acts) == 1000
    assert acts[-1].at_s == 999 / 500
    assert acts == list(load(generated(100), 500, 2.0, 1, frozenset()))


def test_a_load_with_loss_ends_with_the_journals_of_who_lost() -> None:
    acts = list(load(generated(50), 500, 4.0, 1, frozenset({"loss"})))
    lost = {act.device.code for act in acts if act.fault is Fault.LOST}
    assert lost
    assert [act.device.code for act in acts if act.deed is Deed.JOURNAL] == sorted(lost)
