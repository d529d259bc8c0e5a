"""The kernel's own manifest: what holds for every system."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.kernel.registry import RungSpec, ScheduleSpec, StandardSpec, System, TimerSpec

SYSTEM = System(
    name="kernel",
    title=_("foundation"),
    group="foundation",
    icon="settings",
    menu=(),
    standards=(
        StandardSpec(
            key="case.accept",
            title=_("accept a case"),
            value=Decimal(1),
            measured_in="working days",
            origin="ours",
            source=gettext_noop("ours: one working day from the notice"),
        ),
        StandardSpec(
            key="case.verify",
            title=_("verify a resolved case"),
            value=Decimal(1),
            measured_in="working days",
            origin="ours",
            source=gettext_noop("ours: the original names no limit"),
        ),
        StandardSpec(
            key="case.wait",
            title=_("longest wait without a new reason"),
            value=Decimal(10),
            measured_in="working days",
            origin="ours",
            source=gettext_noop("ours: then the clock runs again by itself"),
        ),
        StandardSpec(
            key="case.reopen",
            title=_("a closed case may be reopened for"),
            value=Decimal(30),
            measured_in="days",
            origin="ours",
            source=gettext_noop("ours: later a new, linked case is opened"),
        ),
        StandardSpec(
            key="evidence.keep",
            title=_("keep photos and journals"),
            value=Decimal(180),
            measured_in="days",
            origin="ours",
            source=gettext_noop("ours: as long as a case may need them"),
        ),
        StandardSpec(
            key="intake.keep",
            title=_("keep raw intake for replay"),
            value=Decimal(30),
            measured_in="days",
            origin="ours",
            source=gettext_noop("ours: long enough to replay a month"),
        ),
        StandardSpec(
            key="survey.code",
            title=_("a code of a questionnaire holds for"),
            value=Decimal(30),
            measured_in="days",
            origin="ours",
            source=gettext_noop("ours: long enough to answer at home, never beyond the wave"),
        ),
        StandardSpec(
            key="survey.codes",
            title=_("keep used and expired codes"),
            value=Decimal(30),
            measured_in="days",
            origin="ours",
            source=gettext_noop("ours: so that who comes late is told why; only a digest is kept"),
        ),
        StandardSpec(
            key="survey.texts",
            title=_("keep free text of questionnaires"),
            value=Decimal(365),
            measured_in="days",
            origin="ours",
            source=gettext_noop("ours: four quarters can be compared; scores stay without it"),
        ),
    ),
    schedules=(
        ScheduleSpec(name="kernel.seal", run="bihuan.kernel.audit:seal", every_s=60),
        ScheduleSpec(name="kernel.mail", run="bihuan.kernel.notice.mail:deliver", every_s=20),
        ScheduleSpec(name="kernel.retention", run="bihuan.kernel.retention:run", daily_at="03:10"),
        ScheduleSpec(name="kernel.surveys", run="bihuan.kernel.act.surveys.forget:expire", daily_at="03:20"),
        ScheduleSpec(name="kernel.calendar", run="bihuan.kernel.act.calendar:remind", daily_at="08:30"),
    ),
    transfers=(
        ("units", "bihuan.web.lists.organisation:UnitsListing"),
        ("regions", "bihuan.web.lists.organisation:RegionsListing"),
        ("places", "bihuan.web.lists.organisation:PlacesListing"),
        ("customers", "bihuan.web.lists.customers:CustomersListing"),
        ("people", "bihuan.web.lists.people:PeopleListing"),
        ("cards", "bihuan.web.lists.people:CardsListing"),
        ("calendar", "bihuan.web.lists.calendar:CalendarListing"),
        ("standards", "bihuan.web.lists.standards:StandardsListing"),
        ("cases", "bihuan.web.lists.cases:CasesListing"),
    ),
    timers=(
        TimerSpec(model="kernel.Case", fire="bihuan.kernel.act.cases:remind"),
        TimerSpec(model="kernel.Task", fire="bihuan.kernel.act.cases:remind_task"),
    ),
    ladder=(
        RungSpec(tells="owner", used=0.75),
        RungSpec(tells="owner"),
        RungSpec(tells="superior"),
        RungSpec(tells="manager", days_late=1),
        RungSpec(tells="director", days_late=5),
    ),
)
