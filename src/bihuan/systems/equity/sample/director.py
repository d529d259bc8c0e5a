"""What the customer director of the demo bank keeps: key customers and their contacts, cohorts, aims."""

from datetime import date, timedelta

from django.utils import timezone

from bihuan.kernel.act import obligations, strategy
from bihuan.kernel.act.looks import looked_at_customer
from bihuan.kernel.models import Customer, ObligationRun, Unit, User
from bihuan.web.listing.furnish import bring_new

from ..act.contacts import log_contact
from ..models import ModelRun, Score
from ..read.contacts import OBLIGATIONS
from . import bank

REGULAR = (1000, 631, 468, 382, 326, 289, 262, 241)
HIGH_END = (1000, 869, 743, 653, 593, 551, 517, 491)
"""Fader and Hardie (2007): customers left after each renewal."""
COHORTS = (("年费卡（文献 Regular）", REGULAR, "60.00"), ("白金年费卡（文献 High End）", HIGH_END, "150.00"))
SAID = (
    ("visit", "客户对分期手续费的说明不满意，希望每月账单写清剩余期数。", "请产品经理书面答复"),
    ("phone", "询问年底境外额度，客户计划十二月出国。", ""),
    ("meeting", "与客户企业财务一起核对商旅权益使用情况，建议合并两张卡。", "发送合并方案"),
    ("event", "高尔夫答谢日，客户介绍了一位同行。", ""),
    ("phone", "节日问候，客户表示客服回电很快。", ""),
)


def load(run: ModelRun, today: date) -> None:
    people = User.objects.in_bulk(["lin_zhou", "xu_an", "tao_yi", "pan_yu"], field_name="username")
    _cares(run, people, today)
    _aims(people["lin_zhou"], today)


def cohorts(today: date) -> None:
    """Yearly fees are in no order line, so that customer equity adds them."""
    rows = [
        {"cohort": name, "unit": bank.BANK, "period": period, "retained": left}
        for name, counts, _fee in COHORTS
        for period, left in enumerate(counts)
    ]
    bring_new("renewals", rows)
    counted_on = (today - timedelta(days=45)).isoformat()
    told = {"unit": bank.BANK, "kind": "renewals", "counted_on": counted_on, "months": 12, "in_orders": "no"}
    bring_new(
        "cohorts", [{"code": name, **told, "payment": fee} for name, _counts, fee in COHORTS], over=True
    )


def _cares(run: ModelRun, people: dict[str, User], today: date) -> None:
    """The most valuable customers, each with one executive; some contacts are owed, one was missed."""
    rows = Score.objects.filter(run=run).select_related("customer__unit").order_by("by_value")[:8]
    best = [row.customer for row in rows]
    named = [("lin_zhou", "top")] * 3 + [("xu_an", "key")] * 5
    since = today - timedelta(days=100)
    pairs = list(zip(best, named, strict=False))
    bring_new(
        "key-customers",
        [
            {"customer": customer.number, "executive": name, "tier": tier, "since": since.isoformat()}
            for customer, (name, tier) in pairs
        ],
    )
    forget_runs()
    for key in OBLIGATIONS.values():
        obligations.begin(key=key, since=since)
    obligations.generate(now=timezone.now())
    for n, (customer, (name, _tier)) in enumerate(pairs[:6]):
        _contacts(customer, people[name], today, n)
        looked_at_customer(user=people[name], customer=customer, on=today - timedelta(days=n))


def _contacts(customer: Customer, by: User, today: date, n: int) -> None:
    """The first ones are met often, the last one was forgotten for a quarter."""
    for days in (70 - n, 38 - n, 6 + n)[: 3 if n < 5 else 1]:
        way, note, step = SAID[(n + days) % len(SAID)]
        log_contact(
            user=by,
            customer=customer,
            on=today - timedelta(days=days),
            way=way,
            note=note,
            next_step=step,
            next_on=today + timedelta(days=10) if step and days < 20 else None,
        )


def _aims(director: User, today: date) -> None:
    """One aim that was reviewed, one whose review is near."""
    unit, now = Unit.objects.get(code=bank.BANK), timezone.now()
    first = strategy.state_aim(
        user=director,
        unit=unit,
        title="让高价值客户留下来",
        reason="第一章：以客户资产衡量，而不只看当期销售额。（示例）",
        review_on=today - timedelta(days=9),
        every_months=3,
        on=today - timedelta(days=100),
    )
    strategy.bind(aim=first, user=director, key="equity.at_risk", target=20_000)
    strategy.bind(aim=first, user=director, key="equity.equity", target=260_000)
    for text, days in (("前十分之一客户每月由高管联系一次", 60), ("流失预警案五个工作日内有人谈话", 30)):
        strategy.add_measure(
            aim=first, user=director, text=text, owner=director, due_on=today + timedelta(days=days)
        )
    strategy.review(
        aim=first,
        user=director,
        verdict="behind",
        text="高管联系刚起步，先把名单定下来，下季度看流失价值。（示例）",
        at=now - timedelta(days=9),
    )
    second = strategy.state_aim(
        user=director,
        unit=unit,
        title="客户利润贡献率高于产品利润率的一半",
        review_on=today + timedelta(days=12),
        every_months=6,
    )
    strategy.bind(aim=second, user=director, key="equity.contribution", target=0.12)
    strategy.bind(aim=second, user=director, key="kernel.in_time", target=0.9)


def forget_runs() -> None:
    """The obligations begin anew when the sample is loaded again."""
    ObligationRun.objects.filter(key__in=OBLIGATIONS.values()).delete()
