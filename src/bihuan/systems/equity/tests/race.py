"""Two at the same moment, each over a connection of its own; run where the database is a real one."""

import json
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connection
from django.utils import timezone

from bihuan.kernel.models import Role, Unit
from bihuan.kernel.tests.world import World, account, build, seed
from bihuan.systems.equity.act import consents, offers
from bihuan.systems.equity.act.coupons import Scan, code, hand_over, redeem
from bihuan.systems.equity.models import Consent, Coupon, CouponScan, OfferSend

from .promoting import a_customer, a_rule, a_run, agreed, an_offer

ROUNDS = 8


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each deed gave, or the name of what it raised."""
    gate, found = Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(20)
            found[place] = deed()
        except Exception as error:
            found[place] = type(error).__name__  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    return found


def two_shops() -> dict[str, Any]:
    """Several coupons, each scanned at both shops at once."""
    seed()
    world = build()
    tills = []
    for name in ("CD", "CX"):
        unit = Unit.objects.create(name=name, code=name, parent=world.jiangzhou)
        tills.append(account(name.lower(), name, Role.OWNER, unit))
    rows = hand_over(offer=an_offer(world), unit=world.jiangzhou, count=ROUNDS, user=world.sun_qian)

    def deed(row: Coupon, place: int) -> Callable[[], str]:
        user = tills[place]
        scan = Scan(code(row), f"till-{place:05d}")
        return lambda: redeem(scan=scan, shop=user.unit, user=user).outcome

    outcomes = [sorted(at_once(deed(row, 0), deed(row, 1))) for row in rows]
    kept = CouponScan.objects.order_by("coupon", "outcome").values_list("outcome", flat=True)
    return {"outcomes": outcomes, "scans": list(kept)}


def withdrawals() -> dict[str, Any]:
    """Letters claimed while their consent is withdrawn: each was claimed before, or never leaves."""
    seed()
    world: World = build()
    people = [a_customer(world, f"K{n}") for n in range(ROUNDS)]
    for each in people:
        agreed(each)
    a_run(world, *people)
    a_rule(world, an_offer(world))
    offers.plan(unit=world.jiangzhou, user=None)
    wrong, seen = [], set()
    for send in OfferSend.objects.order_by("pk"):
        consent = Consent.objects.get(pk=send.consent_id)
        claimed, stopped = at_once(
            lambda key=send.pk: offers.claim(key, timezone.now()) is not None,  # type: ignore[misc]
            lambda row=consent: consents.withdraw(consent=row, how="电话", user=None),  # type: ignore[misc]
        )
        send.refresh_from_db()
        fits = send.state == ("claimed" if claimed else "dropped") and claimed in (True, False)
        if not fits or not isinstance(stopped, int):
            wrong.append([claimed, stopped, send.state])
        seen.add(send.state)
    return {"wrong": wrong, "withdrawn": Consent.objects.exclude(withdrawn_at=None).count()}


RACES: dict[str, Callable[[], dict[str, Any]]] = {"two_shops": two_shops, "withdrawals": withdrawals}


def main(name: str) -> None:
    print(json.dumps(RACES[name]()))
