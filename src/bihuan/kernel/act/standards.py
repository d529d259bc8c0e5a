"""New versions of standards."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.obligations import recompute
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Standard, User
from bihuan.kernel.read.standards import version_on
from bihuan.kernel.registry import everything, standard_specs

FIRST_DAY = date(2000, 1, 1)


def seed() -> None:
    """A first version of every standard that a manifest declares and the table does not have yet."""
    known = set(Standard.objects.values_list("key", flat=True))
    Standard.objects.bulk_create(
        Standard(
            key=spec.key,
            version=1,
            value=spec.value,
            measured_in=spec.measured_in,
            valid_from=FIRST_DAY,
            origin=spec.origin,
            source=spec.source,
        )
        for system in everything()
        for spec in system.standards
        if spec.key not in known
    )


def revise(*, key: str, value: Decimal, valid_from: date, user: User, note: str) -> Standard:
    """A new dated version; earlier judgements keep the version they used, open obligations follow it."""
    if key not in standard_specs():
        raise Refused(_("There is no such standard."))
    if value < 0:
        raise Refused(_("A limit cannot be negative."))
    if not note.strip():
        raise Refused(_("Write why the standard changes."))
    current = version_on(key, valid_from)
    with transaction.atomic():
        top = Standard.objects.filter(key=key).aggregate(top=Max("version"))["top"] or 0
        row = Standard.objects.create(
            key=key,
            version=top + 1,
            value=value,
            measured_in=current.measured_in,
            valid_from=valid_from,
            origin=current.origin,
            source=current.source,
            note=note[:200],
            changed_by=user,
        )
        record(verb="standard.revised", actor=user, subject=key, version=row.version, value=str(value))
        recompute(standard=key)
    return row
