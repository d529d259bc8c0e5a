"""Questionnaires for programs: issue a code, hand in a reply, read what the replies amount to."""

from datetime import datetime
from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status
from ninja.errors import HttpError

from bihuan.kernel.act import surveys as act
from bihuan.kernel.act.surveys import NotOpen
from bihuan.kernel.act.surveys.take import Coming
from bihuan.kernel.models import Customer, Person, User, Wave
from bihuan.kernel.read import surveys as read
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.rules.surveys.answers import BadAnswer
from bihuan.kernel.rules.surveys.codes import spelled
from bihuan.kernel.scope import visible
from bihuan.web.api.pages import Page, page_of
from bihuan.web.api.token import Token, owner, reading

router = Router(tags=["surveys"])
surveying = Token("surveys")


class CountsOut(Schema):
    wanted: int
    issued: int
    returned: int
    valid: int


class WaveOut(Schema):
    id: int
    title: str
    questionnaire: str
    version: int
    subject_kind: str
    subject_key: str
    subject_name: str
    period: str
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    counts: CountsOut


class WavesOut(Schema):
    items: list[WaveOut]
    count: int
    next: str | None


class WaveFilter(Page):
    subject_kind: str = ""
    subject_key: str = ""
    period: str = ""


class SampleOut(Schema):
    n: int
    mean: float
    sd: float


class QuestionOut(Schema):
    code: str
    n: int
    counts: dict[str, int]
    sample: SampleOut | None


class FiguresOut(Schema):
    n: int = Field(description="Valid replies.")
    questions: list[QuestionOut]
    dimensions: dict[str, SampleOut] = Field(description="Points 0–100.")


class IssueIn(Schema):
    count: int = Field(1, ge=1, le=500)
    customers: list[str] = Field([], max_length=500, description="Customer numbers: a code for each of them.")
    interviewer: str = Field("", description="Staff number of the interviewer.")
    expires_at: datetime | None = None
    run: str = Field("", max_length=32, description="Of your choice; the same one never issues twice.")


class CodeOut(Schema):
    number: int
    code: str = Field(description="Given once: only its digest is kept.")
    spelled: str
    path: str = Field(description="Of the public page, below the address of this house.")
    customer: str | None
    expires_at: datetime


class CodesOut(Schema):
    items: list[CodeOut]


class ReplyIn(Schema):
    code: str = Field(max_length=20)
    key: str = Field(min_length=8, max_length=36, description="Of your choice; again: the same reply.")
    answers: dict[str, Any]
    language: Literal["zh-hans", "en"] = "zh-hans"
    took_s: float | None = Field(None, ge=0)


class ReplyOut(Schema):
    fresh: bool
    valid: bool
    reasons: list[str]


def mine(user: User, pk: int) -> Wave:
    rows = visible(user, Wave.objects.select_related("version__questionnaire", "unit"))
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def needed(user: User, verb: str) -> None:
    if not may(user.role, verb):
        raise PermissionDenied


@router.get("/waves", auth=reading, response=WavesOut, summary="Waves with their three counts, newest first")
def waves(request: HttpRequest, wanted: Query[WaveFilter]) -> dict[str, Any]:
    found = read.waves(subject_kind=wanted.subject_kind, subject_key=wanted.subject_key, period=wanted.period)
    rows = visible(owner(request), found).order_by("-opens_at", "-pk")
    shown = list(rows[wanted.offset : wanted.offset + wanted.limit])
    counts = read.counts(shown)
    return page_of(request, rows, wanted, lambda row: wave_out(row, counts[row.pk]))


def wave_out(row: Wave, counts: Any) -> dict[str, Any]:
    names = (
        "title",
        "subject_kind",
        "subject_key",
        "subject_name",
        "period",
        "opens_at",
        "closes_at",
        "closed_at",
    )
    parts = ("wanted", "issued", "returned", "valid")
    return {
        "id": row.pk,
        "questionnaire": row.version.questionnaire.key,
        "version": row.version.version,
        **{name: getattr(row, name) for name in names},
        "counts": {name: getattr(counts, name) for name in parts},
    }


@router.get(
    "/waves/{pk}/figures", auth=reading, response=FiguresOut, summary="What the valid replies amount to"
)
def figures(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Plain means and standard deviations with their n; withhold what rests on too few."""
    found = read.figures_of([mine(owner(request), pk)])
    return {
        "n": found.n,
        "questions": [
            {
                "code": each.code,
                "n": each.n,
                "counts": {str(value): count for value, count in each.counts.items()},
                "sample": each.sample._asdict() if each.sample else None,
            }
            for each in found.questions
        ],
        "dimensions": {name: sample._asdict() for name, sample in found.dimensions.items()},
    }


@router.post("/waves/{pk}/codes", auth=surveying, response={201: CodesOut}, summary="Issue one-time codes")
def issue(request: HttpRequest, pk: int, wanted: IssueIn) -> Status[dict[str, Any]]:
    """Refused by the rules (wave closed, run issued already): 409 with the reason."""
    user = owner(request)
    needed(user, "handle")
    wave = mine(user, pk)
    customers = _customers(user, wanted.customers)
    issued = act.issue_codes(
        wave=wave,
        count=wanted.count,
        run=wanted.run,
        interviewer=_interviewer(user, wanted.interviewer),
        customers=customers,
        expires_at=wanted.expires_at,
        user=user,
    )
    named: list[str | None] = [each.number for each in customers] or [None] * len(issued)
    return Status(
        201,
        {
            "items": [
                {
                    "number": each.number,
                    "code": each.code,
                    "spelled": spelled(each.code),
                    "path": reverse("survey", args=[each.code]),
                    "customer": customer,
                    "expires_at": each.expires_at,
                }
                for each, customer in zip(issued, named, strict=True)
            ]
        },
    )


def _customers(user: User, numbers: list[str]) -> list[Customer]:
    """In the order asked for; 422 names the first that is not there."""
    rows = visible(user, Customer.objects.filter(erased_at=None, number__in=numbers))
    found = {row.number: row for row in rows}
    for number in numbers:
        if number not in found:
            raise HttpError(422, _("No such customer within your units: %(number)s") % {"number": number})
    return [found[number] for number in numbers]


def _interviewer(user: User, number: str) -> Person | None:
    if not number:
        return None
    row = visible(user, Person.objects.filter(erased_at=None, number=number)).first()
    if row is None:
        raise HttpError(422, _("No person of your units has this staff number."))
    return row


@router.post("/replies", auth=surveying, response={200: ReplyOut, 201: ReplyOut}, summary="Hand in a reply")
def reply(request: HttpRequest, sent: ReplyIn) -> Status[dict[str, Any]]:
    """201 when it is new, 200 when the same key had arrived before; 409 when the code takes no reply."""
    user = owner(request)
    needed(user, "handle")
    found = read.find(sent.code)
    if found is None or not found.unit_path.startswith(user.unit.path):
        raise Http404
    coming = Coming(raw=sent.answers, key=sent.key, channel="api", language=sent.language, took_s=sent.took_s)
    try:
        taken = act.take(found=found, coming=coming, user=user)
    except BadAnswer as error:
        raise HttpError(422, _("Not an answer to the question %(code)s") % {"code": error.code}) from None
    except NotOpen as refusal:
        raise HttpError(409, refusal.standing) from None
    told = {"fresh": taken.fresh, "valid": taken.valid, "reasons": list(taken.reasons)}
    return Status(201 if taken.fresh else 200, told)
