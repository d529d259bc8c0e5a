"""A living laboratory, event by event, endlessly and the same for the same seed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Final, NamedTuple

from bihuan.systems.instruments.fleet.acts import SWIPES, Act, Deed, Fault
from bihuan.systems.instruments.fleet.chance import around, chance
from bihuan.systems.instruments.fleet.laboratory import AWAY, PLAYS, Device, Laboratory

BEAT_S: Final = 30.0
REQUEST_S: Final = 600.0
JOURNAL_S: Final = 3600.0
"""A real terminal uploads once a day: too long to watch."""
USE_S: Final = 480.0
PAUSE_S: Final = 240.0
"""With 27 terminals in use this makes a change on the board about every 15 s."""
FIRST_ALARM_S: Final = 110.0
ALARM_S: Final = (900.0, 1500.0)
ALARM_OVER_S: Final = 240.0
MISHAP_S: Final = (1500.0, 3000.0)
OUTAGE_S: Final = (700.0, 1200.0)
AWAY_S: Final = (2400.0, 5400.0)
THERE_S: Final = (1500.0, 3000.0)
"""The one terminal with a bad network: each outage is a case, so it should not have too many."""
LOSS, DOUBLE, CUT = 0.015, 0.01, 0.04
"""Shares of the swipes that are lost, sent twice, cut into pieces or merged."""


class Begun(NamedTuple):
    """How a terminal stands at the start."""

    card: str = ""
    """Somebody is using the instrument; as the registered number."""
    off_s: float = 86_400.0
    """Since when nobody does, in seconds before the start."""


@dataclass(slots=True)
class Post:
    """One terminal on the stage."""

    device: Device
    card: str = ""
    alarm: bool = False
    away: bool = False
    off_s: float = 0.0
    """When the last use ended, on the stage's clock."""
    visit: int = 0
    """Counts uses: what was planned for an earlier one does not happen."""


Step = Callable[[float, Post], Iterator[Act]]


class Script:
    """`acts` yields in order of time; nothing here knows a socket or the real clock."""

    def __init__(
        self, laboratory: Laboratory, seed: int, faults: frozenset[str], begun: Mapping[str, Begun]
    ) -> None:
        self.laboratory, self.faults = laboratory, faults
        in_use = sorted(code for code, how in begun.items() if how.card)
        self.dice = chance("script", seed, *in_use)  # a restart is not the same morning again
        self.posts = [self._post(device, begun.get(device.code, Begun())) for device in laboratory.devices]
        self.in_use = [post for post in self.posts if post.device.manner in (PLAYS, AWAY)]
        self._order = count()
        self._agenda: list[tuple[float, int, Step, Post]] = []
        self._prepare()

    def _post(self, device: Device, begun: Begun) -> Post:
        return Post(device, begun.card, off_s=-begun.off_s)

    def _prepare(self) -> None:
        for post in self.posts:
            self._plan(self.dice.uniform(0, 4), self._beat, post)
        for post in self.in_use:
            self._plan(self.dice.uniform(3, 70), self._upload, post)
            self._plan(self.dice.uniform(5, 90), self._request, post)
            if post.card:
                self._plan(self.dice.uniform(15, 600), self._leave(post.visit), post)
            else:
                self._plan(self.dice.uniform(8, 240), self._come, post)
        if self.in_use:
            self._prepare_trouble(self.in_use[0])

    def _prepare_trouble(self, anybody: Post) -> None:
        if "mishap" in self.faults:
            self._plan(self.dice.uniform(300, 900), self._mishap, anybody)
        if "unswiped" in self.faults:
            self._plan(FIRST_ALARM_S, self._unswiped, anybody)
        if "offline" in self.faults:
            self._plan(self.dice.uniform(300, 600), self._outage, anybody)
            for post in (post for post in self.posts if post.device.manner == AWAY):
                self._plan(self.dice.uniform(95, 120), self._go_away(self.dice.uniform(*AWAY_S)), post)

    def acts(self) -> Iterator[Act]:
        while self._agenda:
            at, _, step, post = heappop(self._agenda)
            yield from step(at, post)

    def _plan(self, at: float, step: Step, post: Post) -> None:
        heappush(self._agenda, (at, next(self._order), step, post))

    # a terminal by itself

    def _beat(self, at: float, post: Post) -> Iterator[Act]:
        self._plan(at + BEAT_S + self.dice.uniform(-0.3, 0.3), self._beat, post)
        if not post.away:
            yield Act(at, post.device, Deed.BEAT)

    def _request(self, at: float, post: Post) -> Iterator[Act]:
        self._plan(at + REQUEST_S + self.dice.uniform(0, 60), self._request, post)
        if not post.away:
            yield Act(at, post.device, Deed.REQUEST)

    def _upload(self, at: float, post: Post) -> Iterator[Act]:
        late = "late" in self.faults and self.dice.random() < 0.1
        wait = JOURNAL_S * (2.0 if late else 1.0) + self.dice.uniform(0, 300)
        self._plan(at + wait, self._upload, post)
        if not post.away:
            yield Act(at, post.device, Deed.JOURNAL)

    # people

    def _come(self, at: float, post: Post) -> Iterator[Act]:
        rested = post.off_s + 60 * post.device.rest_minutes + 5
        if post.card or post.alarm:
            return
        if at < rested:
            self._plan(rested, self._come, post)
            return
        yield from self._log_on(at, post, self.dice.choice(post.device.cards))

    def _log_on(self, at: float, post: Post, card: str) -> Iterator[Act]:
        post.card, post.visit = card, post.visit + 1
        self._plan(at + around(self.dice, USE_S), self._leave(post.visit), post)
        yield self._swipe(at, post, Deed.OPEN, card)

    def _leave(self, visit: int) -> Step:
        def leave(at: float, post: Post) -> Iterator[Act]:
            if post.visit != visit or not post.card:
                return
            card, post.card, post.off_s = post.card, "", at
            pause = 60 * post.device.rest_minutes + around(self.dice, PAUSE_S)
            self._plan(at + pause, self._come, post)
            yield self._swipe(at, post, Deed.CLOSE, card)

        return leave

    def _swipe(self, at: float, post: Post, deed: Deed, card: str) -> Act:
        return Act(at, post.device, deed, card, Fault.LOST if post.away else self._fault(deed))

    def _fault(self, deed: Deed) -> Fault:
        if deed not in SWIPES:
            return Fault.NONE
        return draw(self.dice, self.faults)

    # what goes wrong

    def _unswiped(self, at: float, anybody: Post) -> Iterator[Act]:
        self._plan(at + self.dice.uniform(*ALARM_S), self._unswiped, anybody)
        post = self._idle(at)
        if post is None:
            return
        post.alarm = True
        yield Act(at, post.device, Deed.WARN)
        self._plan(at + self.dice.uniform(2, 6), self._say(Deed.PHOTO), post)
        late = self.dice.random() < 0.6
        ending = self._late_swipe if late else self._power_off
        self._plan(at + self.dice.uniform(60, ALARM_OVER_S), ending, post)

    def _say(self, deed: Deed) -> Step:
        def say(at: float, post: Post) -> Iterator[Act]:
            yield Act(at, post.device, deed)

        return say

    def _late_swipe(self, at: float, post: Post) -> Iterator[Act]:
        post.alarm = False
        yield from self._log_on(at, post, self.dice.choice(post.device.cards))
        self._plan(at + 0.2, self._say(Deed.CALM), post)

    def _power_off(self, at: float, post: Post) -> Iterator[Act]:
        post.alarm, post.off_s = False, at
        self._plan(at + around(self.dice, PAUSE_S), self._come, post)
        yield Act(at, post.device, Deed.CALM)

    def _mishap(self, at: float, anybody: Post) -> Iterator[Act]:
        """An unknown card, somebody without authorisation, the rest not kept, or a hand-over."""
        self._plan(at + self.dice.uniform(*MISHAP_S), self._mishap, anybody)
        kind = self.dice.choice(("unknown", "not_authorised", "cooldown", "hand_over"))
        if kind == "unknown" and self.laboratory.unknown_cards and (post := self._idle(at)):
            yield from self._log_on(at, post, self.dice.choice(self.laboratory.unknown_cards))
        elif kind == "not_authorised" and (post := self._idle(at)) and post.device.others:
            yield from self._log_on(at, post, self.dice.choice(post.device.others))
        elif kind == "cooldown" and (post := self._resting(at)):
            yield from self._log_on(at, post, self.dice.choice(post.device.cards))
        elif kind == "hand_over" and (post := self._used()):
            others = [card for card in post.device.cards if card != post.card]
            yield from self._log_on(at, post, self.dice.choice(others))

    def _idle(self, at: float) -> Post | None:
        return self._any(
            [
                post
                for post in self.in_use
                if not (post.card or post.alarm or post.away)
                and at > post.off_s + 60 * post.device.rest_minutes
            ]
        )

    def _resting(self, at: float) -> Post | None:
        return self._any(
            [
                post
                for post in self.in_use
                if not (post.card or post.alarm or post.away)
                and at < post.off_s + 60 * post.device.rest_minutes
            ]
        )

    def _used(self) -> Post | None:
        return self._any([post for post in self.in_use if post.card and len(post.device.cards) > 1])

    def _any(self, posts: list[Post]) -> Post | None:
        return self.dice.choice(posts) if posts else None

    # without network

    def _outage(self, at: float, anybody: Post) -> Iterator[Act]:
        self._plan(at + self.dice.uniform(*OUTAGE_S), self._outage, anybody)
        there = [post for post in self.in_use if not (post.away or post.alarm)]
        post = self._any([post for post in there if post.device.manner == PLAYS])
        if post is not None:
            yield from self._go_away(self.dice.uniform(150, 250))(at, post)

    def _go_away(self, for_s: float) -> Step:
        def go(at: float, post: Post) -> Iterator[Act]:
            if post.alarm:
                self._plan(at + ALARM_OVER_S, go, post)
            else:
                post.away = True
                self._plan(at + for_s, self._come_back, post)
            yield from ()

        return go

    def _come_back(self, at: float, post: Post) -> Iterator[Act]:
        """The journal tells at once what the network has missed."""
        post.away = False
        if post.device.manner == AWAY:
            away = self._go_away(self.dice.uniform(*AWAY_S))
            self._plan(at + self.dice.uniform(*THERE_S), away, post)
        yield Act(at, post.device, Deed.BEAT)
        self._plan(at + 1.0, self._say(Deed.JOURNAL), post)


def draw(dice: Random, faults: frozenset[str]) -> Fault:
    """Which fault, if any, befalls one swipe."""
    number = dice.random()
    if "loss" in faults and number < LOSS:
        return Fault.LOST
    if "duplicate" in faults and number > 1 - DOUBLE:
        return Fault.TWICE
    if "split" in faults and abs(number - 0.5) < CUT / 2:
        return Fault.SPLIT if number < 0.5 else Fault.MERGED
    return Fault.NONE
