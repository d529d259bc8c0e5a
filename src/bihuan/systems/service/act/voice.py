"""The quarter's scoring: who scores what, blind to the others, and what follows when they do not agree."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import CallScore, CardSubject, Draw, Recording, Review
from ..read.scorecards import card_on, items_of
from ..read.voice import Result, barred, due_calls, result
from ..rules.scorecard import MarkError, total


def begin_review(*, draw: Draw, user: User, at: datetime) -> Review:
    """The calls are drawn: they can be scored, by the scorecard in force that day.

    Raises Refused when no scorecard for calls is in force.
    """
    card = card_on(CardSubject.CALLS, timezone.localdate(at))
    if card is None:
        raise Refused(_("Put a scorecard for calls in force first."))
    return Review.objects.create(draw=draw, card=card, begun_at=at)


def score(
    *,
    review: Review,
    recording: Recording,
    user: User,
    marks: Mapping[int, float | None],
    note: str = "",
    at: datetime | None = None,
) -> CallScore:
    """One person's score of one call; nobody scores a call twice in a round, or after it is complete.

    Raises Refused for a call that was not drawn or needs no score, for the agent himself and who reports to
    him, and for marks that the card does not allow.
    """
    now = at or timezone.now()
    with transaction.atomic():
        row = (
            Review.objects.select_for_update(of=("self",))
            .select_related("draw__unit", "card")
            .get(pk=review.pk)
        )
        _require_scorer(row, recording, user)
        try:
            found = total(items_of(row.card), dict(marks))
        except MarkError as error:
            raise Refused(_("Give every item a mark that it allows.")) from error
        if found.score is None:
            raise Refused(_("Nothing on the card applies: replace the call instead."))
        made = CallScore.objects.create(
            review=row,
            recording=recording,
            scorer=user,
            round=row.round,
            marks={str(key): mark for key, mark in marks.items()},
            total=Decimal(str(round(found.score, 2))),
            vetoed=bool(found.vetoed),
            note=note.strip()[:400],
            at=now,
        )
        record(
            verb="call.scored",
            actor=user,
            subject=recording.code,
            system="service",
            at=now,
            review=row.pk,
            round=row.round,
            total=str(made.total),
        )
        _follow(row, recording, now)
    return made


def recalibrate(*, review: Review, user: User, at: datetime | None = None) -> Review:
    """The scorers have agreed how to score: what they scored apart is scored again, in a new round.

    Raises Refused while scores are missing, and when they agree.
    """
    now = at or timezone.now()
    with transaction.atomic():
        row = Review.objects.select_for_update(of=("self",)).select_related("draw__unit").get(pk=review.pk)
        if not covers(user, row) or not may(user.role, "edit"):
            raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
        if result(row).agreement.state != "apart":
            raise Refused(_("Only scores that are complete and lie apart are given again."))
        row.round += 1
        row.save(update_fields=["round"])
        record(
            verb="review.recalibrated",
            actor=user,
            subject=f"draw:{row.draw_id}",
            system="service",
            at=now,
            round=row.round,
        )
    return row


def _require_scorer(review: Review, recording: Recording, user: User) -> None:
    if not covers(user, review) or not may(user.role, "verify"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    due = next((each for each in due_calls(review) if each.code == recording.code), None)
    if due is None:
        raise Refused(_("This call was not drawn in this quarter."))
    if barred(user, recording):
        raise Refused(_("Nobody scores their own calls, or those of a superior. Leave it to somebody else."))
    if user.pk in due.scores:
        raise Refused(_("You have scored this call already."))
    if not due.missing:
        raise Refused(_("This call has all its scores."))


def _follow(review: Review, recording: Recording, at: datetime) -> None:
    """A call with all its scores is open to everybody; a quarter with all of them is judged."""
    calls = due_calls(review)
    if not any(each.missing for each in calls if each.code == recording.code):
        review.scores.filter(recording=recording).update(shown=True)
    found = result(review, calls)
    if found.agreement.state == "apart":
        _open_case(review, found, at)


def _open_case(review: Review, found: Result, at: datetime) -> None:
    """One case a quarter: a further round that fails joins it while it is open."""
    draw = review.draw
    case, _fresh = open_case(
        breach=Breach(
            kind="scorers_disagree",
            subject=f"95598-{draw.period}",
            subject_name=f"{draw.unit.name} {draw.period}",
            detail=f"draw-{draw.pk}",
            episode=f"draw-{draw.pk}-{review.round}",
            at=at,
            unit=draw.unit,
        ),
        alpha=round(found.agreement.alpha or 0, 4),
        least=found.limit,
        calls=found.agreement.calls,
        round=review.round,
    )
    review.case = case
    review.save(update_fields=["case"])
