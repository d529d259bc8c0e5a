"""What the rest of the house must know about the instruments."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.manifest import (
    CaseKind,
    LiveTopic,
    PanelSpec,
    Part,
    ReportSpec,
    ScheduleSpec,
    SectionSpec,
    StandardSpec,
    System,
    TimerSpec,
)

from .words import PAGES

JUDGED = (
    ("violation", pgettext_lazy("verdict", "Violation")),
    ("false_alarm", pgettext_lazy("verdict", "False alarm")),
    ("excused", pgettext_lazy("verdict", "Excused")),
)
REPAIRED = (
    ("put_right", pgettext_lazy("verdict", "Put right")),
    ("false_alarm", pgettext_lazy("verdict", "False alarm")),
)


def limit(kind: str, title: StrOrPromise, days: int) -> StandardSpec:
    """How long a case of this kind may take."""
    return StandardSpec(
        key=f"instruments.{kind}.days",
        title=title,
        value=Decimal(days),
        measured_in="working days",
        origin="ours",
        source=gettext_noop("ours: the original names no limit"),
    )


def threshold(
    key: str, title: StrOrPromise, value: int, measured_in: str, source: str, origin: str = "ours"
) -> StandardSpec:
    return StandardSpec(
        key=f"instruments.{key}",
        title=title,
        value=Decimal(value),
        measured_in=measured_in,
        origin=origin,
        source=source,
    )


STANDARDS = (
    threshold(
        "heartbeat", _("heartbeat interval"), 30, "s", gettext_noop("chapter 4: 定时30s发送一次"), "original"
    ),
    threshold(
        "refresh",
        _("refresh of the live board"),
        60,
        "s",
        gettext_noop("chapter 4: 每一分钟刷新一次"),
        "original",
    ),
    threshold(
        "online", _("online while the last beat is younger than"), 75, "s", gettext_noop("ours: 2.5 beats")
    ),
    threshold(
        "stale", _("stale while the last beat is younger than"), 150, "s", gettext_noop("ours: 5 beats")
    ),
    threshold("silence", _("offline case after silence of"), 300, "s", gettext_noop("ours: 10 beats")),
    threshold("overlong", _("session is overlong after"), 24, "h", gettext_noop("ours: a day")),
    threshold(
        "photo_wait", _("an alarm should have a photo within"), 60, "s", gettext_noop("ours: two beats")
    ),
    threshold(
        "report_day",
        _("monthly report is due on day"),
        5,
        "day of next month",
        gettext_noop("ours: two working days after the loop's report"),
    ),
    limit("unswiped_use", _("settle use without a swipe"), 2),
    limit("unknown_card", _("settle use with an unknown card"), 3),
    limit("not_authorised", _("settle use without authorisation"), 3),
    limit("cooldown", _("settle use during the rest period"), 5),
    limit("close_missing", _("settle a missing log-off"), 5),
    limit("overlong", _("settle an overlong session"), 2),
    limit("offline", _("bring a terminal back"), 1),
    limit("clock_skew", _("set a terminal's clock"), 5),
    limit("service", _("service an instrument that is due"), 10),
)

CASE_KINDS = (
    CaseKind(
        key="unswiped_use",
        title=_("used without a swipe"),
        severity=3,
        limit="instruments.unswiped_use.days",
        advice=_("Find out who used the instrument, from the late swipe or the photo, and give a verdict."),
        verdicts=JUDGED,
    ),
    CaseKind(
        key="unknown_card",
        title=_("used with an unknown card"),
        severity=2,
        limit="instruments.unknown_card.days",
        advice=_("Register the card, or find out whose it is."),
        verdicts=JUDGED,
    ),
    CaseKind(
        key="not_authorised",
        title=_("used without authorisation"),
        severity=2,
        limit="instruments.not_authorised.days",
        advice=_("Train and authorise the person, or talk to them."),
        verdicts=JUDGED,
    ),
    CaseKind(
        key="cooldown",
        title=_("used during the rest period"),
        severity=2,
        limit="instruments.cooldown.days",
        advice=_("Check the instrument and remind the user of the rest period."),
        verdicts=JUDGED,
    ),
    CaseKind(
        key="close_missing",
        title=_("log-off is missing"),
        severity=1,
        limit="instruments.close_missing.days",
        advice=_("Ask the user when the use ended; remind them to log off."),
        verdicts=JUDGED,
    ),
    CaseKind(
        key="overlong",
        title=_("session is overlong"),
        severity=2,
        limit="instruments.overlong.days",
        advice=_("Check whether the instrument still runs and who is with it."),
        verdicts=JUDGED,
        standard="instruments.overlong",
    ),
    CaseKind(
        key="offline",
        title=_("terminal is offline"),
        severity=3,
        limit="instruments.offline.days",
        advice=_("Check power and network of the terminal."),
        verdicts=REPAIRED,
        standard="instruments.silence",
    ),
    CaseKind(
        key="clock_skew",
        title=_("terminal's clock is wrong"),
        severity=1,
        limit="instruments.clock_skew.days",
        advice=_("Set the clock of the terminal."),
        verdicts=REPAIRED,
    ),
    CaseKind(
        key="service",
        title=_("service is due"),
        severity=1,
        limit="instruments.service.days",
        advice=_("Service the instrument and record it."),
        verdicts=REPAIRED,
    ),
)

READ = "bihuan.systems.instruments.read.report"
REPORTS = (
    ReportSpec(
        key="instruments.month",
        title=_("Instruments, monthly report"),
        kind="month",
        day="instruments.report_day",
        units=f"{READ}:units",
        sections=(
            SectionSpec(key="use", title=_("Use"), read=f"{READ}:use"),
            SectionSpec(key="alarms", title=_("Use without a swipe"), read=f"{READ}:alarms"),
            SectionSpec(key="offline", title=_("Terminals away"), read=f"{READ}:offline"),
        ),
    ),
)

SYSTEM = System(
    name="instruments",
    title=_("Instruments"),
    group="field",
    icon="microscope",
    parts=(Part(title=_("Instruments"), pages=PAGES),),
    standards=STANDARDS,
    case_kinds=CASE_KINDS,
    timers=(TimerSpec(model="instruments.Instrument", fire="bihuan.systems.instruments.intake.due:fire"),),
    schedules=(
        ScheduleSpec(
            name="instruments.service", run="bihuan.systems.instruments.act:open_due", daily_at="07:30"
        ),
        ScheduleSpec(
            name="instruments.keep",
            run="bihuan.systems.instruments.act.keep:remove_old_journals",
            daily_at="03:20",
        ),
    ),
    reports=REPORTS,
    intake="bihuan.systems.instruments.intake:Handler",
    live=(
        LiveTopic(
            topic="instruments.board",
            render="bihuan.systems.instruments.live:render",
            stale="bihuan.systems.instruments.live:stale",
            counts="bihuan.systems.instruments.live:counts",
        ),
    ),
    tiles="bihuan.systems.instruments.tiles:tiles",
    case_panel="bihuan.systems.instruments.panel:case_panel",
    customer_panels=(
        PanelSpec(title=_("Instruments"), read="bihuan.systems.instruments.panel:customer_panel"),
    ),
    wall="bihuan.systems.instruments.panel:wall",
    search="bihuan.systems.instruments.search:search",
    transfers=(
        ("instruments", "bihuan.systems.instruments.lists.register:InstrumentsListing"),
        ("permits", "bihuan.systems.instruments.lists.permits:PermitsListing"),
        ("sessions", "bihuan.systems.instruments.lists.sessions:SessionsListing"),
        ("alarms", "bihuan.systems.instruments.lists.alarms:AlarmsListing"),
        ("journals", "bihuan.systems.instruments.lists.journals:JournalsListing"),
        ("orphans", "bihuan.systems.instruments.lists.journals:OrphansListing"),
    ),
    sample="bihuan.systems.instruments.sample:load",
    erase="bihuan.systems.instruments.act:erase",
    people_changed="bihuan.systems.instruments.act:people_changed",
    clear_unit="bihuan.systems.instruments.sample:clear",
    api="bihuan.systems.instruments.api:router",
)
