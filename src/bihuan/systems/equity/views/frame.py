"""What several pages of customer equity share."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.act.refusal import Refused


def crumbs(list_name: str, list_title: str, last: str) -> list[dict[str, Any]]:
    """The way back: system, table, this page."""
    home = {"title": _("Customer equity"), "url": reverse("equity:board")}
    if list_name == "equity:board":
        return [home, {"title": last}]
    return [home, {"title": list_title, "url": reverse(list_name)}, {"title": last}]


def told(request: HttpRequest, refusal: Refused) -> None:
    """What the rules refuse is told as a message on the page that follows."""
    messages.warning(request, str(refusal.message))
