"""Visits of campaigns, and the rewards that they bring."""

import random
import re
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.locks import hold
from bihuan.kernel.models import User
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Campaign, CampaignVisit, Coupon
from ..rules.promotion import dwelt
from .coupons import fresh_key, issue

SALT = "bihuan.equity.visit"
VALID_S = 6 * 3600
MOST_WRONG = 3
"""Tries at a quiz in one visit: who guesses on begins again."""
KEY = re.compile(r"[0-9a-f]{32}")


def ticket(campaign: Campaign, scanned: bool) -> str:
    """Goes out with the page and comes back with what happens on it; nothing is written until it does."""
    return signing.TimestampSigner(salt=SALT).sign(f"{campaign.pk}-{fresh_key()}-{'q' if scanned else 'l'}")


def read_ticket(campaign: Campaign, text: str) -> tuple[str, bool] | None:
    """Key of the visit, and whether a code was scanned; None for what we did not write or is too old."""
    try:
        pk, key, how = signing.TimestampSigner(salt=SALT).unsign(text, max_age=VALID_S).split("-")
    except (signing.BadSignature, ValueError):
        return None
    return (key, how == "q") if pk == str(campaign.pk) and KEY.fullmatch(key) else None


def running(campaign: Campaign, now: datetime) -> bool:
    return campaign.opens_on <= timezone.localdate(now) <= campaign.closes_on


def visit(campaign: Campaign, key: str, scanned: bool, now: datetime) -> CampaignVisit | None:
    """The row of a visit, made when the page first speaks up; None when the day has all the rows it may."""
    found = CampaignVisit.objects.filter(key=key, campaign=campaign).first()
    if found:
        return found
    begun = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = CampaignVisit.objects.filter(campaign=campaign, at__gte=begun).order_by().count()
    if today >= int(value("equity.campaign.visits", now)):
        return None
    return CampaignVisit.objects.get_or_create(
        key=key, defaults={"campaign": campaign, "scanned": scanned, "at": now}
    )[0]


def note(*, campaign: Campaign, key: str, scanned: bool, seconds: float | None, now: datetime) -> None:
    """The page is open, or was for so many seconds; the longest that was told counts."""
    row = visit(campaign, key, scanned, now)
    told = dwelt(seconds) if seconds is not None else None
    if row and told is not None and told > (row.dwell_s or -1):
        CampaignVisit.objects.filter(pk=row.pk).update(dwell_s=told)


def order_of(campaign: Campaign, key: str) -> list[int]:
    """The answers of a quiz in an order of this visit's own, so that the first is not always right."""
    numbers = list(range(len(campaign.options)))
    random.Random(key).shuffle(numbers)  # noqa: S311 - no secret, only a changing order
    return numbers


def press(
    *, campaign: Campaign, key: str, scanned: bool, answer: int | None, now: datetime
) -> tuple[str, Coupon | None]:
    """The one button of a campaign: (what came of it, the coupon where there is one).

    `done`, `again` (a wrong answer), `over` (three of them), `gone` (all rewards are given), `full` (the day
    has all the visits that it may).
    """
    with transaction.atomic():
        hold(f"equity.campaign:{campaign.pk}")
        row = visit(campaign, key, scanned, now)
        if row is None:
            return "full", None
        row = CampaignVisit.objects.select_for_update().get(pk=row.pk)
        row.clicked_at = row.clicked_at or now
        state = _done(campaign, row, answer, now)
        row.save(update_fields=["clicked_at", "wrong", "done_at"])
        if state != "done" or campaign.reward is None:
            return state, None
        return _reward(campaign, row, now)


def _done(campaign: Campaign, row: CampaignVisit, answer: int | None, now: datetime) -> str:
    if row.done_at:
        return "done"
    if campaign.kind == Campaign.Kind.QUIZ and answer != 0:
        if row.wrong >= MOST_WRONG:
            return "over"
        row.wrong += 1
        return "again" if row.wrong < MOST_WRONG else "over"
    if campaign.kind == Campaign.Kind.QUIZ and row.wrong >= MOST_WRONG:
        return "over"
    row.done_at = now
    return "done"


def _reward(campaign: Campaign, row: CampaignVisit, now: datetime) -> tuple[str, Coupon | None]:
    """One a visit, and no more than the campaign has."""
    before = Coupon.objects.filter(visit=row).first()
    if before:
        return "done", before
    if Coupon.objects.filter(campaign=campaign).count() >= campaign.rewards or campaign.reward is None:
        return "gone", None
    return "done", issue(
        offer=campaign.reward,
        unit=campaign.reward.unit,
        source=Coupon.Source.SCAN,
        at=now,
        campaign=campaign,
        visit=row,
    )


def keep_campaign(row: Campaign, user: User) -> Campaign:
    """Raises Refused outside the user's units."""
    if not (may(user.role, "edit") and covers(user, row)):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    with transaction.atomic():
        row.save()
        record(verb="campaign.kept", actor=user, subject=f"campaign:{row.pk}", system="equity")
    return row


def tidy(*, now: datetime) -> int:
    """Visits past the days that a standard names go; a campaign's coupons stay."""
    old = now - timedelta(days=int(value("equity.campaign.keep", now)))
    keys = list(CampaignVisit.objects.filter(at__lt=old).order_by("pk").values_list("pk", flat=True)[:5000])
    CampaignVisit.objects.filter(pk__in=keys).delete()
    return len(keys)
