from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.act import access
from bihuan.kernel.models import ChannelKind, User
from bihuan.web.account.forms import ChangePasswordForm, PreferencesForm
from bihuan.web.account.ways import way
from bihuan.web.views.login import local
from bihuan.web.views.signed_in import me

A_YEAR = 365 * 24 * 3600
THEMES = ("light", "dark")
SWITCHES = ("keys_off", "sound")
"""What an account switches for itself; both are off at first."""


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@sensitive_post_parameters()
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    user = me(request)
    form = ChangePasswordForm(request.POST, user=user)
    if not form.is_valid():
        return _show(request, password_form=form)
    access.set_password(user=user, password=form.cleaned_data["password"])
    update_session_auth_hash(request, user)
    messages.success(request, _("Password changed; other sessions of this account have ended."))
    return redirect("account")


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    user, form = me(request), PreferencesForm(request.POST)
    if not form.is_valid():
        return _show(request, preferences_form=form)
    user.language = form.cleaned_data["language"]
    user.preferences = {**user.preferences, **{key: form.cleaned_data[key] for key in SWITCHES}}
    user.save(update_fields=["language", "preferences"])
    return redirect("account")


@require_POST
@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    """For this browser; and, when somebody is signed in, for the account."""
    chosen = request.POST.get("language", "")
    response = redirect(local(request, request.POST.get("next", "")))
    if chosen in dict(settings.LANGUAGES):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, chosen)
        if isinstance(request.user, User):
            request.user.language = chosen
            request.user.save(update_fields=["language"])
    return response


@require_POST
@login_not_required
def theme(request: HttpRequest) -> HttpResponse:
    """Without script; with it the page sets the same cookie itself."""
    response = redirect(local(request, request.POST.get("next", "")))
    if request.POST.get("theme") in THEMES:
        _keep(response, "bh_theme", request.POST["theme"])
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=A_YEAR, samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE)
    )


def _show(
    request: HttpRequest,
    password_form: ChangePasswordForm | None = None,
    preferences_form: PreferencesForm | None = None,
) -> HttpResponse:
    user = me(request)
    initial = {"language": user.language, **{key: user.preferences.get(key, False) for key in SWITCHES}}
    rows = list(user.channels.select_related("user", "unit"))
    has_mail = any(row.kind == ChannelKind.MAIL for row in rows)
    context = {
        "account": user,
        "ways": [way(row) for row in rows],
        "no_server": not settings.EMAIL_HOST,
        "mail_unused": bool(user.email and settings.EMAIL_HOST and not has_mail),
        "password_form": password_form or ChangePasswordForm(user=user),
        "preferences_form": preferences_form or PreferencesForm(initial=initial),
        "crumbs": [{"title": _("My account")}],
    }
    failed = password_form or preferences_form
    return render(request, "web/pages/account.html", context, status=422 if failed else 200)
