"""Recordings: upload, the page of one with its player, its sound, and what is known of it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import EvidenceAccess, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.views.ranges import ranged
from bihuan.web.views.signed_in import me, need

from .. import act
from ..act.recordings import Incoming, Taken
from ..forms.voice import RecordingForm, UploadForm
from ..models import Recording, Source
from ..read.voice import visible_scores
from ..rules.call_files import RowError, Told, from_table
from .frame import crumbs

LIST = "service:recordings"
LARGEST_TABLE = 4 * 1024 * 1024


def found(user: User, pk: int) -> Recording:
    related = ("agent__person", "unit", "evidence__unit")
    return get_object_or_404(visible(user, Recording.objects.select_related(*related)), pk=pk)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Several files at once; what came of each stands on the page that answers."""
    user = need(request, "import")
    form = UploadForm(request.POST or None, user=user)
    taken: Taken | None = None
    given = request.FILES.getlist("sounds")
    if request.method == "POST" and form.is_valid():
        if not given:
            form.add_error("sounds", _("Choose at least one file."))
        else:
            taken = _take(form, given, user)
    context = {
        "form": form,
        "taken": taken,
        "heading": _("Upload recordings"),
        "back": reverse(LIST),
        "crumbs": crumbs(LIST, _("Recordings of the 95598 hotline"), _("Upload")),
    }
    return render(request, "service/upload.html", context, status=422 if form.errors else 200)


def _take(form: UploadForm, given: Iterable["UploadedFile[Any]"], user: User) -> Taken | None:
    try:
        table = _table(file for file in given if _is_table(file))
        return act.take_recordings(
            files=_incoming(file for file in given if not _is_table(file)),
            table=table,
            unit=form.cleaned_data["unit"],
            user=user,
            source=Source.UPLOAD,
        )
    except RowError as error:
        words = _("CSV file, line %(line)d, %(column)s: “%(value)s” cannot be read.")
        form.add_error("sounds", words % {"line": error.line, "column": error.column, "value": error.value})
    except UnicodeDecodeError:
        form.add_error("sounds", _("The CSV file is neither UTF-8 nor GB18030."))
    return None


def _is_table(file: "UploadedFile[Any]") -> bool:
    return (file.name or "").lower().endswith(".csv") and (file.size or 0) <= LARGEST_TABLE


def _table(files: Iterable["UploadedFile[Any]"]) -> dict[str, Told]:
    """Raises RowError or UnicodeDecodeError."""
    told: dict[str, Told] = {}
    for file in files:
        data = file.read()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030")
        told |= from_table(text)
    return told


def _incoming(files: Iterable["UploadedFile[Any]"]) -> Iterator[Incoming]:
    for file in files:
        yield Incoming(file.name or "", file.size or 0, file.chunks)


@require_GET
def recording(request: HttpRequest, pk: int) -> HttpResponse:
    """Player, what is known, the scores that may be seen, and who has listened."""
    user = need(request, "see")
    row = found(user, pk)
    reviews = {score.review for score in row.scores.select_related("review__draw")}
    context = {
        "row": row,
        "may_listen": may(user.role, "open_photo"),
        "may_import": may(user.role, "import"),
        "scores": [score for review in reviews for score in visible_scores(review, row, user)],
        "accesses": _accesses(row, user),
        "crumbs": crumbs(LIST, _("Recordings of the 95598 hotline"), row.code),
    }
    return render(request, "service/recording.html", context)


def _accesses(row: Recording, user: User) -> Any:
    if not may(user.role, "audit") and not may(user.role, "edit"):
        return []
    return EvidenceAccess.objects.filter(evidence=row.evidence).select_related("user")[:20]


@never_cache
@require_GET
def audio(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The sound, piece by piece; each opening is on record, and so is each refusal."""
    user = me(request)
    row = found(user, pk)
    if row.evidence.removed_at:
        return HttpResponse(status=410)
    try:
        return ranged(request, act.listen(row=row, user=user), row.evidence.media_type)
    except Refused as refusal:
        return HttpResponse(str(refusal.message), status=403, content_type="text/plain; charset=utf-8")
    except FileNotFoundError:
        raise Http404 from None


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "import")
    row = found(user, pk)
    form = RecordingForm(request.POST or None, instance=row, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            act.tell_more(row=found(user, pk), user=user, **form.told())
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect("service:recording", pk)
    back = reverse("service:recording", args=[pk])
    context = {
        "form": form,
        "heading": row.code,
        "editable": True,
        "back": back,
        "crumbs": crumbs(LIST, _("Recordings of the 95598 hotline"), row.code),
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)
