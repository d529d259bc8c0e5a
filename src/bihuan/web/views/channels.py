"""Where a person's notices go besides the page; and what holds for rooms too: test, result, removal."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.act import channels
from bihuan.kernel.act.deliveries import mail_of
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Channel
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.account.ways import outcome
from bihuan.web.forms.channels import ChatForm, form_of
from bihuan.web.views.signed_in import me

KEPT = ("address", "secret")


@never_cache
@sensitive_post_parameters()
def add(request: HttpRequest) -> HttpResponse:
    user, form = me(request), ChatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {key: form.cleaned_data[key] for key in ("name", *KEPT)}
        try:
            channel = channels.add_chat(actor=user, user=user, **given)
        except Refused as refusal:
            form.add_error("address", str(refusal.message))
        else:
            form.keep(channel)
            channels.change(channel=channel, actor=user, now=timezone.now())
            messages.success(request, _("Saved. Send a test message now."))
            return redirect("channel", channel.pk)
    return show(request, form, _("Add a chat"), [account_crumb()])


@never_cache
@sensitive_post_parameters()
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    channel = get_object_or_404(user.channels.select_related("user"), pk=pk)
    form = form_of(channel, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.keep(channel)
        if changed(form, channel, user):
            messages.success(request, _("Saved: %(name)s") % {"name": channel})
            return redirect("account")
    return show(request, form, str(channel), [account_crumb()], channel)


@require_POST
def mail(request: HttpRequest) -> HttpResponse:
    """E-mail has a row of its own from the moment that somebody wants to change it."""
    user = me(request)
    if not user.email:
        raise Http404
    return redirect("channel", mail_of(user).pk)


def changed(form: Any, channel: Channel, user: Any) -> bool:
    """Whether it could be kept; otherwise the form says why not."""
    given = {key: form.cleaned_data[key] for key in KEPT if key in form.cleaned_data}
    try:
        channels.change(channel=channel, actor=user, now=timezone.now(), **given)
    except Refused as refusal:
        form.add_error("address", str(refusal.message))
        return False
    return True


def show(
    request: HttpRequest,
    form: Any,
    heading: str,
    crumbs: list[dict[str, str]],
    channel: Channel | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "channel": channel,
        "trial": outcome(channel.trial) if channel else None,
        "back": crumbs[-1]["url"],
        "crumbs": [*crumbs, {"title": heading}],
    }
    return render(request, "web/pages/channel.html", context, status=422 if form.errors else 200)


def account_crumb() -> dict[str, str]:
    return {"title": _("My account"), "url": reverse("account")}


def reachable(request: HttpRequest, pk: int) -> Channel:
    """The person's own channel, or a room that he may set up. Raises Http404."""
    user = me(request)
    channel = Channel.objects.select_related("user", "unit").filter(pk=pk).first()
    own = channel is not None and channel.user_id == user.pk
    if channel and (own or (channel.unit_id and may(user.role, "accounts") and in_scope(user, channel))):
        return channel
    raise Http404


def in_scope(user: Any, channel: Channel) -> bool:
    return visible(user, Channel.objects.filter(pk=channel.pk)).exists()


@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    channel = reachable(request, pk)
    try:
        channels.ask_trial(channel=channel, actor=me(request), now=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    return redirect(page_of(channel))


@never_cache
@require_GET
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """What came back so far; the page asks once a second until something has."""
    channel = reachable(request, pk)
    context = {"channel": channel, "trial": outcome(channel.trial)}
    return render(request, "web/pages/channel_trial.html", context)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    channel = reachable(request, pk)
    name, back = str(channel), "rooms" if channel.unit_id else "account"
    channels.remove(channel=channel, actor=me(request))
    messages.success(request, _("Removed: %(name)s") % {"name": name})
    return redirect(back)


def page_of(channel: Channel) -> str:
    return reverse("room" if channel.unit_id else "channel", args=[channel.pk])
