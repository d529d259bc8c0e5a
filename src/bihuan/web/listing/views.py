"""Views of every listing: page, batch act, export, saved views, row height."""

import tempfile
from typing import Any

from django import forms
from django.contrib import messages
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.kernel.act.looks import looked_at_list
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.kernel.read.looks import MANAGERS
from bihuan.web.listing import background
from bihuan.web.listing.access import user_of
from bihuan.web.listing.actions import MOST, Outcome, carry_out
from bihuan.web.listing.bring import bring, empty_sheet
from bihuan.web.listing.export import FORMATS, file_name, write_csv, write_xlsx
from bihuan.web.listing.listing import Listing
from bihuan.web.listing.page import Page
from bihuan.web.listing.preferences import DENSITIES, LONGEST_NAME, Preferences
from bihuan.web.listing.state import State
from bihuan.web.listing.undo import KEY, remember, undo

__all__ = ["bring", "density", "empty_sheet", "export", "page", "save_view"]


def page(request: HttpRequest, *, listing: type[Listing], **context: Any) -> HttpResponseBase:
    """The table, or the fragment that htmx asks for; a POST is a batch act on rows, or its undo."""
    user = user_of(request, listing.verb)
    table = listing(user)
    state = State.read(request.GET, table.names())
    if request.method == "POST":
        return back(request, table, user) if KEY in request.GET else act(request, table, state, user)
    shown = Page(table, state, request.path, Preferences(user))
    template = template_for(request, listing)
    if template == listing.template:
        looked(listing, user)
    return render(
        request,
        template,
        {"listing": shown, "crumbs": table.crumbs(), **table.context(), **context},
    )


def looked(listing: type[Listing], user: User, *, exported: bool = False) -> None:
    """That a manager used what is known of customers."""
    if listing.of_customers and user.role in MANAGERS:
        looked_at_list(user=user, listing=listing.url_name, on=timezone.localdate(), exported=exported)


def template_for(request: HttpRequest, listing: type[Listing]) -> str:
    htmx: Any = getattr(request, "htmx", None)
    whole = not htmx or htmx.boosted or htmx.history_restore_request
    return listing.template if whole else "web/listing/table.html"


def act(request: HttpRequest, table: Listing, state: State, user: User) -> HttpResponseBase:
    """Ask what the act needs, then carry it out on the selected rows of the user's scope."""
    action = next((each for each in table.visible_actions() if each.key == request.POST.get("action")), None)
    if action is None:
        return HttpResponseBadRequest(gettext("There is no such action."))
    rows = table.matching(state)
    if not request.POST.get("all"):
        rows = rows.filter(pk__in=[key for key in request.POST.getlist("ids") if key.isdigit()])
    chosen = list(rows.distinct()[: MOST + 1])
    here = HttpResponseRedirect(request.get_full_path())
    if not chosen or len(chosen) > MOST:
        text = (
            gettext("Select rows first.")
            if not chosen
            else gettext("Select at most %(n)d rows.") % {"n": MOST}
        )
        messages.warning(request, text)
        return here
    form = action.form(request.POST if "go" in request.POST else None, user=user) if action.form else None
    if form is not None and not form.is_valid():
        context = {
            "listing": table,
            "action": action,
            "form": form,
            "rows": chosen,
            "url": request.get_full_path(),
        }
        return render(request, "web/lists/action.html", context)
    outcome = carry_out(action, chosen, user, form.cleaned_data if form else {})
    tell(request, str(action.label), outcome, remember(request, table, action, outcome))
    return here


def back(request: HttpRequest, table: Listing, user: User) -> HttpResponse:
    """Undo from the toast: the page is loaded again and tells what came of it."""
    taken = undo(request, table, user)
    if taken is None:
        messages.warning(request, gettext("This can no longer be taken back."))
    else:
        label = gettext("Taken back: %(label)s") % {"label": taken[0].label}
        tell(request, label, taken[1])
    return HttpResponse(status=204)


def tell(request: HttpRequest, label: str, outcome: Outcome, undo_url: str = "") -> None:
    if count := len(outcome.done):
        text = ngettext("%(label)s: %(n)d row", "%(label)s: %(n)d rows", count)
        messages.success(request, text % {"label": label, "n": count}, extra_tags=undo_url)
    for name, why in outcome.refused[:5]:
        messages.warning(request, f"{name}: {why}")
    if len(outcome.refused) > 5:
        messages.warning(request, gettext("and %(n)d more refused") % {"n": len(outcome.refused) - 5})


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, *, listing: type[Listing]) -> HttpResponseBase:
    """The rows of the filter on the screen, with the columns shown there; `full=1` takes every column.

    Too many to wait for: a page that says so, whose button (POST) has a job make the file.
    """
    user = user_of(request, listing.verb)
    table = listing(user)
    state = State.read(request.GET, table.names())
    form = request.GET.get("format", "xlsx")
    if form not in FORMATS:
        return HttpResponseBadRequest(gettext("Choose xlsx or csv."))
    name = file_name(listing, form)
    full = request.GET.get("full") == "1"
    later = background.is_long(table, state)
    if not later or request.method == "POST":
        looked(listing, user, exported=True)
    if later:
        return export_later(request, table, state, form, full)
    out = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    if form == "csv":
        out.writelines(write_csv(table, state, full=full))
    else:
        write_xlsx(table, state, out, full=full)
    out.seek(0)
    response = FileResponse(out)
    response.headers["Content-Type"] = FORMATS[form]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def export_later(
    request: HttpRequest, table: Listing, state: State, form: str, full: bool
) -> HttpResponseBase:
    if request.method == "POST" and table.user:
        try:
            background.ask(table, state, table.user, form, full)
        except Refused as refusal:
            messages.warning(request, str(refusal.message))
        else:
            messages.success(request, gettext("The file is being made. You will be told when it is ready."))
        return HttpResponseRedirect(reverse("jobs"))
    context = {"listing": table, "words": table.words(state), "back": f"{table.url()}{state.query}"}
    return render(request, "web/lists/export.html", {**context, "n": background.LONG, "form": form})


class NameForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=LONGEST_NAME)


def save_view(request: HttpRequest, *, listing: type[Listing]) -> HttpResponse:
    """Name the present filter, order and columns; an empty one takes the name away again."""
    user = user_of(request, listing.verb)
    table = listing(user)
    state = State.read(request.GET, table.names()).with_(page=1)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        forget = "forget" in request.POST
        Preferences(user).save(listing.url_name, form.cleaned_data["name"], "" if forget else state.query)
        return HttpResponseRedirect(table.url() + ("" if forget else state.query))
    saved = Preferences(user).saved(listing.url_name)
    context = {
        "listing": table,
        "form": form,
        "words": table.words(state),
        "saved": saved,
        "url": table.url(),
    }
    return render(request, "web/lists/save_view.html", context)


@require_POST
def density(request: HttpRequest, *, listing: type[Listing]) -> HttpResponse:
    """Row height, remembered for every table of this account."""
    user = user_of(request, listing.verb)
    wanted = QueryDict(request.body).get("density", "") or request.POST.get("density", "")
    if wanted not in DENSITIES:
        return HttpResponseBadRequest(gettext("There is no such row height."))
    Preferences(user).set_density(wanted)
    return HttpResponse(status=204)
