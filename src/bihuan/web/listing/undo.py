"""Undo of the last batch act: kept in the session for a few minutes, taken back by the opposite act."""

import secrets
import time
from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode

from bihuan.kernel.models import User
from bihuan.web.listing.actions import Action, Outcome, take_back
from bihuan.web.listing.listing import Listing

KEY = "undo"
"""In the session, and in the address that 撤销 posts to."""
WITHIN_S = 300


def remember(request: HttpRequest, table: Listing, action: Action, outcome: Outcome) -> str:
    """The address that takes the act back; empty where it cannot be."""
    if action.undo is None or not outcome.done:
        return ""
    key = secrets.token_urlsafe(8)
    request.session[KEY] = {
        "key": key,
        "list": table.url_name,
        "action": action.key,
        "rows": outcome.done,
        "until": time.time() + WITHIN_S,
    }
    return f"{table.url()}?{urlencode({KEY: key})}"


def undo(request: HttpRequest, table: Listing, user: User) -> tuple[Action, Outcome] | None:
    """Take the remembered act back, once; None when it is another one, too old or done already."""
    kept: dict[str, Any] = request.session.get(KEY, {})
    if (kept.get("key"), kept.get("list")) != (request.GET.get(KEY), table.url_name):
        return None
    del request.session[KEY]
    action = next((each for each in table.visible_actions() if each.key == kept["action"]), None)
    if action is None or time.time() > kept["until"]:
        return None
    before = {int(key): value for key, value in kept["rows"]}
    rows = table.scope(table.base()).filter(pk__in=before).distinct()
    return action, take_back(action, rows, user, before)
