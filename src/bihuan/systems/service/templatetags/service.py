"""The tabs between the pages of the service evaluation."""

from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse

from ..models import Call
from ..system.kinds import ANSWERS
from ..words import TABS

register = template.Library()


@register.inclusion_tag("service/tabs.html", takes_context=True)
def service_tabs(context: dict[str, Any]) -> dict[str, Any]:
    here = context["request"].path
    groups = [
        {
            "label": label,
            "url": reverse(pages[0][0]),
            "pages": [
                {"url": url, "label": text, "current": here.startswith(url)}
                for url, text in ((reverse(name), text) for name, text in pages)
            ],
        }
        for label, pages in TABS
    ]
    for group in groups:
        group["current"] = any(page["current"] for page in group["pages"])
    return {"groups": groups}


@register.filter
def answer_words(call: Call) -> str:
    """The answer of a call-back, in words."""
    return str(next((words for key, words, _means in ANSWERS if key == call.answer), "—"))


@register.filter
def plain(value: Decimal) -> str:
    """A weight as people write it: 0.25, not 0.2500."""
    return f"{value.normalize():f}"
