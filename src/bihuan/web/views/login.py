from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from bihuan.kernel.act import access
from bihuan.kernel.models import User
from bihuan.web.account.forms import LoginForm, NewPasswordForm
from bihuan.web.client import address


def local(request: HttpRequest, target: str) -> str:
    """`target` when it lies in this house, else the start page."""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if target and safe else resolve_url(settings.LOGIN_REDIRECT_URL)


@sensitive_post_parameters("password")
@never_cache
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    target = local(request, request.POST.get("next") or request.GET.get("next", ""))
    if isinstance(request.user, User):
        return redirect(target)
    form = LoginForm(request.POST or None)
    status = 200
    if request.method == "POST":
        user = _check(request, form) if form.is_valid() else None
        if user is not None:
            login(request, user)
            access.note_login(user=user)
            return redirect(target)
        status = 422
    return render(request, "web/pages/login.html", {"form": form, "next": target}, status=status)


def _check(request: HttpRequest, form: LoginForm) -> User | None:
    """The account; or the reason in the form, the same one for every wrong name or password."""
    name, where = form.cleaned_data["username"], address(request)
    if access.locked_out(username=name, address=where):
        form.add_error(
            None, _("Too many failed attempts. Try again in 15 minutes, or ask the administrator.")
        )
        return None
    user = authenticate(request, username=name, password=form.cleaned_data["password"])
    if isinstance(user, User):
        return user
    access.note_failure(username=name, address=where)
    form.add_error(None, _("User name or password is wrong, or the account is not active."))
    return None


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("login")


@sensitive_post_parameters("password", "again")
@never_cache
@login_not_required
def invitation(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """The holder of the link sets the password, once: the link dies with the old password."""
    user = access.invited_user(key, token)
    if user is None:
        return render(request, "web/pages/invitation_gone.html", status=410)
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            access.set_password(user=user, password=form.cleaned_data["password"])
        except ValidationError as error:
            form.add_error("password", error)
        else:
            login(request, user)
            access.note_login(user=user)
            return redirect("home")
    status = 422 if form.errors else 200
    return render(request, "web/pages/invitation.html", {"form": form, "invited": user}, status=status)
