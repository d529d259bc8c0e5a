"""Answers and scores over HTTP; codes and replies on codes are the kernel's (`/api/v1/surveys`)."""

from datetime import datetime
from typing import Any, Literal

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
from .act.answers import Told
from .models import Programme, Touchpoint
from .read.scores import score

router = Router(tags=["loyalty"])


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
    units = {
        row.code: row for row in visible(user, Unit.objects.filter(code__in=[a.unit for a in told.answers]))
    }
    numbers = [a.customer for a in told.answers if a.customer]
    rows = visible(user, Customer.objects.filter(number__in=numbers, erased_at=None))
    people = {row.number: row for row in rows}
    points = {
        row.code: row for row in Touchpoint.objects.filter(code__in=[a.touchpoint for a in told.answers])
    }
    given = []
    for each in told.answers:
        if timezone.is_naive(each.answered_at):
            raise HttpError(422, _("An instant needs its offset from UTC."))
        given.append(
            Told(
                key=each.key,
                score=each.score,
                unit=_known(units, each.unit),
                answered_at=each.answered_at,
                channel=each.channel,
                customer=_known(people, each.customer) if each.customer else None,
                touchpoint=_known(points, each.touchpoint) if each.touchpoint else None,
                segment=each.segment,
                text=each.text,
            )
        )
    taken = act.receive(programme=programme, told=given, user=user)
    fresh = [row for row, new in taken if new]
    cases = sorted({row.case.number for row in fresh if row.case})
    return {"new": len(fresh), "known": len(taken) - len(fresh), "cases": cases}


def _known(rows: dict[str, Any], key: str) -> Any:
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
