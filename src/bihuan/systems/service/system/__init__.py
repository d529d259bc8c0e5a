"""What the rest of the house must know about the service evaluation."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.manifest import PanelSpec, ScheduleSpec, System, TimerSpec

from .duties import OBLIGATIONS
from .fieldwork import FIELDWORK, SURVEYS
from .kinds import CASE_KINDS, LADDER, POSTS
from .oversight import OVERSIGHT
from .pages import PARTS
from .papers import REPORTS
from .standards import STANDARDS

SYSTEM = System(
    name="service",
    title=_("Service"),
    group="customer",
    icon="building-store",
    parts=PARTS,
    standards=(*STANDARDS, *FIELDWORK, *OVERSIGHT),
    case_kinds=CASE_KINDS,
    posts=POSTS,
    obligations=OBLIGATIONS,
    ladder=LADDER,
    notices=(
        ("service.call_moved", _("Call-back of %(number)s: deadline moved by a change of the calendar")),
        ("service.call_late", _("The call-back of %(number)s is overdue")),
        (
            "service.meeting",
            _("95598 review meeting of %(unit_name)s on %(held)s: minutes closed, %(n)s findings"),
        ),
        ("service.tip_ended", _("Tip %(number)s has been looked into: tell the supervisor")),
        ("service.tip_late", _("The supervisor has not been told what came of tip %(number)s")),
        ("service.spot_check", _("Spot check today: %(number)s second calls to listen to")),
        ("service.plan_late", _("Item %(number)s of the yearly plan is overdue")),
        (
            "service.draw_promise",
            _("Draw of %(period)s, %(unit_name)s: you hold a secret of it; give its digest"),
        ),
        (
            "service.draw_secret",
            _("Draw of %(period)s, %(unit_name)s: all have promised; bring your secret to draw"),
        ),
        ("service.causes_rising", _("Causes that became more frequent last week: %(number)s")),
    ),
    notice_pages=(("service.draw_promise", "service:draw"), ("service.draw_secret", "service:draw")),
    schedules=(
        ScheduleSpec(
            name="service.spot_checks",
            run="bihuan.systems.service.act.spotchecks:begin_month",
            daily_at="00:20",
        ),
        ScheduleSpec(
            name="service.supervisors",
            run="bihuan.systems.service.act.supervision:forget_former",
            daily_at="03:20",
        ),
        ScheduleSpec(name="service.causes", run="bihuan.systems.service.act.alarms:weigh", daily_at="07:40"),
    ),
    timers=(
        TimerSpec(
            model="service.Call",
            fire="bihuan.systems.service.act.calls:remind",
            related=("order__unit", "owner__superior"),
        ),
        TimerSpec(model="service.Tip", fire="bihuan.systems.service.act.supervision:follow"),
        TimerSpec(model="service.SpotCheck", fire="bihuan.systems.service.act.spotchecks:look"),
        TimerSpec(model="service.PlanItem", fire="bihuan.systems.service.act.plans:remind"),
    ),
    tiles="bihuan.systems.service.tiles:tiles",
    case_panel="bihuan.systems.service.panel:case_panel",
    customer_panels=(PanelSpec(title=_("Service"), read="bihuan.systems.service.panel:customer_panel"),),
    seed="bihuan.systems.service.act.evaluation:seed",
    api="bihuan.systems.service.api:router",
    transfers=(
        ("stages", "bihuan.systems.service.lists.calls:CallsListing"),
        ("calls", "bihuan.systems.service.lists.calls_made:CallsMadeListing"),
        ("complaints", "bihuan.systems.service.lists.calls:ComplaintsListing"),
        ("halls", "bihuan.systems.service.lists.halls:HallsListing"),
        ("hall-days", "bihuan.systems.service.lists.hall_days:HallDaysListing"),
        ("inspections", "bihuan.systems.service.lists.inspections:InspectionsListing"),
        ("staff", "bihuan.systems.service.lists.staff:StaffListing"),
        ("areas", "bihuan.systems.service.lists.staff:AreasListing"),
        ("supervisors", "bihuan.systems.service.lists.supervisors:SupervisorsListing"),
        ("tips", "bihuan.systems.service.lists.supervisors:TipsListing"),
        ("spot-checks", "bihuan.systems.service.lists.spotchecks:SpotChecksListing"),
        ("plan", "bihuan.systems.service.lists.plans:PlanListing"),
        ("trainings", "bihuan.systems.service.lists.plans:TrainingsListing"),
        ("attendances", "bihuan.systems.service.lists.plans:AttendancesListing"),
        ("rising-causes", "bihuan.systems.service.lists.rising:RisingListing"),
        ("items", "bihuan.systems.service.lists.evaluation:ItemsListing"),
        ("readings", "bihuan.systems.service.lists.evaluation:ReadingsListing"),
        ("indices", "bihuan.systems.service.lists.external:IndicesListing"),
        ("ratings", "bihuan.systems.service.lists.evaluator:RatingsListing"),
    ),
    reports=REPORTS,
    surveys=SURVEYS,
    recalendar="bihuan.systems.service.act.recalendar:recalendar",
    erase="bihuan.systems.service.act.recordings:forget",
    sample="bihuan.systems.service.sample:load",
    clear_unit="bihuan.systems.service.sample:clear",
)
