"""Which version of a standard held on a day."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from bihuan.kernel.models import Standard
from bihuan.kernel.prepared import Hole, Prepared
from bihuan.kernel.registry import standard_specs
from bihuan.kernel.remembered import remembered


def version_on(key: str, moment: datetime | date | None = None) -> Standard:
    """The newest version that was valid on that local day.

    The first version holds for earlier days as well: a signal that is older than the
    installation is judged by what was installed. Raises KeyError for a key that no manifest
    declares.
    """
    return _version(key, _day(moment))


@remembered
def _version(key: str, day: date) -> Standard:
    spec = standard_specs()[key]
    versions = Standard.objects.filter(key=spec.key)
    found = versions.filter(valid_from__lte=day).order_by("-valid_from", "-version").first()
    found = found or versions.order_by("version").first()
    if found is None:
        found = Standard(
            key=key,
            version=1,
            value=spec.value,
            measured_in=spec.measured_in,
            valid_from=date(2000, 1, 1),
            origin=spec.origin,
            source=spec.source,
        )
        found.save()
    return found


def _day(moment: datetime | date | None) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else (moment or timezone.localdate())


VALID = Prepared(
    lambda: (
        Standard.objects.filter(key=Hole("key"), valid_from__lte=Hole("day"))
        .order_by("-valid_from", "-version")
        .values_list("value")[:1]
    )
)


def value(key: str, moment: datetime | date | None = None) -> Decimal:
    """The value of `version_on`."""
    found = VALID.converted(key=key, day=_day(moment))
    known: Decimal = found[0][0] if found and key in standard_specs() else version_on(key, moment).value
    return known
