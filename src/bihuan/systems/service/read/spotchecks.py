"""What may be seen of a spot check: nothing of its day before the day."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.utils import timezone

from ..models import SpotCheck, SpotItem
from ..rules.spotcheck import drawn, told


@dataclass(frozen=True, slots=True)
class Seen:
    """`drawn_on` and `seed` are empty before the day. `whole`: the draw was done again and gave the same."""

    drawn_on: date | None
    told_on: date | None
    seed: str
    whole: bool

    @property
    def late(self) -> bool:
        """Told after its day, because nothing ran on the day."""
        return bool(self.drawn_on and self.told_on and self.told_on > self.drawn_on)


def seen(check: SpotCheck, items: list[SpotItem], name: str, today: date) -> Seen:
    """`name`: what the draw is called (`act.spotchecks.label`)."""
    if check.told_at is None:
        return Seen(None, None, "", whole=True)
    again = drawn(check.seed, f"{name}/calls", check.frame, len(items))
    same = list(again) == [item.call.order.number for item in items]
    whole = same and sha256(check.seed.encode()).hexdigest() == check.seed_digest
    return Seen(told(check.drawn_on, today), timezone.localdate(check.told_at), check.seed, whole)
