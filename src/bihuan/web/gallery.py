"""The gallery of parts at /admin/ui/: what a page may be made of, in both themes and languages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bihuan.web.components.samples import samples


def gallery(request: HttpRequest) -> HttpResponse:
    """Reads nothing but the made-up values, so whoever may sign in may look."""
    return render(request, "web/gallery.html", samples())
