"""The file that a job has made."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.kernel.jobs import exports
from bihuan.kernel.models import Job, JobState
from bihuan.kernel.scope import covers
from bihuan.web.listing.export import FORMATS
from bihuan.web.views.signed_in import me, need


@never_cache
@require_safe
def file(request: HttpRequest, key: int) -> HttpResponseBase:
    """For its owner alone, who must still have the role and the units that it was made for."""
    row = get_object_or_404(Job.objects.select_related("unit"), pk=key, user=me(request), state=JobState.DONE)
    need(request, row.verb)
    if not row.file or not covers(me(request), row):
        raise Http404
    path = exports() / row.file
    if not path.is_file():
        return gone(request)
    kind = FORMATS.get(path.suffix.removeprefix("."), "application/octet-stream")
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=row.file_name, content_type=kind)
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def gone(request: HttpRequest) -> HttpResponse:
    return render(request, "web/pages/job_gone.html", status=410)
