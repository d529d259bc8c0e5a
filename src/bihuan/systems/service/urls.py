"""Pages of the service evaluation."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from bihuan.web.forms.views import Record, record_urls
from bihuan.web.listing import listing_urls

from .act.supervision import erase_supervisor
from .forms import AreaForm, PlanItemForm, StaffForm, SupervisorForm
from .lists.calls import CallsListing, ComplaintsListing
from .lists.halls import HallsListing
from .lists.plans import AttendancesListing, PlanListing, TrainingsListing
from .lists.rising import RisingListing
from .lists.spotchecks import SpotChecksListing
from .lists.staff import AreasListing, StaffListing
from .lists.supervisors import SupervisorsListing, TipsListing
from .models import Area, PlanItem, Staff, Supervisor
from .views import calls, complaints, halls, plans, spotchecks, supervision

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
urlpatterns: list[URLPattern | URLResolver] = [
    *listing_urls("calls/", CallsListing),
    path("calls/<int:pk>/", calls.call, name="call"),
    path("complaints/new/", complaints.new_complaint, name="complaint-new"),
    *listing_urls("complaints/", ComplaintsListing),
    path("halls/new/", halls.hall, name="hall-new"),
    *listing_urls("halls/", HallsListing),
    *record_urls("staff/", MEMBER),
    *listing_urls("staff/", StaffListing),
    *record_urls("areas/", AREA),
    *listing_urls("areas/", AreasListing),
    path("hall/<str:code>/", halls.hall, name="hall"),
    *OVERSIGHT,
]
