"""Pages of customer equity."""

from django.urls import URLPattern, URLResolver, path

from bihuan.web.listing import listing_urls

from .lists.answers import AnswersListing
from .lists.contacts import CaresListing, ContactsListing
from .lists.contracts import CohortsListing, OccasionsListing, RenewalsListing
from .lists.customers import CustomersListing, ExclusionsListing, RunsListing
from .lists.market import BrandsListing, EstimatesListing, SurveysListing
from .lists.money import CostsListing, MarginsListing, RatesListing
from .lists.orders import OrdersListing, ProblemsListing
from .views import board, contacts, contracts, market, upload

app_name = "equity"
VALUE: list[URLPattern | URLResolver] = [
    path("", board.page, name="board"),
    path("segments/", board.segments, name="segments"),
    *listing_urls("customers/", CustomersListing),
    path("runs/new/", board.run, name="run-new"),
    path("runs/test/", board.holdout, name="holdout"),
    path("runs/<int:pk>/", board.one, name="run"),
    *listing_urls("runs/", RunsListing),
    *listing_urls("left-out/", ExclusionsListing),
]
DATA: list[URLPattern | URLResolver] = [
    *listing_urls("orders/not-counted/", ProblemsListing),
    path("orders/parquet/", upload.parquet, name="orders-parquet"),
    *listing_urls("orders/", OrdersListing),
    *listing_urls("costs/", CostsListing),
    *listing_urls("margins/", MarginsListing),
    *listing_urls("rates/", RatesListing),
]
MARKET: list[URLPattern | URLResolver] = [
    *listing_urls("market/", EstimatesListing),
    *listing_urls("surveys/brands/", BrandsListing),
    *listing_urls("surveys/answers/", AnswersListing),
    path("surveys/<int:pk>/", market.survey, name="survey"),
    *listing_urls("surveys/", SurveysListing),
]
CONTACTS: list[URLPattern | URLResolver] = [
    path("contacts/new/", contacts.new, name="contact-new"),
    *listing_urls("contacts/log/", ContactsListing),
    *listing_urls("contacts/", CaresListing),
]
CONTRACTS: list[URLPattern | URLResolver] = [
    *listing_urls("contracts/renewals/", RenewalsListing),
    *listing_urls("contracts/occasions/", OccasionsListing),
    path("contracts/<int:pk>/", contracts.page, name="cohort"),
    *listing_urls("contracts/", CohortsListing),
]
urlpatterns: list[URLPattern | URLResolver] = [*VALUE, *DATA, *MARKET, *CONTACTS, *CONTRACTS]
