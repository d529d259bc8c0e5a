"""What tests of promotion share: customers with values from a run, consents, an offer and a rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from bihuan.kernel.models import Customer
from bihuan.kernel.notice.letter import Message
from bihuan.kernel.rules.replies import Answer, answer
from bihuan.kernel.tests.world import World
from bihuan.systems.equity.act import consents
from bihuan.systems.equity.models import Campaign, Consent, ModelRun, Offer, OfferRule, OfferSend, Score

LONG_AGO = timedelta(days=60)


def a_customer(world: World, number: str, **more: Any) -> Customer:
    wanted = {"name": f"客户{number}", "unit": world.building, "email": f"{number.lower()}@example.com"}
    return Customer.objects.create(number=number, **{**wanted, **more})


def a_run(world: World, *people: Customer, **more: Any) -> ModelRun:
    """A fitted run of 江州 with these customers, in the first tenth and there unless told otherwise."""
    run = ModelRun.objects.create(
        unit=world.jiangzhou,
        made_at=timezone.now(),
        end_on=date(2026, 9, 30),
        state="fitted",
        customers=len(people),
    )
    for place, customer in enumerate(people, 1):
        told = {"alive": 0.9, "tenth": 1, "category": "卡", **more}
        Score.objects.create(
            run=run,
            customer=customer,
            x=3,
            last_on=date(2026, 9, 1),
            age_days=300,
            expected=2.0,
            each=5000.0,
            clv=10_000,
            by_value=place,
            **told,
        )
    return run


def agreed(customer: Customer, purpose: str = "offers", way: str = "email", **more: Any) -> Consent:
    wanted = {"evidence": "签字表单", "given_at": timezone.now() - LONG_AGO, "user": None}
    return consents.give(customer=customer, purpose=purpose, way=way, **{**wanted, **more})


def an_offer(world: World, code: str = "JF", **more: Any) -> Offer:
    wanted = {
        "unit": world.jiangzhou,
        "title_zh": "双倍积分",
        "title_en": "Double points",
        "text_zh": "本月消费双倍积分",
        "text_en": "Twice the points this month",
        "coupon_days": 30,
    }
    return Offer.objects.create(code=code, **{**wanted, **more})


def a_rule(world: World, offer: Offer, **more: Any) -> OfferRule:
    wanted = {"unit": world.jiangzhou, "valid_from": timezone.localdate() - timedelta(days=1)}
    return OfferRule.objects.create(offer=offer, **{**wanted, **more})


def a_campaign(world: World, code: str = "qiu", **more: Any) -> Campaign:
    today = timezone.localdate()
    wanted = {
        "unit": world.jiangzhou,
        "kind": "quiz",
        "title_zh": "秋日问答",
        "title_en": "Autumn quiz",
        "text_zh": "认识一下新卡",
        "ask_zh": "免年费几年？",
        "options": [{"zh": "三年", "en": "three"}, {"zh": "一年", "en": "one"}],
        "opens_on": today,
        "closes_on": today,
    }
    return Campaign.objects.create(code=code, **{**wanted, **more})


@dataclass
class Letterbox:
    """A mail server that takes everything, and lets a test do something when a letter comes."""

    came: list[tuple[str, Message, Mapping[str, str]]] = field(default_factory=list)
    on_letter: Any = None
    says: list[Answer] = field(default_factory=list)

    def __call__(self, to: str, message: Message, headers: Mapping[str, str]) -> Answer:
        self.came.append((to, message, headers))
        if self.on_letter:
            self.on_letter(len(self.came))
        return self.says.pop(0) if self.says else answer("sent")

    @property
    def to(self) -> list[str]:
        return [to for to, _message, _headers in self.came]


def states(**where: Any) -> dict[str, tuple[str, str]]:
    rows = OfferSend.objects.filter(**where).values_list("customer__number", "state", "reason")
    return {number: (state, reason) for number, state, reason in rows}


def hours_ago(n: float) -> datetime:
    return timezone.now() - timedelta(hours=n)


def three(world: World) -> list[Customer]:
    """K1 to K3 agreed and are in a run; an offer with a coupon for everybody."""
    people = [a_customer(world, f"K{n}") for n in (1, 2, 3)]
    for each in people:
        agreed(each)
    a_run(world, *people)
    a_rule(world, an_offer(world))
    return people
