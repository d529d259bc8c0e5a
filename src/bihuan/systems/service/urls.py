"""Pages of the service evaluation."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from bihuan.web.forms.views import Record, record_urls
from bihuan.web.listing import listing_urls

from .forms import AreaForm, IndexForm, ItemForm, ReadingForm, StaffForm
from .lists.calls import CallsListing, ComplaintsListing
from .lists.evaluation import ItemsListing, ReadingsListing
from .lists.external import IndicesListing
from .lists.halls import HallsListing
from .lists.staff import AreasListing, StaffListing
from .models import Area, ExternalIndex, Item, Reading, Staff
from .views import calls, evaluation, external, halls, ranking

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
ITEM = Record(
    name="item",
    list_name="service:items",
    model=Item,
    form=ItemForm,
    new_title=_("New item"),
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
    path("hall/<str:code>/", halls.hall, name="hall"),
]
