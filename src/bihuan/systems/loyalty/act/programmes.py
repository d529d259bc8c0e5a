"""Setting up a programme, and its way from measuring to roll-out."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Unit, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Arm, Invitation, Member, Programme, Step

NEXT = {Step.PREPARED: Step.PILOT, Step.PILOT: Step.ROLL_OUT, Step.ROLL_OUT: Step.ENDED}


def keep_programme(*, row: Programme, user: User, fields: list[str]) -> Programme:
    """New or changed. The start of a loop that runs is a fact and does not move: comparisons rest on it."""
    before = Programme.objects.filter(pk=row.pk).first() if row.pk else None
    if not may(user.role, "edit") or not covers(user, row):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if before and before.stage != Step.PREPARED and before.starts_on != row.starts_on:
        raise Refused(_("The loop has started: its start cannot be moved."))
    with transaction.atomic():
        row.save()
        verb = "loyalty.programme_changed" if before else "loyalty.programme_made"
        record(verb=verb, actor=user, subject=f"programme:{row.code}", system="loyalty", fields=fields)
    return row


def join(*, programme: Programme, unit: Unit, arm: str, user: User | None) -> Member:
    """A unit into an arm; `user` None: the system, from a file. Raises Refused where it lies within a unit of
    an arm already, or one within it."""
    _may(user, programme)
    if arm not in Arm.values or not unit.path.startswith(programme.unit.path):
        raise Refused(_("This unit is no part of the programme."))
    with transaction.atomic():
        Programme.objects.select_for_update().get(pk=programme.pk)
        if programme.draws.filter(withdrawn_at=None).exists():
            raise Refused(_("Chance chooses the arms of this programme: nobody joins by hand."))
        for other in Member.objects.filter(programme=programme).select_related("unit"):
            if other.unit.path.startswith(unit.path) or unit.path.startswith(other.unit.path):
                raise Refused(
                    _("%(unit)s is in an arm already: answers would count twice.") % {"unit": other.unit}
                )
        row = Member.objects.create(programme=programme, unit=unit, arm=arm)
        record(
            verb="loyalty.joined",
            actor=user,
            subject=f"programme:{programme.code}",
            system="loyalty",
            unit=unit.code,
            arm=arm,
        )
    return row


def step(*, programme: Programme, user: User, to: str, on: date | None = None) -> Programme:
    """One step on. A pilot needs a unit in each arm: without a comparison nobody could say that it worked."""
    _may(user, programme)
    with transaction.atomic():
        row = Programme.objects.select_for_update().get(pk=programme.pk)
        if NEXT.get(Step(row.stage)) != to:
            raise Refused(_("The page is out of date: reload it."))
        arms = set(Member.objects.filter(programme=row).values_list("arm", flat=True))
        if to == Step.PILOT and arms != set(Arm.values):
            raise Refused(
                _("Name units of both arms first: without a comparison nobody can say whether it worked.")
            )
        if to == Step.ROLL_OUT:
            row.rolled_out_on = on or timezone.localdate()
        if to == Step.PILOT and row.draws.filter(withdrawn_at=None, opened_at=None).exists():
            raise Refused(_("The arms have been committed to and not drawn: open or withdraw the draw."))
        if to == Step.ENDED:
            _stop_letters(row)
        row.stage = to
        row.save(update_fields=["stage", "rolled_out_on"])
        record(verb="loyalty.stage", actor=user, subject=f"programme:{row.code}", system="loyalty", to=to)
    return row


def _stop_letters(programme: Programme) -> None:
    """What has not left asks nobody any more, and keeps nobody from being asked by another programme."""
    waiting = Invitation.objects.filter(programme=programme, next_at__isnull=False)
    waiting.update(next_at=None, failed="programme ended")


def pause(*, programme: Programme, user: User, at: datetime | None = None) -> Programme:
    """Nobody is asked until it is resumed, letters wait. Who has a code may answer, and the loop runs on."""
    return _paused(programme, user, at or timezone.now())


def resume(*, programme: Programme, user: User) -> Programme:
    return _paused(programme, user, None)


def _paused(programme: Programme, user: User, at: datetime | None) -> Programme:
    _may(user, programme)
    with transaction.atomic():
        row = Programme.objects.select_for_update().get(pk=programme.pk)
        if row.stage == Step.ENDED or bool(row.paused_at) == bool(at):
            raise Refused(_("The page is out of date: reload it."))
        row.paused_at = at
        row.save(update_fields=["paused_at"])
        verb = "loyalty.paused" if at else "loyalty.resumed"
        record(verb=verb, actor=user, subject=f"programme:{row.code}", system="loyalty")
    return row


def _may(user: User | None, programme: Programme) -> None:
    if user and (not may(user.role, "edit") or not covers(user, programme)):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
