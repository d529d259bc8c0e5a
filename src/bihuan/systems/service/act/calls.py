"""Call-backs after a stage of a connection and after a repair."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act import evidence as kept
from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.events import Plain, digest, record
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.evidence import store
from bihuan.kernel.models import Evidence, TaskState, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.cases import superiors_of
from bihuan.kernel.read.duty import holder, nearest
from bihuan.kernel.read.standards import value, version_on
from bihuan.kernel.rules.deadlines import target_of
from bihuan.kernel.rules.lifecycle import may_verify
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.rules.reach import missing
from bihuan.kernel.scope import covers

from ..models import Call, Order, Ring, Staff, Stage
from ..system.kinds import ANSWERS

HALF_A_DAY = timedelta(hours=12)
POSTS = {Stage.FAULT_1: "service_centre", Stage.FAULT_2: "service_centre"}
MEANS = {key: means for key, _words, means in ANSWERS}
BAD = tuple(key for key, means in MEANS.items() if means == "bad")


def end_stage(
    *, order: Order, stage: str, at: datetime, worker: Staff | None = None, actor: User | None = None
) -> Call | None:
    """The work of a stage has ended: its call-back is due. Telling it again changes nothing.

    None for a stage after which nobody is called (a dated standard). Raises Refused for a stage that the
    order's kind does not have.
    """
    faults = stage in {Stage.FAULT_1, Stage.FAULT_2}
    if stage not in Stage.values or faults != (order.kind == Order.Kind.FAULT):
        raise Refused(_("This kind of order has no such stage."))
    if not faults and not value(f"service.stage.{stage}", at):
        return None
    version = version_on(limit_of(Stage(stage)), at)
    due = target_of(version.value, version.measured_in).due(working_calendar(), at)
    owner = holder(POSTS.get(Stage(stage), "expansion_caller"), order.unit)
    with transaction.atomic():
        call, fresh = Call.objects.get_or_create(
            order=order,
            stage=stage,
            defaults={
                "worker": worker,
                "owner": owner,
                "ended_at": at,
                "due_at": due.due_at,
                "due_provisional": due.provisional,
                "next_at": due.due_at,
            },
        )
        if fresh:
            _record("due", call, actor, at, standard=str(version))
    return call


def limit_of(stage: Stage) -> str:
    """Key of the standard within which a customer is called after this stage."""
    return "service.fault.days" if stage in {Stage.FAULT_1, Stage.FAULT_2} else "service.stage.days"


def ring(*, call: Call, user: User, at: datetime | None = None) -> Ring:
    """One try that reached nobody."""
    now = at or timezone.now()
    with _allowed(call, user) as row:
        made = Ring.objects.create(call=row, at=now, by=user)
        _record("rung", row, user, now)
    return made


def finish(
    *,
    call: Call,
    user: User,
    answer: str,
    said: str,
    rating: int | None = None,
    recording: tuple[str, bytes] | None = None,
    at: datetime | None = None,
) -> Call:
    """What the customer said. A bad answer opens a case; the second call after a repair needs its recording.

    `recording`: name and content. Raises Refused for who did the work or reports to who did, for an answer
    that does not exist, and for “unreachable” before three tries on three days.
    """
    now = at or timezone.now()
    if answer not in MEANS:
        raise Refused(_("Choose what came of the call."))
    if len(said.strip()) < 2:
        raise Refused(_("Write what the customer said."))
    if rating is not None and not 1 <= rating <= 5:
        raise Refused(_("The rating lies between 1 and 5."))
    with _allowed(call, user) as row:
        _require_ground(row, answer, recording)
        row.answer, row.said, row.rating = answer, said, rating
        row.state, row.done_at, row.done_by, row.next_at = TaskState.DONE, now, user, None
        if recording is not None:
            row.recording = _keep(row, user, recording, now)
        _record("done", row, user, now, answer=answer, said=digest(said))
        if answer in BAD:
            _open_case(row, now)
        row.save()
        if row.stage == Stage.FAULT_1:
            end_stage(order=row.order, stage=Stage.FAULT_2, at=now, worker=row.worker, actor=user)
    call.refresh_from_db()
    return call


def remind(*, row: Call, now: datetime) -> datetime | None:
    """Overdue: who owns it and their superior hear of it once; a day later the head of the office."""
    if row.state != TaskState.OPEN:
        return None
    if now < row.due_at:
        return row.due_at
    first = row.due_at + HALF_A_DAY
    if now < first:
        for user in filter(None, (row.owner, row.owner.superior if row.owner else None)):
            tell(user=user, key="service.call_late", at=row.due_at, number=row.order.number)
        return first
    head = holder("marketing_head", row.order.unit) or nearest("manager", row.order.unit)
    if head:
        tell(user=head, key="service.call_late", at=first, number=row.order.number)
    return None


@contextmanager
def _allowed(call: Call, user: User) -> Iterator[Call]:
    with transaction.atomic():
        row = Call.objects.select_for_update(of=("self",)).select_related("order__unit").get(pk=call.pk)
        if row.state != TaskState.OPEN:
            raise Refused(_("This call-back has been made already. Reload the page."))
        if words := refused_to(row, user):
            raise Refused(words)
        yield row


def refused_to(row: Call, user: User) -> str:
    """Why this user may not make the call; empty when they may."""
    if not covers(user, row) or not may(user.role, "verify"):
        return _("Your role does not allow this. Ask a manager of the unit.")
    worker = getattr(row.worker.person, "user", None) if row.worker else None
    if worker and not may_verify(user.pk, {worker.pk}, superiors_of(user)):
        return _("Who did the work, or reports to who did, cannot call back. Ask somebody else.")
    return ""


def _require_ground(call: Call, answer: str, recording: tuple[str, bytes] | None) -> None:
    means = MEANS[answer]
    if means == "unreachable":
        moments = list(call.rings.values_list("at", flat=True))
        if any(missing(moments, working_calendar().zone)):
            raise Refused(
                _("Unreachable only after three tries on three days and at two times of day; so far %(n)d.")
                % {"n": len(moments)}
            )
    elif call.stage == Stage.FAULT_2 and recording is None:
        raise Refused(_("The second call is recorded: attach the recording."))


def _keep(call: Call, user: User, recording: tuple[str, bytes], now: datetime) -> Evidence:
    name, data = recording
    kind = kept.sniff(data)
    if not kind.startswith("audio/"):
        raise Refused(_("This is no recording that can be played: use WAV or MP3."))
    if len(data) > kept.LARGEST:
        raise Refused(_("The file is larger than %(n)d MB.") % {"n": kept.LARGEST // 1024 // 1024})
    return kept.keep(
        sha256=store(data),
        size=len(data),
        media_type=kind,
        unit=call.order.unit,
        at=now,
        name=name[:160],
        user=user,
    )


def _open_case(call: Call, now: datetime) -> None:
    call.case, _fresh = open_case(
        breach=Breach(
            kind="call_finding",
            subject=call.order.number,
            subject_name=call.order.customer.name if call.order.customer else "",
            episode=f"call-{call.pk}",
            at=now,
            unit=call.order.unit,
            customer=call.order.customer,
        ),
        stage=call.stage,
        answer=call.answer,
    )


def _record(verb: str, call: Call, actor: User | None, at: datetime, **payload: Plain) -> None:
    record(
        verb=f"call.{verb}",
        actor=actor,
        subject=f"call:{call.pk}",
        system="service",
        case=None,
        at=at,
        stage=call.stage,
        **payload,
    )
