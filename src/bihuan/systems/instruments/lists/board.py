"""The board as a file: the rows that are on the screen, in their order."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.web.listing import Column, Listing
from bihuan.web.listing.state import State

from ..models import Instrument
from ..read.board import BoardRow
from ..words import FLAG, LINK, STATE


class Rows(list[BoardRow]):
    """A list where the export expects a query."""

    def iterator(self, chunk_size: int) -> Iterator[BoardRow]:
        return iter(self)


class BoardListing(Listing):
    """Export only; the page is drawn by its own view."""

    model = Instrument
    title = _("Live board of the instruments")
    url_name = "instruments:board"
    columns = (
        Column(key="code", label=_("instrument ID"), value=lambda row: row.shown.code),
        Column(key="name", label=_("instrument name"), value=lambda row: row.shown.name, width=24),
        Column(key="card", label=_("present card"), value=lambda row: row.shown.card or None),
        Column(
            key="user",
            label=_("present user"),
            value=lambda row: row.shown.user if row.shown.card else None,
        ),
        Column(key="place", label=_("floor and place"), value=lambda row: row.shown.place or None),
        Column(key="state", label=_("state"), value=lambda row: str(STATE[row.shown.state])),
        Column(key="flag", label=_("flags"), value=lambda row: str(FLAG.get(row.shown.flag, "")) or None),
        Column(key="since", label=_("since"), value=lambda row: row.shown.since, width=20),
        Column(key="link", label=_("link"), value=lambda row: str(LINK[row.shown.link])),
        Column(key="heard", label=_("last heard"), value=lambda row: row.heard.at, width=20),
    )

    def __init__(self, user: Any, rows: list[BoardRow], asked: list[tuple[str, str]]) -> None:
        super().__init__(user)
        self.rows, self.asked = Rows(rows), asked

    def matching(self, state: State) -> Any:
        return self.rows

    def ordered(self, rows: Any, state: State) -> Any:
        return rows

    def words(self, state: State) -> list[tuple[str, str]]:
        return self.asked
