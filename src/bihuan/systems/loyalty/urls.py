"""Pages of the loyalty system."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from bihuan.web.forms.views import Record, record_urls
from bihuan.web.listing import listing_urls

from .forms import BorrowedForm, GrowthForm, StageForm, TouchpointForm
from .lists.answers import AnswersListing, InvitationsListing
from .lists.growth import GrowthListing
from .lists.huddles import DecisionsListing, HuddlesListing
from .lists.journey import StagesListing, TouchpointsListing
from .lists.programmes import BorrowedListing, FramesListing, MembersListing, ProgrammesListing
from .models import Borrowed, GrowthYear, JourneyStage, Touchpoint
from .views import huddles, programmes, scores, voices

app_name = "loyalty"
TOUCHPOINT = Record(
    name="touchpoint",
    list_name="loyalty:touchpoints",
    model=Touchpoint,
    form=TouchpointForm,
    new_title=_("New touchpoint"),
    list_title=_("Touchpoints"),
)
STAGE = Record(
    name="stage",
    list_name="loyalty:stages",
    model=JourneyStage,
    form=StageForm,
    new_title=_("New stage"),
    list_title=_("Stages of the journey"),
    edit_verb="standards",
)
GROWTH = Record(
    name="growth-year",
    list_name="loyalty:growth",
    model=GrowthYear,
    form=GrowthForm,
    new_title=_("New year"),
    list_title=_("Earned growth"),
)
LOAN = Record(
    name="loan",
    list_name="loyalty:borrowed",
    model=Borrowed,
    form=BorrowedForm,
    new_title=_("New entry"),
    list_title=_("Borrowed resources"),
)
urlpatterns: list[URLPattern | URLResolver] = [
    path("", scores.score, name="score"),
    path("branches/", scores.branch_table, name="branches"),
    path("drivers/", scores.drivers, name="drivers"),
    path("response/", scores.response, name="response"),
    *record_urls("growth/", GROWTH),
    *listing_urls("growth/", GrowthListing),
    path("answers/<int:pk>/", voices.answer, name="answer"),
    *listing_urls("answers/", AnswersListing),
    path("playback/", voices.playback, name="playback"),
    path("journey/", voices.journey, name="journey"),
    *record_urls("journey/stages/", STAGE),
    *listing_urls("journey/stages/", StagesListing),
    *record_urls("touchpoints/", TOUCHPOINT),
    *listing_urls("touchpoints/", TouchpointsListing),
    path("huddles/new/", huddles.new, name="huddle-new"),
    path("huddles/<int:pk>/", huddles.huddle, name="huddle"),
    path("huddles/<int:pk>/step/", huddles.step, name="huddle-step"),
    *listing_urls("huddles/", HuddlesListing),
    *listing_urls("decisions/", DecisionsListing),
    path("adoption/", voices.adoption, name="adoption"),
    path("programmes/new/", programmes.edit, name="programme-new"),
    path("programmes/<int:pk>/", programmes.programme, name="programme"),
    path("programmes/<int:pk>/edit/", programmes.edit, name="programme-edit"),
    path("programmes/<int:pk>/step/", programmes.step, name="programme-step"),
    *listing_urls("programmes/", ProgrammesListing),
    path("invitations/new/", programmes.invite, name="invite"),
    *listing_urls("invitations/", InvitationsListing),
    *listing_urls("arms/", MembersListing),
    *listing_urls("classes/", FramesListing),
    *record_urls("borrowed/", LOAN),
    *listing_urls("borrowed/", BorrowedListing),
]
