"""Pages of the service evaluation."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from bihuan.web.forms.views import Record, record_urls
from bihuan.web.listing import listing_urls

from .forms import AreaForm, StaffForm
from .lists.calls import CallsListing, ComplaintsListing
from .lists.halls import HallsListing
from .lists.staff import AreasListing, StaffListing
from .models import Area, Staff
from .views import calls, halls

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
    path("halls/new/", halls.hall, name="hall-new"),
    *listing_urls("halls/", HallsListing),
    *record_urls("staff/", MEMBER),
    *listing_urls("staff/", StaffListing),
    *record_urls("areas/", AREA),
    *listing_urls("areas/", AreasListing),
    path("hall/<str:code>/", halls.hall, name="hall"),
]
