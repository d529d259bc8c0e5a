"""The one table mechanism: a declaration gives search, order, paging, batch acts, import and export."""

from bihuan.web.listing.actions import Action
from bihuan.web.listing.columns import Column
from bihuan.web.listing.filters import Choice, Dates, Exact, Filter, Flag, InUnit, OnDay, Person, Text, View
from bihuan.web.listing.listing import Facts, Listing, Primary
from bihuan.web.listing.long import LongListing
from bihuan.web.listing.urls import listing_urls

__all__ = [
    "Action",
    "Choice",
    "Column",
    "Dates",
    "Exact",
    "Facts",
    "Filter",
    "Flag",
    "InUnit",
    "Listing",
    "LongListing",
    "OnDay",
    "Person",
    "Primary",
    "Text",
    "View",
    "listing_urls",
]
