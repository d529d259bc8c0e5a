"""Pages of the instruments; an instrument's own page stands below its identifier, after all others."""

from django.urls import URLPattern, URLResolver, path

from bihuan.web.listing import listing_urls

from .lists.alarms import AlarmsListing
from .lists.journals import JournalsListing, OrphansListing
from .lists.permits import PermitsListing
from .lists.register import InstrumentsListing
from .lists.sessions import SessionsListing
from .views import acts, board, instrument, photos, tray

app_name = "instruments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", board.page, name="board"),
    path("export/", board.export, name="board-export"),
    *listing_urls("list/", InstrumentsListing),
    *listing_urls("permits/", PermitsListing),
    *listing_urls("sessions/", SessionsListing),
    *listing_urls("alarms/", AlarmsListing),
    *listing_urls("journals/", JournalsListing),
    *listing_urls("orphans/", OrphansListing),
    path("journals/<int:pk>/", tray.journal, name="journal"),
    path("journals/<int:pk>/file/", tray.journal_file, name="journal-file"),
    path("photos/", photos.page, name="photos"),
    path("photos/<int:pk>/preview/", photos.preview, name="preview"),
    path("photos/<int:pk>/attach/", photos.attach, name="attach"),
    path("unknown/", tray.unknown, name="unknown"),
    path("maintenance/", tray.maintenance, name="maintenance"),
    path("new/", acts.new, name="new"),
    path("<str:code>/", instrument.page, name="instrument"),
    path("<str:code>/drawer/", board.drawer, name="drawer"),
    path("<str:code>/edit/", acts.edit, name="edit"),
    path("<str:code>/step/", acts.step, name="step"),
]
