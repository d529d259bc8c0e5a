"""Millions of order lines from the page: the file goes to a job, the job's page says what came of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.read.standards import value
from bihuan.web.views.signed_in import need

from ..act.parquet import NEEDED, OPTIONAL
from ..act.upload import take
from ..forms import ParquetForm
from .frame import crumbs


def parquet(request: HttpRequest) -> HttpResponse:
    user = need(request, "import")
    form = ParquetForm(request.POST or None, request.FILES or None, user=user)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            take(user=user, unit=form.cleaned_data["unit"], name=file.name, chunks=file.chunks())
        except Refused as refusal:
            form.add_error("file", str(refusal.message))
        else:
            messages.success(request, _("The file is being imported. You will be told what came of it."))
            return redirect("jobs")
    context = {
        "form": form,
        "needed": NEEDED,
        "optional": tuple(OPTIONAL),
        "most": int(value("equity.upload.mb")),
        "crumbs": crumbs("equity:orders", _("Orders"), _("Import a Parquet file")),
    }
    return render(request, "equity/parquet.html", context, status=422 if form.errors else 200)
