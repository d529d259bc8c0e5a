"""The urls of a listing: its page, export, import, saved views, row height."""

from functools import partial

from django.urls import URLPattern, path

from bihuan.web.listing import views
from bihuan.web.listing.listing import Listing


def listing_urls(route: str, listing: type[Listing]) -> list[URLPattern]:
    """`route` ends in `/` (or is empty). Names are the last part of `listing.url_name`, then `-export` …"""
    name = listing.url_name.rpartition(":")[2]
    found = [
        path(route, partial(views.page, listing=listing), name=name),
        path(f"{route}export/", partial(views.export, listing=listing), name=f"{name}-export"),
        path(f"{route}save-view/", partial(views.save_view, listing=listing), name=f"{name}-save"),
        path(f"{route}density/", partial(views.density, listing=listing), name=f"{name}-density"),
    ]
    if listing.transfer:
        found += [
            path(f"{route}import/", partial(views.bring, listing=listing), name=f"{name}-import"),
            path(
                f"{route}import/template/",
                partial(views.empty_sheet, listing=listing),
                name=f"{name}-template",
            ),
        ]
    return found
