"""Alarm photos: a blurred grid; each is opened alone, through the house's own check."""

from datetime import timedelta
from io import BytesIO

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.evidence import path_of
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.listing.filters import midnight
from bihuan.web.views.signed_in import need

from ..act import attach_photo
from ..forms import AttachForm, PhotoFilter
from ..models import Photo

A_PAGE = 24
TINY = (20, 15)
"""Pixels of a preview: enough to see light and dark, too few to see who it is."""


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    user = need(request, "see")
    form = PhotoFilter(request.GET or None)
    rows = narrowed(visible(user, Photo.objects.filter(evidence__removed_at=None)), form)
    pages = Paginator(rows.select_related("instrument", "alarm__case", "evidence"), A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    photos = list(shown)
    allowed = may(user.role, "handle")
    waiting = [photo for photo in photos if photo.alarm is None] if allowed else []
    forms = {photo.pk: AttachForm(photo=photo) for photo in waiting}
    context = {
        "form": form,
        "photos": [(photo, forms.get(photo.pk)) for photo in photos],
        "count": pages.count,
        "pages": _pages(shown, request),
        "may_open": may(user.role, "open_photo"),
        "tray": visible(user, Photo.objects.filter(alarm=None, evidence__removed_at=None)).count(),
        "crumbs": [{"title": _("Instruments"), "url": reverse("instruments:board")}, {"title": _("Photos")}],
    }
    return render(request, "instruments/photos.html", context)


def narrowed(rows: QuerySet[Photo], form: PhotoFilter) -> QuerySet[Photo]:
    if not form.is_valid():
        return rows
    asked = form.cleaned_data
    if asked["instrument"]:
        rows = rows.filter(instrument__code__icontains=asked["instrument"])
    if asked["first"]:
        rows = rows.filter(received_at__gte=midnight(asked["first"]))
    if asked["last"]:
        rows = rows.filter(received_at__lt=midnight(asked["last"] + timedelta(days=1)))
    return rows.filter(alarm=None) if asked["tray"] else rows


def _pages(shown: Page[Photo], request: HttpRequest) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number in shown.paginator.get_elided_page_range(shown.number, on_each_side=2, on_ends=1):
        query = request.GET.copy()
        query["page"] = str(number)
        gap = not isinstance(number, int)
        url = "" if gap else f"?{query.urlencode()}"
        found.append({"number": None if gap else number, "url": url, "current": number == shown.number})
    return found if len(found) > 1 else []


@require_GET
@cache_control(private=True, max_age=3600)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """So few pixels that nobody can be recognised; never the original."""
    from PIL import Image  # not at every start: the first picture loads it

    user = need(request, "see")
    rows = visible(user, Photo.objects.filter(evidence__removed_at=None))
    photo = get_object_or_404(rows, pk=pk)
    try:
        with Image.open(path_of(photo.sha256)) as picture:
            picture.draft("RGB", (TINY[0] * 4, TINY[1] * 4))
            small = picture.convert("RGB").resize(TINY, Image.Resampling.BOX)
    except (OSError, ValueError, Image.DecompressionBombError):
        raise Http404 from None
    out = BytesIO()
    small.save(out, "PNG")
    return HttpResponse(out.getvalue(), content_type="image/png")


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """From the tray to an alarm of the same instrument."""
    user = need(request, "handle")
    photo = get_object_or_404(visible(user, Photo.objects.select_related("instrument__unit")), pk=pk)
    form = AttachForm(request.POST, photo=photo)
    try:
        if not form.is_valid():
            raise Refused(_("Choose an alarm of this instrument."))
        attach_photo(row=photo, alarm=form.cleaned_data["alarm"], user=user)
        messages.success(request, _("The photo now belongs to the alarm."))
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    return redirect(f"{reverse('instruments:photos')}?tray=on")
