"""What the rest of the house must know about customer equity."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.manifest import IndicatorSpec, JobSpec, PanelSpec, ScheduleSpec, System

from . import contacts, promotion
from .kinds import CASE_KINDS, POSTS
from .pages import PARTS
from .standards import STANDARDS

LISTS = "bihuan.systems.equity.lists"

SYSTEM = System(
    name="equity",
    title=_("Customer equity"),
    group="customer",
    icon="coin",
    parts=PARTS,
    standards=(*STANDARDS, *contacts.STANDARDS, *promotion.STANDARDS),
    case_kinds=(*CASE_KINDS, *contacts.CASE_KINDS),
    obligations=contacts.OBLIGATIONS,
    posts=POSTS,
    jobs=(
        JobSpec(
            name="equity.run",
            title=_("Model run"),
            run="bihuan.systems.equity.act.runs:carry_out",
            describe="bihuan.systems.equity.act.runs:describe",
        ),
        *promotion.JOBS,
        JobSpec(
            name="equity.parquet",
            title=_("import of order lines"),
            run="bihuan.systems.equity.act.upload:carry_out",
            describe="bihuan.systems.equity.act.upload:describe",
        ),
    ),
    notices=(
        ("equity.imported", _("Job %(job)s: %(rows)s order lines were imported")),
        (
            "equity.refused",
            _("Job %(job)s: nothing was imported, %(rows)s rows cannot be read; its file lists them"),
        ),
    ),
    schedules=(
        ScheduleSpec(name="equity.judge", run="bihuan.systems.equity.act.orders:nightly", daily_at="01:10"),
        ScheduleSpec(name="equity.runs", run="bihuan.systems.equity.act.runs:nightly", daily_at="01:40"),
        ScheduleSpec(name="equity.risk", run="bihuan.systems.equity.act.risk:refill", daily_at="02:30"),
        *promotion.SCHEDULES,
    ),
    surveys=promotion.SURVEYS,
    tiles="bihuan.systems.equity.tiles:tiles",
    case_panel="bihuan.systems.equity.panel:case_panel",
    customer_panels=(
        PanelSpec(title=_("What the customer is worth"), read="bihuan.systems.equity.panel:worth"),
        PanelSpec(title=_("Contacts of executives"), read="bihuan.systems.equity.panel:contacts"),
        PanelSpec(title=_("Consents and offers"), read="bihuan.systems.equity.panel:agreed"),
    ),
    pairs="bihuan.systems.equity.read.pairs:pairs",
    indicators=(
        IndicatorSpec(
            key="equity.equity",
            title=_("customer equity"),
            read="bihuan.systems.equity.read.indicators:equity",
        ),
        IndicatorSpec(
            key="equity.at_risk",
            title=_("value at risk"),
            read="bihuan.systems.equity.read.indicators:at_risk",
            better="down",
            first_screen=True,
        ),
        IndicatorSpec(
            key="equity.clv",
            title=_("lifetime value of a customer"),
            read="bihuan.systems.equity.read.indicators:clv",
        ),
        IndicatorSpec(
            key="equity.contribution",
            title=_("customer profit contribution"),
            read="bihuan.systems.equity.read.indicators:contribution",
        ),
        IndicatorSpec(
            key="equity.share",
            title=_("customer equity share"),
            read="bihuan.systems.equity.read.indicators:share",
        ),
    ),
    contributions=(
        *("contact.logged", "consent.given", "consent.withdrawn", "equity.orders"),
        *(f"import:{kind}" for kind in ("orders", "costs", "consents", "key-customers")),
    ),
    erase_customer="bihuan.systems.equity.act.contacts:forget_customer",
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
        ("key-customers", f"{LISTS}.contacts:CaresListing"),
        ("cohorts", f"{LISTS}.contracts:CohortsListing"),
        ("renewals", f"{LISTS}.contracts:RenewalsListing"),
        ("occasions", f"{LISTS}.contracts:OccasionsListing"),
    ),
    api="bihuan.systems.equity.api:router",
    sample="bihuan.systems.equity.sample:load",
    clear_unit="bihuan.systems.equity.sample:clear",
)
