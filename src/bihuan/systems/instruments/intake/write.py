"""Effects of the rules as rows: every object once, in its last form, in the order of its keys."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bihuan.kernel import bulk
from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.cases.step import write as write_event
from bihuan.kernel.act.events import digest
from bihuan.kernel.act.evidence import keep
from bihuan.kernel.act.live import touch
from bihuan.kernel.intake.log import IntakeRow
from bihuan.kernel.models import Evidence

from .. import models
from ..rules import effects as fx
from ..rules import timers
from ..rules.state import Alarm, Photo, Session, State, Swipe, flag_names
from .load import World

MOST_REJECTS = 50
NO_ROW = IntakeRow(0, "", 0, 0, "", 0, "", "", b"", "", 0, False)
MEDIA = {"jpeg": "image/jpeg", "png": "image/png", "bmp": "image/bmp"}


class Writer:
    """Collects what a batch says, then writes it in a fixed order of tables."""

    def __init__(self, world: World, rows: dict[str, models.Instrument]) -> None:
        self.world = world
        self.rows = rows
        self.swipes: dict[Swipe, None] = {}
        self.sessions: dict[Session, None] = {}
        self.voided: dict[Session, None] = {}
        self.alarms: dict[Alarm, None] = {}
        self.photos: dict[Photo, IntakeRow] = {}
        self.attached: list[Photo] = []
        self.journals: list[tuple[fx.JournalFiled, IntakeRow]] = []
        self.cases: list[fx.CaseOpened] = []
        self.notes: list[fx.AlarmUnpictured] = []
        self.states: dict[str, State] = {}
        self.alarm_rows: dict[Alarm, models.Alarm] = {}

    def take(self, effects: Iterable[fx.Effect], row: IntakeRow) -> None:
        for effect in effects:
            self._take(effect, row)

    def take_due(self, effects: Iterable[fx.Effect]) -> None:
        """What time alone has brought: no row stands behind it, and no photo or journal is among it."""
        for effect in effects:
            self._take(effect, NO_ROW)

    def _take(self, effect: fx.Effect, row: IntakeRow) -> None:
        match effect:
            case fx.SwipeFiled(swipe) | fx.SwipeChanged(swipe) | fx.OrphanNoted(swipe):
                self.swipes[swipe] = None
            case fx.SessionOpened(session) | fx.SessionChanged(session) | fx.SessionClosed(session):
                self._session(session)
            case fx.SessionVoided(session):
                self.voided[session] = None
            case fx.AlarmBegan(alarm) | fx.AlarmChanged(alarm) | fx.AlarmEnded(alarm):
                self.alarms[alarm] = None
            case _:
                self._take_rare(effect, row)

    def _take_rare(self, effect: fx.Effect, row: IntakeRow) -> None:
        match effect:
            case fx.PhotoKept(photo):
                self.photos[photo] = row
            case fx.PhotoAttached(photo):
                self.attached.append(photo)
            case fx.JournalFiled():
                self.journals.append((effect, row))
            case fx.CaseOpened():
                self.cases.append(effect)
            case fx.AlarmUnpictured(alarm, _at):
                self.alarms[alarm] = None
                self.notes.append(effect)
            case _:
                return

    def _session(self, session: Session) -> None:
        """A session's opening swipe and its alarm have changed with it."""
        self.sessions[session] = None
        self.swipes[session.opening] = None
        if session.alarm is not None:
            self.alarms[session.alarm] = None

    def remember(self, code: str, state: State) -> None:
        self.states[code] = state

    def write(self) -> None:
        self._swipes()
        self._alarms()
        self._sessions()
        self._photos()
        self._journals()
        self._instruments()
        for case in self.cases:
            self._case(case)
        for note in self.notes:
            self._note(note)
        touch("instruments.board", self.states)

    def _key(self, code: str) -> int:
        return self.rows[code].pk

    def _swipes(self) -> None:
        rows = [(swipe, self._swipe_row(swipe)) for swipe in self.swipes]
        bulk.update(
            [row for swipe, row in rows if swipe.key],
            ["person", "at", "received_at", "noted_at", "role"],
        )
        fresh = [(swipe, row) for swipe, row in rows if not swipe.key]
        models.Swipe.objects.bulk_create([row for _, row in fresh])
        for swipe, row in fresh:
            swipe.key = row.pk

    def _swipe_row(self, swipe: Swipe) -> models.Swipe:
        return models.Swipe(
            pk=swipe.key,
            instrument_id=self._key(swipe.instrument),
            card=swipe.card,
            person_id=swipe.person.key if swipe.person else None,
            verb=swipe.verb,
            at=swipe.at,
            received_at=swipe.received_at,
            noted_at=swipe.noted_at,
            role=swipe.role,
        )

    def _alarms(self) -> None:
        rows = [(alarm, self._alarm_row(alarm)) for alarm in self.alarms]
        fields = ["ended_at", "reason", "card", "person", "shutdown_at", "noted"]
        bulk.update([row for alarm, row in rows if alarm.key], fields)
        fresh = [(alarm, row) for alarm, row in rows if not alarm.key]
        models.Alarm.objects.bulk_create([row for _, row in fresh])
        for alarm, row in fresh:
            alarm.key = row.pk
            self.alarm_rows[alarm] = row

    def _alarm_row(self, alarm: Alarm) -> models.Alarm:
        return models.Alarm(
            pk=alarm.key,
            instrument_id=self._key(alarm.instrument),
            began_at=alarm.began_at,
            ended_at=alarm.ended_at,
            reason=alarm.reason,
            card=alarm.card,
            person_id=alarm.person.key if alarm.person else None,
            shutdown_at=alarm.shutdown_at,
            noted=alarm.noted,
        )

    def _sessions(self) -> None:
        gone = [session.key for session in self.voided if session.key]
        if gone:
            models.Session.objects.filter(pk__in=gone).delete()
        rows = [(s, self._session_row(s)) for s in self.sessions if s not in self.voided]
        fields = ["card", "person", "started_at", "ended_at", "opening", "alarm", "flags", "source"]
        known = [row for session, row in rows if session.key]
        bulk.update([row for row in known if row.ended_at], fields)
        bulk.update([row for row in known if not row.ended_at], fields)
        fresh = [(session, row) for session, row in rows if not session.key]
        models.Session.objects.bulk_create([row for _, row in fresh])
        for session, row in fresh:
            session.key = row.pk

    def _session_row(self, session: Session) -> models.Session:
        return models.Session(
            pk=session.key,
            instrument_id=self._key(session.instrument),
            card=session.card,
            person_id=session.person.key if session.person else None,
            started_at=session.started_at,
            ended_at=session.ended_at,
            opening_id=session.opening.key or 0,
            alarm_id=session.alarm.key if session.alarm else None,
            flags=flag_names(session.flags),
            source=session.source,
        )

    def _photos(self) -> None:
        for photo, row in self.photos.items():
            instrument = self.rows[photo.instrument]
            evidence: Evidence = keep(
                sha256=photo.sha256,
                size=photo.size,
                media_type=MEDIA.get(row.text, "application/octet-stream"),
                unit=instrument.unit,
                at=photo.received_at,
                private=True,
            )
            models.Photo.objects.create(
                instrument=instrument,
                alarm_id=photo.alarm.key if photo.alarm else None,
                evidence=evidence,
                sha256=photo.sha256,
                received_at=photo.received_at,
                truncated=photo.truncated,
            )
            self._to_case(evidence, photo)
        for photo in self.attached:
            if photo.alarm and photo.key:
                models.Photo.objects.filter(pk=photo.key).update(alarm_id=photo.alarm.key)

    def _to_case(self, evidence: Evidence, photo: Photo) -> None:
        """A photo that comes after its alarm belongs to the alarm's case at once."""
        if photo.alarm is None or photo.alarm.key is None:
            return
        alarm = models.Alarm.objects.select_related("case").get(pk=photo.alarm.key)
        if alarm.case:
            Evidence.objects.filter(pk=evidence.pk).update(case=alarm.case)
            write_event(
                alarm.case,
                "evidence",
                actor=None,
                at=photo.received_at,
                evidence=evidence.pk,
                sha256=photo.sha256,
            )

    def _journals(self) -> None:
        for filed, row in self.journals:
            rejects = [line for line in filed.lines if line.outcome == "rejected"]
            models.Journal.objects.create(
                instrument_id=self._key(filed.instrument),
                received_at=filed.at,
                sha256=row.body,
                received=filed.received,
                matched=filed.count("matched"),
                inserted=filed.count("inserted"),
                duplicate=filed.count("duplicate"),
                rejected=filed.count("rejected"),
                skew_s=filed.skew_s,
                rejects=[{"line": r.text[:120], "reason": r.reason} for r in rejects[:MOST_REJECTS]],
            )

    def _instruments(self) -> None:
        changed = []
        for code, state in self.states.items():
            row = self.rows[code]
            row.idle_since, row.logged_off_at, row.noted_to = (
                state.idle_since,
                state.logged_off_at,
                state.noted_to,
            )
            if not state.silent:
                row.outage_since = None
            if state.roster_delivered is not None:
                row.roster_delivered = max(row.roster_delivered, state.roster_delivered)
            row.next_at = self._next_at(row, state)
            changed.append(row)
        fields = ["idle_since", "logged_off_at", "noted_to", "outage_since", "roster_delivered", "next_at"]
        bulk.update(changed, fields)

    def _next_at(self, row: models.Instrument, state: State) -> datetime | None:
        """Sooner when the new state asks for it; never later than what the row waits for already."""
        waits = [timers.picture_due(state), row.next_at]
        if state.session is not None:
            hours = row.overlong_h or 24
            waits.append(state.session.started_at + timedelta(hours=hours))
        return min((at for at in waits if at is not None), default=None)

    def _case(self, found: fx.CaseOpened) -> None:
        instrument = self.rows[found.instrument]
        case, fresh = open_case(breach=breach_of(instrument, found), detail=found.detail)
        if found.alarm and found.alarm.key:
            models.Alarm.objects.filter(pk=found.alarm.key).update(case=case)
        if fresh and found.alarm and found.alarm.key:
            pictures = models.Photo.objects.filter(alarm_id=found.alarm.key)
            Evidence.objects.filter(pk__in=pictures.values("evidence")).update(case=case)

    def _note(self, note: fx.AlarmUnpictured) -> None:
        alarm = models.Alarm.objects.select_related("case").get(pk=note.alarm.key or 0)
        if alarm.case:
            write_event(alarm.case, "no_photo", actor=None, at=note.at)


def breach_of(instrument: models.Instrument, found: fx.CaseOpened) -> Breach:
    return Breach(
        kind=found.kind,
        subject=instrument.code,
        subject_name=instrument.name,
        episode=digest(found.episode),
        detail=digest(found.card) if found.card else "",
        at=found.opened_at,
        unit=instrument.unit,
        place=instrument.place,
        owner=instrument.owner,
    )
