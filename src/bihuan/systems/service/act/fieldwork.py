"""From an opened draw to the field: waves, windows and sessions; refusals, more windows, another day."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act import surveys
from bihuan.kernel.act.events import Plain, record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys.waves import Subject
from bihuan.kernel.models import QuestionnaireVersion, User
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.draw import whole
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Area, AskingWindow, Draw, DrawKind, Fieldwork, Hall, Refusal
from ..read.draws import drawn
from ..read.fieldwork import accepting
from ..read.frames import readers_of, working_days
from ..read.opening import openings
from ..rules.areas import Session
from ..rules.engines import Areas
from ..rules.quarters import Quarter
from ..rules.respondents import Interval, Window, cells, extension, interval, start, windows
from .questionnaires import questionnaire_for


def open_halls(*, draw: Draw, user: User, at: datetime) -> list[Fieldwork]:
    """A wave for each drawn hall, with windows that nobody chose. Raises Refused when the quarter is over."""
    version = questionnaire_for("hall", draw.unit)
    found = drawn(draw).items()
    return [_open_hall(draw, label, code, version, user, at) for label, codes in found for code in codes]


def open_areas(*, draw: Draw, user: User, at: datetime) -> list[Fieldwork]:
    """One wave for each session: area, reader, and a working day by ticket."""
    version = questionnaire_for("area", draw.unit)
    return [_open_session(draw, each, version, user, at) for each in _sessions(draw)]


def follow_swap(*, draw: Draw, gone: str, taken: str, user: User, at: datetime) -> None:
    """What fell away is asked no longer; what came in its place gets its wave."""
    left = Fieldwork.objects.select_related("wave__unit").filter(draw=draw, drawn=gone).first()
    if left:
        left.gone_at = at
        left.save(update_fields=["gone_at"])
        if left.wave.closed_at is None:
            surveys.withdraw_unused(wave=left.wave, user=user)
            surveys.close_wave(wave=left.wave, user=user, at=at)
    if not taken:
        return
    if draw.kind == DrawKind.AREAS:
        session = next(each for each in _sessions(draw) if each.unit == taken)
        _open_session(draw, session, questionnaire_for("area", draw.unit), user, at)
    else:
        label = next(label for label, units in drawn(draw).items() if taken in units)
        _open_hall(draw, label, taken, questionnaire_for("hall", draw.unit), user, at)


def _sessions(draw: Draw) -> Sequence[Session]:
    gone = list(draw.substitutions.values_list("gone", flat=True))
    plan, _swaps = Areas().plan(draw.seed, draw.year, draw.quarter, draw.frame, draw.params, gone)
    return plan


def _span(draw: Draw, at: datetime) -> tuple[Quarter, date, date]:
    """The quarter, the first day on which somebody can be asked, and the last."""
    quarter = Quarter(draw.year, draw.quarter)
    first = max(quarter.first, timezone.localdate(at) + timedelta(days=1))
    if first > quarter.last:
        raise Refused(_("This quarter is over: nobody can be asked any more."))
    return quarter, first, quarter.last


def _open_hall(
    draw: Draw, label: str, code: str, version: QuestionnaireVersion, user: User, at: datetime
) -> Fieldwork:
    hall = Hall.objects.select_related("place__unit").get(
        place__code=code, place__unit__path__startswith=draw.unit.path
    )
    quarter, first, last = _span(draw, at)
    wanted = int(value("service.survey.issued", quarter.first))
    name = f"{draw.period}|{code}"
    chosen, added, expected = _windows(draw, name, hall, (first, last), wanted)
    wave = surveys.open_wave(
        version=version,
        subject=Subject("hall", code, hall.place.name),
        unit=hall.place.unit,
        opens_at=at,
        closes_at=quarter.span(timezone.get_current_timezone())[1] - timedelta(seconds=1),
        wanted=wanted,
        period=draw.period,
        user=user,
    )
    made = Fieldwork.objects.create(
        draw=draw,
        wave=wave,
        label=label,
        drawn=code,
        hall=hall,
        every=expected.m if expected else 1,
        expected=round(float(expected.expected), 1) if expected else None,
        census=bool(expected and expected.census),
    )
    AskingWindow.objects.bulk_create(
        _window(made, draw, name, each, made.every or 1, each in added)
        for each in sorted(chosen | added, key=_id)
    )
    return made


def _id(window: Window) -> str:
    return window.id


def _windows(
    draw: Draw, name: str, hall: Hall, span: tuple[date, date], wanted: int
) -> tuple[set[Window], set[Window], Interval | None]:
    """Windows as drawn, those added because too few customers are expected; None: visitors not known."""
    minutes = int(value("service.survey.minutes", span[0]))
    spans = list(openings(hall, *span))
    chosen = windows(draw.seed, name, spans, int(value("service.survey.windows", span[0])), minutes)
    if not hall.footfall:
        return set(chosen), set(), None
    before = Quarter(draw.year, draw.quarter).previous
    open_minutes = sum(
        _minutes(each.opens, each.closes) for each in openings(hall, before.first, before.last)
    )
    every = cells(draw.seed, name, spans, minutes)
    share = accepting(draw.unit, before, span[0])
    taken = list(chosen)

    def expected() -> Interval:
        return interval(hall.footfall, max(open_minutes, 1), minutes * len(taken), wanted, share)

    opens = datetime.combine(span[0], time())
    while expected().census and (more := extension(draw.seed, name, every, taken, opens)):
        taken.append(more)
    return set(chosen), set(taken) - set(chosen), expected()


def _minutes(opens: time, closes: time) -> int:
    return 60 * (closes.hour - opens.hour) + closes.minute - opens.minute


def _window(made: Fieldwork, draw: Draw, name: str, each: Window, m: int, added: bool) -> AskingWindow:
    return AskingWindow(
        fieldwork=made,
        begins_at=timezone.make_aware(each.begins),
        ends_at=timezone.make_aware(each.ends),
        first=start(draw.seed, name, each, m),
        added=added,
    )


def _open_session(
    draw: Draw, session: Session, version: QuestionnaireVersion, user: User, at: datetime
) -> Fieldwork:
    area = Area.objects.select_related("unit").get(code=session.area)
    quarter, first, last = _span(draw, at)
    days = working_days(first, last)
    if not days:
        raise Refused(_("No working day of this quarter is left for a session."))
    label = f"{draw.period}|meter|{session.arm}"
    wave = surveys.open_wave(
        version=version,
        subject=Subject("area", session.unit, area.name),
        unit=area.unit,
        opens_at=at,
        closes_at=quarter.span(timezone.get_current_timezone())[1] - timedelta(seconds=1),
        wanted=int(value("service.meter.sheets", quarter.first)),
        period=draw.period,
        user=user,
    )
    return Fieldwork.objects.create(
        draw=draw,
        wave=wave,
        label=label,
        drawn=session.unit,
        area=area,
        reader=readers_of({session.reader}).get(session.reader),
        held_on=days[whole(draw.seed, f"{label}|day", session.unit, len(days))],
    )


def note_refusals(
    *, work: Fieldwork, user: User, count: int, why: str = "", at: datetime | None = None
) -> Refusal:
    """So many customers were asked and would not answer. Raises Refused once the batch is closed."""
    _require_open(work, user, "handle")
    if not 1 <= count <= 500:
        raise Refused(_("Say how many refused: 1 to 500."))
    now = at or timezone.now()
    with transaction.atomic():
        row = Refusal.objects.create(fieldwork=work, count=count, why=why.strip()[:120], at=now, by=user)
        _record("refused", work, user, now, count=count)
    return row


def add_window(*, work: Fieldwork, user: User, at: datetime | None = None) -> AskingWindow | None:
    """Customers were too few: the next window by ticket. Where none is left, the hall is a census.

    Raises Refused for a session, and once the batch is closed.
    """
    _require_open(work, user, "edit")
    now = at or timezone.now()
    hall, draw = work.hall, work.draw
    if hall is None:
        raise Refused(_("A session has its day: move it to another one."))
    name = f"{draw.period}|{work.drawn}"
    _quarter, first, last = _span(draw, draw.opened_at or now)
    minutes = int(value("service.survey.minutes", first))
    every = cells(draw.seed, name, openings(hall, first, last), minutes)
    used = {timezone.make_naive(row.begins_at) for row in work.windows.all()}
    taken = [each for each in every if each.begins in used]
    found = extension(draw.seed, name, every, taken, timezone.make_naive(now))
    with transaction.atomic():
        if found is None:
            work.census = True
            work.save(update_fields=["census"])
            _record("census", work, user, now)
            return None
        row = _window(work, draw, name, found, work.every or 1, added=True)
        row.save()
        _record("window", work, user, now)
    return row


def move_session(*, work: Fieldwork, user: User, on: date, reason: str, at: datetime | None = None) -> None:
    """Another day of the quarter, with the reason on record. Raises Refused for a day of rest."""
    _require_open(work, user, "edit")
    now = at or timezone.now()
    if work.area_id is None:
        raise Refused(_("A hall is asked in its windows: they cannot be moved."))
    quarter = Quarter(work.draw.year, work.draw.quarter)
    if on not in working_days(max(quarter.first, timezone.localdate(now)), quarter.last):
        raise Refused(_("Choose a working day of the quarter that is still to come."))
    if len(reason.strip()) < 4:
        raise Refused(_("Give a reason: the day was drawn."))
    with transaction.atomic():
        before, work.held_on, work.moved_why = work.held_on, on, reason.strip()[:200]
        work.save(update_fields=["held_on", "moved_why"])
        _record("moved", work, user, now, before=str(before), on=on.isoformat())


def _require_open(work: Fieldwork, user: User, verb: str) -> None:
    if not covers(user, work) or not may(user.role, verb):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if work.wave.closed_at is not None:
        raise Refused(_("This batch is closed: its figures are in use."))


def _record(verb: str, work: Fieldwork, user: User, at: datetime, **payload: Plain) -> None:
    subject = f"wave:{work.wave_id}"
    record(
        verb=f"fieldwork.{verb}", actor=user, case=None, subject=subject, system="service", at=at, **payload
    )
