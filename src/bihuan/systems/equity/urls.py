"""Pages of customer equity."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from bihuan.web.forms.views import Record, record_urls
from bihuan.web.listing import listing_urls
from bihuan.web.surveys.phone import worker

from .act.campaigns import keep_campaign
from .act.offers import keep_rule
from .forms import CampaignForm, OfferForm, RuleForm
from .lists.answers import AnswersListing
from .lists.campaigns import CampaignsListing, CouponsListing, ScansListing
from .lists.consents import ConsentsListing
from .lists.contacts import CaresListing, ContactsListing
from .lists.contracts import CohortsListing, OccasionsListing, RenewalsListing
from .lists.customers import CustomersListing, ExclusionsListing, RunsListing
from .lists.market import BrandsListing, EstimatesListing, SurveysListing
from .lists.money import CostsListing, MarginsListing, RatesListing
from .lists.offers import OffersListing, PreviewListing, RoundsListing, RulesListing, SendsListing
from .lists.orders import OrdersListing, ProblemsListing
from .models import Campaign, Offer, OfferRule
from .views import (
    asking,
    board,
    campaigns,
    consents,
    contacts,
    contracts,
    coupons,
    market,
    offers,
    public,
    sheets,
    upload,
)

app_name = "equity"
OFFER = Record(
    name="offer",
    list_name="equity:offers",
    model=Offer,
    form=OfferForm,
    new_title=_("New offer"),
    list_title=_("Offers"),
)
RULE = Record(
    name="offer-rule",
    list_name="equity:offer-rules",
    model=OfferRule,
    form=RuleForm,
    new_title=_("New offer rule"),
    list_title=_("Offer rules"),
    save=keep_rule,
)
CAMPAIGN = Record(
    name="campaign",
    list_name="equity:campaigns",
    model=Campaign,
    form=CampaignForm,
    new_title=_("New campaign"),
    list_title=_("Campaigns"),
    save=keep_campaign,
)
VALUE: list[URLPattern | URLResolver] = [
    path("", board.page, name="board"),
    path("export/", sheets.board, name="board-sheet"),
    path("segments/", board.segments, name="segments"),
    path("segments/export/", sheets.segments, name="segments-sheet"),
    *listing_urls("customers/", CustomersListing),
    path("runs/new/", board.run, name="run-new"),
    path("runs/test/", board.holdout, name="holdout"),
    path("runs/test/export/", sheets.holdout, name="holdout-sheet"),
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
    path("surveys/<int:pk>/ask/", asking.ask, name="survey-ask"),
    path("surveys/<int:pk>/", market.survey, name="survey"),
    path("surveys/<int:pk>/export/", sheets.survey, name="survey-sheet"),
    *listing_urls("surveys/", SurveysListing),
]
PROMOTION: list[URLPattern | URLResolver] = [
    path("consents/customer/<int:pk>/", consents.customer, name="consents-of"),
    path("consents/<int:pk>/withdraw/", consents.withdraw, name="consent-withdraw"),
    *listing_urls("consents/", ConsentsListing),
    path("offers/who/send/", offers.send, name="offer-send"),
    *listing_urls("offers/who/", PreviewListing),
    path("offers/rounds/<int:pk>/", offers.one, name="round"),
    path("offers/rounds/<int:pk>/stop/", offers.stop, name="round-stop"),
    *listing_urls("offers/rounds/", RoundsListing),
    *listing_urls("offers/ledger/", SendsListing),
    *record_urls("offers/rules/", RULE),
    *listing_urls("offers/rules/", RulesListing),
    *record_urls("offers/", OFFER),
    *listing_urls("offers/", OffersListing),
    path("o/<str:text>/", public.offer, name="offer-open"),
    path("stop/<str:text>/", public.stop, name="stop"),
]
"""Consents and offers; the last two are for customers and ask for no sign-in."""
COUPONS: list[URLPattern | URLResolver] = [
    *listing_urls("coupons/scans/", ScansListing),
    path("coupons/new/", coupons.hand_over, name="coupons-new"),
    *listing_urls("coupons/", CouponsListing),
    path("redeem/", coupons.redeem, name="redeem"),
    path("redeem/worker.js", worker, name="redeem-worker"),
    path("campaigns/<int:pk>/indicators/", campaigns.one, name="campaign-one"),
    *record_urls("campaigns/", CAMPAIGN),
    *listing_urls("campaigns/", CampaignsListing),
    path("c/<slug:code>/", public.campaign, name="campaign-open"),
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
    path("contracts/<int:pk>/terms/", contracts.terms, name="cohort-terms"),
    *listing_urls("contracts/", CohortsListing),
]
urlpatterns: list[URLPattern | URLResolver] = [
    *VALUE,
    *DATA,
    *MARKET,
    *PROMOTION,
    *COUPONS,
    *CONTACTS,
    *CONTRACTS,
]
