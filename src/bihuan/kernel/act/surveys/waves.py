"""Sending a questionnaire out: a wave, its codes, its end."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys.guards import need, need_open
from bihuan.kernel.models import Customer, Person, QuestionnaireVersion, Sheet, Unit, User, Wave
from bihuan.kernel.read.standards import value
from bihuan.kernel.read.surveys.sheets import code_digest
from bihuan.kernel.registry import load, survey_of
from bihuan.kernel.rules.surveys import codes
from bihuan.kernel.scope import covers

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about: a hall, a session in an area, a customer …; `kind` is the asking system's word."""

    kind: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A sheet with its code, which is known only now."""

    sheet: int
    number: int
    code: str
    expires_at: datetime


def open_wave(
    *,
    version: QuestionnaireVersion,
    subject: Subject,
    unit: Unit,
    opens_at: datetime,
    closes_at: datetime,
    wanted: int,
    user: User | None,
    period: str = "",
    title: str = "",
) -> Wave:
    """Raises Refused for a draft and for a window that ends before it begins."""
    need(user, "edit", unit)
    if version.is_draft:
        raise Refused(_("Only an issued version can be sent out."))
    if closes_at <= opens_at:
        raise Refused(_("The wave would end before it begins."))
    with transaction.atomic():
        wave = Wave.objects.create(
            version=version,
            title=title or f"{version.questionnaire} · {subject.name} {period}".strip()[:120],
            subject_kind=subject.kind,
            subject_key=subject.key,
            subject_name=subject.name,
            unit=unit,
            period=period,
            wanted=wanted,
            opens_at=opens_at,
            closes_at=closes_at,
            created_at=timezone.now(),
            created_by=user,
        )
        record(
            verb="wave.opened",
            actor=user,
            subject=f"wave:{wave.pk}",
            questionnaire=version.questionnaire.key,
            version=version.version,
            about=f"{subject.kind}:{subject.key}",
            wanted=wanted,
        )
    return wave


def issue_codes(
    *,
    wave: Wave,
    count: int,
    user: User | None,
    run: str = "",
    interviewer: Person | None = None,
    customers: Sequence[Customer] = (),
    expires_at: datetime | None = None,
) -> list[Issued]:
    """So many sheets with a code each, returned once and kept nowhere. With customers, one for each of them.

    Without `expires_at` they hold as long as the standard `survey.code` says, at most until the wave closes.
    Raises Refused for a `run` that has been issued already.
    """
    need(user, "handle", wave.unit)
    count = len(customers) or count
    if not 1 <= count <= MOST_AT_ONCE:
        raise Refused(_("Issue 1 to %(n)d at once.") % {"n": MOST_AT_ONCE})
    if any(user and not covers(user, customer) for customer in customers):
        raise Refused(_("A customer lies outside of your units."))
    now = timezone.now()
    run = run or secrets.token_hex(16)
    latest = now + timedelta(days=int(value("survey.code", now)))
    ends = min(expires_at or latest, wave.closes_at)
    if ends <= now:
        raise Refused(_("The wave is over: nobody could answer."))
    found = [codes.drawn(secrets.randbelow) for _n in range(count)]
    with transaction.atomic():
        locked = Wave.objects.select_for_update().get(pk=wave.pk)
        need_open(locked)
        if Sheet.objects.filter(run=run).exists():
            raise Refused(_("These sheets have been issued already. Their codes cannot be shown again."))
        top = locked.sheets.aggregate(top=Max("number"))["top"] or 0
        rows = Sheet.objects.bulk_create(
            Sheet(
                wave=locked,
                number=top + place,
                digest=code_digest(code),
                run=run,
                issued_at=now,
                issued_by=user,
                interviewer=interviewer,
                customer=customers[place - 1] if customers else None,
                expires_at=ends,
            )
            for place, code in enumerate(found, 1)
        )
        record(verb="wave.issued", actor=user, subject=f"wave:{wave.pk}", first=top + 1, count=count)
    return [Issued(row.pk, row.number, code, ends) for row, code in zip(rows, found, strict=True)]


def withdraw_unused(*, wave: Wave, user: User | None, numbers: Sequence[int] = ()) -> int:
    """Sheets that were spoilt or never handed out no longer count as issued. Returns how many.

    Answered ones and ones that somebody has begun to key stay. Without numbers: all that are left.
    """
    need(user, "handle", wave.unit)
    with transaction.atomic():
        need_open(Wave.objects.select_for_update().get(pk=wave.pk))
        rows = wave.sheets.filter(used_at=None, withdrawn_at=None, keyings=None)
        rows = rows.filter(number__in=numbers) if numbers else rows
        count = Sheet.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(
            withdrawn_at=timezone.now()
        )
        if count:
            record(verb="wave.withdrawn", actor=user, subject=f"wave:{wave.pk}", count=count)
    return count


def close_wave(*, wave: Wave, user: User | None, at: datetime | None = None) -> Wave:
    """For good: what comes later is kept and does not count, and the clock of findings starts here.

    Raises Refused while paper waits, and when the system that asks has something left to decide.
    """
    need(user, "edit", wave.unit)
    with transaction.atomic():
        row = Wave.objects.select_for_update().get(pk=wave.pk)
        need_open(row)
        if row.sheets.filter(used_at=None, keyings__isnull=False).exists():
            raise Refused(_("Paper sheets wait for their second keying or for somebody to settle them."))
        row.closed_at = at or timezone.now()
        row.closed_by = user
        row.save(update_fields=["closed_at", "closed_by"])
        record(verb="wave.closed", actor=user, subject=f"wave:{row.pk}", at=row.closed_at)
        spec = survey_of(row.subject_kind)
        if spec and spec.closing:
            load(spec.closing)(wave=row, user=user, at=row.closed_at)
    return row
