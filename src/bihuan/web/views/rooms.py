"""Chat rooms of units, addresses allowed for JSON webhooks, channels that do not work: for administrators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.act import channels
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import AllowedAddress, Channel, User
from bihuan.kernel.read.notices import post, troubled
from bihuan.kernel.scope import visible
from bihuan.web.account.ways import way
from bihuan.web.forms.channels import AllowForm, RoomForm
from bihuan.web.views.channels import KEPT, changed, show
from bihuan.web.views.signed_in import need

TROUBLED = 100


def rooms_of(user: User) -> list[Channel]:
    rows = visible(user, Channel.objects.filter(unit__isnull=False))
    return list(rows.select_related("unit", "user").order_by("unit__path", "name"))


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    return _page(request, AllowForm())


def _page(request: HttpRequest, form: AllowForm) -> HttpResponse:
    user = need(request, "accounts")
    personal = troubled().filter(user__unit__path__startswith=user.unit.path)
    context = {
        "ways": [way(row) for row in rooms_of(user)],
        "personal": [way(row) for row in personal.select_related("user", "unit")[:TROUBLED]],
        "allowed": AllowedAddress.objects.all(),
        "form": form,
        "post": post(),
        "crumbs": [{"title": _("Administration"), "url": reverse("admin")}, {"title": _("Chat rooms")}],
    }
    return render(request, "web/pages/rooms.html", context, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters()
def add(request: HttpRequest) -> HttpResponse:
    user = need(request, "accounts")
    form = RoomForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        given = {key: form.cleaned_data[key] for key in ("unit", "below", "name", *KEPT)}
        try:
            channel = channels.add_chat(actor=user, **given)
        except Refused as refusal:
            form.add_error("address", str(refusal.message))
        else:
            messages.success(request, _("Saved. Send a test message now."))
            return redirect("room", channel.pk)
    return show(request, form, _("New chat room"), _crumbs())


@never_cache
@sensitive_post_parameters()
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "accounts")
    rows = visible(user, Channel.objects.filter(unit__isnull=False)).select_related("unit", "user")
    channel = get_object_or_404(rows, pk=pk)
    form = RoomForm(request.POST or None, user=user, channel=channel)
    if request.method == "POST" and form.is_valid():
        form.keep(channel)
        if changed(form, channel, user):
            messages.success(request, _("Saved: %(name)s") % {"name": channel})
            return redirect("rooms")
    return show(request, form, str(channel), _crumbs(), channel)


def _crumbs() -> list[dict[str, str]]:
    return [
        {"title": _("Administration"), "url": reverse("admin")},
        {"title": _("Chat rooms"), "url": reverse("rooms")},
    ]


@require_POST
def allow(request: HttpRequest) -> HttpResponse:
    user, form = need(request, "accounts"), AllowForm(request.POST)
    if form.is_valid():
        try:
            row = channels.allow(actor=user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("base", str(refusal.message))
        else:
            messages.success(request, _("Saved: %(name)s") % {"name": row})
            return redirect("rooms")
    return _page(request, form)


@require_POST
def disallow(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "accounts")
    row = get_object_or_404(AllowedAddress, pk=pk)
    channels.disallow(row=row, actor=user)
    messages.success(request, _("Removed: %(name)s") % {"name": row})
    return redirect("rooms")
