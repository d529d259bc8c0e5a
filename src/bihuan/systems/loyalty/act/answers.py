"""Answers come in: from codes by themselves, from files and programs here; a detractor opens a case."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.cases.step import write
from bihuan.kernel.act.events import digest, record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys import issue_codes, take_all
from bihuan.kernel.act.surveys.take import Coming
from bihuan.kernel.act.surveys.waves import MOST_AT_ONCE
from bihuan.kernel.models import Case, Customer, Note, Reply, Sheet, Unit, User, Verbatim, Wave
from bihuan.kernel.read.surveys.sheets import COLUMNS, Found
from bihuan.kernel.remembered import remembering
from bihuan.kernel.rules.periods import Period
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import (
    UNSOLICITED,
    Answer,
    Channel,
    Declined,
    Invitation,
    Programme,
    Reason,
    Touchpoint,
    Treatment,
)
from ..read.programmes import loop_of, taken_keys
from ..words import AGE, ASKED, CAME, NEW, PHONE, SCORE, UNASKED, WHY
from .asked import link
from .waves import quarter_of, wave_for

A_PASS = 500
LATEST = timedelta(days=60)
"""After a wave is over: replies that a phone sends late still come in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer that a file or a program brings; `key` is the sender's own number of it."""

    key: str
    score: int
    unit: Unit
    answered_at: datetime
    channel: str = Channel.FILE
    customer: Customer | None = None
    touchpoint: Touchpoint | None = None
    segment: str = ""
    text: str = ""
    asked_key: str = ""
    """Number of the invitation of the other system that it answers."""
    more: Mapping[str, Any] | None = None
    """Further questions of the questionnaire, by code."""


def receive(
    *, programme: Programme, told: Sequence[Told], user: User | None = None, now: datetime | None = None
) -> list[tuple[Answer, bool]]:
    """Each answer and whether it is new; a key that is known changes nothing. Raises Refused for a score that
    is none, a unit outside of the programme or the account, an instant to come, and for a further answer to
    an invitation that has one."""
    now = now or timezone.now()
    for each in told:
        _check(programme, each, user, now)
    with remembering(), transaction.atomic():
        Programme.objects.select_for_update().get(pk=programme.pk)
        rows = Answer.objects.filter(programme=programme, key__in=[each.key for each in told])
        known = {row.key: row for row in rows}
        fresh = list({each.key: each for each in told if each.key not in known}.values())
        _answered_once(programme, fresh)
        fresh = _completed(programme, fresh)
        made: dict[str, Answer] = {}
        for wave, group in _by_wave(programme, fresh, now):
            for at in range(0, len(group), MOST_AT_ONCE):
                made |= _taken(programme, wave, group[at : at + MOST_AT_ONCE], now)
        link(programme, {each.asked_key for each in fresh if each.asked_key})
    return [(made.get(each.key) or known[each.key], each.key in made) for each in told]


def _by_wave(programme: Programme, told: Sequence[Told], now: datetime) -> list[tuple[Wave, list[Told]]]:
    groups: dict[tuple[Period, bool], list[Told]] = {}
    for each in told:
        groups.setdefault((quarter_of(each.answered_at), each.channel in UNSOLICITED), []).append(each)
    return [
        (wave_for(programme, group[0].answered_at, unasked=unasked, now=now), group)
        for (_quarter, unasked), group in groups.items()
    ]


def _answered_once(programme: Programme, told: Sequence[Told]) -> None:
    asked = Counter(each.asked_key for each in told if each.asked_key)
    twice = taken_keys(programme, asked) or {key for key, times in asked.items() if times > 1}
    if twice:
        raise Refused(_("Invitation %(key)s has been answered already.") % {"key": sorted(twice)[0]})


def _completed(programme: Programme, told: Sequence[Told]) -> list[Told]:
    """Whom the other system asked, about what and of which class, where only the invitation says so."""
    keys = {each.asked_key for each in told if each.asked_key}
    if not keys:
        return list(told)
    rows = Invitation.objects.filter(programme=programme, key__in=keys).select_related(
        "customer", "touchpoint"
    )
    asked = {row.key: row for row in rows}
    return [
        replace(
            each,
            customer=each.customer or row.customer,
            touchpoint=each.touchpoint or row.touchpoint,
            segment=each.segment or row.segment,
        )
        if (row := asked.get(each.asked_key))
        else each
        for each in told
    ]


def _check(programme: Programme, told: Told, user: User | None, now: datetime) -> None:
    if user and (not may(user.role, "handle") or not covers(user, told.unit)):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if not 0 <= told.score <= 10:
        raise Refused(_("A score is a whole number from 0 to 10."))
    if not told.unit.path.startswith(programme.unit.path):
        raise Refused(_("This unit is no part of the programme."))
    if told.answered_at > now:
        raise Refused(_("An answer cannot come from the future."))
    if not told.key:
        raise Refused(_("Each answer needs a number of its own."))


def _taken(programme: Programme, wave: Wave, group: Sequence[Told], now: datetime) -> dict[str, Answer]:
    """Through the same door as a phone: a sheet for each, judged and kept by the kernel."""
    named = [each.customer for each in group if each.customer]
    people = named if len(named) == len(group) else ()
    issued = issue_codes(wave=wave, count=len(group), customers=people, user=None)
    sheets = Sheet.objects.filter(pk__in=[sheet.sheet for sheet in issued])
    found = {row[0]: Found(*row) for row in sheets.values_list(*COLUMNS)}
    coming = []
    for each, sheet in zip(group, issued, strict=True):
        raw = {SCORE: each.score, **({WHY: each.text} if each.text else {}), **(each.more or {})}
        channel = "api" if each.channel == Channel.API else "file"
        key = secrets.token_hex(16)
        coming.append(
            (found[sheet.sheet], Coming(raw=raw, key=key, channel=channel, ended_at=each.answered_at))
        )
    keys = [taken.reply for taken in take_all(coming, at=now)]
    replies = Reply.objects.in_bulk(keys)
    rows = _kept(programme, [(replies[pk], each) for pk, each in zip(keys, group, strict=True)])
    return {row.key: row for row in rows}


def collect(*, now: datetime | None = None) -> int:
    """Replies that came on codes and have no answer yet; returns how many were taken up."""
    moment = now or timezone.now()
    open_waves = Wave.objects.filter(subject_kind__in=(ASKED, UNASKED), closes_at__gt=moment - LATEST)
    rows = Reply.objects.filter(wave__in=open_waves, loyalty=None, answers__has_key=SCORE).order_by("pk")
    taken = 0
    for pk in list(rows.values_list("pk", flat=True)[:A_PASS]):
        with transaction.atomic():
            reply = (
                Reply.objects.select_related("sheet__customer", "wave")
                .select_for_update(of=("self",))
                .get(pk=pk)
            )
            if not Answer.objects.filter(reply=reply).exists():
                taken += _collected(reply, moment)
    return taken


def _collected(reply: Reply, now: datetime) -> bool:
    """A sheet that was issued on the page of the wave itself has no invitation: the wave's unit stands."""
    rows = Invitation.objects.select_related("programme__unit", "unit", "touchpoint", "customer")
    asked = rows.filter(sheet=reply.sheet_id).first()
    programme = asked.programme if asked else Programme.objects.filter(code=reply.wave.subject_key).first()
    score = reply.answers.get(SCORE)
    if programme is None or not isinstance(score, int):
        return False
    told = Told(
        key="",
        score=score,
        unit=asked.unit if asked else programme.unit,
        answered_at=reply.answered_at,
        channel=asked.channel if asked else Channel.LINK,
        customer=asked.customer if asked else reply.sheet.customer,
        touchpoint=asked.touchpoint if asked else None,
        segment=asked.segment if asked else "",
    )
    _kept(programme, [(reply, told)])
    return True


def _kept(programme: Programme, given: Sequence[tuple[Reply, Told]]) -> list[Answer]:
    rows = Answer.objects.bulk_create(_answer(programme, reply, told) for reply, told in given)
    low = [row for row in rows if row.group < 0 and (row.reply.valid or row.unsolicited)]
    if low:
        _follow(programme, low)
    return rows


def _answer(programme: Programme, reply: Reply, told: Told) -> Answer:
    given = reply.answers
    came, new = given.get(CAME), given.get(NEW)
    return Answer(
        programme=programme,
        reply=reply,
        wave_id=reply.wave_id,
        key=told.key,
        asked_key=told.asked_key,
        unit=told.unit,
        customer=told.customer,
        touchpoint=told.touchpoint,
        channel=told.channel,
        unsolicited=told.channel in UNSOLICITED,
        segment=told.segment,
        age=str(given.get(AGE) or "")[:16],
        score=told.score,
        came=came if came in Reason.values else "",
        new_customer=None if new is None else bool(new),
        answered_at=reply.answered_at,
    )


def _follow(programme: Programme, rows: Sequence[Answer]) -> None:
    """Where the loop runs and somebody can be called: by name, or by the number that was left."""
    runs = loop_of(programme)
    here = [row for row in rows if runs(row.unit, timezone.localdate(row.answered_at))]
    texts: dict[int, dict[str, str]] = {row.reply_id: {} for row in here}
    said = Verbatim.objects.filter(reply__in=texts).order_by()
    for reply, code, text in said.values_list("reply_id", "code", "text") if here else ():
        texts[reply][code] = text
    called = [row for row in here if row.customer is not None or texts[row.reply_id].get(PHONE)]
    for row in called:
        _open(row, texts[row.reply_id].get(WHY, ""))
    if called:
        Answer.objects.bulk_update(called, ["case"])


def _open(row: Answer, why: str) -> None:
    customer = row.customer
    case, fresh = open_case(
        breach=Breach(
            kind="detractor",
            subject=f"customer:{customer.number}" if customer else f"answer:{row.pk}",
            subject_name=f"{row.score}/10 · {row.unit.name}"[:120],
            detail=digest(f"detractor:{customer.number}") if customer else "",
            episode=str(row.pk),
            at=row.answered_at,
            unit=row.unit,
            customer=customer,
        ),
        score=row.score,
    )
    row.case = case
    if fresh and why:
        _note(case, row.answered_at, why)


def _note(case: Case, at: datetime, text: str) -> None:
    """The customer's words stand apart from the event, so that they can be erased."""
    event = write(case, "comment", actor=None, at=at, note=digest(text))
    Note.objects.create(case=case, event=event, text=text)


def forget_erased(*, now: datetime) -> None:
    """Customers who were erased: what they gave stays in the figures and belongs to nobody. That they wanted
    no questions goes too, for nobody can ask them any more."""
    for model in (Answer, Invitation):
        model.objects.filter(customer__erased_at__isnull=False).update(customer=None)
    Declined.objects.filter(customer__erased_at__isnull=False).delete()


def treat(*, row: Answer, user: User, treatment: str, at: datetime | None = None) -> None:
    """Passives are asked what would make it a ten, promoters are thanked; detractors have their case."""
    fits = {
        0: (Treatment.ASKED, Treatment.IMPROVED, Treatment.NOT_REACHED),
        1: (Treatment.THANKED, Treatment.REFERRED, Treatment.NOT_REACHED),
    }
    if not may(user.role, "handle") or not covers(user, row):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if row.group < 0:
        raise Refused(_("A detractor is called in the case."))
    if treatment not in fits[row.group]:
        raise Refused(_("This is not what is done for this kind of answer."))
    _treated(row, user, treatment, at or timezone.now())


def take_back_treatment(*, row: Answer, user: User, before: str | None) -> None:
    _treated(row, user, before or "", timezone.now() if before else None)


def _treated(row: Answer, user: User, treatment: str, at: datetime | None) -> None:
    with transaction.atomic():
        row.treatment, row.treated_at, row.treated_by = treatment, at, user if at else None
        row.save(update_fields=["treatment", "treated_at", "treated_by"])
        record(
            verb="loyalty.treated",
            actor=user,
            subject=f"answer:{row.pk}",
            system="loyalty",
            treatment=treatment,
        )
