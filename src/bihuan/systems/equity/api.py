"""What a shop's app tells over HTTP."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from bihuan.kernel.rules.surveys.codes import spelled
from bihuan.web.api.token import Token, owner

from .act.near import trigger

router = Router(tags=["equity"])
offering = Token("offers")


class NearIn(Schema):
    customer: str = Field(min_length=1, max_length=32, description="Customer number.")
    shop: str = Field(min_length=1, max_length=32, description="Code of the shop's unit; no coordinates.")


class CouponOut(Schema):
    code: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    valid_to: date


class NearOut(Schema):
    coupon: CouponOut | None
    why: str = Field(
        description="Empty with a coupon; else location, consent, partner, run, rule, case, rest or offer."
    )


@router.post(
    "/near",
    auth=offering,
    response=NearOut,
    summary="A customer is near a shop",
)
def near(request: HttpRequest, told: NearIn) -> dict[str, Any]:
    """A coupon where the customer agreed to the use of the location and to personal offers in the app.

    Without the first nothing of this request is stored, neither where nor that somebody was there; a number
    that is nobody's gets the same answer.
    """
    found = trigger(number=told.customer, shop=told.shop, user=owner(request))
    if found.coupon is None:
        return {"coupon": None, "why": found.why}
    offer = found.coupon.offer
    return {
        "coupon": {
            "code": spelled(found.code),
            "title_zh": offer.title_zh,
            "title_en": offer.title_en,
            "text_zh": offer.text_zh,
            "text_en": offer.text_en,
            "valid_to": found.coupon.valid_to,
        },
        "why": "",
    }
