"""Committed draws: as documents that anybody can check, and what was drawn."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime

from bihuan.kernel.models import User
from bihuan.kernel.rules.draw import FrameError, Mismatch
from bihuan.kernel.scope import visible

from ..models import Draw, Party
from ..rules.engines import Swap
from ..rules.record import Record, verify


def record_of(draw: Draw) -> Record:
    """Everything that the server knows, the sealed seed too: for the server's own eyes."""
    swaps = [Swap(*row) for row in draw.substitutions.values_list("gone", "taken", "label")]
    parties = list(draw.parties.all())
    return Record(
        kind=draw.kind,
        year=draw.year,
        quarter=draw.quarter,
        frame=draw.frame,
        params=draw.params,
        plan_version=draw.plan_version,
        nonce_digests=[party.digest for party in parties],
        commitment=draw.commitment,
        parts=draw.result,
        swaps=swaps,
        now=draw.drawn,
        nonces=[party.nonce for party in parties if party.nonce] if draw.opened_at else [],
        seed=draw.seed,
    )


def document(draw: Draw) -> dict[str, Any]:
    """The record as JSON for `bihuan service verify-draw`; seed, secrets and result only once published."""
    told = asdict(record_of(draw))
    told["notes"] = {
        "unit": draw.unit.name,
        "parties": [party.name for party in draw.parties.all()],
        "called_at": localtime(draw.called_at).isoformat(),
        "committed_at": localtime(draw.committed_at).isoformat() if draw.committed_at else None,
        "published_at": localtime(draw.published_at).isoformat() if draw.published_at else None,
    }
    if draw.sealed:
        told |= {"seed": "", "nonces": [], "parts": [], "now": [], "swaps": []}
    return told


def seen_by(user: User) -> QuerySet[Draw]:
    """Draws of the user's units, and those in which the user's account holds a secret."""
    mine = Party.objects.filter(account=user).values("draw")
    inside = visible(user, Draw.objects.all()).values("pk")
    return Draw.objects.filter(Q(pk__in=inside) | Q(pk__in=mine)).select_related("unit", "called_by")


def part_of(draw: Draw, user: User) -> Party | None:
    """The secret that this account holds, where it holds one."""
    return next((party for party in draw.parties.all() if party.account_id == user.pk), None)


@dataclass(frozen=True, slots=True)
class Check:
    """What drawing again found; `drawn`: whether there was a seed to draw with."""

    drawn: bool
    mismatch: Mismatch | None
    trouble: str = ""
    """Why nothing could be drawn at all."""

    @property
    def match(self) -> bool:
        return self.mismatch is None and not self.trouble


def check(record: Record) -> Check:
    """Verify a record, whatever is in it."""
    try:
        return Check(bool(record.seed), verify(record))
    except (FrameError, ValueError, TypeError, KeyError) as error:
        return Check(bool(record.seed), None, str(error) or type(error).__name__)


def drawn(draw: Draw) -> dict[str, tuple[str, ...]]:
    """Label of each part → its units now."""
    return {label: tuple(units) for label, units in draw.drawn}
