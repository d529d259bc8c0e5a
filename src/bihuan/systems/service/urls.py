"""Pages of the service evaluation."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.web.forms.views import Record, record_urls
from bihuan.web.listing import listing_urls
from bihuan.web.surveys.phone import worker

from .act.supervision import erase_supervisor
from .forms import (
    AreaForm,
    HallDayForm,
    IndexForm,
    ItemForm,
    PlanItemForm,
    ReadingForm,
    StaffForm,
    SupervisorForm,
)
from .lists.calls import CallsListing, ComplaintsListing
from .lists.calls_made import CallsMadeListing
from .lists.draws import DrawsListing, ScorecardsListing
from .lists.evaluation import ItemsListing, ReadingsListing
from .lists.evaluator import DevicesListing, EvaluatorListing, RatingsListing
from .lists.external import IndicesListing
from .lists.fieldwork import FieldworkListing
from .lists.hall_days import HallDaysListing
from .lists.halls import HallsListing
from .lists.inspections import InspectionsListing
from .lists.plans import AttendancesListing, PlanListing, TrainingsListing
from .lists.rising import RisingListing
from .lists.spotchecks import SpotChecksListing
from .lists.staff import AreasListing, StaffListing
from .lists.supervisors import SupervisorsListing, TipsListing
from .lists.voice import MeetingsListing, RecordingsListing, ScoresListing
from .models import Area, ExternalIndex, HallDay, Item, PlanItem, Reading, Staff, Supervisor
from .views import (
    calls,
    complaints,
    covered,
    draws,
    evaluation,
    evaluator,
    external,
    field_control,
    fieldwork,
    first_steps,
    halls,
    inspections,
    meetings,
    plans,
    ranking,
    recordings,
    scorecards,
    spotchecks,
    supervision,
    voice,
)

app_name = "service"
MEMBER = Record(
    name="member",
    list_name="service:staff",
    model=Staff,
    form=StaffForm,
    new_title=_("New member of staff"),
    list_title=_("Staff"),
)
HALL_DAY = Record(
    name="hall-day",
    list_name="service:hall-days",
    model=HallDay,
    form=HallDayForm,
    new_title=_("New special day"),
    list_title=_("Special days of halls"),
)
AREA = Record(
    name="area",
    list_name="service:areas",
    model=Area,
    form=AreaForm,
    new_title=_("New area"),
    list_title=_("Meter-reading areas"),
)
SUPERVISOR = Record(
    name="supervisor",
    list_name="service:supervisors",
    model=Supervisor,
    form=SupervisorForm,
    new_title=_("New supervisor"),
    list_title=_("Community supervisors"),
    erase=lambda row, actor: erase_supervisor(supervisor=row, actor=actor),
)
PLAN_ITEM = Record(
    name="plan-item",
    list_name="service:plan",
    model=PlanItem,
    form=PlanItemForm,
    new_title=_("New item"),
    list_title=_("Yearly plan"),
)
OVERSIGHT: list[URLPattern | URLResolver] = [
    path("supervisors/cards/", supervision.cards, name="supervisor-cards"),
    *record_urls("supervisors/", SUPERVISOR),
    *listing_urls("supervisors/", SupervisorsListing),
    path("tips/new/", supervision.new_tip, name="tip-new"),
    path("tips/<int:pk>/told/", supervision.told, name="tip-told"),
    *listing_urls("tips/", TipsListing),
    path("spot-checks/<int:pk>/", spotchecks.spot_check, name="spot-check"),
    *listing_urls("spot-checks/", SpotChecksListing),
    *record_urls("plan/", PLAN_ITEM),
    *listing_urls("plan/", PlanListing),
    path("trainings/new/", plans.training, name="training-new"),
    path("trainings/<int:pk>/", plans.training, name="training"),
    *listing_urls("trainings/attendances/", AttendancesListing),
    *listing_urls("trainings/", TrainingsListing),
    path("rising-causes/<int:pk>/", plans.rising_cause, name="rising-cause"),
    *listing_urls("rising-causes/", RisingListing),
    path("alike/<str:number>/", complaints.alike, name="alike"),
]
ITEM = Record(
    name="item",
    list_name="service:items",
    model=Item,
    form=ItemForm,
    new_title=pgettext_lazy("evaluation", "New item"),
    list_title=_("Evaluation items"),
    edit_verb="standards",
)
READING = Record(
    name="reading",
    list_name="service:readings",
    model=Reading,
    form=ReadingForm,
    new_title=_("New figure"),
    list_title=_("Entered figures"),
)
INDEX = Record(
    name="index",
    list_name="service:indices",
    model=ExternalIndex,
    form=IndexForm,
    new_title=_("New index"),
    list_title=_("Third-party index"),
)
VOICE: list[URLPattern | URLResolver] = [
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
]
"""Recordings of the hotline: what is drawn, how it is scored, and the meetings that follow."""
INSPECTIONS: list[URLPattern | URLResolver] = [
    path("due/", inspections.due, name="due"),
    path("coverage/", covered.page, name="coverage"),
    path("inspect/worker.js", worker, name="inspect-worker"),
    path("inspect/<str:kind>/<str:code>/", inspections.sheet, name="inspect"),
    path("inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("inspections/<int:pk>/correct/", inspections.correct, name="inspection-correct"),
    path("inspections/<int:pk>/void/", inspections.void, name="inspection-void"),
    *listing_urls("inspections/", InspectionsListing),
]
FIELDWORK: list[URLPattern | URLResolver] = [
    *listing_urls("fieldwork/", FieldworkListing),
    path("fieldwork/<int:pk>/", fieldwork.fieldwork, name="fieldwork-one"),
    path("fieldwork/<int:pk>/step/", fieldwork.step, name="fieldwork-step"),
    path("fieldwork/replies/<int:pk>/finding/", fieldwork.finding, name="survey-finding"),
    path("fieldwork/plans/<int:pk>/", fieldwork.plan, name="field-plan"),
    path("fieldwork/plans/<int:pk>/control/", field_control.control, name="field-control"),
]
"""Questionnaires in halls and areas: windows, sessions, batches, field control."""
urlpatterns: list[URLPattern | URLResolver] = [
    *listing_urls("calls/made/", CallsMadeListing),
    *listing_urls("calls/", CallsListing),
    path("calls/<int:pk>/", calls.call, name="call"),
    path("complaints/new/", complaints.new_complaint, name="complaint-new"),
    *listing_urls("complaints/", ComplaintsListing),
    path("first-steps/", first_steps.page, name="first-steps"),
    *INSPECTIONS,
    *VOICE,
    *FIELDWORK,
    path("halls/new/", halls.hall, name="hall-new"),
    *record_urls("halls/days/", HALL_DAY),
    *listing_urls("halls/days/", HallDaysListing),
    *listing_urls("halls/", HallsListing),
    *record_urls("staff/", MEMBER),
    *listing_urls("staff/", StaffListing),
    *record_urls("areas/", AREA),
    *listing_urls("areas/", AreasListing),
    path("evaluation/", evaluation.page, name="evaluation"),
    path("evaluation/scheme/", evaluation.scheme, name="scheme"),
    *record_urls("evaluation/items/", ITEM),
    *listing_urls("evaluation/items/", ItemsListing),
    *record_urls("evaluation/figures/", READING),
    *listing_urls("evaluation/figures/", ReadingsListing),
    path("ranking/", ranking.page, name="ranking"),
    path("ranking/export/", ranking.export, name="ranking-export"),
    path("indices/compare/", external.compare, name="indices-compare"),
    *record_urls("indices/", INDEX),
    *listing_urls("indices/", IndicesListing),
    *listing_urls("evaluator/", EvaluatorListing),
    path("evaluator/devices/new/", evaluator.device, name="device-new"),
    *listing_urls("evaluator/devices/", DevicesListing),
    *listing_urls("evaluator/ratings/", RatingsListing),
    path("hall/<str:code>/", halls.hall, name="hall"),
    *OVERSIGHT,
]
