"""What the rest of the house must know about customer equity."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.registry import JobSpec, ScheduleSpec, System

from . import promotion
from .kinds import CASE_KINDS, POSTS
from .pages import PARTS
from .standards import STANDARDS

SYSTEM = System(
    name="equity",
    title=_("Customer equity"),
    group="customer",
    icon="coin",
    parts=PARTS,
    standards=(*STANDARDS, *promotion.STANDARDS),
    case_kinds=CASE_KINDS,
    posts=POSTS,
    jobs=(
        JobSpec(
            name="equity.run",
            title=_("Model run"),
            run="bihuan.systems.equity.act.runs:carry_out",
            describe="bihuan.systems.equity.act.runs:describe",
        ),
        *promotion.JOBS,
    ),
    schedules=(
        ScheduleSpec(name="equity.judge", run="bihuan.systems.equity.act.orders:nightly", daily_at="01:10"),
        ScheduleSpec(name="equity.runs", run="bihuan.systems.equity.act.runs:nightly", daily_at="01:40"),
        *promotion.SCHEDULES,
    ),
    surveys=promotion.SURVEYS,
    tiles="bihuan.systems.equity.tiles:tiles",
    case_panel="bihuan.systems.equity.panel:case_panel",
    transfers=(
        ("orders", "bihuan.systems.equity.lists.orders:OrdersListing"),
        ("rates", "bihuan.systems.equity.lists.money:RatesListing"),
        ("margins", "bihuan.systems.equity.lists.money:MarginsListing"),
        ("costs", "bihuan.systems.equity.lists.money:CostsListing"),
        ("market", "bihuan.systems.equity.lists.market:EstimatesListing"),
        ("brand-surveys", "bihuan.systems.equity.lists.market:SurveysListing"),
        ("brands", "bihuan.systems.equity.lists.market:BrandsListing"),
        ("brand-answers", "bihuan.systems.equity.lists.answers:AnswersListing"),
        *promotion.TRANSFERS,
    ),
    api="bihuan.systems.equity.api:router",
    sample="bihuan.systems.equity.sample:load",
    clear_unit="bihuan.systems.equity.sample:clear",
)
