"""Pages of the service evaluation."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from bihuan.web.forms.views import Record, record_urls
from bihuan.web.listing import listing_urls

from .forms import AreaForm, StaffForm
from .lists.calls import CallsListing, ComplaintsListing
from .lists.draws import DrawsListing, ScorecardsListing
from .lists.halls import HallsListing
from .lists.staff import AreasListing, StaffListing
from .lists.voice import MeetingsListing, RecordingsListing, ScoresListing
from .models import Area, Staff
from .views import calls, draws, halls, meetings, recordings, scorecards, voice

app_name = "service"
MEMBER = Record(
    name="member",
    list_name="service:staff",
    model=Staff,
    form=StaffForm,
    new_title=_("New member of staff"),
    list_title=_("Staff"),
)
AREA = Record(
    name="area",
    list_name="service:areas",
    model=Area,
    form=AreaForm,
    new_title=_("New area"),
    list_title=_("Meter-reading areas"),
)
urlpatterns: list[URLPattern | URLResolver] = [
    *listing_urls("calls/", CallsListing),
    path("calls/<int:pk>/", calls.call, name="call"),
    path("complaints/new/", calls.new_complaint, name="complaint-new"),
    *listing_urls("complaints/", ComplaintsListing),
    path("recordings/new/", recordings.upload, name="recording-new"),
    *listing_urls("recordings/", RecordingsListing),
    path("recordings/<int:pk>/", recordings.recording, name="recording"),
    path("recordings/<int:pk>/audio/", recordings.audio, name="audio"),
    path("recordings/<int:pk>/edit/", recordings.edit, name="recording-edit"),
    path("scoring/", voice.scoring, name="scoring"),
    path("scoring/<int:pk>/", voice.review, name="review"),
    path("scoring/<int:pk>/recalibrate/", voice.recalibrate, name="recalibrate"),
    path("scoring/<int:pk>/<str:code>/", voice.sheet, name="sheet"),
    *listing_urls("scores/", ScoresListing),
    path("meetings/new/", meetings.edit, name="meeting-new"),
    *listing_urls("meetings/", MeetingsListing),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/edit/", meetings.edit, name="meeting-edit"),
    path("meetings/<int:pk>/step/", meetings.step, name="meeting-step"),
    path("draws/new/", draws.new, name="draw-new"),
    *listing_urls("draws/", DrawsListing),
    path("draws/<int:pk>/", draws.draw, name="draw"),
    path("draws/<int:pk>/record.json", draws.record, name="draw-record"),
    path("draws/<int:pk>/step/", draws.step, name="draw-step"),
    path("scorecards/new/", scorecards.new, name="scorecard-new"),
    *listing_urls("scorecards/", ScorecardsListing),
    path("scorecards/<int:pk>/", scorecards.card, name="scorecard"),
    path("scorecards/<int:pk>/in-force/", scorecards.in_force, name="scorecard-in-force"),
    path("halls/new/", halls.hall, name="hall-new"),
    *listing_urls("halls/", HallsListing),
    *record_urls("staff/", MEMBER),
    *listing_urls("staff/", StaffListing),
    *record_urls("areas/", AREA),
    *listing_urls("areas/", AreasListing),
    path("hall/<str:code>/", halls.hall, name="hall"),
]
