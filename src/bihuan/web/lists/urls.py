"""Urls of the kernel's tables and of the forms behind them."""

from django.urls import URLPattern, URLResolver, path

from bihuan.web.forms import accounts, house
from bihuan.web.forms.views import RECORDS, record_urls
from bihuan.web.listing import listing_urls
from bihuan.web.lists.accounts import AccountsListing, TokensListing
from bihuan.web.lists.audit import AuditListing, OpeningsListing
from bihuan.web.lists.calendar import CalendarListing
from bihuan.web.lists.callbacks import CallbacksListing
from bihuan.web.lists.cases import CasesListing
from bihuan.web.lists.causes import CausesListing
from bihuan.web.lists.customers import CustomersListing
from bihuan.web.lists.duty import PostsListing, RungsListing
from bihuan.web.lists.improvements import ImprovementsListing
from bihuan.web.lists.jobs import JobsListing
from bihuan.web.lists.obligations import ObligationsListing
from bihuan.web.lists.organisation import PlacesListing, RegionsListing, UnitsListing
from bihuan.web.lists.people import CardsListing, PeopleListing
from bihuan.web.lists.reports import ReportsListing
from bihuan.web.lists.standards import StandardsListing
from bihuan.web.views import customers

FORMS = {
    "person": "organisation/people/",
    "card": "organisation/cards/",
    "place": "organisation/places/",
    "unit": "organisation/units/",
    "region": "organisation/regions/",
    "customer": "customers/",
    "cause": "standards/causes/",
    "rung": "standards/escalation/",
    "post": "organisation/posts/",
}

urlpatterns: list[URLPattern | URLResolver] = [
    *listing_urls("cases/", CasesListing),
    *listing_urls("callbacks/", CallbacksListing),
    *listing_urls("obligations/", ObligationsListing),
    *listing_urls("improvements/", ImprovementsListing),
    *listing_urls("customers/", CustomersListing),
    *listing_urls("organisation/", UnitsListing),
    *listing_urls("organisation/regions/", RegionsListing),
    *listing_urls("organisation/places/", PlacesListing),
    *listing_urls("organisation/people/", PeopleListing),
    *listing_urls("organisation/cards/", CardsListing),
    *listing_urls("organisation/posts/", PostsListing),
    *listing_urls("standards/", StandardsListing),
    *listing_urls("standards/causes/", CausesListing),
    *listing_urls("standards/escalation/", RungsListing),
    *listing_urls("calendar/", CalendarListing),
    *listing_urls("audit/", AuditListing),
    *listing_urls("openings/", OpeningsListing),
    *listing_urls("reports/", ReportsListing),
    *listing_urls("jobs/", JobsListing),
    *listing_urls("accounts/", AccountsListing),
    *listing_urls("accounts/tokens/", TokensListing),
    path("customers/use/", customers.use, name="customer-use"),
    path("customers/<int:pk>/", customers.page, name="customer"),
    *(url for record in RECORDS for url in record_urls(FORMS[record.name], record)),
    path("standards/<str:key>/", house.standard, name="standard"),
    path("calendar/new/", house.own_rule, name="calendar-new"),
    path("audit/check/", house.check_chain, name="audit-check"),
    path("accounts/new/", accounts.invite, name="account-new"),
    path("accounts/<int:pk>/", accounts.edit, name="account-edit"),
    path("accounts/<int:pk>/again/", accounts.again, name="account-again"),
    path("accounts/tokens/new/", accounts.token, name="token-new"),
]
