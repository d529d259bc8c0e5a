"""The next step of the demo bank: branches whose arms two offices draw by chance; who declined."""

from datetime import datetime, timedelta

from django.utils import timezone

from bihuan.kernel.models import Customer, Unit, User
from bihuan.kernel.rules.commitment import nonce_digest
from bihuan.web.listing.furnish import bring_new

from .. import act
from ..models import Declined, Programme
from . import bank

PROGRAMME = "DEMO-NPS-NET"
SECRETS = ("demo-secret-of-the-office-1", "demo-secret-of-the-hotline-2")
BRANCHES, PILOT = 60, 30


def draw_arms(now: datetime) -> None:
    director = User.objects.get(username="ye_lan")
    row = {
        "code": PROGRAMME,
        "name": "网点净推荐推广",
        "unit": bank.NETWORK,
        "starts_on": timezone.localdate(now + timedelta(days=21)).isoformat(),
        "note": "各片区的网点由抽签分组：谁也不能挑选愿意的网点。",
    }
    bring_new("programmes", [row])
    units = Unit.objects.filter(code__in=[f"DEMO-B{n:03d}" for n in range(1, BRANCHES + 1)])
    draw = act.commit_arms(
        programme=Programme.objects.select_related("unit").get(code=PROGRAMME),
        user=director,
        units=list(units.order_by("path")),
        pilot=PILOT,
        parties=("行长办公室", "客户服务中心"),
        digests=[nonce_digest(secret) for secret in SECRETS],
        at=now - timedelta(days=2),
    )
    act.open_arms(draw=draw, user=director, nonces=SECRETS, at=now - timedelta(days=1))
    person = Customer.objects.get(number="DEMO-BK059")
    act.decline(customers=[person], how=Declined.How.TOLD, user=director, at=now - timedelta(days=9))
