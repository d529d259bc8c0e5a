"""Urls of the kernel's tables and forms."""

from django.urls import URLPattern

from bihuan.web.listing import listing_urls
from bihuan.web.lists.people import CardsListing, PeopleListing

urlpatterns: list[URLPattern] = [
    *listing_urls("organisation/people/", PeopleListing),
    *listing_urls("organisation/cards/", CardsListing),
]
