"""Import pages: choose a file, see what it would do, save it."""

import tempfile
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.web.listing.access import user_of
from bihuan.web.listing.export import FORMATS, sheet_name
from bihuan.web.listing.listing import Listing
from bihuan.web.listing.transfer import staged
from bihuan.web.listing.transfer.apply import apply_plan
from bihuan.web.listing.transfer.plan import Plan, make_plan
from bihuan.web.listing.transfer.transfer import Transfer
from bihuan.web.listing.workbook import workbook

SHOWN_ERRORS = 200


class FileForm(forms.Form):
    file = forms.FileField(label=_("file"), allow_empty_file=True)


def bring(request: HttpRequest, *, listing: type[Listing]) -> HttpResponse:
    """GET asks for a file, POST of a file shows the preview, POST of its token saves it."""
    user = user_of(request, listing.import_verb)
    table = listing(user)
    if request.method != "POST":
        return choose(request, table, FileForm())
    form = FileForm(request.POST, request.FILES)
    try:
        if "token" in request.POST:
            return save(request, table, user)
        return preview(request, table, user, form) if form.is_valid() else choose(request, table, form)
    except Refused as refusal:
        form.errors.pop("file", None)
        form.add_error("file", str(refusal.message))
        return choose(request, table, form)


def choose(request: HttpRequest, table: Listing, form: FileForm) -> HttpResponse:
    context = {
        "listing": facade(table),
        "form": form,
        "columns": [
            {
                "key": each.key,
                "label": capfirst(str(each.label)),
                "required": each.required,
                "help": each.help,
            }
            for each in transfer_of(table, None).fields
        ],
        "template_url": table.url("template"),
        "crumbs": crumbs(table),
    }
    return render(request, "web/listing/import.html", context, status=422 if form.errors else 200)


def facade(table: Listing) -> dict[str, str]:
    """What the import pages read of the listing."""
    return {"title": str(table.title), "url": table.url(), "import_url": table.url("import")}


def crumbs(table: Listing) -> list[dict[str, str]]:
    return [{"title": str(table.title), "url": table.url()}, {"title": gettext("Import")}]


def transfer_of(table: Listing, user: User | None) -> Transfer:
    if table.transfer is None:
        raise Http404
    return table.transfer(user)


def preview(request: HttpRequest, table: Listing, user: User, form: FileForm) -> HttpResponse:
    transfer = transfer_of(table, user)
    chunks = form.cleaned_data["file"].chunks()
    path, token = staged.keep(chunks, user=user, kind=transfer.kind, session=session_of(request))
    plan = make_plan(path, transfer, headings_of(table))
    context = {"listing": facade(table), "preview": shown(plan, token), "crumbs": crumbs(table)}
    return render(request, "web/listing/preview.html", context, status=422 if plan.wrong else 200)


def session_of(request: HttpRequest) -> str:
    return request.session.session_key or ""


def headings_of(table: Listing) -> set[str]:
    """Headings of our own export, which an import may meet and does not read."""
    return {column.key for column in table.columns} | {str(column.label) for column in table.columns}


def shown(plan: Plan, token: str) -> dict[str, Any]:
    """The plan as `preview.html` reads it."""
    faults = {(error.row, error.column): error.message for error in plan.errors}
    return {
        "count": plan.count,
        "created": plan.created,
        "updated": plan.updated,
        "unchanged": plan.unchanged,
        "wrong": plan.wrong,
        "headings": plan.headings,
        "rows": [
            {
                "number": number,
                "cells": [
                    {"text": text, "error": faults.get((number, title), "")}
                    for title, text in zip(plan.headings, cells, strict=True)
                ],
            }
            for number, cells in plan.sample
        ],
        "errors": [
            {"row": each.row, "column": each.column, "text": each.value, "sentence": each.message}
            for each in plan.errors[:SHOWN_ERRORS]
        ],
        "token": token,
    }


def save(request: HttpRequest, table: Listing, user: User) -> HttpResponse:
    """The file is checked again, because the records may have changed since the preview."""
    transfer = transfer_of(table, user)
    token = request.POST["token"]
    path, sha256 = staged.find(token, user=user, kind=transfer.kind, session=session_of(request))
    plan = make_plan(path, transfer, headings_of(table))
    if plan.wrong:
        context = {"listing": facade(table), "preview": shown(plan, token), "crumbs": crumbs(table)}
        return render(request, "web/listing/preview.html", context, status=422)
    apply_plan(plan=plan, transfer=transfer, sha256=sha256)
    path.unlink(missing_ok=True)
    told = {"created": plan.created, "updated": plan.updated, "unchanged": plan.unchanged}
    messages.success(
        request, gettext("Imported: %(created)d new, %(updated)d changed, %(unchanged)d unchanged") % told
    )
    return HttpResponseRedirect(table.url())


def empty_sheet(request: HttpRequest, *, listing: type[Listing]) -> FileResponse:
    """A file with the right headings and no rows."""
    table = listing(user_of(request, listing.import_verb))
    out = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    with workbook(out, in_memory=True) as book:
        sheet = book.add_worksheet(sheet_name(str(table.title)))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(table.columns), 16)
        for index, each in enumerate(transfer_of(table, None).fields):
            sheet.write_string(0, index, capfirst(str(each.label)))
    out.seek(0)
    name = f"{listing.url_name.rpartition(':')[2]}.xlsx"
    return FileResponse(out, as_attachment=True, filename=name, content_type=FORMATS["xlsx"])
