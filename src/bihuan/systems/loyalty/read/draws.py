"""Draws of arms as documents that anybody can check."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.timezone import localtime

from bihuan.kernel.models import Unit
from bihuan.kernel.rules.draw import FrameError, Mismatch

from ..models import ArmDraw, Programme
from ..rules.arms import Record, verify


def frame_of(units: Sequence[Unit]) -> list[dict[str, str]]:
    """Each unit with the one above it, within which chance is spread."""
    above = dict(Unit.objects.filter(pk__in={unit.parent_id for unit in units}).values_list("pk", "code"))
    return [{"id": unit.code, "stratum": above.get(unit.parent_id or 0, "top")} for unit in units]


def candidates(programme: Programme) -> list[Unit]:
    """Units that have none below them: what a draw takes when nobody names others."""
    rows = Unit.objects.filter(path__startswith=programme.unit.path).exclude(pk=programme.unit_id)
    above = Unit.objects.exclude(parent=None).values("parent")
    return list(rows.exclude(pk__in=above).order_by("path")[:2000])


def label_of(row: ArmDraw) -> str:
    """Part of every ticket."""
    return f"{row.programme.code}|arms"


def record_of(row: ArmDraw) -> Record:
    return Record(
        label=label_of(row),
        frame=row.frame,
        params=row.params,
        plan_version=row.plan_version,
        nonce_digests=row.nonce_digests,
        commitment=row.commitment,
        nonces=row.nonces,
        seed=row.seed,
        pilot=row.pilot,
        comparison=row.comparison,
    )


def document(row: ArmDraw) -> dict[str, Any]:
    """The record as JSON for `bihuan loyalty verify-draw`."""
    notes = {
        "programme": row.programme.name,
        "parties": row.parties,
        "committed_at": localtime(row.committed_at).isoformat(),
        "opened_at": localtime(row.opened_at).isoformat() if row.opened_at else None,
    }
    return {**asdict(record_of(row)), "notes": notes}


@dataclass(frozen=True, slots=True)
class Check:
    """What drawing again found; `trouble` says why nothing could be drawn at all."""

    mismatch: Mismatch | None
    trouble: str = ""

    @property
    def match(self) -> bool:
        return self.mismatch is None and not self.trouble


def check(record: Record) -> Check:
    """Verify a record, whatever is in it."""
    try:
        return Check(verify(record))
    except (FrameError, ValueError, TypeError, KeyError) as error:
        return Check(None, str(error) or type(error).__name__)
