"""Pages of the loyalty system."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from bihuan.web.forms.views import Record, record_urls
from bihuan.web.listing import Listing, listing_urls

from .forms import BorrowedForm, GrowthForm, StageForm, TouchpointForm
from .lists.answers import AnswersListing
from .lists.growth import GrowthListing
from .lists.huddles import DecisionsListing, HuddlesListing
from .lists.invitations import DeclinedListing, InvitationsListing
from .lists.journey import StagesListing, TouchpointsListing
from .lists.programmes import BorrowedListing, FramesListing, MembersListing, ProgrammesListing
from .models import Borrowed, GrowthYear, JourneyStage, Touchpoint
from .views import asking, classes, draws, huddles, programmes, scores, sheets, voices

app_name = "loyalty"
RECORDS: dict[str, Record] = {
    "touchpoints/": Record(
        name="touchpoint",
        list_name="loyalty:touchpoints",
        model=Touchpoint,
        form=TouchpointForm,
        new_title=_("New touchpoint"),
        list_title=_("Touchpoints"),
    ),
    "journey/stages/": Record(
        name="stage",
        list_name="loyalty:stages",
        model=JourneyStage,
        form=StageForm,
        new_title=_("New stage"),
        list_title=_("Stages of the journey"),
        edit_verb="standards",
    ),
    "growth/": Record(
        name="growth-year",
        list_name="loyalty:growth",
        model=GrowthYear,
        form=GrowthForm,
        new_title=_("New year"),
        list_title=_("Earned growth"),
    ),
    "borrowed/": Record(
        name="loan",
        list_name="loyalty:borrowed",
        model=Borrowed,
        form=BorrowedForm,
        new_title=_("New entry"),
        list_title=_("Borrowed resources"),
    ),
}
TABLES: dict[str, type[Listing]] = {
    "growth/": GrowthListing,
    "answers/": AnswersListing,
    "journey/stages/": StagesListing,
    "touchpoints/": TouchpointsListing,
    "huddles/": HuddlesListing,
    "decisions/": DecisionsListing,
    "programmes/": ProgrammesListing,
    "invitations/": InvitationsListing,
    "not-asked/": DeclinedListing,
    "arms/": MembersListing,
    "classes/": FramesListing,
    "borrowed/": BorrowedListing,
}
urlpatterns: list[URLPattern | URLResolver] = [
    path("", scores.score, name="score"),
    path("branches/", scores.branch_table, name="branches"),
    path("by-class/", classes.by_class, name="by-class"),
    path("drivers/", scores.drivers, name="drivers"),
    path("response/", scores.response, name="response"),
    path("answers/<int:pk>/", voices.answer, name="answer"),
    path("playback/", voices.playback, name="playback"),
    path("journey/", voices.journey, name="journey"),
    path("huddles/new/", huddles.new, name="huddle-new"),
    path("huddles/<int:pk>/", huddles.huddle, name="huddle"),
    path("huddles/<int:pk>/step/", huddles.step, name="huddle-step"),
    path("adoption/", voices.adoption, name="adoption"),
    path("programmes/new/", programmes.edit, name="programme-new"),
    path("programmes/<int:pk>/", programmes.programme, name="programme"),
    path("programmes/<int:pk>/edit/", programmes.edit, name="programme-edit"),
    path("programmes/<int:pk>/step/", programmes.step, name="programme-step"),
    path("programmes/<int:pk>/draw/", draws.new, name="draw-new"),
    path("programmes/draws/<int:pk>/", draws.draw, name="draw"),
    path("programmes/draws/<int:pk>/step/", draws.step, name="draw-step"),
    path("programmes/draws/<int:pk>/record.json", draws.record, name="draw-record"),
    path("invitations/new/", asking.invite, name="invite"),
    path("invitations/bounces/", asking.bounces, name="bounces"),
    path("not-asked/new/", asking.not_asked, name="not-asked-new"),
    path("stop/<str:token>/", asking.stop, name="stop"),
    path("sheets/<slug:page>/", sheets.sheet, name="sheet"),
    path("programmes/<int:pk>/sheet/", sheets.programme_sheet, name="programme-sheet"),
]
for route, record in RECORDS.items():
    urlpatterns += record_urls(route, record)
for route, listing in TABLES.items():
    urlpatterns += listing_urls(route, listing)
