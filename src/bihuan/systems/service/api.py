"""What devices of the service evaluation tell over HTTP."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.security import HttpBearer

from . import act
from .act.evaluator import Press
from .models import EvaluatorDevice

router = Router(tags=["service"])


class DeviceToken(HttpBearer):
    """`request.auth` becomes the device: it can tell its own ratings and see nothing."""

    openapi_description = "Token of an evaluator, shown when it is registered"

    def authenticate(self, request: HttpRequest, token: str) -> EvaluatorDevice | None:
        return act.device_of(token)


class RatingIn(Schema):
    id: str = Field(min_length=1, max_length=64, description="The device's own number of the press.")
    at: datetime = Field(description="When it was pressed, with its offset from UTC.")
    score: int = Field(description="1 to 5, five is best.")
    counter: str = Field("", max_length=16)
    transaction: str = Field("", max_length=48, description="Of the service that is rated, where known.")


class RatingsIn(Schema):
    ratings: list[RatingIn] = Field(max_length=1000)


class RefusedOut(Schema):
    id: str
    why: str = Field(description="ahead, old, naive or score")


class ReceivedOut(Schema):
    new: int
    known: int = Field(description="Told before: counted once.")
    refused: list[RefusedOut] = Field(description="Do not send these again.")


@router.post(
    "/evaluator/ratings",
    auth=DeviceToken(),
    response=ReceivedOut,
    summary="Ratings pressed on an evaluator, up to 1,000 at once",
)
def ratings(request: HttpRequest, told: RatingsIn) -> dict[str, Any]:
    """Sent again after a lost answer, or days later, each press counts once: the device may forget what was
    answered with 200. Presses of one service are put together when they are read.
    """
    device = getattr(request, "auth", None)
    if not isinstance(device, EvaluatorDevice):
        raise TypeError("this route asks for a device's token")
    presses = [Press(one.id, one.at, one.score, one.counter, one.transaction) for one in told.ratings]
    found = act.receive(device=device, presses=presses)
    refused = [{"id": key, "why": why} for key, why in found.refused]
    return {"new": found.new, "known": found.known, "refused": refused}
