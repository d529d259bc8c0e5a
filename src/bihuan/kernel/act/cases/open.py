"""Opening a case, once for each episode, and attaching what belongs to an open one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from bihuan.kernel.act.cases.step import reclock, write
from bihuan.kernel.act.cases.tasks import end_tasks, open_declared, open_task
from bihuan.kernel.act.events import Plain
from bihuan.kernel.act.live import touch
from bihuan.kernel.act.notices import tell
from bihuan.kernel.locks import hold
from bihuan.kernel.models import Case, CaseState, Customer, Place, Role, Severity, Task, Unit, User
from bihuan.kernel.read.duty import holder, told
from bihuan.kernel.read.standards import version_on
from bihuan.kernel.registry import case_kinds
from bihuan.kernel.remembered import remembered
from bihuan.kernel.rules.lifecycle import OPEN


@dataclass(frozen=True, kw_only=True)
class Breach:
    """What was found: enough to open a case, or to join the one that is open already."""

    kind: str
    subject: str
    episode: str
    at: datetime
    unit: Unit
    subject_name: str = ""
    detail: str = ""
    place: Place | None = None
    customer: Customer | None = None
    owner: User | None = None
    severity: int | None = None
    """Where it is not the kind's own."""


def open_case(*, breach: Breach, **judgement: Plain) -> tuple[Case, bool]:
    """The case of this breach and whether it was opened now.

    The same `(kind, subject, episode)` never opens twice; a breach with a `detail` that an open
    case of the same kind and subject already has joins that case. Raises KeyError for a kind
    that no manifest declares.
    """
    with transaction.atomic(savepoint=False):
        hold("case")
        case = _existing(breach)
        if case is not None:
            return case, False
        case = _joinable(breach)
        if case is not None:
            attach(case=case, at=breach.at, episode=breach.episode, **judgement)
            return case, False
        return _open(breach, judgement), True


def attach(*, case: Case, at: datetime, **payload: Plain) -> None:
    """A further signal of the same breach: counted and shown, no second case."""
    with transaction.atomic(savepoint=False):
        case.signals += 1
        case.save(update_fields=["signals"])
        write(case, "signal", actor=None, at=at, **payload)
        touch("kernel.cases", [case.number])


def _existing(breach: Breach) -> Case | None:
    return Case.objects.filter(kind=breach.kind, subject=breach.subject, episode=breach.episode).first()


def _joinable(breach: Breach) -> Case | None:
    if not breach.detail:
        return None
    rows = Case.objects.filter(kind=breach.kind, subject=breach.subject, detail=breach.detail)
    return rows.filter(state__in=OPEN).order_by("-pk").first()


def _open(breach: Breach, judgement: dict[str, Plain]) -> Case:
    system, kind = case_kinds()[breach.kind]
    limit = version_on(kind.limit, breach.at)
    standard = version_on(kind.standard, breach.at) if kind.standard else None
    owner = breach.owner if breach.owner and breach.owner.is_active else default_owner(breach.unit)
    case = Case.objects.create(
        number=_next_number(breach.at),
        system=system.name,
        kind=breach.kind,
        subject=breach.subject,
        subject_name=breach.subject_name,
        detail=breach.detail,
        episode=breach.episode,
        unit=breach.unit,
        place=breach.place,
        customer=breach.customer,
        severity=breach.severity or kind.severity,
        owner=owner,
        standard=standard,
        limit=limit.value,
        limit_in=limit.measured_in,
        opened_at=breach.at,
    )
    payload: dict[str, Plain] = {**judgement, "limit": str(limit), "episode": breach.episode}
    if standard:
        payload["standard"] = str(standard)
    event = write(case, "opened", actor=None, at=breach.at, **payload)
    Task.objects.create(case=case, kind=Task.FIX, owner=owner, opened_at=breach.at)
    open_declared(case, kind, at=breach.at)
    if kind.notice and case.severity < Severity.SERIOUS:
        open_task(case, Task.NOTIFY, kind.notice, owner=holder(kind.notice_post, case.unit), at=breach.at)
    elif owner:
        notify(case, owner, at=breach.at)
    for key in kind.serious_posts if case.severity >= Severity.SERIOUS else ():
        _report(case, key)
    reclock(case, event)
    case.save()
    touch("kernel.cases", [case.number])
    return case


def notify(case: Case, owner: User, *, at: datetime, by: User | None = None) -> None:
    """The team hears of it: its clock runs, and it has a day to accept."""
    serious = case.severity >= Severity.SERIOUS
    tell(user=owner, key="case.opened", at=at, case=case, serious=serious)
    case.state = CaseState.NOTIFIED
    event = write(case, "notify", actor=by, at=at, to=owner.pk)
    end_tasks(case, (Task.NOTIFY,), at=at, outcome="done", user=by)
    open_task(case, Task.ACCEPT, "case.accept", owner=owner, at=at)
    reclock(case, event)


def _report(case: Case, post: str) -> None:
    """Serious: who holds the post hears of it in the same minute as the team."""
    to = told(post, case, case.owner)
    write(case, "reported", actor=None, at=case.opened_at, post=post, to=to.pk if to else None)
    if to:
        tell(user=to, key="case.serious", at=case.opened_at, case=case, serious=True)


def default_owner(unit: Unit) -> User | None:
    """The least loaded case owner of the nearest unit upwards that has one."""
    for near in _upwards(unit):
        owners = _owners(near)
        if owners:
            cases = Case.objects.order_by().filter(owner__in=owners, state__in=OPEN)
            loads = dict(cases.values_list("owner").annotate(n=Count("pk")))
            return min(owners, key=lambda user: loads.get(user.pk, 0))
    return None


@remembered
def _upwards(unit: Unit) -> list[Unit]:
    return list(unit.ancestors.order_by("-path"))


@remembered
def _owners(unit: Unit) -> list[User]:
    return list(User.objects.filter(unit=unit, role=Role.OWNER, is_active=True))


def _next_number(at: datetime) -> str:
    """The day is asked for too: by how a number begins SQLite would look at all that there ever were."""
    prefix, near = f"C-{timezone.localdate(at):%y%m%d}-", (at - timedelta(days=2), at + timedelta(days=2))
    today = Case.objects.filter(number__startswith=prefix, opened_at__range=near)
    top = today.aggregate(top=Max("pk"))["top"]
    last = int(Case.objects.get(pk=top).number.removeprefix(prefix)) if top else 0
    return f"{prefix}{last + 1:02d}"
