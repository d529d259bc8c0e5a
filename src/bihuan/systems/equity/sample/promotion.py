"""Promotion of the demo bank: consents, offers sent into a file beside the data, coupons, one campaign."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from django.conf import settings
from django.core.mail import get_connection
from django.utils import timezone

from bihuan.kernel.act.events import record
from bihuan.kernel.models import Customer, Unit, User
from bihuan.kernel.notice import mail
from bihuan.kernel.notice.letter import Message
from bihuan.kernel.rules.replies import Answer
from bihuan.web.listing.furnish import bring_new

from ..act import campaigns, consents, coupons, offers
from ..act.letters import opened
from ..act.near import trigger
from ..models import (
    Campaign,
    CampaignVisit,
    Consent,
    Coupon,
    CouponScan,
    Offer,
    OfferRound,
    OfferRule,
    OfferSend,
)
from . import bank

SEED = 20261002
SINK = "demo-mail"
"""Folder of the data folder that takes the demo's letters: none leaves the machine."""
PARTNER = "远航旅行（示例）"
OFFERS = (
    (
        "DEMO-JF",
        "双倍积分",
        "Double points",
        "六十天内消费双倍积分。",
        "Twice the points for sixty days.",
        "",
        60,
    ),
    ("DEMO-LX", "出行礼", "Travel gift", "机场贵宾厅一次。", "One visit of an airport lounge.", PARTNER, 45),
    (
        "DEMO-HG",
        "欢迎回来",
        "Welcome back",
        "首笔消费立减 30 元。",
        "30 yuan off your next purchase.",
        "",
        30,
    ),
)
VISITS = 64


def load(now: datetime) -> None:
    """After the model run: offers need values."""
    rng = np.random.default_rng(SEED)
    unit = Unit.objects.get(code=bank.CARDS)
    bring_new("consents", list(_consents(rng, now)))
    _offers(now)
    _sent(Unit.objects.get(code=bank.EAST))
    _redeemed(now)
    _campaign(unit, rng, now)


def _consents(rng: np.random.Generator, now: datetime) -> Iterator[dict[str, str]]:
    """Most agreed to offers by e-mail, some to app and location, a few to a third party; a few withdrew."""
    people = Customer.objects.filter(unit__code__in=(bank.EAST, bank.WEST))
    for number in people.values_list("number", flat=True):
        at = now - timedelta(days=float(rng.uniform(40, 700)))
        row = {
            "number": number,
            "purpose": "offers",
            "way": "email",
            "recipient": "",
            "given_at": f"{timezone.localtime(at):%Y-%m-%d %H:%M}",
            "evidence": "开户申请表第 6 项（示例）",
            "withdrawn_at": "",
            "withdrawal": "",
        }
        if rng.random() < 0.62:
            gone = rng.random() < 0.06
            ended = f"{timezone.localtime(at + timedelta(days=30)):%Y-%m-%d %H:%M}"
            yield {**row, "withdrawn_at": ended, "withdrawal": "客服电话（示例）"} if gone else row
            if rng.random() < 0.25:
                yield {**row, "recipient": PARTNER, "evidence": "活动页勾选（示例）"}
        if rng.random() < 0.3:
            yield {**row, "way": "app", "evidence": "应用内开关（示例）"}
            if rng.random() < 0.5:
                yield {**row, "purpose": "location", "way": "app", "evidence": "应用内开关（示例）"}


def _offers(now: datetime) -> None:
    fields = ("code", "title_zh", "title_en", "text_zh", "text_en", "partner", "coupon_days")
    bring_new("offers", [{"unit": bank.CARDS, **dict(zip(fields, row, strict=True))} for row in OFFERS])
    rule = {"unit": bank.CARDS, "valid_from": (timezone.localdate(now) - timedelta(days=30)).isoformat()}
    wide = {
        "tenth_from": 1,
        "tenth_to": 10,
        "alive_from": "0",
        "alive_to": "1",
        "kind": "",
        "segment": "",
        "category": "",
    }
    bring_new(
        "offer-rules",
        [
            {
                **rule,
                **wide,
                "position": 10,
                "tenth_to": 4,
                "alive_from": "0.5",
                "category": "商旅权益",
                "offer": "DEMO-LX",
            },
            {**rule, **wide, "position": 15, "alive_from": "0.3", "segment": "学生卡", "offer": "DEMO-HG"},
            {**rule, **wide, "position": 20, "tenth_to": 5, "alive_from": "0.5", "offer": "DEMO-JF"},
            {**rule, **wide, "position": 30, "tenth_to": 3, "alive_to": "0.5", "offer": "DEMO-HG"},
        ],
    )


def _sent(unit: Unit) -> None:
    """To one branch, so that the preview has letters left; one customer withdraws while they leave."""
    row = offers.plan(unit=unit, user=User.objects.get(username="xu_an"))
    way_out = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=sink())
    late = row.sends.order_by("-pk").select_related("consent__customer")[0]

    def post(to: str, message: Message, headers: Mapping[str, str]) -> Answer:
        if late.consent.withdrawn_at is None:
            consents.withdraw(consent=late.consent, how="邮件链接（示例）", user=None)
            late.consent.refresh_from_db()
        return mail.post(to, message, headers, way_out)

    at = settings.ENVIRONMENT
    offers.send_round(row, post=post, base=at.url or f"http://{at.host}:{at.port}")


def sink() -> str:
    folder = Path(settings.HOME) / SINK
    folder.mkdir(mode=0o700, exist_ok=True)
    return str(folder)


def _redeemed(now: datetime) -> None:
    """A third opened their letter, a part of them came; one coupon was tried in both branches."""
    east, west = (User.objects.get(username=name) for name in ("tao_yi", "pan_yu"))
    rows = list(OfferSend.objects.filter(state="sent", way="email").order_by("pk").select_related("coupon"))
    for n, row in enumerate(rows):
        if n % 3 == 0:
            opened(row, now)
        if n % 9 == 0:
            _scan(row.coupon, (east, west)[n % 2], f"demo-{row.pk:06d}")
    if rows:
        _scan(rows[0].coupon, west, "demo-second")
    for number in Consent.objects.filter(purpose="location").values_list("customer__number", flat=True)[:12]:
        trigger(number=number, shop=bank.EAST, user=User.objects.get(username="lin_zhou"))


def _scan(coupon: Coupon, user: User, key: str) -> None:
    coupons.redeem(scan=coupons.Scan(coupons.code(coupon), key), shop=user.unit, user=user)


def _campaign(unit: Unit, rng: np.random.Generator, now: datetime) -> None:
    today = timezone.localdate(now)
    row = Campaign.objects.create(
        unit=unit,
        code="demo-quiz",
        kind=Campaign.Kind.QUIZ,
        title_zh="扫码问答：新卡你了解吗？",
        title_en="Scan and answer: do you know the new card?",
        text_zh="新卡前三年免年费，机场贵宾厅每年两次。\n答对一题，领取双倍积分券。",
        text_en="No annual fee for three years, two lounge visits a year.\nOne right answer brings a coupon.",
        ask_zh="新卡免年费几年？",
        ask_en="For how many years is there no annual fee?",
        options=[{"zh": "三年", "en": "three"}, {"zh": "一年", "en": "one"}, {"zh": "五年", "en": "five"}],
        reward=Offer.objects.get(code="DEMO-JF"),
        rewards=200,
        opens_on=today - timedelta(days=10),
        closes_on=today + timedelta(days=50),
    )
    record(verb="campaign.kept", subject=f"campaign:{row.pk}", system="equity")
    for _n in range(VISITS):
        at = now - timedelta(days=float(rng.uniform(0, 9)))
        key, scanned = coupons.fresh_key(), bool(rng.random() < 0.8)
        seconds = round(float(rng.lognormal(3.2, 0.7)), 1)
        campaigns.note(campaign=row, key=key, scanned=scanned, seconds=seconds, now=at)
        if rng.random() < 0.45:
            answer = int(rng.random() < 0.3)
            campaigns.press(campaign=row, key=key, scanned=scanned, answer=answer, now=at)


def clear(unit: Unit) -> None:
    """What others point to last; the demo's letters go with the demo bank."""
    if Unit.objects.filter(code=bank.BANK, path__startswith=unit.path).exists():
        shutil.rmtree(Path(settings.HOME) / SINK, ignore_errors=True)
    below = {"unit__path__startswith": unit.path}
    CouponScan.objects.filter(coupon__unit__path__startswith=unit.path).delete()
    Coupon.objects.filter(**below).delete()
    CampaignVisit.objects.filter(campaign__unit__path__startswith=unit.path).delete()
    Campaign.objects.filter(**below).delete()
    OfferSend.objects.filter(customer__unit__path__startswith=unit.path).delete()
    for model in (OfferRound, OfferRule, Offer):
        model._default_manager.filter(**below).delete()
    Consent.objects.filter(customer__unit__path__startswith=unit.path).delete()
