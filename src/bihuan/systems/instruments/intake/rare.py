"""What a batch seldom brings: photos, journals, cases. Through the ORM and the kernel's acts."""

from collections.abc import Iterable, Mapping

from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.cases.step import write as write_event
from bihuan.kernel.act.events import digest
from bihuan.kernel.act.evidence import keep
from bihuan.kernel.intake.log import IntakeRow
from bihuan.kernel.models import Case, Evidence

from .. import models
from ..rules import effects as fx
from ..rules.state import Alarm, Photo

MOST_REJECTS = 50
MEDIA = {"jpeg": "image/jpeg", "png": "image/png", "bmp": "image/bmp"}


def write_photos(
    keys: Mapping[str, int], photos: Iterable[tuple[Photo, IntakeRow]], attached: Iterable[Photo]
) -> None:
    for photo, row in photos:
        instrument = models.Instrument.objects.select_related("unit").get(pk=keys[photo.instrument])
        evidence = keep(
            sha256=photo.sha256,
            size=photo.size,
            media_type=MEDIA.get(row.text, "application/octet-stream"),
            unit=instrument.unit,
            at=photo.received_at,
            private=True,
        )
        models.Photo.objects.create(
            instrument=instrument,
            alarm_id=photo.alarm.key if photo.alarm else None,
            evidence=evidence,
            sha256=photo.sha256,
            received_at=photo.received_at,
            truncated=photo.truncated,
        )
        if photo.alarm is not None:
            _to_case(photo.alarm)
    for photo in attached:
        if photo.alarm and photo.key:
            models.Photo.objects.filter(pk=photo.key).update(alarm_id=photo.alarm.key)


def write_journals(keys: Mapping[str, int], journals: Iterable[tuple[fx.JournalFiled, IntakeRow]]) -> None:
    for filed, row in journals:
        rejects = [line for line in filed.lines if line.outcome == "rejected"]
        models.Journal.objects.create(
            instrument_id=keys[filed.instrument],
            received_at=filed.at,
            sha256=row.body,
            received=filed.received,
            matched=filed.count("matched"),
            inserted=filed.count("inserted"),
            duplicate=filed.count("duplicate"),
            rejected=filed.count("rejected"),
            skew_s=filed.skew_s,
            rejects=[{"line": line.text[:120], "reason": line.reason} for line in rejects[:MOST_REJECTS]],
        )


def open_cases(found: Iterable[fx.CaseOpened]) -> None:
    for one in found:
        rows = models.Instrument.objects.select_related("unit", "place", "owner")
        case, _fresh = open_case(breach=breach_of(rows.get(code=one.instrument), one), detail=one.detail)
        if one.alarm is not None:
            models.Alarm.objects.filter(pk=one.alarm.key or 0).update(case=case)
            _to_case(one.alarm)


def breach_of(instrument: models.Instrument, found: fx.CaseOpened) -> Breach:
    """Episode and card stand as digests: a case outlives the erasure of its person."""
    return Breach(
        kind=found.kind,
        subject=instrument.code,
        subject_name=instrument.name,
        episode=digest(found.episode),
        detail=digest(found.card) if found.card else "",
        at=found.opened_at,
        unit=instrument.unit,
        place=instrument.place,
        owner=instrument.owner,
    )


def write_notes(notes: Iterable[fx.AlarmUnpictured]) -> None:
    for note in notes:
        case = Case.objects.filter(alarms=note.alarm.key or 0).first()
        if case:
            write_event(case, "no_photo", actor=None, at=note.at)


def _to_case(alarm: Alarm) -> None:
    """Photos of an alarm are evidence of its case, whichever came first."""
    case = Case.objects.filter(alarms=alarm.key or 0).first()
    if case is None:
        return
    pictures = models.Photo.objects.filter(alarm=alarm.key or 0, evidence__case=None)
    for photo in pictures.select_related("evidence"):
        Evidence.objects.filter(pk=photo.evidence_id).update(case=case)
        write_event(
            case,
            "evidence",
            actor=None,
            at=photo.received_at,
            evidence=photo.evidence_id,
            sha256=photo.sha256,
        )
