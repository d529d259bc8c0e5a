"""What a campaign brought: the reference indicators of the original, each with its n."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.measures.interval import Estimate, Interval
from bihuan.kernel.rules.measures.proportions import share

from ..models import Campaign, CampaignVisit, Coupon
from ..rules.quantiles import median, median_interval

MOST_TIMES = 20_000
"""The newest visits whose times make the median."""


@dataclass(frozen=True, slots=True)
class Indicators:
    """Shares and the median are None below `least` visits."""

    visits: int
    scans: int
    clicks: int
    done: int
    rewards: int
    redeemed: int
    click_through: Estimate | None
    finished: Estimate | None
    timed: int
    """Visits whose time on the page is known: a browser that is killed tells none."""
    dwell: float | None
    dwell_interval: Interval | None
    least: int


def indicators(campaign: Campaign) -> Indicators:
    rows = CampaignVisit.objects.filter(campaign=campaign).order_by()
    found = rows.aggregate(
        visits=Count("pk"),
        scans=Count("pk", filter=Q(scanned=True)),
        clicks=Count("pk", filter=Q(clicked_at__isnull=False)),
        done=Count("pk", filter=Q(done_at__isnull=False)),
    )
    coupons = Coupon.objects.filter(campaign=campaign)
    given = coupons.aggregate(rewards=Count("pk"), redeemed=Count("pk", filter=Q(redeemed_at__isnull=False)))
    timed = rows.exclude(dwell_s=None).order_by("-pk").values_list("dwell_s", flat=True)
    times: list[Any] = list(timed[:MOST_TIMES])
    least, n = int(value("equity.campaign.least")), found["visits"]
    enough = len(times) >= least
    return Indicators(
        **found,
        **given,
        click_through=share(found["clicks"], n) if n >= least else None,
        finished=share(found["done"], n) if n >= least else None,
        timed=len(times),
        dwell=median(times) if enough else None,
        dwell_interval=median_interval(times) if enough else None,
        least=least,
    )
