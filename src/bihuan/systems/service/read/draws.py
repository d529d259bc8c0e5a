"""Committed draws: as documents that anybody can check, and what was drawn."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.timezone import localtime

from bihuan.kernel.rules.draw import FrameError, Mismatch

from ..models import Draw
from ..rules.engines import Swap
from ..rules.record import Record, verify


def record_of(draw: Draw) -> Record:
    """Everything that the server knows, the sealed seed too: for the server's own eyes."""
    swaps = [Swap(*row) for row in draw.substitutions.values_list("gone", "taken", "label")]
    return Record(
        kind=draw.kind,
        year=draw.year,
        quarter=draw.quarter,
        frame=draw.frame,
        params=draw.params,
        plan_version=draw.plan_version,
        nonce_digests=draw.nonce_digests,
        commitment=draw.commitment,
        parts=draw.result,
        swaps=swaps,
        now=draw.drawn,
        nonces=draw.nonces,
        seed=draw.seed,
    )


def document(draw: Draw) -> dict[str, Any]:
    """The record as JSON for `bihuan service verify-draw`; seed, secrets and result only once published."""
    told = asdict(record_of(draw))
    told["notes"] = {
        "unit": draw.unit.name,
        "parties": draw.parties,
        "committed_at": localtime(draw.committed_at).isoformat(),
        "published_at": localtime(draw.published_at).isoformat() if draw.published_at else None,
    }
    if draw.sealed:
        told |= {"seed": "", "nonces": [], "parts": [], "now": [], "swaps": []}
    return told


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
