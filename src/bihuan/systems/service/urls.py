"""Pages of the service evaluation."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from bihuan.web.forms.views import Record, record_urls
from bihuan.web.listing import listing_urls

from .forms import AreaForm, StaffForm
from .lists.evaluator import DevicesListing, EvaluatorListing, RatingsListing
from .lists.halls import HallsListing
from .lists.staff import AreasListing, StaffListing
from .models import Area, Staff
from .views import evaluator, halls

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
    path("halls/new/", halls.hall, name="hall-new"),
    *listing_urls("halls/", HallsListing),
    *record_urls("staff/", MEMBER),
    *listing_urls("staff/", StaffListing),
    *record_urls("areas/", AREA),
    *listing_urls("areas/", AreasListing),
    *listing_urls("evaluator/", EvaluatorListing),
    path("evaluator/devices/new/", evaluator.device, name="device-new"),
    *listing_urls("evaluator/devices/", DevicesListing),
    *listing_urls("evaluator/ratings/", RatingsListing),
    path("hall/<str:code>/", halls.hall, name="hall"),
]
