"""Checks and visits of halls: signed once, corrected only by a further record; each finding is a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel import evidence as files
from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.cases.step import noted
from bihuan.kernel.act.events import Plain, record
from bihuan.kernel.act.evidence import LARGEST, keep, sniff
from bihuan.kernel.act.obligations import fulfil, withdraw
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Post, Severity, Unit, User
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import (
    Hall,
    Inspection,
    InspectionPhoto,
    InspectionRemark,
    Job,
    Scorecard,
    ScorecardItem,
    Staff,
)
from ..read.inspections import card_for, duty_key, finding_kind, post_of, visit_duties
from ..read.opening import outside
from ..read.scorecards import items_of
from ..rules.inspection import Fault, Said, faults, findings_text
from ..rules.scorecard import MarkError, total

MOST_PHOTOS = 40
SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Shot:
    """An uploaded picture of one item."""

    item: int
    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A filled card, as the inspector signs it."""

    number: str
    """Said twice it is one record: a phone may send again."""
    kind: str
    hall: Hall | None
    unit: Unit | None = None
    """Only where there is no hall: the customer-service centre."""
    at: datetime
    marks: Mapping[int, float | None]
    said: Mapping[int, Said] = field(default_factory=dict)
    shots: Sequence[Shot] = ()
    note: str = ""
    card: Scorecard | None = None
    """The card that was filled; None: the one in force."""

    @property
    def team(self) -> Unit:
        found = self.hall.place.unit if self.hall else self.unit
        if found is None:
            raise Refused(_("Choose the hall or the team that was inspected."))
        return found


class Unfinished(Refused):
    """A card that cannot be signed yet; `item` is the key of the item at fault."""

    def __init__(self, item: int, message: str) -> None:
        super().__init__(message)
        self.item = item


def inspect(*, filled: Filled, by: User, now: datetime | None = None) -> tuple[Inspection, bool]:
    """Keep a signed record and whether it is new; findings become cases, counted from now.

    Raises Refused for who may not inspect here or works here, for an instant to come and without a card in
    force; Unfinished for the item that keeps it from being signed.
    """
    now = now or timezone.now()
    known = Inspection.objects.filter(number=filled.number).first()
    if known is not None:
        if (known.by_id, known.kind, known.hall_id) != (by.pk, filled.kind, _pk(filled.hall)):
            raise Refused(_("Another record has this number. Open the form again for a new one."))
        return known, False
    _require_inspector(by, filled)
    stored = _store(filled.shots)
    with transaction.atomic():
        row = _write(filled, stored, by, None, now)
    return row, True


def correct(
    *, row: Inspection, filled: Filled, by: User, reason: str, now: datetime | None = None
) -> Inspection:
    """A further record in the place of one that was wrong; the old one stays, void, with the reason.

    A finding that is found again keeps its case; the case of one that is not is told. Raises Refused as
    `inspect` and `void` do.
    """
    now = now or timezone.now()
    _require_signer(row, by)
    _require_reason(reason)
    _require_inspector(by, filled)
    stored = _store(filled.shots)
    with transaction.atomic():
        old = _void(row, by, reason, now)
        made = _write(filled, stored, by, old, now)
        again = {remark.case_id for remark in made.remarks.all()}
        words = _("The record was corrected and no longer holds this finding: %(reason)s")
        _tell_cases(old, by, words % {"reason": reason}, now, but=again)
    return made


def void(*, row: Inspection, by: User, reason: str, now: datetime | None = None) -> Inspection:
    """A record that should not be there: it counts for nothing from now on and stays, with the reason.

    Its open cases are told; who may void a case ends them. Raises Refused without a reason, for a record that
    is void already, and for who neither signed it nor may void.
    """
    now = now or timezone.now()
    _require_signer(row, by)
    _require_reason(reason)
    with transaction.atomic():
        old = _void(row, by, reason, now)
        _tell_cases(old, by, _("The record was declared void: %(reason)s") % {"reason": reason}, now)
    return old


def may_inspect(user: User, kind: str, hall: Hall | None, unit: Unit) -> bool:
    """Who may edit here, and who holds the post that the duty names."""
    if not covers(user, unit):
        return False
    if may(user.role, "edit"):
        return True
    posts = Post.objects.filter(key=post_of(kind, hall), unit__in=unit.ancestors)
    return posts.filter(user=user).exists()


def works_there(user: User, hall: Hall | None, unit: Unit) -> bool:
    """Who works in the hall, or is an agent of the team that is the customer-service centre."""
    if not user.person_id:
        return False
    staff = Staff.objects.filter(person=user.person_id)
    return (staff.filter(hall=hall) if hall else staff.filter(team=unit, job=Job.AGENT)).exists()


def may_sign_off(user: User, row: Inspection) -> bool:
    """Who may correct or void it: who signed it, and who may void."""
    return row.valid and covers(user, row) and (row.by_id == user.pk or may(user.role, "void"))


def _require_inspector(user: User, filled: Filled) -> None:
    if not may_inspect(user, filled.kind, filled.hall, filled.team):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if works_there(user, filled.hall, filled.team):
        raise Refused(_("Nobody inspects where they work. Leave it to somebody else."))


def _require_signer(row: Inspection, user: User) -> None:
    if not may_sign_off(user, row):
        if not row.valid:
            raise Refused(_("This record is void already. Reload the page."))
        raise Refused(_("Only who signed it or a manager may correct it."))


def _require_reason(reason: str) -> None:
    if len(reason.strip()) < SHORTEST:
        raise Refused(_("Write the reason."))


def _write(
    filled: Filled, stored: list[tuple[Shot, str, str]], by: User, old: Inspection | None, now: datetime
) -> Inspection:
    if filled.at > now:
        raise Refused(_("What has not happened yet cannot be recorded."))
    card = filled.card or card_for(filled.kind, filled.hall, timezone.localdate(filled.at))
    if card is None:
        raise Refused(_("Put a scorecard for this kind of check in force first."))
    items = {item.pk: item for item in card.items.all()}
    score, vetoed = _total(card, filled)
    row = Inspection.objects.create(
        number=filled.number,
        kind=filled.kind,
        hall=filled.hall,
        unit=filled.team,
        card=card,
        at=filled.at,
        by=by,
        recorded_at=now,
        marks={str(key): mark for key, mark in filled.marks.items() if key in items},
        score=score,
        vetoed=vetoed,
        found=findings_text(items_of(card), filled.said),
        note=filled.note.strip()[:400],
        outside=filled.hall is not None and outside(filled.hall, filled.at),
        corrects=old,
    )
    _remarks(row, filled, items, old)
    _photos(row, stored, items, by, now)
    _record("signed", row, by, now, score=str(score), corrects=old.number if old else None)
    if not row.outside or not value("service.check.in_hours", row.at):
        fulfil(key=duty_key(row), subject=row.subject, at=row.at, source=_name(row), by=by, now=now)
    return row


def _total(card: Scorecard, filled: Filled) -> tuple[Decimal, bool]:
    items = items_of(card)
    wrong: list[Fault] = faults(items, filled.marks, filled.said)
    if wrong:
        raise Unfinished(wrong[0].item, fault_words(wrong[0].why))
    try:
        found = total(items, dict(filled.marks))
    except MarkError as error:
        raise Unfinished(error.item, _("Give every item a mark that it allows.")) from error
    if found.score is None:
        raise Refused(_("Nothing on the card applies: there is nothing to sign."))
    return Decimal(str(round(found.score, 2))), bool(found.vetoed)


def fault_words(why: str) -> str:
    """What to do about a fault of `rules.inspection.faults`."""
    return {
        "words": _("Write what was found, so that the team knows what to put right."),
        "veto": _("A broken veto item is a finding: tick it and write what was found."),
        "finding": _("What is serious is a finding: tick it."),
    }[why]


def _remarks(
    row: Inspection, filled: Filled, items: Mapping[int, ScorecardItem], old: Inspection | None
) -> None:
    earlier = (
        {each.item.text: each.case for each in old.remarks.select_related("item", "case")} if old else {}
    )
    for key, said in filled.said.items():
        if key not in items or not said.text.strip():
            continue
        remark = InspectionRemark(
            inspection=row,
            item=items[key],
            text=said.text.strip()[:400],
            finding=said.finding,
            serious=said.serious,
        )
        if said.finding:
            remark.case = earlier.get(items[key].text) or _open_case(row, remark)
        remark.save()


def _open_case(row: Inspection, remark: InspectionRemark) -> Case:
    """The clock of the notice starts when the finding is confirmed, which is when the record is signed."""
    case, _fresh = open_case(
        breach=Breach(
            kind=finding_kind(row.kind),
            subject=row.subject,
            subject_name=row.subject_name,
            episode=f"{row.number}/{remark.item.position}",
            at=row.recorded_at,
            unit=row.unit,
            place=row.hall.place if row.hall else None,
            severity=Severity.SERIOUS if remark.serious else None,
        ),
        inspection=row.pk,
        item=remark.item.pk,
    )
    noted(case, "comment", actor=row.by, at=row.recorded_at, text=f"{remark.item.text}: {remark.text}")
    return case


def _store(shots: Sequence[Shot]) -> list[tuple[Shot, str, str]]:
    """Files are on disk before any row names them: shot, hash, media type."""
    if len(shots) > MOST_PHOTOS:
        raise Refused(_("At most %(n)d photos in one record.") % {"n": MOST_PHOTOS})
    kinds = [sniff(shot.data) for shot in shots]
    for shot, kind in zip(shots, kinds, strict=True):
        if len(shot.data) > LARGEST:
            raise Unfinished(
                shot.item, _("The file is larger than %(n)d MB.") % {"n": LARGEST // 1024 // 1024}
            )
        if not kind.startswith("image/"):
            raise Unfinished(shot.item, _("This is no picture: use JPEG or PNG."))
    return [(shot, files.store(shot.data), kind) for shot, kind in zip(shots, kinds, strict=True)]


def _photos(
    row: Inspection,
    stored: list[tuple[Shot, str, str]],
    items: Mapping[int, ScorecardItem],
    by: User,
    now: datetime,
) -> None:
    for shot, digest, kind in stored:
        if shot.item not in items:
            continue
        kept = keep(
            sha256=digest,
            size=len(shot.data),
            media_type=kind,
            unit=row.unit,
            at=now,
            name=shot.name[:160],
            user=by,
            private=True,
        )
        InspectionPhoto.objects.create(inspection=row, item=items[shot.item], evidence=kept)


def _void(row: Inspection, by: User, reason: str, now: datetime) -> Inspection:
    old = Inspection.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not old.valid:
        raise Refused(_("This record is void already. Reload the page."))
    old.voided_at, old.voided_by, old.voided_why = now, by, reason.strip()[:400]
    old.save(update_fields=["voided_at", "voided_by", "voided_why"])
    for key in {duty_key(old), *visit_duties(old)}:
        withdraw(key=key, subject=old.subject, source=_name(old), by=by, now=now)
    _record("voided", old, by, now)
    return old


def _tell_cases(
    old: Inspection, by: User, words: str, now: datetime, but: set[int | None] | None = None
) -> None:
    rows = Case.objects.filter(inspection_remarks__inspection=old, state__in=OPEN)
    for case in rows.exclude(pk__in=[key for key in but or () if key]):
        noted(case, "comment", actor=by, at=now, text=words)


def _pk(row: Hall | None) -> int | None:
    return row.pk if row else None


def _name(row: Inspection) -> str:
    return f"inspection:{row.pk}"


def _record(verb: str, row: Inspection, actor: User, at: datetime, **payload: Plain) -> None:
    record(
        verb=f"inspection.{verb}",
        actor=actor,
        case=None,
        subject=_name(row),
        system="service",
        at=at,
        number=row.number,
        **payload,
    )
