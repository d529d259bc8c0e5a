"""Where a programme's loop runs, and whom it has asked."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime

from bihuan.kernel.models import Customer, Unit
from bihuan.kernel.subjects import Subject

from ..models import Answer, Arm, Declined, Invitation, Member, Programme, Step

RUNNING = (Step.PILOT, Step.ROLL_OUT)


def asked_since(customers: Collection[int], since: datetime) -> set[int]:
    """Keys of those who were asked after `since`, whichever programme did; failed letters asked nobody."""
    rows = Invitation.objects.filter(customer__in=customers, invited_at__gt=since, failed="")
    return set(rows.values_list("customer_id", flat=True))


def declined_of(customers: Sequence[Customer]) -> list[Customer]:
    """Those of them who want no more questions."""
    known = set(Declined.objects.filter(pk__in=[row.pk for row in customers]).values_list("pk", flat=True))
    return [row for row in customers if row.pk in known]


def taken_keys(programme: Programme, asked: Collection[str]) -> set[str]:
    """Of these numbers of invitations the ones that an answer names already."""
    keys = set(asked) - {""}
    rows = Answer.objects.filter(programme=programme, asked_key__in=keys) if keys else Answer.objects.none()
    return set(rows.values_list("asked_key", flat=True))


def loop_of(programme: Programme) -> Callable[[Unit, date], bool]:
    """Whether somebody answers detractors of a unit on a day: in the pilot's units since the start, in all
    units since the roll-out. Units of the comparison are measured and nothing else."""
    pilot = tuple(arm_paths(programme, Arm.PILOT)) if programme.stage in RUNNING else ()

    def runs(unit: Unit, on: date) -> bool:
        if programme.stage not in RUNNING or on < programme.starts_on:
            return False
        if programme.rolled_out_on and on >= programme.rolled_out_on:
            return unit.path.startswith(programme.unit.path)
        return unit.path.startswith(pilot)

    return runs


def arm_paths(programme: Programme, arm: str) -> list[str]:
    rows = Member.objects.filter(programme=programme, arm=arm)
    return list(rows.values_list("unit__path", flat=True))


def loop_units(programme: Programme, on: date) -> list[Unit]:
    """Units that hold huddles: the pilot's members, and those compared once it is rolled out."""
    if programme.stage not in RUNNING or on < programme.starts_on:
        return []
    rows = Member.objects.filter(programme=programme).select_related("unit")
    if not (programme.rolled_out_on and on >= programme.rolled_out_on):
        rows = rows.filter(arm=Arm.PILOT)
    return [row.unit for row in rows]


def huddle_subjects(on: date) -> Iterator[Subject]:
    for programme in Programme.objects.filter(stage__in=RUNNING, starts_on__lte=on):
        for unit in loop_units(programme, on):
            yield Subject(key=f"{programme.code}:{unit.code}", name=unit.name, unit=unit, post="huddle_lead")


def programme_for(unit: Unit) -> Programme | None:
    """The programme that a unit belongs to, the nearest one."""
    rows = Programme.objects.filter(unit__in=unit.ancestors).exclude(stage=Step.ENDED)
    return rows.order_by("-unit__path", "code").first()
