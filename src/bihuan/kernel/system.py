"""The kernel's own manifest: what holds for every system."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.manifest import (
    CaseKind,
    IndicatorSpec,
    JobSpec,
    PanelSpec,
    ReportSpec,
    RungSpec,
    ScheduleSpec,
    SectionSpec,
    StandardSpec,
    System,
    TimerSpec,
)


def work(kind: str, title: StrOrPromise, day: str) -> ReportSpec:
    """The same report for a month and for a quarter."""
    read = "bihuan.kernel.read.work"
    return ReportSpec(
        key=f"work.{kind}",
        title=title,
        kind=kind,
        day=day,
        levels=(0, 1, 2),
        sections=(
            SectionSpec(key="flow", title=_("The loop"), read=f"{read}:flow"),
            SectionSpec(key="course", title=_("Course of the period"), read=f"{read}:course"),
            SectionSpec(key="kinds", title=_("Kinds of breach"), read=f"{read}:kinds"),
            SectionSpec(key="units", title=_("Units"), read=f"{read}:units"),
        ),
    )


SYSTEM = System(
    name="kernel",
    title=_("foundation"),
    group="foundation",
    icon="settings",
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
            key="improvement.cluster.cases",
            title=_("cases of one cause that make an improvement"),
            value=Decimal(3),
            measured_in="count",
            origin="ours",
            source=gettext_noop("ours: the original has remedies made and names no number"),
        ),
        StandardSpec(
            key="improvement.cluster.days",
            title=_("days within which they gather"),
            value=Decimal(30),
            measured_in="days",
            origin="ours",
            source=gettext_noop("ours: the original has remedies made and names no number"),
        ),
        StandardSpec(
            key="improvement.plan",
            title=_("plan a proposed improvement"),
            value=Decimal(10),
            measured_in="working days",
            origin="ours",
            source=gettext_noop("ours: the original names no limit"),
        ),
        StandardSpec(
            key="improvement.test",
            title=_("months that the effect test compares, before and after"),
            value=Decimal(3),
            measured_in="months",
            origin="ours",
            source=gettext_noop("ours: a quarter, as the evaluation reports"),
        ),
        StandardSpec(
            key="improvement.least",
            title=_("cases that an effect test needs at least"),
            value=Decimal(10),
            measured_in="count",
            origin="ours",
            source=gettext_noop("ours: below that nothing is said"),
        ),
        StandardSpec(
            key="improvement.conclude",
            title=_("conclude from an effect test"),
            value=Decimal(5),
            measured_in="working days",
            origin="ours",
            source=gettext_noop("ours: the original names no limit"),
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
            key="jobs.keep",
            title=_("keep files of jobs"),
            value=Decimal(7),
            measured_in="days",
            origin="ours",
            source=gettext_noop("ours: long enough to fetch a file, short because it holds names"),
        ),
        StandardSpec(
            key="reports.month_day",
            title=_("monthly report of the loop is due on day"),
            value=Decimal(3),
            measured_in="day of next month",
            origin="ours",
            source=gettext_noop("ours: as the original asks for its monthly summary (次月3日前)"),
        ),
        StandardSpec(
            key="reports.quarter_day",
            title=_("quarterly report of the loop is due on day"),
            value=Decimal(5),
            measured_in="day after the quarter",
            origin="ours",
            source=gettext_noop("ours: as the original asks for its quarterly report (次月5日前)"),
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
        StandardSpec(
            key="customer.looks.keep",
            title=_("keep on which days somebody read a customer's page or a list of customers"),
            value=Decimal(400),
            measured_in="days",
            origin="ours",
            source=gettext_noop("ours: a year can be compared with the same weeks of the year before"),
        ),
        StandardSpec(
            key="customer.use.least",
            title=_("fewest managers for a distribution of how customer information is used"),
            value=Decimal(5),
            measured_in="count",
            origin="ours",
            source=gettext_noop("ours: among fewer everybody could be guessed"),
        ),
        StandardSpec(
            key="strategy.review",
            title=_("review an aim of the strategy record"),
            value=Decimal(5),
            measured_in="working days",
            origin="ours",
            source=gettext_noop(
                "ours: chapter 1 has the customer director own the strategy, no limit is named"
            ),
        ),
    ),
    case_kinds=(
        CaseKind(
            key="strategy_review",
            title=_("review of an aim is due"),
            severity=1,
            limit="strategy.review",
            advice=_("Review the aim on the page of the strategy record, then resolve this case."),
            verdicts=(
                ("reviewed", pgettext_lazy("verdict", "Reviewed")),
                ("ended", pgettext_lazy("verdict", "The aim has ended")),
            ),
        ),
    ),
    indicators=(
        IndicatorSpec(
            key="kernel.in_time",
            title=_("cases put right in time, this quarter"),
            read="bihuan.kernel.read.indicators:in_time",
        ),
        IndicatorSpec(
            key="kernel.overdue",
            title=_("cases open and overdue"),
            read="bihuan.kernel.read.indicators:overdue",
            better="down",
        ),
    ),
    customer_panels=(
        PanelSpec(title=_("Cases"), read="bihuan.web.customer.panels:cases"),
        PanelSpec(title=_("People"), read="bihuan.web.customer.panels:people"),
    ),
    contributions=(
        *("case.comment", "case.evidence", "case.resolve", "case.called_back", "case.verify"),
        *("customer.created", "customer.changed", "import:customers"),
    ),
    schedules=(
        ScheduleSpec(name="kernel.seal", run="bihuan.kernel.audit:seal", every_s=60),
        ScheduleSpec(name="kernel.retention", run="bihuan.kernel.retention:run", daily_at="03:10"),
        ScheduleSpec(name="kernel.obligations", run="bihuan.kernel.act.obligations:generate", every_s=900),
        ScheduleSpec(name="kernel.reports", run="bihuan.kernel.act.reports:plan", every_s=1800),
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
        ("causes", "bihuan.web.lists.causes:CausesListing"),
        ("posts", "bihuan.web.lists.duty:PostsListing"),
        ("escalation", "bihuan.web.lists.duty:RungsListing"),
        ("cases", "bihuan.web.lists.cases:CasesListing"),
        ("obligations", "bihuan.web.lists.obligations:ObligationsListing"),
        ("improvements", "bihuan.web.lists.improvements:ImprovementsListing"),
    ),
    timers=(
        TimerSpec(
            model="kernel.Case", fire="bihuan.kernel.act.cases:remind", related=("unit", "owner__superior")
        ),
        TimerSpec(
            model="kernel.Task",
            fire="bihuan.kernel.act.cases:remind_task",
            related=("case__unit", "owner__superior"),
        ),
        TimerSpec(model="kernel.Aim", fire="bihuan.kernel.act.strategy:fire", related=("unit", "owner")),
        TimerSpec(model="kernel.Report", fire="bihuan.kernel.act.reports:fire"),
        TimerSpec(model="kernel.Improvement", fire="bihuan.kernel.act.improvements:fire"),
        TimerSpec(model="kernel.Remedy", fire="bihuan.kernel.act.improvements:fire_remedy"),
        TimerSpec(
            model="kernel.Obligation",
            fire="bihuan.kernel.act.obligations:fire",
            related=("unit", "place", "customer", "owner"),
        ),
    ),
    ladder=(
        RungSpec(tells="owner", used=0.75),
        RungSpec(tells="owner"),
        RungSpec(tells="superior"),
        RungSpec(tells="manager", days_late=1),
        RungSpec(tells="director", days_late=5),
    ),
    jobs=(
        JobSpec(
            name="export",
            title=_("export"),
            run="bihuan.web.listing.background:run",
            describe="bihuan.web.listing.background:describe",
        ),
        JobSpec(name="report", title=_("report"), run="bihuan.kernel.act.reports:carry_out"),
    ),
    reports=(
        work("month", _("Work of the loop, monthly report"), "reports.month_day"),
        work("quarter", _("Work of the loop, quarterly report"), "reports.quarter_day"),
    ),
    notices=(
        ("job.done", _("Your file is ready: job %(job)s")),
        ("job.failed", _("Your job %(job)s has failed; its page says why")),
        ("report.late", _("A report of %(period)s is not published and past its day: number %(report)s")),
    ),
)
