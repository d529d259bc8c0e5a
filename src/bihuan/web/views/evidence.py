"""Files of cases: each goes through a check that leaves a record."""

from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bihuan.kernel.act.evidence import admit, open_attachment, open_private
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Evidence
from bihuan.kernel.scope import visible
from bihuan.web.views.ranges import ranged
from bihuan.web.views.signed_in import me

SHOWN = ("image/", "audio/")
"""Kinds that a browser may show in place; everything else is downloaded."""


@never_cache
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, key: int) -> HttpResponseBase:
    """A protected file opens by POST, because opening leaves a record; GET asks first."""
    rows = visible(me(request), Evidence.objects.select_related("unit", "case"))
    row = get_object_or_404(rows, pk=key)
    if row.removed_at:
        return render(request, "web/pages/evidence_gone.html", {"row": row}, status=410)
    if request.method == "GET" and row.private:
        return render(request, "web/pages/evidence.html", {"row": row})
    try:
        if row.private and row.media_type.startswith("audio/"):
            return ranged(request, admit(row=row, user=me(request)), row.media_type)
        data = (open_private if row.private else open_attachment)(row=row, user=me(request))
    except Refused as refusal:
        context = {"row": row, "refusal": str(refusal.message)}
        return render(request, "web/pages/evidence.html", context, status=403)
    except FileNotFoundError:
        raise Http404 from None
    return file_response(row, data)


def file_response(row: Evidence, data: bytes) -> HttpResponse:
    """Never kept by a cache, never guessed at, never run."""
    is_picture = row.media_type.startswith("image/")
    kind = "image/jpeg" if is_picture and data.startswith(b"\xff\xd8") else row.media_type
    response = HttpResponse(data, content_type=kind)
    where = "inline" if kind.startswith(SHOWN) else "attachment"
    response["Content-Disposition"] = f"{where}; filename*=UTF-8''{quote(row.name or row.sha256[:12])}"
    response["Cache-Control"] = "no-store, private"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
