"""Two people before one case: who comes second hears of it before anything is written."""

from bihuan.kernel.models import Case, Event, User

QUIET = (
    *("case.comment", "case.evidence", "case.signal", "case.reported", "case.linked", "case.joined"),
    *("case.escalated", "case.overdue", "case.calendar", "task.escalated", "task.overdue"),
    "task.calendar",
)
"""Verbs that add to the story and leave stage, owner, limit and duties as they were."""


def changed_since(*, case: Case, user: User, since: int) -> Event | None:
    """What somebody else has last changed after the event `since`; None: the page that was read still holds.

    Holds the case until the caller's transaction ends, so that nobody comes in between.
    """
    Case.objects.select_for_update().only("pk").get(pk=case.pk)
    fresh = case.events.filter(pk__gt=since).filter(verb__regex=r"^(case|task)\.").exclude(verb__in=QUIET)
    return fresh.exclude(actor=user).select_related("actor").order_by("-pk").first()
