"""Answers and scores over HTTP; codes and replies on codes are the kernel's (`/api/v1/surveys`)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal, TypeVar

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from bihuan.kernel.models import Customer, Unit, User
from bihuan.kernel.rules.measures.standing import Standing
from bihuan.kernel.rules.periods import Period
from bihuan.kernel.scope import covers, visible
from bihuan.web.api.surveys import needed, surveying
from bihuan.web.api.token import owner, reading

from . import act
from .act import AskedElsewhere, Told
from .models import Programme, Touchpoint
from .read.scores import score

router = Router(tags=["loyalty"])
Row = TypeVar("Row")


class AnswerIn(Schema):
    key: str = Field(min_length=1, max_length=48, description="Your own number: again, the same answer.")
    unit: str = Field(description="Code of the unit.")
    score: int = Field(ge=0, le=10)
    answered_at: datetime
    channel: Literal["api", "social", "other"] = Field(
        "api", description="social and other: nobody asked, never in a score."
    )
    customer: str = ""
    touchpoint: str = ""
    segment: str = Field("", max_length=48)
    text: str = Field("", max_length=4000)
    invitation: str = Field("", max_length=48, description="Your number of the invitation that it answers.")


class InvitationIn(Schema):
    key: str = Field(
        min_length=1, max_length=48, description="Your own number: again, it is brought up to date."
    )
    unit: str = Field(description="Code of the unit.")
    invited_at: datetime
    channel: Literal["email", "link", "qr", "file", "api"] = "api"
    customer: str = ""
    touchpoint: str = ""
    segment: str = Field("", max_length=48)
    delivered_at: datetime | None = None
    opened_at: datetime | None = None
    failed: str = Field("", max_length=80, description="Why it could not be delivered; empty when it was.")


class InvitationsIn(Schema):
    programme: str
    invitations: list[InvitationIn] = Field(max_length=500)


class AskedOut(Schema):
    new: int
    changed: int
    known: int = Field(description="Told before, and nothing more is known.")


class BouncesOut(Schema):
    bounced: int = Field(description="Letters that count as undelivered now.")
    known: int
    answered: int = Field(description="Came back, and the code was answered all the same.")
    waiting: int = Field(description="Delays and receipts.")
    strangers: int = Field(description="About letters that are not ours.")
    unread: int = Field(description="No delivery status notifications.")


class AnswersIn(Schema):
    programme: str
    answers: list[AnswerIn] = Field(max_length=500)


class TakenOut(Schema):
    new: int
    known: int = Field(description="Told before: counted once.")
    cases: list[str] = Field(description="Numbers of the cases of new detractors.")


class ScoreOut(Schema):
    programme: str
    unit: str
    period: str
    n: int
    promoters: int
    passives: int
    detractors: int
    nps: float | None = Field(description="null below 10 answers")
    interval: list[float] | None
    standing: str = Field(description="withheld, tentative or firm")
    change: float | None
    p: float | None


@router.post(
    "/answers", auth=surveying, response=TakenOut, summary="Answers of another system, up to 500 at once"
)
def answers(request: HttpRequest, told: AnswersIn) -> dict[str, Any]:
    """All or none. Sent again after a lost answer each counts once."""
    user = owner(request)
    needed(user, "handle")
    programme = _programme(user, told.programme)
    known = _Known(user, told.answers)
    given = [
        Told(
            key=each.key,
            score=each.score,
            unit=known.unit(each.unit),
            answered_at=_exact(each.answered_at),
            channel=each.channel,
            asked_key=each.invitation,
            customer=known.customer(each.customer),
            touchpoint=known.touchpoint(each.touchpoint),
            segment=each.segment,
            text=each.text,
        )
        for each in told.answers
    ]
    taken = act.receive(programme=programme, told=given, user=user)
    fresh = [row for row, new in taken if new]
    cases = sorted({row.case.number for row in fresh if row.case})
    return {"new": len(fresh), "known": len(taken) - len(fresh), "cases": cases}


@router.post(
    "/invitations",
    auth=surveying,
    response=AskedOut,
    summary="Invitations of another system, up to 500 at once: the denominator of its answers",
)
def invitations(request: HttpRequest, told: InvitationsIn) -> dict[str, int]:
    """All or none. Sent again with more known they are brought up to date."""
    user = owner(request)
    needed(user, "handle")
    programme = _programme(user, told.programme)
    known = _Known(user, told.invitations)
    given = [
        AskedElsewhere(
            key=each.key,
            unit=known.unit(each.unit),
            invited_at=_exact(each.invited_at),
            channel=each.channel,
            customer=known.customer(each.customer),
            touchpoint=known.touchpoint(each.touchpoint),
            segment=each.segment,
            delivered_at=_exact(each.delivered_at) if each.delivered_at else None,
            opened_at=_exact(each.opened_at) if each.opened_at else None,
            failed=each.failed,
        )
        for each in told.invitations
    ]
    new, changed = act.asked_elsewhere(programme=programme, told=given, user=user)
    return {"new": new, "changed": changed, "known": len(given) - new - changed}


@router.post(
    "/bounces",
    auth=surveying,
    response=BouncesOut,
    summary="A delivery status notification as it came (message/rfc822 in the body)",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"message/rfc822": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def bounces(request: HttpRequest) -> dict[str, int]:
    """From a mail server's pipe. Sent again nothing changes."""
    needed(owner(request), "handle")
    return asdict(act.take_bounces(raw=[request.body]))


def _exact(at: datetime) -> datetime:
    if timezone.is_naive(at):
        raise HttpError(422, _("An instant needs its offset from UTC."))
    return at


class _Known:
    """What the rows name, within the units of the token's account, fetched together."""

    def __init__(self, user: User, rows: Sequence[AnswerIn | InvitationIn]) -> None:
        units = visible(user, Unit.objects.filter(code__in={row.unit for row in rows}))
        numbers = {row.customer for row in rows if row.customer}
        people = visible(user, Customer.objects.filter(number__in=numbers, erased_at=None))
        points = Touchpoint.objects.filter(code__in={row.touchpoint for row in rows})
        self.units = {row.code: row for row in units}
        self.people = {row.number: row for row in people}
        self.points = {row.code: row for row in points}

    def unit(self, code: str) -> Unit:
        return _found(self.units, code)

    def customer(self, number: str) -> Customer | None:
        return _found(self.people, number) if number else None

    def touchpoint(self, code: str) -> Touchpoint | None:
        return _found(self.points, code) if code else None


def _found(rows: dict[str, Row], key: str) -> Row:
    if key not in rows:
        raise HttpError(422, _("Not known within your units: %(key)s") % {"key": key})
    return rows[key]


def _programme(user: User, code: str) -> Programme:
    row = Programme.objects.select_related("unit").filter(code=code).first()
    if row is None or not (covers(user, row) or user.unit.path.startswith(row.unit.path)):
        raise Http404
    return row


@router.get(
    "/score", auth=reading, response=ScoreOut, summary="Score of a programme, unit and period, with interval"
)
def one_score(request: HttpRequest, programme: str, period: str, unit: str = "") -> dict[str, Any]:
    """`period`: 2026-Q4 or 2026-10."""
    user = owner(request)
    row = _programme(user, programme)
    at = visible(user, Unit.objects.all()).filter(code=unit).first() if unit else row.unit
    if at is None or not covers(user, at):
        raise Http404
    try:
        found = score(row, at, Period.read(period))
    except ValueError:
        raise HttpError(422, _("A period is a month (2026-10) or a quarter (2026-Q4).")) from None
    shown = found.reading.standing is not Standing.WITHHELD
    names = ("promoters", "passives", "detractors")
    return {
        "programme": row.code,
        "unit": at.code,
        "period": str(found.period),
        "n": found.answers.n,
        **dict(zip(names, found.answers, strict=True)),
        "nps": found.reading.score,
        "interval": list(found.reading.interval) if shown and found.reading.interval else None,
        "standing": found.reading.standing.value,
        "change": found.change.points if found.change else None,
        "p": found.change.test.p if found.change else None,
    }
