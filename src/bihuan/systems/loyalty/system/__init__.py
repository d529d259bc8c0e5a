"""What the rest of the house must know about the loyalty system."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.manifest import IndicatorSpec, PanelSpec, ScheduleSpec, SurveySpec, System, TimerSpec

from .kinds import CASE_KINDS, LADDER, OBLIGATIONS, POSTS
from .pages import PARTS
from .papers import REPORTS
from .standards import STANDARDS

LISTS = "bihuan.systems.loyalty.lists"
SYSTEM = System(
    name="loyalty",
    title=_("Net Promoter System"),
    group="customer",
    icon="heart-handshake",
    parts=PARTS,
    standards=STANDARDS,
    case_kinds=CASE_KINDS,
    posts=POSTS,
    obligations=OBLIGATIONS,
    ladder=LADDER,
    reports=REPORTS,
    notices=(
        ("loyalty.decision_late", _("Decision %(number)s of a huddle is overdue: %(text)s")),
        ("loyalty.alarm", _("The programme %(programme)s fades: %(what)s")),
    ),
    schedules=(
        ScheduleSpec(name="loyalty.send", run="bihuan.systems.loyalty.act.send:send_due", every_s=60),
        ScheduleSpec(name="loyalty.collect", run="bihuan.systems.loyalty.act.answers:collect", every_s=60),
        ScheduleSpec(
            name="loyalty.forget",
            run="bihuan.systems.loyalty.act.answers:forget_erased",
            daily_at="03:40",
        ),
        ScheduleSpec(name="loyalty.alarms", run="bihuan.systems.loyalty.act.alarms:weigh", daily_at="07:20"),
    ),
    timers=(
        TimerSpec(
            model="loyalty.Decision",
            fire="bihuan.systems.loyalty.act.huddles:remind",
            related=("huddle__unit", "owner"),
        ),
    ),
    surveys=SurveySpec(kinds=("loyalty", "loyalty-unasked")),
    tiles="bihuan.systems.loyalty.tiles:tiles",
    case_panel="bihuan.systems.loyalty.panel:case_panel",
    customer_panels=(
        PanelSpec(title=_("What the customer says"), read="bihuan.systems.loyalty.panel:customer_panel"),
    ),
    indicators=(
        IndicatorSpec(
            key="loyalty.nps",
            title=_("net promoter score, this quarter"),
            read="bihuan.systems.loyalty.read.indicators:nps",
            first_screen=True,
        ),
        IndicatorSpec(
            key="loyalty.called",
            title=_("detractors called in time, 30 days"),
            read="bihuan.systems.loyalty.read.indicators:called_in_time",
        ),
    ),
    contributions=("loyalty.treated", "import:answers", "import:not-asked"),
    seed="bihuan.systems.loyalty.act.causes:seed",
    api="bihuan.systems.loyalty.api:router",
    transfers=(
        ("answers", f"{LISTS}.answers:AnswersListing"),
        ("invitations", f"{LISTS}.invitations:InvitationsListing"),
        ("not-asked", f"{LISTS}.invitations:DeclinedListing"),
        ("programmes", f"{LISTS}.programmes:ProgrammesListing"),
        ("arms", f"{LISTS}.programmes:MembersListing"),
        ("customer-classes", f"{LISTS}.programmes:FramesListing"),
        ("journey-stages", f"{LISTS}.journey:StagesListing"),
        ("touchpoints", f"{LISTS}.journey:TouchpointsListing"),
        ("growth", f"{LISTS}.growth:GrowthListing"),
        ("borrowed", f"{LISTS}.programmes:BorrowedListing"),
    ),
    sample="bihuan.systems.loyalty.sample:load",
    clear_unit="bihuan.systems.loyalty.sample:clear",
)
