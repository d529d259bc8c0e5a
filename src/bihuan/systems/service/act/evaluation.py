"""Schemes of the evaluation: weights that sum to one, and what feeds each item."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.standards import FIRST_DAY
from bihuan.kernel.models import User
from bihuan.kernel.rules.measures.index import TOLERANCE
from bihuan.kernel.rules.permissions import may

from ..models import Item, Scheme, Weight
from ..read.indicators import feed_titles
from ..system.items import FIRST_NOTE, ITEMS


@dataclass(frozen=True, slots=True)
class Share:
    """Weight 0–1 of an item and key of its feed, empty for none."""

    weight: Decimal
    feed: str = ""


def seed() -> None:
    """The built-in items, and a first scheme where there is none."""
    known = set(Item.objects.values_list("key", flat=True))
    Item.objects.bulk_create(
        Item(key=spec.key, position=10 * place)
        for place, spec in enumerate(ITEMS, 1)
        if spec.key not in known
    )
    if not Scheme.objects.exists():
        rows = {row.key: row for row in Item.objects.all()}
        scheme = Scheme.objects.create(version=1, valid_from=FIRST_DAY, note=FIRST_NOTE)
        Weight.objects.bulk_create(
            Weight(scheme=scheme, item=rows[spec.key], weight=spec.weight, feed=spec.feed) for spec in ITEMS
        )


def revise_scheme(*, user: User, shares: Mapping[str, Share], valid_from: date, note: str) -> Scheme:
    """A new dated version over all items by key; quarters that ended before keep theirs.

    Raises Refused, in words, for weights that do not sum to one and for a weight that nothing measures.
    """
    if not may(user.role, "standards"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    items = {item.key: item for item in Item.objects.all()}
    if unknown := sorted(set(shares) - set(items)):
        raise Refused(_("There is no evaluation item “%(name)s”.") % {"name": unknown[0]})
    for key, share in shares.items():
        _check(str(items[key]), share)
    total = sum((share.weight for share in shares.values()), Decimal(0))
    if abs(total - 1) > TOLERANCE:
        raise Refused(
            _("The weights sum to %(sum)s, not to 1. Change one of them; they are never rescaled in silence.")
            % {"sum": f"{total.normalize():f}"}
        )
    if not note.strip():
        raise Refused(_("Write why the scheme changes."))
    with transaction.atomic():
        top = Scheme.objects.aggregate(top=Max("version"))["top"] or 0
        scheme = Scheme.objects.create(
            version=top + 1, valid_from=valid_from, note=note.strip()[:200], changed_by=user
        )
        Weight.objects.bulk_create(
            Weight(scheme=scheme, item=items[key], weight=share.weight, feed=share.feed)
            for key, share in shares.items()
        )
        weights = {key: str(share.weight) for key, share in shares.items()}
        record(
            verb="scheme.revised",
            actor=user,
            subject=f"scheme:{scheme.pk}",
            system="service",
            version=scheme.version,
            weights=[f"{key}={weight}" for key, weight in weights.items()],
        )
    return scheme


def _check(name: str, share: Share) -> None:
    if not 0 <= share.weight <= 1:
        raise Refused(_("%(name)s: a weight lies between 0 and 1.") % {"name": name})
    if share.feed and share.feed not in feed_titles():
        raise Refused(_("%(name)s: nothing of this name can feed an item.") % {"name": name})
    if share.weight and not share.feed:
        raise Refused(
            _("%(name)s has a weight and no method: choose what feeds it, or set the weight to 0.")
            % {"name": name}
        )
