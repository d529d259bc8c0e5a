"""What several tables of the service evaluation share."""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Note, User
from bihuan.kernel.scope import visible
from bihuan.web.listing import Listing
from bihuan.web.listing.transfer.fields import Wrong, as_text

from ..words import without_numbers


class Table(Listing):
    """A table between the tabs of this system."""

    template = "service/listing.html"

    def context(self) -> dict[str, Any]:
        home = {"title": _("Service"), "url": reverse("service:calls")}
        return {"crumbs": [home, {"title": self.title}]}


def whole(most: int, least: int = 0) -> Any:
    """A parser of whole numbers from `least` to `most`."""

    def parse(raw: Any) -> int:
        found = as_text(raw)
        if not (found.isascii() and found.isdigit()) or not least <= int(found) <= most:
            raise Wrong(gettext("not a whole number from %(a)d to %(b)d") % {"a": least, "b": most})
        return int(found)

    return parse


def keys(user: User | None, rows: Any, name: str) -> dict[str, int]:
    """Natural key, casefolded, → key, for the rows that the user may see."""
    found = rows if user is None else visible(user, rows)
    return {str(key).casefold(): pk for key, pk in found.values_list(name, "pk")}


def looked_up(known: dict[str, int], raw: Any, why: str) -> int:
    found = known.get(as_text(raw).casefold())
    if found is None:
        raise Wrong(why)
    return found


def said_cell(row: Any) -> str:
    """What somebody said (`row.said`), fit to leave the house: numbers of people and meters are removed."""
    return without_numbers(row.said or "")


def first_note(case: str) -> Subquery:
    """The words with which a case was taken in; `case`: the way from the row to it."""
    notes = Note.objects.filter(case=OuterRef(case), event__verb="case.comment").order_by("pk")
    return Subquery(notes.values("text")[:1])
