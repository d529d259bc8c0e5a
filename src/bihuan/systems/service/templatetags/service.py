"""Words of the service evaluation's templates."""

from decimal import Decimal

from django import template

from ..models import Call
from ..read.inspections import title_of
from ..system.kinds import ANSWERS

register = template.Library()


@register.filter
def answer_words(call: Call) -> str:
    """The answer of a call-back, in words."""
    return str(next((words for key, words, _means in ANSWERS if key == call.answer), "—"))


@register.filter
def plain(value: Decimal) -> str:
    """A weight as people write it: 0.25, not 0.2500."""
    return f"{value.normalize():f}"


@register.simple_tag
def duty_title(key: str) -> str:
    """What a recurring duty is called."""
    return str(title_of(key))
