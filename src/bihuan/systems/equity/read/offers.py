"""Who gets which offer, and why everybody else gets none: one query, for the preview and for the sending."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Case as LoopCase
from bihuan.kernel.models import Customer, Unit
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.measures.interval import Estimate
from bihuan.kernel.rules.measures.proportions import share

from ..models import Coupon, ModelRun, OfferRound, OfferRule, OfferSend, Purpose, Score, SendState, Way
from .consents import standing

LEFT_OUT = {
    "consent": _("no consent to personal offers by this channel"),
    "address": _("no e-mail address"),
    "run": _("not in the newest model run"),
    "rule": _("no rule fits"),
    "partner": _("no consent to the third party of the offer"),
    "case": _("a case of value at risk is open: talk first"),
    "rest": _("had an offer lately"),
}
"""In the order in which they are asked; the first that holds is the reason."""
MOST_RULES = 60


def run_for(unit: Unit) -> ModelRun | None:
    """The newest fitted run of the unit, else of the nearest above: it has every customer of the unit."""
    rows = ModelRun.objects.filter(unit__in=unit.ancestors, state=ModelRun.State.FITTED)
    return rows.order_by(-Length("unit__path"), "-made_at").select_related("unit").first()


def rules_for(unit: Unit, at: datetime) -> list[OfferRule]:
    """In force on the day, of the unit, those above and those below, in their order."""
    on = timezone.localdate(at)
    near = Q(unit__in=unit.ancestors) | Q(unit__path__startswith=unit.path)
    rows = OfferRule.objects.filter(near, valid_from__lte=on)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=on)).select_related("offer", "unit")
    return list(rows.order_by("position", "pk")[:MOST_RULES])


def candidates(
    unit: Unit, at: datetime, way: str = Way.EMAIL, rows: QuerySet[Customer] | None = None
) -> QuerySet[Any]:
    """Customers of the unit and below with `rule` (key of the first rule that fits) and `why` (a key of
    `LEFT_OUT`, empty for who gets the offer)."""
    run, rules = run_for(unit), rules_for(unit, at)
    found: QuerySet[Any] = Customer.objects.all() if rows is None else rows
    found = found.filter(unit__path__startswith=unit.path, erased_at=None)
    score = Score.objects.filter(run=run, customer=OuterRef("pk")) if run else Score.objects.none()
    consents = standing(at).filter(purpose=Purpose.OFFERS, way=way, customer=OuterRef("pk"))
    found = found.annotate(
        rule=_first_rule(rules, score),
        consent=Subquery(
            consents.filter(recipient="").order_by("pk").values("pk")[:1], output_field=BigIntegerField()
        ),
    )
    lately = OfferSend.objects.filter(customer=OuterRef("pk"), way=way, sent_at__gt=at - _rest(at, way))
    under_way = OfferSend.objects.filter(
        customer=OuterRef("pk"), way=way, state__in=(SendState.WAITING, SendState.CLAIMED)
    )
    cases = LoopCase.objects.filter(kind="value_at_risk", customer=OuterRef("pk"), state__in=OPEN)
    whens = [When(consent=None, then=Value("consent"))]
    if way == Way.EMAIL:
        whens.append(When(email="", then=Value("address")))
    whens += [
        When(~Exists(score), then=Value("run")),
        When(rule=None, then=Value("rule")),
        *(
            When(
                Q(rule=each.pk) & ~Exists(consents.filter(recipient=each.offer.partner)),
                then=Value("partner"),
            )
            for each in rules
            if each.offer.partner
        ),
        When(Exists(cases), then=Value("case")),
        When(Exists(lately) | Exists(under_way), then=Value("rest")),
    ]
    reason = Case(*whens, default=Value(""), output_field=CharField())
    chosen: QuerySet[Any] = found.annotate(why=reason)
    return chosen


def _rest(at: datetime, way: str) -> timedelta:
    return timedelta(days=int(value("equity.offer.rest" if way == Way.EMAIL else "equity.near.rest", at)))


def _first_rule(rules: list[OfferRule], score: QuerySet[Score]) -> Case:
    whens = []
    for each in rules:
        fits: dict[str, Any] = {
            "tenth__gte": each.tenth_from,
            "tenth__lte": each.tenth_to,
            "alive__gte": float(each.alive_from),
            "alive__lte": float(each.alive_to),
        }
        if each.category:
            fits["category"] = each.category
        segment = Q(unit__path__startswith=each.unit.path)
        if each.kind:
            segment &= Q(kind=each.kind)
        if each.segment:
            segment &= Q(segment=each.segment)
        whens.append(When(segment & Exists(score.filter(**fits)), then=Value(each.pk)))
    return Case(*whens, default=None, output_field=BigIntegerField(null=True))


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sending would do now."""

    run: ModelRun | None
    rules: list[OfferRule]
    customers: int
    chosen: int
    by_rule: dict[int, int]
    left_out: dict[str, int]
    """In the order of `LEFT_OUT`, without those that are 0."""


def preview(unit: Unit, at: datetime) -> Preview:
    rows = candidates(unit, at).order_by().values("why", "rule").annotate(n=Count("pk"))
    by_rule: dict[int, int] = {}
    left: dict[str, int] = {}
    for row in rows:
        if row["why"]:
            left[row["why"]] = left.get(row["why"], 0) + row["n"]
        else:
            by_rule[row["rule"]] = row["n"]
    return Preview(
        run=run_for(unit),
        rules=rules_for(unit, at),
        customers=sum(by_rule.values()) + sum(left.values()),
        chosen=sum(by_rule.values()),
        by_rule=by_rule,
        left_out={key: left[key] for key in LEFT_OUT if key in left},
    )


@dataclass(frozen=True, slots=True)
class Ledger:
    """What became of a sending. The two shares are None below the smallest number of letters sent."""

    planned: int
    waiting: int
    sent: int
    failed: int
    opened: int
    redeemed: int
    dropped: dict[str, int]
    opened_share: Estimate | None
    redeemed_share: Estimate | None
    least: int


def ledger(row: OfferRound) -> Ledger:
    rows = OfferSend.objects.filter(round=row).order_by()
    found = rows.aggregate(
        planned=Count("pk"),
        waiting=Count("pk", filter=Q(state__in=(SendState.WAITING, SendState.CLAIMED))),
        sent=Count("pk", filter=Q(state=SendState.SENT)),
        failed=Count("pk", filter=Q(state=SendState.FAILED)),
        opened=Count("pk", filter=Q(state=SendState.SENT, opened_at__isnull=False)),
    )
    dropped = rows.filter(state__in=(SendState.DROPPED, SendState.FAILED)).values("reason")
    sent_coupons = Coupon.objects.filter(send__round=row, send__state=SendState.SENT)
    redeemed = sent_coupons.exclude(redeemed_at=None).count()
    least, n = int(value("equity.segment.least")), found["sent"]
    with_coupon = sent_coupons.count()
    return Ledger(
        **found,
        redeemed=redeemed,
        dropped={each["reason"]: each["n"] for each in dropped.annotate(n=Count("pk"))},
        opened_share=share(found["opened"], n) if n >= least else None,
        redeemed_share=share(redeemed, with_coupon) if with_coupon >= least else None,
        least=least,
    )


def unfinished(row: OfferRound) -> bool:
    return row.sends.filter(state__in=(SendState.WAITING, SendState.CLAIMED)).exists()
