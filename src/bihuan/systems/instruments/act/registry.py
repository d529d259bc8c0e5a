"""Instruments as people register them: create, change, archive, authorise."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Person, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Authorisation, Instrument
from ..rules.codes import speakable, takes_a_page
from .roster import arm, publish

EDITABLE = (
    *("name", "place", "unit", "owner", "rest_minutes", "silence_s", "overlong_h", "card_format"),
    *("encoding", "addresses", "service_hours", "service_days", "maintenance"),
)


def create(*, user: User | None, code: str, **fields: Any) -> Instrument:
    """A new instrument; `fields` are those of EDITABLE. `user` None is the system itself."""
    check_code(code)
    with transaction.atomic():
        row = Instrument(code=code, folded=code.casefold())
        _fill(row, fields)
        require(user, row)
        arm(row)
        row.save()
        _note(row, "created", user)
        publish([row])
    return row


def adopt(*, user: User, code: str, **fields: Any) -> Instrument:
    """Register a terminal that has been heard already: one click from the tray of the unknown."""
    with transaction.atomic():
        row = create(user=user, code=code, **fields)
        _note(row, "adopted", user)
    return row


def edit(*, row: Instrument, user: User | None, fields: Mapping[str, Any]) -> Instrument:
    """Change some of EDITABLE; the identifier stays, because the terminal speaks it."""
    require(user, row)
    changed = sorted(name for name, value in fields.items() if getattr(row, name) != value)
    if not changed:
        return row
    with transaction.atomic():
        _fill(row, fields)
        require(user, row)
        row.save(update_fields=changed)
        _note(row, "changed", user, fields=changed)
        publish([row])
    return row


def set_maintenance(*, row: Instrument, user: User, on: bool) -> Instrument:
    return edit(row=row, user=user, fields={"maintenance": on})


def archive(*, row: Instrument, user: User) -> Instrument:
    """Out of the board and of the gateway's list; its past stays. Its terminal becomes unknown."""
    require(user, row)
    if row.archived_at is not None:
        return row
    with transaction.atomic():
        row.archived_at, row.next_at = timezone.now(), None
        row.save(update_fields=["archived_at", "next_at"])
        _note(row, "archived", user)
        publish([row])
    return row


def unarchive(*, row: Instrument, user: User) -> Instrument:
    require(user, row)
    if row.archived_at is None:
        return row
    with transaction.atomic():
        row.archived_at = None
        arm(row)
        row.save(update_fields=["archived_at", "next_at"])
        _note(row, "unarchived", user)
        publish([row])
    return row


def authorise(*, row: Instrument, person: Person, user: User, **more: Any) -> Authorisation:
    """This person may use this instrument from now on. `more`: `trained_on`."""
    require(user, row)
    if person.erased_at or not covers(user, person):
        raise Refused(_("There is no such person in your units."))
    with transaction.atomic():
        permit, _fresh = Authorisation.objects.update_or_create(instrument=row, person=person, defaults=more)
        _note(row, "authorised", user, person=person.pk)
        publish([row])
    return permit


def revoke(*, permit: Authorisation, user: User) -> None:
    row = permit.instrument
    require(user, row)
    with transaction.atomic():
        _note(row, "revoked", user, person=permit.person_id)
        permit.delete()
        publish([row])


def check_code(code: str) -> None:
    """Raises Refused for an identifier that no terminal could speak, or that is taken."""
    if not speakable(code):
        raise Refused(
            _(
                "An instrument ID has up to 32 letters, digits, Han characters or _ . - without blanks"
                " and commas, and is no keyword of the protocol."
            )
        )
    if takes_a_page(code):
        raise Refused(_("“%(code)s” is the address of another page. Choose another ID.") % {"code": code})
    if Instrument.objects.filter(folded=code.casefold()).exists():
        raise Refused(_("The instrument ID %(code)s is taken.") % {"code": code})


def require(user: User | None, row: Instrument, verb: str = "edit") -> None:
    """Raises Refused when the role does not include the verb or the instrument is outside the units."""
    if user is not None and not (may(user.role, verb) and covers(user, row)):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))


def _fill(row: Instrument, fields: Mapping[str, Any]) -> None:
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise TypeError(f"no field of an instrument to be edited: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(row, name, value)


def _note(
    row: Instrument, verb: str, user: User | None, person: int | None = None, fields: list[str] | None = None
) -> None:
    payload: dict[str, Any] = {"person": person} if person else {}
    payload |= {"fields": fields} if fields else {}
    record(verb=f"instrument.{verb}", actor=user, subject=row.code, system="instruments", **payload)
